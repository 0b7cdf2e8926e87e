/** What each figure means, in the words the page shows. */
export const DEFINITIONS = [
  ['Trade', 'A position from flat to flat, or until it turned round. It counts in the range in which it closed.'],
  ['Win rate', 'Trades with a profit after fees, funding and interest, of all trades.'],
  ['Profit factor', 'What the winning trades made, over what the losing ones lost.'],
  ['Expectancy', 'What a trade made on average: profits less losses, over the number of trades.'],
  ['Average win, average loss', 'Of the winning trades alone, and of the others alone.'],
  [
    'Return',
    'Time-weighted: the returns between two counts are chained, each on the equity at its start and what came in since. Deposits and withdrawals are neither profit nor loss.',
  ],
  ['Max drawdown', 'The deepest fall of the return from its highest point before.'],
  [
    'Sharpe',
    'Mean of the daily returns (days in UTC) over their standard deviation, times √365; without a risk-free rate. From a week of days on.',
  ],
  ['Sortino', 'The same over the downside deviation: days with a gain count as 0 in it.'],
  ['Holding', 'From the fill that opened a trade to the one that closed it: the middle one, and the average.'],
  ['Exposure', 'Share of the time, since the range or the first fill, with a position open.'],
  ['Maker share', 'Volume that filled resting orders, of all volume.'],
  ['Fees', 'Trading fees, keeper rewards and the insurance part of liquidations, less rebates.'],
  ['Funding', 'Received less paid. What has accrued since the last fill is in the equity, not here.'],
  ['Other', 'Losses the exchange bore for the account, and referral rewards.'],
] as const

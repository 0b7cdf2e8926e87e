import { word } from '#app/i18n/t.ts'

/** What each figure means, in the words the page shows. */
export const DEFINITIONS = [
  [
    word('Trades'),
    word('A position from flat to flat, or until it turned round. It counts in the range in which it closed.'),
  ],
  [word('Win rate'), word('Trades with a profit after fees, funding and interest, of all trades.')],
  [word('Profit factor'), word('What the winning trades made, over what the losing ones lost.')],
  [word('Expectancy'), word('What a trade made on average: profits less losses, over the number of trades.')],
  [word('Average win, average loss'), word('Of the winning trades alone, and of the others alone.')],
  [
    word('Return'),
    word(
      'Time-weighted: the returns between two counts are chained, each on the equity at its start and what came in since. Deposits and withdrawals are neither profit nor loss.',
    ),
  ],
  [word('Max drawdown'), word('The deepest fall of the return from its highest point before.')],
  [
    word('Sharpe'),
    word(
      'Mean of the daily returns (days in UTC) over their standard deviation, times √365; without a risk-free rate. From a week of days on.',
    ),
  ],
  [word('Sortino'), word('The same over the downside deviation: days with a gain count as 0 in it.')],
  [
    word('Holding'),
    word('From the fill that opened a trade to the one that closed it: the middle one, and the average.'),
  ],
  [word('Exposure'), word('Share of the time, since the range or the first fill, with a position open.')],
  [word('Maker share'), word('Volume that filled resting orders, of all volume.')],
  [word('Fees'), word('Trading fees, keeper rewards and the insurance part of liquidations, less rebates.')],
  [word('Funding'), word('Received less paid. What has accrued since the last fill is in the equity, not here.')],
  [word('Other'), word('Losses the exchange bore for the account, and referral rewards.')],
] as const

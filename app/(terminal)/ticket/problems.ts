import { t } from '#app/i18n/t.ts'
import { formatNumber, formatUsd } from '#app/ui/format.ts'
import { isWithinLimit } from '#client/math/index.ts'
import { quoteText } from '../account/decimal.ts'
import { isReduceOnly, isStalePrice } from '../account/market-view.ts'
import { takesAtOnce } from './kinds.ts'
import { workingLimit } from './plan.ts'
import { ladderProblem, priceProblem, protectionProblem, restProblem } from './price-problems.ts'
import { blocked, type Problem, type ProblemInput, unfinished } from './problem.ts'
import { capProblem, reduceProblem, sizeProblem } from './size-problems.ts'
import { twapProblem } from './twap-problems.ts'
import { priceOf, sizeOf } from './words.ts'

export type { Problem, ProblemInput, Remedy } from './problem.ts'

/** What one sub-account can hold. */
const MAX_ORDERS = 16
const MAX_POSITIONS = 8

/** Everything that stands in the orders' way, first what to mend first. */
export function findProblems(input: ProblemInput): Problem[] {
  const account = accountProblem(input)
  if (account !== null) return [account]
  return [
    isolationProblem(input),
    marketProblem(input),
    priceProblem(input),
    sizeProblem(input),
    ladderProblem(input),
    twapProblem(input),
    reduceProblem(input),
    capProblem(input),
    limitProblem(input),
    restProblem(input),
    protectionProblem(input),
    slotProblem(input),
    marginProblem(input),
    answerProblem(input),
  ].filter((problem) => problem !== null)
}

function accountProblem({ wallet, reading, portfolio }: ProblemInput): Problem | null {
  if (wallet === 'none') return { ...unfinished('no-wallet', t('Connect a wallet to trade')), field: null }
  if (reading) return { ...unfinished('reading-account', t('Reading your account…')), field: null }
  if (portfolio === null) return { ...unfinished('no-account', t('Deposit to trade')), field: null }
  return null
}

function isolationProblem({ isolatedMarket, market }: ProblemInput): Problem | null {
  if (isolatedMarket === null || isolatedMarket === market.market) return null
  return blocked(
    'isolated',
    t('This account trades {market} only', { market: isolatedMarket }),
    t('The sub-account in use is locked to {isolated}. Choose another one beside “Account” to trade {market}.', {
      isolated: isolatedMarket,
      market: market.market,
    }),
  )
}

function marketProblem({ fields, market, now }: ProblemInput): Problem | null {
  if (market.settlementPrice !== null) {
    return blocked(
      'market-closed',
      t('Market has ended'),
      t('{market} is wound down: positions close at its settlement price, and no order is taken.', {
        market: market.market,
      }),
    )
  }
  if (isReduceOnly(market) && !fields.reduceOnly) {
    return blocked(
      'market-closed',
      t('Reduce only for now'),
      t('{market} takes only orders that reduce a position at the moment. Tick “Reduce only” to close.', {
        market: market.market,
      }),
    )
  }
  const { quality, publishedAt } = market
  // A trailing stop begins at the price of the moment, whatever it does later.
  const trails = fields.kind === 'trailing'
  if (!trails && !takesAtOnce(fields)) return null
  if (isStalePrice(market, now)) {
    const values = { base: market.baseSymbol, seconds: Math.max(0, Math.round((now - publishedAt) / 1000)) }
    return blocked(
      'stale-price',
      t('Waiting for a fresh price'),
      t(
        trails
          ? 'The last {base} price is {seconds} s old, so a trailing stop could not begin at it. It unlocks by itself with the next price; limit orders still work.'
          : 'The last {base} price is {seconds} s old, so a market order could not be filled fairly. It unlocks by itself with the next price; limit orders still work.',
        values,
      ),
    )
  }
  if (quality === 'valid' || (fields.reduceOnly && !trails)) return null
  return blocked(
    'stale-price',
    t('Waiting for a sure price'),
    t(
      trails
        ? 'The oracle is unsure of the {base} price right now. A trailing stop unlocks by itself; closing and limit orders still work.'
        : 'The oracle is unsure of the {base} price right now. A market order unlocks by itself; closing and limit orders still work.',
      { base: market.baseSymbol },
    ),
  )
}

/** What takes at once or not at all has to be filled within its limit now. */
function limitProblem({ fields, market, prices, base, estimate }: ProblemInput): Problem | null {
  const limitPrice = workingLimit({ fields, prices, market })
  if (estimate === null || limitPrice === null || base === null) return null
  if (!takesAtOnce(fields)) return null
  if (fields.kind === 'limit') {
    const isWhole = fields.timeInForce === 'fok'
    if (estimate.atOnce >= (isWhole ? base : 1n)) return null
    const isPart = estimate.atOnce > 0n
    return {
      code: 'slippage',
      label: t(isPart ? 'Would not fill whole' : 'Would not fill now'),
      message: isPart
        ? t(
            'Only {size} of it would fill at your price now, and FOK takes all or nothing. Change the price, or make it GTC.',
            { size: sizeOf(estimate.atOnce, market) },
          )
        : t(
            isWhole
              ? 'Nothing would fill at your price now, and FOK takes all or nothing. Change the price, or make it GTC.'
              : 'Nothing would fill at your price now, and an IOC order never rests. Change the price, or make it GTC.',
          ),
      field: 'price',
      shown: true,
    }
  }
  if (isWithinLimit(fields.side, base, estimate.value, limitPrice)) return null
  return {
    code: 'slippage',
    label: t('Slippage above your limit'),
    message: t(
      'This size would fill at {price}, beyond your limit of {percent} % from the oracle. Take a smaller size or raise the limit.',
      {
        price: priceOf(estimate.averagePrice, market),
        percent: formatNumber(String(fields.slippageBps / 100)),
      },
    ),
    field: 'size',
    shown: true,
  }
}

function slotProblem({ portfolio, market, plan }: ProblemInput): Problem | null {
  if (portfolio === null) return null
  const wanted = plan?.orders.length ?? 1
  const free = Math.max(0, MAX_ORDERS - portfolio.openOrders)
  if (wanted > free) {
    return blocked(
      'order-slots',
      t('Too many open orders'),
      free === 0
        ? t('A sub-account holds at most {most} open orders. Cancel one first.', { most: MAX_ORDERS })
        : t('A sub-account holds at most {most} open orders. There is room for {free} more, and this needs {wanted}.', {
            most: MAX_ORDERS,
            free,
            wanted,
          }),
    )
  }
  const isHeld = portfolio.positions.some((position) => position.market === market.market)
  if (isHeld || portfolio.positions.length < MAX_POSITIONS) return null
  return blocked(
    'position-slots',
    t('Too many markets'),
    t('A sub-account trades at most {most} markets at a time. Close a position, or cancel the orders of one.', {
      most: MAX_POSITIONS,
    }),
  )
}

function marginProblem({ fields, estimate }: ProblemInput): Problem | null {
  if (estimate === null || estimate.missingMargin <= 0n) return null
  // Up to the next cent, so that the deposit it names is enough.
  const amount = formatUsd(quoteText(estimate.missingMargin + 10_000n - (estimate.missingMargin % 10_000n)))
  // What takes keeps margin for the worst fill within its limit, which a limit far beyond the market makes large.
  const crosses = fields.kind === 'limit' && estimate.atOnce > 0n
  const message = t(
    crosses
      ? 'This order needs {amount} more free collateral. Margin covers the worst fill its price allows: take a price nearer to the market, a smaller size, or deposit.'
      : 'This order needs {amount} more free collateral. Deposit, or take a smaller size.',
    { amount },
  )
  return {
    ...blocked('margin', t('{amount} margin missing', { amount }), message),
    remedy: { kind: 'deposit', label: t('Deposit') },
  }
}

/** Without figures there is no order: what cannot be computed here, the program refuses too. */
function answerProblem({ base, plan, estimate }: ProblemInput): Problem | null {
  if (estimate !== null || base === null || base === 0n || plan === null) return null
  return {
    code: 'too-large',
    label: t('Order too large'),
    message: t('The order is too large for the exchange. Take a smaller size or another price.'),
    field: 'size',
    shown: true,
  }
}

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
  if (wallet === 'none') return { ...unfinished('no-wallet', 'Connect a wallet to trade'), field: null }
  if (reading) return { ...unfinished('reading-account', 'Reading your account…'), field: null }
  if (portfolio === null) return { ...unfinished('no-account', 'Deposit to trade'), field: null }
  return null
}

function isolationProblem({ isolatedMarket, market }: ProblemInput): Problem | null {
  if (isolatedMarket === null || isolatedMarket === market.market) return null
  return blocked(
    'isolated',
    `This account trades ${isolatedMarket} only`,
    `The sub-account in use is locked to ${isolatedMarket}. Choose another one beside “Account” to trade ${market.market}.`,
  )
}

function marketProblem({ fields, market, now }: ProblemInput): Problem | null {
  if (market.settlementPrice !== null) {
    return blocked(
      'market-closed',
      'Market has ended',
      `${market.market} is wound down: positions close at its settlement price, and no order is taken.`,
    )
  }
  if (isReduceOnly(market) && !fields.reduceOnly) {
    return blocked(
      'market-closed',
      'Reduce only for now',
      `${market.market} takes only orders that reduce a position at the moment. Tick “Reduce only” to close.`,
    )
  }
  const { quality, publishedAt } = market
  // A trailing stop begins at the price of the moment, whatever it does later.
  const trails = fields.kind === 'trailing'
  if (!trails && !takesAtOnce(fields)) return null
  const what = trails ? 'trailing stop' : 'market order'
  if (isStalePrice(market, now)) {
    const seconds = Math.max(0, Math.round((now - publishedAt) / 1000))
    return blocked(
      'stale-price',
      'Waiting for a fresh price',
      `The last ${market.baseSymbol} price is ${seconds} s old, so a ${what} could not ${trails ? 'begin at it' : 'be filled fairly'}. It unlocks by itself with the next price; limit orders still work.`,
    )
  }
  if (quality === 'valid' || (fields.reduceOnly && !trails)) return null
  return blocked(
    'stale-price',
    'Waiting for a sure price',
    `The oracle is unsure of the ${market.baseSymbol} price right now. A ${what} unlocks by itself; closing and limit orders still work.`,
  )
}

/** What takes at once or not at all has to be filled within its limit now. */
function limitProblem({ fields, market, prices, base, estimate }: ProblemInput): Problem | null {
  const limitPrice = workingLimit({ fields, prices, market })
  if (estimate === null || limitPrice === null || base === null) return null
  if (!takesAtOnce(fields)) return null
  if (fields.kind === 'limit') {
    if (estimate.atOnce >= (fields.timeInForce === 'fok' ? base : 1n)) return null
    const isPart = estimate.atOnce > 0n
    const what = isPart ? `Only ${sizeOf(estimate.atOnce, market)} of it would fill` : 'Nothing would fill'
    const rule = fields.timeInForce === 'fok' ? 'FOK takes all or nothing' : 'an IOC order never rests'
    return {
      code: 'slippage',
      label: isPart ? 'Would not fill whole' : 'Would not fill now',
      message: `${what} at your price now, and ${rule}. Change the price, or make it GTC.`,
      field: 'price',
      shown: true,
    }
  }
  if (isWithinLimit(fields.side, base, estimate.value, limitPrice)) return null
  return {
    code: 'slippage',
    label: 'Slippage above your limit',
    message: `This size would fill at ${priceOf(estimate.averagePrice, market)}, beyond your limit of ${formatNumber(String(fields.slippageBps / 100))} % from the oracle. Take a smaller size or raise the limit.`,
    field: 'size',
    shown: true,
  }
}

function slotProblem({ portfolio, market, plan }: ProblemInput): Problem | null {
  if (portfolio === null) return null
  const wanted = plan?.orders.length ?? 1
  const free = Math.max(0, MAX_ORDERS - portfolio.openOrders)
  if (wanted > free) {
    const room = free === 0 ? 'Cancel one first.' : `There is room for ${free} more, and this needs ${wanted}.`
    return blocked(
      'order-slots',
      'Too many open orders',
      `A sub-account holds at most ${MAX_ORDERS} open orders. ${room}`,
    )
  }
  const isHeld = portfolio.positions.some((position) => position.market === market.market)
  if (isHeld || portfolio.positions.length < MAX_POSITIONS) return null
  return blocked(
    'position-slots',
    'Too many markets',
    `A sub-account trades at most ${MAX_POSITIONS} markets at a time. Close a position, or cancel the orders of one.`,
  )
}

function marginProblem({ fields, estimate }: ProblemInput): Problem | null {
  if (estimate === null || estimate.missingMargin <= 0n) return null
  // Up to the next cent, so that the deposit it names is enough.
  const amount = formatUsd(quoteText(estimate.missingMargin + 10_000n - (estimate.missingMargin % 10_000n)))
  // What takes keeps margin for the worst fill within its limit, which a limit far beyond the market makes large.
  const crosses = fields.kind === 'limit' && estimate.atOnce > 0n
  const advice = crosses
    ? 'Margin covers the worst fill its price allows: take a price nearer to the market, a smaller size, or deposit.'
    : 'Deposit, or take a smaller size.'
  return {
    ...blocked('margin', `${amount} margin missing`, `This order needs ${amount} more free collateral. ${advice}`),
    remedy: { kind: 'deposit', label: 'Deposit' },
  }
}

/** Without figures there is no order: what cannot be computed here, the program refuses too. */
function answerProblem({ base, plan, estimate }: ProblemInput): Problem | null {
  if (estimate !== null || base === null || base === 0n || plan === null) return null
  return {
    code: 'too-large',
    label: 'Order too large',
    message: 'The order is too large for the exchange. Take a smaller size or another price.',
    field: 'size',
    shown: true,
  }
}

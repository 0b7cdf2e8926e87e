import { formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import { emaGap, maxFillAge, oneFillCap, type Portfolio } from '#client/math/index.ts'
import { BASE_DECIMALS, type Base, PRICE_DECIMALS, type Price, QUOTE_DECIMALS } from '#client/units.ts'
import { baseText, priceText, quoteText } from '../account/decimal.ts'
import { isReduceOnly, type MarketView } from '../account/market-view.ts'
import { type Estimate, isWithin, poolValue } from './estimate.ts'
import { floorStep, nearestStep, parsePositive, type TicketFields } from './fields.ts'
import { closableBase, openInterestRoom, takesAtOnce } from './size.ts'

export type ProblemCode =
  | 'no-wallet'
  | 'reading-account'
  | 'no-account'
  | 'market-closed'
  | 'stale-price'
  | 'no-size'
  | 'bad-size'
  | 'size-step'
  | 'no-price'
  | 'bad-price'
  | 'price-tick'
  | 'below-minimum'
  | 'nothing-to-reduce'
  | 'reduce-too-large'
  | 'one-fill-cap'
  | 'pool-cap'
  | 'too-large'
  | 'slippage'
  | 'would-take'
  | 'order-slots'
  | 'margin'

/** What a click can do about a problem. */
export type Remedy =
  | { kind: 'deposit'; label: string }
  | { kind: 'size'; label: string; size: string }
  | { kind: 'price'; label: string; price: string }

/** Why the order cannot be sent: a few words for the button, a sentence for the form. */
export type Problem = {
  code: ProblemCode
  label: string
  message: string
  field: 'size' | 'price' | null
  /** False for what is only unfinished: an empty size is not yet a mistake. */
  shown: boolean
  remedy?: Remedy
}

export type ProblemInput = {
  fields: TicketFields
  market: MarketView
  portfolio: Portfolio | null
  /** The account is not known yet: neither that there is one nor that there is none. */
  reading: boolean
  wallet: 'none' | 'connected'
  /** On the server's clock, ms. */
  now: number
  /** Null when the size is no number; 0 when the field is empty. */
  base: Base | null
  limitPrice: Price | null
  estimate: Estimate | null
}

/** Orders one sub-account can hold. */
const MAX_ORDERS = 16
/** The program keeps prices in 64 bits. */
const LARGEST_PRICE = 2n ** 64n - 1n

/** Everything that stands in the order's way, first what to mend first. */
export function findProblems(input: ProblemInput): Problem[] {
  const account = accountProblem(input)
  if (account !== null) return [account]
  const problems = [
    marketProblem(input),
    priceProblem(input),
    sizeProblem(input),
    reduceProblem(input),
    capProblem(input),
    limitProblem(input),
    restProblem(input),
    slotProblem(input),
    marginProblem(input),
    answerProblem(input),
  ].filter((problem) => problem !== null)
  return problems
}

function accountProblem({ wallet, reading, portfolio }: ProblemInput): Problem | null {
  if (wallet === 'none') return { ...unfinished('no-wallet', 'Connect a wallet to trade'), field: null }
  if (reading) return { ...unfinished('reading-account', 'Reading your account…'), field: null }
  if (portfolio === null) return { ...unfinished('no-account', 'Deposit to trade'), field: null }
  return null
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
  // The faster the price moves, the fresher it must be to fill.
  const maxAgeMs = Number(maxFillAge(emaGap(market.price.price, market.price.ema))) * 1000
  const stale = quality === 'stale' || now - publishedAt > maxAgeMs
  if (!takesAtOnce(fields) || (!stale && (quality === 'valid' || fields.reduceOnly))) return null
  if (stale) {
    const seconds = Math.max(0, Math.round((now - publishedAt) / 1000))
    return blocked(
      'stale-price',
      'Waiting for a fresh price',
      `The last ${market.baseSymbol} price is ${seconds} s old, so a market order could not be filled fairly. It unlocks by itself with the next price; limit orders still work.`,
    )
  }
  return blocked(
    'stale-price',
    'Waiting for a sure price',
    `The oracle is unsure of the ${market.baseSymbol} price right now. Market orders unlock by themselves; closing and limit orders still work.`,
  )
}

function priceProblem({ fields, market, limitPrice }: ProblemInput): Problem | null {
  if (fields.type !== 'limit') return null
  const parsed = parsePositive(fields.price, PRICE_DECIMALS)
  if ('empty' in parsed) return { ...unfinished('no-price', 'Enter a price'), field: 'price' }
  if ('problem' in parsed)
    return {
      code: 'bad-price',
      label: 'Check the price',
      message: `The price ${parsed.problem}.`,
      field: 'price',
      shown: true,
    }
  if (limitPrice !== null && limitPrice > LARGEST_PRICE) {
    const message = 'The price is too large for the exchange.'
    return { code: 'bad-price', label: 'Check the price', message, field: 'price', shown: true }
  }
  if (limitPrice === null || limitPrice % market.tickSize === 0n) return null
  const nearest = priceText(nearestStep(limitPrice, market.tickSize))
  return {
    code: 'price-tick',
    label: 'Check the price',
    message: `Prices move in steps of ${priceText(market.tickSize)}. Nearest: ${formatPrice(nearest, priceText(market.tickSize))}.`,
    field: 'price',
    shown: true,
    remedy: { kind: 'price', label: `Use ${formatPrice(nearest, priceText(market.tickSize))}`, price: nearest },
  }
}

function sizeProblem({ fields, market, base }: ProblemInput): Problem | null {
  const parsed = parsePositive(fields.size, fields.sizeUnit === 'base' ? BASE_DECIMALS : QUOTE_DECIMALS)
  if ('empty' in parsed) return { ...unfinished('no-size', 'Enter a size'), field: 'size' }
  if ('problem' in parsed || base === null) {
    const reason = 'problem' in parsed ? parsed.problem : 'is not a number'
    return { code: 'bad-size', label: 'Check the size', message: `The size ${reason}.`, field: 'size', shown: true }
  }
  if (base % market.stepSize !== 0n) {
    const nearest = baseText(nearestStep(base, market.stepSize))
    return sizeRemedy(
      'size-step',
      `Sizes move in steps of ${baseText(market.stepSize)} ${market.baseSymbol}. Nearest: ${sizeText(market, nearest)}.`,
      fields,
      market,
      nearest,
    )
  }
  const smallest = smallestBase(market)
  const notional = (base * market.price.price + 10n ** 9n - 1n) / 10n ** 9n
  if (!fields.reduceOnly && (base === 0n || notional < market.minNotional)) {
    return sizeRemedy(
      'below-minimum',
      `The smallest order is ${formatUsd(quoteText(market.minNotional))}, ${sizeText(market, smallest)} ${market.baseSymbol} now.`,
      fields,
      market,
      smallest,
    )
  }
  return null
}

function reduceProblem({ fields, market, portfolio, base }: ProblemInput): Problem | null {
  if (!fields.reduceOnly || portfolio === null) return null
  const closable = closableBase(fields.side, market, portfolio)
  if (closable === 0n) {
    const other = fields.side === 'buy' ? 'short' : 'long'
    return blocked(
      'nothing-to-reduce',
      'Nothing to reduce',
      `“Reduce only” needs a ${other} ${market.market} position, and there is none. Untick it to open one.`,
    )
  }
  if (base === null || base <= closable) return null
  return sizeRemedy(
    'reduce-too-large',
    `The position is ${sizeText(market, baseText(closable))} ${market.baseSymbol}: more than that cannot be reduced.`,
    fields,
    market,
    baseText(closable),
  )
}

function capProblem({ fields, market, base }: ProblemInput): Problem | null {
  if (base === null || fields.reduceOnly) return null
  const once = floorStep(oneFillCap(market.depth), market.stepSize)
  if (takesAtOnce(fields) && base > once) {
    return sizeRemedy(
      'one-fill-cap',
      `The pool fills at most ${sizeText(market, baseText(once))} ${market.baseSymbol} at once. Split the order, or place it as a limit order.`,
      fields,
      market,
      baseText(once),
    )
  }
  const room = floorStep(openInterestRoom(fields.side, market), market.stepSize)
  if (base <= room) return null
  const side = fields.side === 'buy' ? 'long' : 'short'
  if (room === 0n)
    return blocked(
      'pool-cap',
      'Pool is full',
      `The pool has taken all the ${side} ${market.baseSymbol} exposure it may. Orders that reduce a position still fill.`,
    )
  return sizeRemedy(
    'pool-cap',
    `The pool has room for ${sizeText(market, baseText(room))} ${market.baseSymbol} more ${side}.`,
    fields,
    market,
    baseText(room),
  )
}

/** A post-only order whose first step the pool would fill is refused by the program. */
function restProblem({ fields, market, limitPrice }: ProblemInput): Problem | null {
  if (!fields.postOnly || limitPrice === null) return null
  const value = poolValue(fields.side, market.stepSize, market)
  if (value === null || !isWithin(fields.side, market.stepSize, value, limitPrice)) return null
  return {
    code: 'would-take',
    label: 'Would fill at once',
    message:
      'At this price the order would trade at once, and post-only orders only rest. Move the price away from the market, or turn off post only.',
    field: 'price',
    shown: true,
  }
}

function limitProblem({ fields, market, base, limitPrice, estimate }: ProblemInput): Problem | null {
  if (estimate === null || limitPrice === null || base === null) return null
  const price = formatPrice(priceText(estimate.averagePrice), priceText(market.tickSize))
  if (!takesAtOnce(fields) || isWithin(fields.side, base, estimate.value, limitPrice)) return null
  if (fields.type === 'limit') {
    return {
      code: 'slippage',
      label: 'Would not fill now',
      message: `The pool fills this size at ${price} now, beyond your price, and an IOC order never rests. Change the price, or make it GTC.`,
      field: 'price',
      shown: true,
    }
  }
  return {
    code: 'slippage',
    label: 'Slippage above your limit',
    message: `This size would fill at ${price}, beyond your limit of ${fields.slippageBps / 100} % from the oracle. Take a smaller size or raise the limit.`,
    field: 'size',
    shown: true,
  }
}

function slotProblem({ portfolio }: ProblemInput): Problem | null {
  if (portfolio === null || portfolio.openOrders < MAX_ORDERS) return null
  return blocked(
    'order-slots',
    'Too many open orders',
    `A sub-account holds at most ${MAX_ORDERS} open orders. Cancel one first.`,
  )
}

function marginProblem({ estimate }: ProblemInput): Problem | null {
  if (estimate === null || estimate.missingMargin <= 0n) return null
  // Up to the next cent, so that the deposit it names is enough.
  const amount = formatUsd(quoteText(estimate.missingMargin + 10_000n - (estimate.missingMargin % 10_000n)))
  return {
    ...blocked(
      'margin',
      `${amount} margin missing`,
      `This order needs ${amount} more free collateral. Deposit, or take a smaller size.`,
    ),
    remedy: { kind: 'deposit', label: 'Deposit' },
  }
}

/** Without figures there is no order: what cannot be computed here, the program refuses too. */
function answerProblem({ base, limitPrice, estimate }: ProblemInput): Problem | null {
  if (estimate !== null || base === null || base === 0n || limitPrice === null) return null
  return {
    code: 'too-large',
    label: 'Order too large',
    message: 'The order is too large for the exchange. Take a smaller size or another price.',
    field: 'size',
    shown: true,
  }
}

/** Smallest size, on a step, that reaches the market's smallest order value. */
export function smallestBase(market: MarketView): string {
  const base = (market.minNotional * 10n ** 9n + market.price.price - 1n) / market.price.price
  return baseText(((base + market.stepSize - 1n) / market.stepSize) * market.stepSize)
}

const sizeText = (market: MarketView, size: string): string => formatSize(size, baseText(market.stepSize))

const blocked = (code: ProblemCode, label: string, message: string): Problem => ({
  code,
  label,
  message,
  field: null,
  shown: true,
})

const unfinished = (code: ProblemCode, label: string): Omit<Problem, 'field'> => ({
  code,
  label,
  message: label,
  shown: false,
})

/** The remedy sets a size in base; in USDC mode the sentence has to do. */
function sizeRemedy(
  code: ProblemCode,
  message: string,
  fields: TicketFields,
  market: MarketView,
  size: string,
): Problem {
  const label = 'Check the size'
  const problem: Problem = { code, label, message, field: 'size', shown: true }
  if (fields.sizeUnit !== 'base') return problem
  return { ...problem, remedy: { kind: 'size', label: `Use ${sizeText(market, size)}`, size } }
}

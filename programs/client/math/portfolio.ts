/** Questions about a whole account that only clients ask: where it is liquidated, what a trade would do to it. */
import type { Base, Bps, Price, Quote } from '../units.ts'
import type { Side } from './depth.ts'
import { applyFill } from './fills.ts'
import { abs, BASE, max, RATIO } from './fixed.ts'
import {
  accountHealth,
  isMet,
  type MarginAccount,
  type MarginRatios,
  type OraclePrice,
  type PositionRisk,
  ratioOf,
  type TokenCollateral,
  unrealisedPnl,
} from './margin.ts'

/** The risk side of one market; `market` is any key that names it. */
export type MarketRisk = { readonly market: string; readonly price: OraclePrice; readonly ratios: MarginRatios }
export type PortfolioPosition = PositionRisk & MarketRisk & { readonly quoteBreakEven: Quote }
/** `market`: the one that follows the same price feed, if any, so that a falling SOL hurts SOL collateral too. */
export type PortfolioToken = TokenCollateral & { readonly market?: string }
export type Portfolio = MarginAccount<PortfolioToken, PortfolioPosition>

/** Prices searched for a liquidation: up to this multiple of today's. */
const HIGHEST_PRICE_MULTIPLE = 1_000n

export type PortfolioSummary = {
  /** Cash, tokens and unrealised PnL at today's prices, without weights. */
  readonly equity: Quote
  /** Σ|base|·price, rounded down. */
  readonly notional: Quote
  readonly unrealisedPnl: Quote
  /** notional / equity, 1e4 = 1×; null without equity. */
  readonly leverage: Bps | null
}

/** @throws MathError Overflow, DivisionByZero (a token without unit). */
export function summarise(portfolio: Portfolio): PortfolioSummary {
  const tokens = portfolio.tokens.reduce((sum, { amount, unit, price }) => sum + (amount * price.price) / unit, 0n)
  let pnl = 0n
  let notional = 0n
  for (const { base, quoteEntry, funding, price } of portfolio.positions) {
    pnl += unrealisedPnl(base, quoteEntry, price.price) + funding
    notional += (abs(base) * price.price) / BASE
  }
  const equity = portfolio.quote + tokens + pnl
  return { equity, notional, unrealisedPnl: pnl, leverage: equity > 0n ? Number((notional * RATIO) / equity) : null }
}

/**
 * Oracle price of `market` at which the account falls below maintenance margin, everything else staying as it is:
 * the highest such price when falling prices hurt, the lowest when rising ones do. Null when there is none between
 * zero and a thousand times today's price, or nothing is held there.
 * @throws MathError Overflow.
 */
export function liquidationPrice(portfolio: Portfolio, market: string): Price | null {
  const position = portfolio.positions.find((held) => held.market === market)
  if (position === undefined || position.base === 0n) return null
  const slope = equityPerPrice(portfolio, position)
  if (slope === 0n) return null
  const isSafe = (price: Price) => isMet(accountHealth(atPrice(portfolio, market, price), 'Maintenance'))
  const highest = position.price.price * HIGHEST_PRICE_MULTIPLE
  const fallingHurts = slope > 0n
  const [safeEnd, dangerEnd] = fallingHurts ? [highest, 0n] : [0n, highest]
  if (isSafe(dangerEnd) || !isSafe(safeEnd)) return null
  const boundary = bisect(safeEnd, dangerEnd, isSafe)
  return boundary === 0n ? null : boundary
}

/** The point next to the last one that holds, between `holds` (where it does) and `fails` (where it does not). */
function bisect(holds: bigint, fails: bigint, test: (at: bigint) => boolean): bigint {
  let [good, bad] = [holds, fails]
  while (abs(good - bad) > 1n) {
    const middle = (good + bad) / 2n
    if (test(middle)) good = middle
    else bad = middle
  }
  return bad
}

/** Sign (and scale) of d(equity − requirement)/d(price): base less its own margin, plus tokens of the same feed. */
function equityPerPrice(portfolio: Portfolio, position: PortfolioPosition): bigint {
  const margin = abs(position.base) * BigInt(ratioOf(position.ratios, 'Maintenance'))
  return portfolio.tokens
    .filter((token) => token.market === position.market)
    .reduce(
      (sum, { amount, unit, maintenanceWeight }) => sum + (amount * BASE * BigInt(maintenanceWeight)) / unit,
      position.base * RATIO - margin,
    )
}

/** A price that gets there is a fresh one: nothing of its feed has faded. */
function atPrice(portfolio: Portfolio, market: string, price: Price): Portfolio {
  const moved = <Priced extends { readonly market?: string; readonly price: OraclePrice }>(item: Priced): Priced =>
    item.market === market ? { ...item, age: 0n, price: { ...item.price, price } } : item
  return { ...portfolio, tokens: portfolio.tokens.map(moved), positions: portfolio.positions.map(moved) }
}

/**
 * The account with one more open order. Reduce-only orders never count as worst case. `cost`: what filling it may cost,
 * where nobody could take it back.
 */
export function withOrder(
  portfolio: Portfolio,
  risk: MarketRisk,
  order: { readonly side: Side; readonly size: Base; readonly reduceOnly: boolean; readonly cost?: Quote },
): Portfolio {
  const counted = order.reduceOnly ? 0n : order.size
  const position = positionIn(portfolio, risk)
  return replacePosition(
    { ...portfolio, openOrders: portfolio.openOrders + 1 },
    {
      ...position,
      openBids: position.openBids + (order.side === 'buy' ? counted : 0n),
      openAsks: position.openAsks + (order.side === 'sell' ? counted : 0n),
      orderCost: (position.orderCost ?? 0n) + (order.cost ?? 0n),
    },
  )
}

export type FillEffect = {
  readonly portfolio: Portfolio
  readonly realisedPnl: Quote
}

/**
 * The account after a fill of `base` (signed) for `quote` (unsigned) at a cost of `fee`: funding settled, PnL of what
 * it closes realised into USDC. @throws MathError Overflow.
 */
export function withFill(
  portfolio: Portfolio,
  risk: MarketRisk,
  fill: { readonly base: Base; readonly quote: Quote; readonly fee: Quote },
): FillEffect {
  const position = positionIn(portfolio, risk)
  const cash = fill.base > 0n ? -fill.quote : fill.quote
  const settled = { ...position, quoteBreakEven: position.quoteBreakEven + position.funding }
  const { position: after, realisedPnl } = applyFill(settled, fill.base, cash, fill.fee)
  const quote = portfolio.quote + position.funding + realisedPnl - fill.fee
  return {
    portfolio: replacePosition({ ...portfolio, quote }, { ...position, ...after, funding: 0n }),
    realisedPnl,
  }
}

/** True when a fill of `base` only closes: it never needs initial margin. */
export function isReducing(held: Base, base: Base): boolean {
  return held !== 0n && base !== 0n && held > 0n !== base > 0n && abs(base) <= abs(held)
}

export function positionIn(portfolio: Portfolio, risk: MarketRisk): PortfolioPosition {
  const held = portfolio.positions.find((position) => position.market === risk.market)
  const empty = { base: 0n, quoteEntry: 0n, quoteBreakEven: 0n, funding: 0n, openBids: 0n, openAsks: 0n }
  return { ...(held ?? empty), ...risk }
}

function replacePosition(portfolio: Portfolio, position: PortfolioPosition): Portfolio {
  const { positions } = portfolio
  const isHeld = positions.some((held) => held.market === position.market)
  return {
    ...portfolio,
    positions: isHeld
      ? positions.map((held) => (held.market === position.market ? position : held))
      : [...positions, position],
  }
}

/**
 * Largest multiple of `step` up to `limit` for which `isAllowed` holds, starting from `floor` (a size known to be
 * allowed, like what only closes); `isAllowed` must not hold again once it has failed.
 */
export function largestSize(floor: Base, limit: Base, step: Base, isAllowed: (size: Base) => boolean): Base {
  const [first, last] = [floor / step, limit / step]
  if (last <= first || !isAllowed((first + 1n) * step)) return max(first * step, 0n)
  if (isAllowed(last * step)) return last * step
  return (bisect(first + 1n, last, (steps) => isAllowed(steps * step)) - 1n) * step
}

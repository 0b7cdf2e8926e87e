/** Margin of a mirrored account by the TypeScript twin. */
import { ceilDiv, max } from '#client/math/fixed.ts'
import { fundingPayment } from '#client/math/funding.ts'
import {
  accountHealth,
  type Health,
  type MarginAccount,
  type MarginKind,
  type PositionRisk,
  scaledInitialRatio,
} from '#client/math/margin.ts'
import { type Market, type Mirror, type Position, quoteOf, type Sub, type Vault } from './mirror.ts'
import { costOfTakers, FLAG, has } from './order.ts'

type Cached = Market['price']

const riskPrice = ({ price, confidence, emaPrice }: Cached) => ({ price, confidence, ema: emaPrice })
const ageOf = ({ publishTime }: Cached, now: number): bigint =>
  BigInt(now) > publishTime ? BigInt(now) - publishTime : 0n

/**
 * `scaled`: judged with the initial ratio of the market's open interest, as an order that adds risk is. What stands in a
 * market that is wound down closes at its one price, and needs no margin.
 */
export function positionRisk(position: Position, market: Market, now: number, scaled = false): PositionRisk {
  const { base, quoteEntry, lastFundingIndex, openBids, openAsks } = position
  const { params, funding, price, settlementPrice } = market
  const index = base >= 0n ? funding.indexLong : funding.indexShort
  const held = { base, quoteEntry, funding: fundingPayment(base, index, lastFundingIndex), openBids, openAsks }
  if (settlementPrice > 0n) {
    const settled = { price: settlementPrice, confidence: 0n, ema: settlementPrice }
    return { ...held, price: settled, age: 0n, ratios: { initial: 0, maintenance: 0, liquidationBuffer: 0 } }
  }
  const initial = scaled ? scaledRatio(market) : params.initialMarginBps
  const ratios = { initial, maintenance: params.maintenanceMarginBps, liquidationBuffer: params.liquidationBufferBps }
  return { ...held, price: riskPrice(price), age: ageOf(price, now), ratios }
}

function scaledRatio({ params, ledger, price }: Market): number {
  const larger = max(ledger.openInterestLong, ledger.openInterestShort)
  const notional = ceilDiv(larger * price.price, 1_000_000_000n)
  return scaledInitialRatio(params.initialMarginBps, notional, params.marginScaleFrom, params.marginScaleTo)
}

function tokenOf(amount: bigint, { decimals, price, params }: Vault, now: number) {
  return {
    amount,
    unit: 10n ** BigInt(decimals),
    price: riskPrice(price),
    age: ageOf(price, now),
    initialWeight: params.initialWeightBps,
    maintenanceWeight: params.maintenanceWeightBps,
  }
}

/** How a fill's own market is judged. */
export type Judged = {
  /** With the initial ratio of its open interest. */
  readonly scaled?: boolean
  /** At this price instead of the cached one. */
  readonly at?: bigint
  readonly market: number
}

/** The market with another oracle price. */
export const pricedAt = (market: Market, price: bigint): Market => ({ ...market, price: { ...market.price, price } })

export function marginAccount(mirror: Mirror, sub: Sub, now: number, judged?: Judged): MarginAccount {
  return {
    quote: quoteOf(sub),
    tokens: sub.collaterals
      .filter(({ vaultIndex, amount }) => vaultIndex !== 0 && amount > 0n)
      .map(({ vaultIndex, amount }) => tokenOf(amount, mirror.vault(vaultIndex), now)),
    positions: sub.positions.map((position) => {
      const { marketIndex } = position
      const cached = mirror.market(marketIndex)
      const own = judged?.market === marketIndex ? judged : undefined
      const market = own?.at === undefined ? cached : pricedAt(cached, own.at)
      const opening = sub.orders.filter((order) => order.marketIndex === marketIndex && !has(order, FLAG.reduceOnly))
      const orderCost = costOfTakers(opening, sub.orders, market, BigInt(now))
      return { ...positionRisk(position, market, now, own?.scaled === true), orderCost }
    }),
    openOrders: sub.orders.length,
  }
}

export function healthOf(mirror: Mirror, sub: Sub, kind: MarginKind, now: number, judged?: Judged): Health {
  return accountHealth(marginAccount(mirror, sub, now, judged), kind)
}

/** Collateral above the requirement, or below it. */
export const free = ({ collateral, requirement }: Health): bigint => collateral - requirement

/** Invariant 3, and what a fill promises its parties: legs that add up, its one price, its limit, its caps. */
import type { EventOf } from '#client/events.ts'
import type { FillParty, MakerFill } from '#client/generated/types.ts'
import { max } from '#client/math/fixed.ts'
import { isNearOracle, isWithinLimit } from '#client/math/orders.ts'
import { baseIn, type Market, quoteOf, type Sub, type Touch } from '../mirror.ts'
import { isImmediate, limitAt, type Order, priceRuleOf } from '../order.ts'
import type { Step, Walk } from '../walk.ts'
import { equal, holds, touched } from './broken.ts'

type Filled = EventOf<'OrderFilled'>

const MAKER_BAND = 200
const DELEGATE_BAND = 50
const BY_DELEGATE = 64

const signed = (side: 'buy' | 'sell', size: bigint): bigint => (side === 'buy' ? size : -size)

export function checkFill(walk: Walk, step: Step, event: Filled): void {
  const { taker, makers, size, quote, side } = event
  const sum = (of: (maker: MakerFill) => bigint) => makers.reduce((total, maker) => total + of(maker), 0n)
  equal(sum((m) => m.size) + event.poolSize, size, '3: makers and pool sell what the taker buys')
  equal(sum((m) => m.quote) + event.poolQuoteTraded, quote, '3: makers and pool get what the taker pays')
  holds(event.fee >= sum((m) => m.rebate) + event.referrerFee, '3: rebates and the referrer are paid from the fee')

  const subs = new Map(touched(step, 'SubAccount').map((touch) => [touch.key, touch]))
  const market = touched(step, 'Market')[0]
  const takerTouch = both(subs.get(taker.subAccount))
  const cash = -signed(side, quote)
  checkLeg(takerTouch, taker, event.marketIndex, signed(side, size), cash - event.fee - event.keeperReward)
  for (const maker of makers) {
    if (maker.size === 0n) continue
    const touch = both(subs.get(maker.party.subAccount))
    checkLeg(touch, maker.party, event.marketIndex, -signed(side, maker.size), signed(side, maker.quote) + maker.rebate)
    holds(touch.before.authority !== takerTouch.before.authority, '3: nobody trades with himself')
  }
  if (!market?.before || !market.after) throw new Error('a fill without its market')
  equal(
    market.before.ledger.poolBase - market.after.ledger.poolBase,
    signed(side, event.poolSize),
    '3: the pool takes the other side',
  )

  checkPrice(walk, step, event, takerTouch.before)
  checkMakers(event, takerTouch.before, subs)
  checkCaps(event, market.after, market.before)
}

type Both = { readonly before: Sub; readonly after: Sub }

function both(touch: Touch<'SubAccount'> | undefined): Both {
  if (!touch?.before || !touch.after) throw new Error('a fill without its sub-account')
  return { before: touch.before, after: touch.after }
}

/** The account moved by exactly what the event says, and is as the event says. */
function checkLeg({ before, after }: Both, party: FillParty, market: number, base: bigint, cash: bigint): void {
  const wealth = (sub: Sub) => quoteOf(sub) + (sub.positions.find((p) => p.marketIndex === market)?.quoteEntry ?? 0n)
  equal(baseIn(after, market) - baseIn(before, market), base, '3: base of a party moves by its fill')
  const moved = wealth(after) - wealth(before)
  equal(
    moved,
    cash - party.fundingPayment - party.interest,
    '3: quote of a party moves by its fill, funding and interest',
  )
  equal(party.positionBase, baseIn(after, market), '3: the event tells the base')
  equal(party.quoteBalance, quoteOf(after), '3: the event tells the balance')
}

/** Exactly one price can fill a taker; a resting order needs a nearly new one. No fill is beyond its limit. */
function checkPrice(walk: Walk, step: Step, event: Filled, before: Sub): void {
  const order = orderOf(before, event.taker.orderId)
  const feed = walk.feeds[event.marketIndex]
  const rule = priceRuleOf(order, BigInt(step.now))
  if (rule === 'one') {
    const one = feed?.across(Number(order.eligibleFrom))
    equal(event.publishTime, BigInt(one?.publishTime ?? 0), '9: a taker is filled at its one price')
    equal(event.oraclePrice, one?.price, '9: a taker is filled at its one price')
  } else {
    holds(event.publishTime >= order.eligibleFrom, '9: only prices published after an order fill it')
  }
  holds(order.expiresAt === 0n || BigInt(step.now) < order.expiresAt, '3: an expired order never fills')
  const limit = limitAt(order, event.oraclePrice)
  holds(
    limit === 0n || isWithinLimit(event.side, event.size, event.quote, limit),
    `3: no fill is beyond its limit (${event.size} for ${event.quote}, limit ${limit}, flags ${order.flags})`,
  )
  if (isImmediate(order)) holds(event.taker.orderStatus !== 'open', '3: an immediate order never rests')
}

function checkMakers(event: Filled, taker: Sub, subs: ReadonlyMap<string, Touch<'SubAccount'>>): void {
  const takerOrder = orderOf(taker, event.taker.orderId)
  for (const { size, quote, party } of event.makers) {
    if (size === 0n) continue
    const order = orderOf(both(subs.get(party.subAccount)).before, party.orderId)
    const byDelegate = ((order.flags | takerOrder.flags) & BY_DELEGATE) !== 0
    const band = byDelegate ? DELEGATE_BAND : MAKER_BAND
    holds(isNearOracle(size, quote, event.oraclePrice, band), '3: a maker trades near the oracle')
    holds(
      isWithinLimit(event.side === 'buy' ? 'sell' : 'buy', size, quote, limitAt(order, event.oraclePrice)),
      '3: a maker gets its price',
    )
    holds(order.placedAt <= takerOrder.placedAt, '3: the elder order is the maker')
    holds(order.stage === 0, '3: only an active order is a maker')
  }
}

/** 2: open interest grows only up to its cap. */
function checkCaps(event: Filled, after: Market, before: Market): void {
  const larger = ({ ledger }: Market) => max(ledger.openInterestLong, ledger.openInterestShort)
  if (event.size > 0n && larger(after) > larger(before)) {
    holds(larger(after) <= after.params.openInterestCap, '2: open interest grows only up to its cap')
  }
}

export function orderOf(sub: Sub, orderId: bigint): Order {
  const order = sub.orders.find((candidate) => candidate.orderId === orderId)
  if (!order) throw new Error(`no order ${orderId}`)
  return order
}

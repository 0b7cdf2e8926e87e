/** Invariant 3, and what a fill promises its parties: legs that add up, its one price, its limit, its caps. */
import type { EventOf } from '#client/events.ts'
import type { FillParty, MakerFill } from '#client/generated/types.ts'
import { abs, max } from '#client/math/fixed.ts'
import { isNearOracle, isWithinLimit } from '#client/math/orders.ts'
import {
  halfSpreadPpm,
  LIQUIDATION_CAP,
  OPEN_CAP,
  oneFillCap,
  openCapBase,
  poolEquity,
  poolQuote,
} from '#client/math/pool.ts'
import { baseIn, type Market, quoteOf, type Sub, type Touch } from '../mirror.ts'
import { FLAG, has, isImmediate, KIND, limitAt, type Order, priceRuleOf, STAGE } from '../order.ts'
import type { Step, Walk } from '../walk.ts'
import { equal, holds, touched } from './broken.ts'

type Filled = EventOf<'OrderFilled'>

const POOL_FILLS = 2
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

  checkPrice(walk, step, event, takerTouch)
  checkMakers(event, takerTouch.before, subs)
  const [was, is] = [baseIn(takerTouch.before, event.marketIndex), baseIn(takerTouch.after, event.marketIndex)]
  checkCaps(event, market.before, market.after, abs(is) > abs(was) || (was !== 0n && is !== 0n && is > 0n !== was > 0n))
  const isPoolPaused = (walk.mirror.exchange.pauseBits & POOL_FILLS) !== 0
  if (!isPoolPaused) checkPoolIsNoBetter(event, market.before, market.after)
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
function checkPrice(walk: Walk, step: Step, event: Filled, { before, after }: Both): void {
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
  const isExpired = order.expiresAt !== 0n && BigInt(step.now) >= order.expiresAt
  holds(!isExpired || rule === 'one', '3: an expired order never fills, once its one price is past')
  const limit = limitAt(order, event.oraclePrice)
  holds(
    limit === 0n || isWithinLimit(event.side, event.size, event.quote, limit),
    `3: no fill is beyond its limit (${event.size} for ${event.quote}, limit ${limit}, flags ${order.flags})`,
  )
  if (!isImmediate(order) || event.taker.orderStatus !== 'open') return
  const rest = orderOf(after, order.orderId)
  const isExit = order.kind === KIND.market && has(order, FLAG.reduceOnly)
  holds(isExit, '3: an immediate order never rests')
  const isBound = rest.stage === STAGE.active && rest.eligibleFrom > order.eligibleFrom
  holds(
    isBound || rest.stage === STAGE.awaitingTrigger,
    '3: the rest of an exit has a new clock, or waits for its trigger',
  )
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

/** A keeper cannot name a maker who is worse for the taker than the pool, while the pool has room for as much. */
function checkPoolIsNoBetter(event: Filled, { ledger, params }: Market, after: Market): void {
  const { price } = after
  if (price.publishTime !== event.publishTime) return
  const half = halfSpreadPpm(price.price, price.confidence, params.spreadPpm, params.confMultiplierBps)
  const curve = { price: price.price, userNetBase: -ledger.poolBase, depth: params.depthK, halfSpreadPpm: half }
  const equity = equityAt({ ...after, ledger }, price.price)
  for (const { size, quote } of event.makers) {
    const base = signed(event.side, size)
    const isRoom =
      abs(base - ledger.poolBase) <= openCapBase(equity, price.price, OPEN_CAP) && size <= oneFillCap(params.depthK)
    if (size === 0n || !isRoom) continue
    const pools = poolQuote(curve, base)
    holds(
      event.side === 'buy' ? quote <= pools : quote >= pools,
      `3: a maker is no worse than the pool (${quote}, ${pools})`,
    )
  }
}

/** 2: open interest and the pool's skew grow only up to their caps. */
function checkCaps(event: Filled, before: Market, after: Market, isRisk: boolean): void {
  const larger = ({ ledger }: Market) => max(ledger.openInterestLong, ledger.openInterestShort)
  if (larger(after) > larger(before)) {
    holds(larger(after) <= after.params.openInterestCap, '2: open interest grows only up to its cap')
  }
  const [was, is] = [abs(before.ledger.poolBase), abs(after.ledger.poolBase)]
  if (is <= was) return
  const cap = openCapBase(equityAt(after, event.oraclePrice), event.oraclePrice, isRisk ? OPEN_CAP : LIQUIDATION_CAP)
  holds(is <= cap + after.params.stepSize, `2: the pool's skew grows only up to its cap (${was} to ${is} of ${cap})`)
}

function equityAt({ ledger, params }: Market, price: bigint): bigint {
  return poolEquity(ledger.poolAllocation, ledger.poolQuote, -ledger.poolBase, price, params.depthK)
}

export function orderOf(sub: Sub, orderId: bigint): Order {
  const order = sub.orders.find((candidate) => candidate.orderId === orderId)
  if (!order) throw new Error(`no order ${orderId}`)
  return order
}

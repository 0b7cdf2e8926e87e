import type { NewOrder } from '#client/instructions/orders.ts'
import { peggedLimit, slippageLimit, trailingTrigger } from '#client/math/index.ts'
import type { Base, Price } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import { answerOf } from '../account/answer.ts'
import type { MarketView } from '../account/market-view.ts'
import type { TicketFields } from './fields.ts'
import { type TicketKind, type TimeInForce, takesAtOnce } from './kinds.ts'
import { ladder } from './ladder.ts'
import { type Prices, priceIn } from './prices.ts'
import { slicesOf } from './twap-terms.ts'

/** How an order of the plan will trade. */
export type Entry = {
  size: Base
  /** Oracle price when it trades: that of now, or the trigger. */
  oracle: Price
  /** No fill is worse; null for a triggered market order, whose limit follows from the price that sets it off. */
  limit: Price | null
  /** It trades only once the oracle has come to `oracle`. */
  waits: boolean
  /** It trades at once or not at all. */
  takes: boolean
  postOnly: boolean
  /** Its limit only bounds slippage. */
  isMarket: boolean
  /** It trades in so many orders, one after the other. */
  parts: number
}

export type Plan = {
  /** As the program takes them; a bracket's children after their parent, all of a group with the same group id. */
  orders: readonly NewOrder[]
  /** What can come of it: each a set of fills that happen together, the likeliest first. */
  outcomes: readonly (readonly [Entry, ...Entry[]])[]
}

/** Stands for "one group"; whoever sends the orders gives the group its number. */
export const SAME_GROUP = 1

const TIME_IN_FORCE = {
  gtc: 'goodTillCancel',
  gtt: 'goodTillTime',
  ioc: 'immediateOrCancel',
  fok: 'fillOrKill',
} as const satisfies Record<TimeInForce, NewOrder['timeInForce']>

type Input = {
  fields: TicketFields
  prices: Prices
  base: Base
  market: MarketView
  /** On the server's clock, ms. */
  now: number
}

/** What to send for these fields; null while a price is missing or leads to none. */
export function planOrders(input: Input): Plan | null {
  return input.base === 0n ? null : BUILD[input.fields.kind](input)
}

const BUILD: Readonly<Record<TicketKind, (input: Input) => Plan | null>> = {
  market(input) {
    const limit = workingLimit(input)
    if (limit === null) return null
    const order = { ...common(input), kind: 'market', timeInForce: 'immediateOrCancel', limitPrice: limit } as const
    return single(order, entry(input, { limit, takes: true, isMarket: true }))
  },
  limit(input) {
    const limit = priceIn(input.prices, 'price')
    if (limit === null) return null
    return single(
      { ...common(input), kind: 'limit', limitPrice: limit, postOnly: input.fields.postOnly },
      entry(input, { limit, takes: takesAtOnce(input.fields), postOnly: input.fields.postOnly }),
    )
  },
  stop: (input) => triggered(input, stopDirection(input.fields.side)),
  takeProfit: (input) => triggered(input, stopDirection(other(input.fields.side))),
  trailing(input) {
    const trailingDistance = priceIn(input.prices, 'distance')
    const trigger = trailingStart(input)
    if (trailingDistance === null || trigger === null) return null
    const order = {
      ...waitingMarket(input),
      triggerDirection: stopDirection(input.fields.side),
      trailingDistance,
    } as const
    return single(order, entry(input, { oracle: trigger, limit: null, waits: true, takes: true }))
  },
  pegged(input) {
    const pegOffset = priceIn(input.prices, 'offset')
    const limit = workingLimit(input)
    if (pegOffset === null || limit === null) return null
    const { postOnly } = input.fields
    const limitPrice = priceIn(input.prices, 'bound') ?? 0n
    const order = { ...common(input), kind: 'limit', pegOffset, limitPrice, postOnly } as const
    return single(order, entry(input, { limit, postOnly }))
  },
  ladder(input) {
    const [first, last] = [priceIn(input.prices, 'price'), priceIn(input.prices, 'lastPrice')]
    if (first === null || last === null) return null
    const { count, shape, postOnly } = input.fields
    const rungs = ladder({ first, last, count, shape, total: input.base }, input.market)
    const [nearest, ...others] = rungs.map(({ price, size }) => entry(input, { size, limit: price, postOnly }))
    if (nearest === undefined) return null
    const order = { ...common(input), kind: 'limit', postOnly, groupId: SAME_GROUP } as const
    return {
      orders: rungs.map(({ price, size }) => ({ ...order, size, limitPrice: price })),
      outcomes: [[nearest, ...others]],
    }
  },
  // Judged as a whole that fills now: how far its slices move the price adds up to the same.
  twap(input) {
    const [limit, slices] = [workingLimit(input), slicesOf(input.fields)]
    if (limit === null || slices === null) return null
    const order = { ...common(input), kind: 'market', timeInForce: 'immediateOrCancel', limitPrice: limit } as const
    return single(order, entry(input, { limit, takes: true, isMarket: true, parts: slices }))
  },
  oco(input) {
    const [limit, trigger] = [priceIn(input.prices, 'price'), priceIn(input.prices, 'trigger')]
    if (limit === null || trigger === null) return null
    const group = { groupId: SAME_GROUP, oneCancelsOther: true }
    return {
      orders: [
        { ...common(input), ...group, kind: 'limit', limitPrice: limit },
        {
          ...waitingMarket(input),
          ...group,
          triggerDirection: stopDirection(input.fields.side),
          triggerPrice: trigger,
        },
      ],
      outcomes: [[entry(input, { limit })], [entry(input, { oracle: trigger, limit: null, waits: true, takes: true })]],
    }
  },
}

function triggered(input: Input, triggerDirection: 'above' | 'below'): Plan | null {
  const trigger = priceIn(input.prices, 'trigger')
  const { execution, timeInForce } = input.fields
  if (trigger === null) return null
  if (execution === 'market') {
    const order = { ...waitingMarket(input), triggerDirection, triggerPrice: trigger }
    return single(order, entry(input, { oracle: trigger, limit: null, waits: true, takes: true }))
  }
  const limit = priceIn(input.prices, 'price')
  if (limit === null) return null
  const takes = timeInForce === 'ioc' || timeInForce === 'fok'
  return single(
    { ...common(input), kind: 'limit', limitPrice: limit, triggerDirection, triggerPrice: trigger },
    entry(input, { oracle: trigger, limit, waits: true, takes }),
  )
}

const single = (order: NewOrder, fill: Entry): Plan => ({ orders: [order], outcomes: [[fill]] })

function entry({ base, market }: Input, known: Partial<Entry> & Pick<Entry, 'limit'>): Entry {
  return {
    size: base,
    oracle: market.price.price,
    waits: false,
    takes: false,
    postOnly: false,
    isMarket: false,
    parts: 1,
    ...known,
  }
}

function common({ fields, base, now }: Input) {
  const { side, reduceOnly, timeInForce, lifetimeS } = fields
  return {
    side,
    size: base,
    reduceOnly,
    timeInForce: TIME_IN_FORCE[timeInForce],
    expiresAt: timeInForce === 'gtt' ? BigInt(Math.floor(now / 1000) + lifetimeS) : 0n,
  }
}

/** Its limit is the market's default distance from the price that sets it off, so that no gap leaves it behind. */
function waitingMarket(input: Input) {
  const isTimed = input.fields.timeInForce === 'gtt'
  return { ...common(input), kind: 'market', timeInForce: isTimed ? 'goodTillTime' : 'immediateOrCancel' } as const
}

/** Which way the oracle goes when a stop of this side is set off. */
const stopDirection = (side: Side): 'above' | 'below' => (side === 'buy' ? 'above' : 'below')
const other = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')

/** Worst price of an order that is active at once: its limit, a market order's slippage limit, where a peg leads now. */
export function workingLimit({ fields, prices, market }: Omit<Input, 'base' | 'now'>): Price | null {
  const oracle = market.price.price
  if (fields.kind === 'market' || fields.kind === 'twap') {
    return slippageLimit(fields.side, oracle, fields.slippageBps, market.tickSize)
  }
  if (fields.kind !== 'pegged') return priceIn(prices, 'price')
  const offset = priceIn(prices, 'offset')
  return offset === null
    ? null
    : answerOf(() => peggedLimit(fields.side, oracle, offset, priceIn(prices, 'bound') ?? 0n))
}

/** Where a trailing stop begins; null for a distance that leads to no price. */
function trailingStart({ fields, prices, market }: Omit<Input, 'base' | 'now'>): Price | null {
  const distance = priceIn(prices, 'distance')
  return distance === null ? null : answerOf(() => trailingTrigger(fields.side, market.price.price, distance))
}

/** The price at which the ticket's size is valued: about what it trades at. Null while that is not known. */
export function referencePrice(input: Omit<Input, 'base' | 'now'>): Price | null {
  const { fields, prices, market } = input
  switch (fields.kind) {
    case 'market':
    case 'twap':
      return market.price.price
    case 'stop':
    case 'takeProfit':
      return priceIn(prices, fields.execution === 'limit' ? 'price' : 'trigger')
    case 'trailing':
      return trailingStart(input)
    case 'ladder': {
      const [first, last] = [priceIn(prices, 'price'), priceIn(prices, 'lastPrice')]
      return first === null || last === null ? null : (first + last) / 2n
    }
    case 'limit':
    case 'pegged':
    case 'oco':
      return workingLimit(input)
  }
}

/** The plan with a take-profit and a stop-loss for what its one order opens; one that fills takes the other along. */
export function withProtection(plan: Plan, side: Side, protection: Pick<Prices, 'takeProfit' | 'stopLoss'>): Plan {
  const [takeProfit, stopLoss] = [priceIn(protection, 'takeProfit'), priceIn(protection, 'stopLoss')]
  const both = takeProfit !== null && stopLoss !== null
  const child = (triggerPrice: Price | null, triggerDirection: 'above' | 'below'): NewOrder[] =>
    triggerPrice === null
      ? []
      : [
          {
            kind: 'market',
            side: other(side),
            size: 0n,
            reduceOnly: true,
            triggerDirection,
            triggerPrice,
            parent: 0,
            ...(both ? { groupId: SAME_GROUP, oneCancelsOther: true } : {}),
          },
        ]
  return {
    ...plan,
    orders: [...plan.orders, ...child(takeProfit, stopDirection(side)), ...child(stopLoss, stopDirection(other(side)))],
  }
}

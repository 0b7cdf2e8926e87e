import type { NewOrder } from '#client/instructions/orders.ts'
import type { Portfolio } from '#client/math/index.ts'
import type { Base } from '#client/units.ts'
import type { MarketId } from '#server/exchange/schema.ts'
import type { MarketView } from '../account/market-view.ts'
import type { Estimate } from './estimate.ts'
import type { Parsed, TicketFields } from './fields.ts'
import type { TicketKind } from './kinds.ts'
import type { Resting } from './matching.ts'
import type { Plan } from './plan.ts'
import type { PriceField, Prices } from './prices.ts'

export type ProblemCode =
  | 'no-wallet'
  | 'reading-account'
  | 'no-account'
  | 'isolated'
  | 'market-closed'
  | 'stale-price'
  | 'no-size'
  | 'bad-size'
  | 'size-step'
  | 'no-price'
  | 'bad-price'
  | 'price-tick'
  | 'wrong-side'
  | 'no-protection'
  | 'bad-duration'
  | 'no-trading-key'
  | 'below-minimum'
  | 'ladder-range'
  | 'nothing-to-reduce'
  | 'reduce-too-large'
  | 'one-fill-cap'
  | 'pool-cap'
  | 'too-large'
  | 'slippage'
  | 'would-take'
  | 'order-slots'
  | 'position-slots'
  | 'margin'

/** What a click can do about a problem. */
export type Remedy =
  | { kind: 'deposit'; label: string }
  | { kind: 'size'; label: string; size: string }
  | { kind: 'price'; label: string; field: PriceField; price: string }
  /** The same trigger is right for the other kind of waiting order. */
  | { kind: 'become'; label: string; become: TicketKind }
  | { kind: 'one-click'; label: string }

/** Why the order cannot be sent: a few words for the button, a sentence for the form. */
export type Problem = {
  code: ProblemCode
  label: string
  message: string
  field: 'size' | 'duration' | PriceField | null
  /** False for what is only unfinished: an empty size is not yet a mistake. */
  shown: boolean
  remedy?: Remedy
}

export type ProblemInput = {
  fields: TicketFields
  market: MarketView
  portfolio: Portfolio | null
  resting: Resting
  /** The account is not known yet: neither that there is one nor that there is none. */
  reading: boolean
  /** The only market the account may trade; null trades all. */
  isolatedMarket: MarketId | null
  wallet: 'none' | 'connected'
  /** Until when a key of this browser may trade for the account, ms; null when none may. */
  tradingKeyUntil: number | null
  /** On the server's clock, ms. */
  now: number
  /** The size as it was typed. */
  sizeInput: Parsed
  /** Null when the size is no number; 0 when the field is empty. */
  base: Base | null
  /** All that are asked for, those of a bracket's children too. */
  prices: Prices
  plan: Plan | null
  estimate: Estimate | null
}

/** Of a plan's orders, those that come to the book by themselves. */
export const entriesOf = (plan: Plan | null): readonly NewOrder[] =>
  plan?.orders.filter(({ parent }) => parent === undefined) ?? []

export const blocked = (code: ProblemCode, label: string, message: string): Problem => ({
  code,
  label,
  message,
  field: null,
  shown: true,
})

export const unfinished = (code: ProblemCode, label: string): Omit<Problem, 'field'> => ({
  code,
  label,
  message: label,
  shown: false,
})

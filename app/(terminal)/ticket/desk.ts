import type { MarketId, Side } from '#server/exchange/schema.ts'
import type { TicketFields } from './fields.ts'
import { reduceTicket } from './fields.ts'
import type { TicketView } from './model.ts'

/*
 * The ticket as the chart and the keyboard use it: an order at a price pointed at has the ticket's size, leverage and
 * conditions, and is judged by the ticket's rules.
 */

/** An order at a price; of a stop or take-profit the price is its trigger. */
export type OrderAsk = { side: Side; kind: 'limit' | 'stop' | 'takeProfit'; price: string }

export type TicketDesk = {
  fields: TicketFields
  /** What the ticket would be. */
  judge: (ask: OrderAsk) => TicketView
  /** Sends it, where nothing stands in the way; the form stays as it is. */
  send: (ask: OrderAsk) => void
  /** Puts it into the form, for what is still missing. */
  fill: (ask: OrderAsk) => void
  setSize: (unit: 'quote' | 'percent', size: string) => void
  focusSize: () => void
  /** Attaches a take-profit or stop-loss at this price to what the form would send. */
  protect: (field: 'takeProfit' | 'stopLoss', price: string) => void
}

const desks = new Map<MarketId, TicketDesk>()

/** Makes the ticket of `market` available. @returns the function that takes it back. */
export function offerDesk(market: MarketId, desk: TicketDesk): () => void {
  desks.set(market, desk)
  return () => {
    if (desks.get(market) === desk) desks.delete(market)
  }
}

/** Undefined while no ticket of this market is on the page. */
export const deskOf = (market: MarketId): TicketDesk | undefined => desks.get(market)

/** `reduces`: the side closes a position. */
export function fieldsOf(fields: TicketFields, { side, kind, price }: OrderAsk, reduces: boolean): TicketFields {
  const sided = reduceTicket(fields, { type: 'edit', change: { side } })
  const ofKind = kind === sided.kind ? sided : reduceTicket(sided, { type: 'kind', kind, reduces })
  const change = kind === 'limit' ? { price } : ({ trigger: price, execution: 'market' } as const)
  return reduceTicket(ofKind, { type: 'edit', change })
}

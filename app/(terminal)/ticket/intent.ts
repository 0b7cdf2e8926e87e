import type { MarketId, Side } from '#server/exchange/schema.ts'

/** Something elsewhere on the page (book row, chart, depth curve) asks the ticket to take over prices, exact decimal text. */
export type Intent =
  | { type: 'price'; price: string }
  /** A scaled order from one price to another. */
  | { type: 'ladder'; side: Side; first: string; last: string }
type Listener = (intent: Intent) => void

const listeners = new Map<MarketId, Set<Listener>>()

export function askTicket(market: MarketId, intent: Intent): void {
  for (const listener of listeners.get(market) ?? []) listener(intent)
}

/** Puts `price` into the ticket of `market` as a limit price. */
export const setPrice = (market: MarketId, price: string): void => askTicket(market, { type: 'price', price })

/** @returns the function that ends the subscription. */
export function subscribe(market: MarketId, listener: Listener): () => void {
  const set = listeners.get(market) ?? new Set()
  listeners.set(market, set.add(listener))
  return () => set.delete(listener)
}

import type { MarketId } from '#server/exchange/schema.ts'

/** Something elsewhere on the page (book row, chart, depth curve) asks the ticket to take over a price. */
type Listener = (price: string) => void

const listeners = new Map<MarketId, Set<Listener>>()

/** Puts `price` (exact decimal text) into the ticket of `market` as a limit price. */
export function setPrice(market: MarketId, price: string): void {
  for (const listener of listeners.get(market) ?? []) listener(price)
}

/** @returns the function that ends the subscription. */
export function subscribe(market: MarketId, listener: Listener): () => void {
  const set = listeners.get(market) ?? new Set()
  listeners.set(market, set.add(listener))
  return () => set.delete(listener)
}

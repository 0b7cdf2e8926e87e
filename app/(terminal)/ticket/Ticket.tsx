'use client'
import type { MarketId } from '#server/exchange/schema.ts'

export function Ticket({ market }: { market: MarketId }) {
  return <section aria-label={`Order for ${market}`} className="p-3" />
}

'use client'
import type { MarketId } from '#server/exchange/schema.ts'

export function ActivityTabs({ market }: { market: MarketId }) {
  return <section aria-label={`Positions and orders, ${market} first`} className="flex-1" />
}

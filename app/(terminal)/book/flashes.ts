import type { Price } from '#client/units.ts'
import type { BookDto } from '#server/exchange/schema.ts'
import { toPrice } from '../account/decimal.ts'
import type { Side } from './paint.ts'
import { prefersStillness } from './use-drawing.ts'

const FLASH_MS = 500

/**
 * Which rows of the book just changed because somebody placed, changed or took an order there. The pool's curve moves
 * with every price and never flashes: then everything would, always.
 */
export function createFlashes(grouping: Price) {
  const startedAt = { asks: new Map<Price, number>(), bids: new Map<Price, number>() }
  let seen: BookDto | undefined
  const rowOf = (side: Side, price: Price) =>
    side === 'asks' ? ((price + grouping - 1n) / grouping) * grouping : (price / grouping) * grouping
  return {
    observe(book: BookDto | undefined, now: number): void {
      if (book === seen) return
      if (seen !== undefined && book !== undefined && !prefersStillness()) {
        for (const side of ['asks', 'bids'] as const) {
          for (const price of changedPrices(seen[side], book[side]))
            startedAt[side].set(rowOf(side, toPrice(price)), now)
        }
      }
      seen = book
    },
    /** 1 right after a change, falling to 0. */
    strength(side: Side, price: Price, now: number): number {
      const at = startedAt[side].get(price)
      return at === undefined ? 0 : Math.max(0, 1 - (now - at) / FLASH_MS)
    },
    /** Whether anything still fades; forgets what has. */
    active(now: number): boolean {
      for (const rows of [startedAt.asks, startedAt.bids]) {
        for (const [price, at] of rows) if (now - at >= FLASH_MS) rows.delete(price)
      }
      return startedAt.asks.size + startedAt.bids.size > 0
    },
  }
}

/** Prices whose resting size differs, or that are in one of the two only. */
export function changedPrices(before: BookDto['asks'], after: BookDto['asks']): string[] {
  const sizes = new Map(before)
  const changed = after.flatMap(([price, size]) => {
    const known = sizes.get(price)
    sizes.delete(price)
    return known === size ? [] : [price]
  })
  return [...changed, ...sizes.keys()]
}

import { word } from '#app/i18n/t.ts'
import type { OrderDto } from '#server/exchange/schema.ts'

type Named = Pick<OrderDto, 'side' | 'type'> &
  Partial<Pick<OrderDto, 'triggerDirection' | 'trailingDistance' | 'pegOffset'>>

const STOPS = { market: word('Stop market'), limit: word('Stop limit') } as const
const TAKE_PROFITS = { market: word('Take profit market'), limit: word('Take profit limit') } as const

/** What traders call it: "Limit", "Stop market", "Take profit limit", "Trailing stop", "Pegged limit". */
export function orderKind({
  side,
  type,
  triggerDirection = null,
  trailingDistance = null,
  pegOffset = null,
}: Named): string {
  if (trailingDistance !== null) return word('Trailing stop')
  if (triggerDirection !== null) {
    // A sell below the market, or a buy above it, ends a loss; the others take a profit.
    const isStop = (side === 'sell') === (triggerDirection === 'below')
    return (isStop ? STOPS : TAKE_PROFITS)[type]
  }
  if (pegOffset !== null) return word('Pegged limit')
  return word(type === 'limit' ? 'Limit' : 'Market')
}

/** True while the oracle has not set it off, or its parent has not filled. */
export const isWaiting = ({ stage }: Pick<OrderDto, 'stage'>): boolean => stage !== 'active'

/** The price that matters now: where it is set off while it waits, its limit after that; null where it has neither. */
export function workingPrice(order: Pick<OrderDto, 'stage' | 'triggerPrice' | 'limitPrice'>): string | null {
  return isWaiting(order) && order.triggerPrice !== null ? order.triggerPrice : order.limitPrice
}

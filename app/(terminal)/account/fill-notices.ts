import { useEffect } from 'react'
import { toast } from 'sonner'
import { marketStore } from '#app/data/market.tsx'
import { onUserMessage } from '#app/data/user.ts'
import type { FillDto, UserMessage } from '#server/exchange/schema.ts'
import { isSlice } from '../twap/slices.ts'
import { fillWords } from './fill-words.ts'
import { isWatched } from './order-fate.ts'

/** Tells of fills that no toast is waiting for: of resting orders, of other devices. */
export function useFillNotices(authority: string | null): void {
  useEffect(() => {
    if (authority === null) return
    return onUserMessage(authority, (message: UserMessage) => {
      if (message.type === 'fill' && !message.fill.liquidation) later(message.fill)
    })
  }, [authority])
}

/** An order's own message, which links it to a waiting toast, may come just after its fill. */
const ORDER_MESSAGE_MS = 400

function later(fill: FillDto): void {
  setTimeout(() => {
    if (!isWatched(fill) && !isSlice(fill)) noticeFill(fill)
  }, ORDER_MESSAGE_MS)
}

function noticeFill(fill: FillDto): void {
  const market = marketStore(fill.market).get()
  if (market === undefined) return
  const { title, text } = fillWords(fill, market)
  toast.success(title, { description: text })
}

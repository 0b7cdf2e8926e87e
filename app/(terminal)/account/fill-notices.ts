import { useEffect } from 'react'
import { toast } from 'sonner'
import { marketStore } from '#app/data/market.tsx'
import { onUserMessage } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import type { FillDto, UserMessage } from '#server/exchange/schema.ts'
import { isSlice } from '../twap/slices.ts'
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
  const size = formatSize(fill.size, market.params.stepSize)
  const price = formatPrice(fill.price, market.params.tickSize)
  const values = { size, symbol: market.baseSymbol, price }
  toast.success(
    fill.side === 'buy' ? t('Bought {size} {symbol} at {price}', values) : t('Sold {size} {symbol} at {price}', values),
    { description: outcomeOf(fill) },
  )
}

/** What a fill made and cost: "Realised +$12.00, fee $0.40". */
export function outcomeOf({ fee, realisedPnl }: FillDto): string {
  const isRebate = fee.startsWith('-')
  const amount = formatUsd(isRebate ? fee.slice(1) : fee)
  if (realisedPnl === '0') return isRebate ? t('rebate {amount}', { amount }) : t('fee {amount}', { amount })
  const values = { amount, realised: formatUsd(realisedPnl, { sign: true }) }
  return isRebate ? t('Realised {realised}, rebate {amount}', values) : t('Realised {realised}, fee {amount}', values)
}

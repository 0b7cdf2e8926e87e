import { useEffect } from 'react'
import { toast } from 'sonner'
import { marketStore } from '#app/data/market.tsx'
import { onUserMessage } from '#app/data/user.ts'
import { formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import type { FillDto, LiquidationDto, UserMessage } from '#server/exchange/schema.ts'
import { isWatched } from './order-fate.ts'

/** Tells of fills that no toast is waiting for (resting orders, other devices), and of liquidations. */
export function useFillNotices(authority: string | null): void {
  useEffect(() => {
    if (authority === null) return
    return onUserMessage(authority, (message: UserMessage) => {
      if (message.type === 'fill' && !message.fill.liquidation) later(message.fill)
      if (message.type === 'liquidation') noticeLiquidation(message.liquidation)
    })
  }, [authority])
}

/** An order's own message, which links it to a waiting toast, may come just after its fill. */
const ORDER_MESSAGE_MS = 400

function later(fill: FillDto): void {
  setTimeout(() => {
    if (!isWatched(fill)) noticeFill(fill)
  }, ORDER_MESSAGE_MS)
}

function noticeFill(fill: FillDto): void {
  const market = marketStore(fill.market).get()
  if (market === undefined) return
  const size = formatSize(fill.size, market.params.stepSize)
  const price = formatPrice(fill.price, market.params.tickSize)
  const realised = fill.realisedPnl === '0' ? '' : `Realised ${formatUsd(fill.realisedPnl, { sign: true })}, `
  toast.success(`${fill.side === 'buy' ? 'Bought' : 'Sold'} ${size} ${market.baseSymbol} at ${price}`, {
    description: `${realised}${fill.fee.startsWith('-') ? `rebate ${formatUsd(fill.fee.slice(1))}` : `fee ${formatUsd(fill.fee)}`}`,
  })
}

function noticeLiquidation(liquidation: LiquidationDto): void {
  const market = marketStore(liquidation.market).get()
  if (market === undefined) return
  const size = formatSize(liquidation.size, market.params.stepSize)
  toast.warning(`${size} ${market.baseSymbol} of your ${liquidation.market} position was liquidated`, {
    description: `At ${formatPrice(liquidation.price, market.params.tickSize)}, realised ${formatUsd(liquidation.realisedPnl, { sign: true })}. Deposit or reduce to keep the rest.`,
    duration: Number.POSITIVE_INFINITY,
  })
}

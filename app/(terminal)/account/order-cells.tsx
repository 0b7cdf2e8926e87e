'use client'
import type { ReactNode } from 'react'
import { usePrice } from '#app/data/market.tsx'
import { NO_VALUE } from '#app/ui/format.ts'
import type { MarketDto, OrderDto } from '#server/exchange/schema.ts'
import { limitText, pegText, trailText, triggerText } from './order-words.ts'

type CellProps = { order: OrderDto; params: MarketDto['params'] }

/** Where it is set off; of a trailing stop also its distance and the best price it has seen. */
export function TriggerCell({ order, params }: CellProps) {
  const trail = trailText(order, params)
  return (
    <>
      {triggerText(order, params) ?? (trail === null ? NO_VALUE : '')}
      {trail !== null && <Beneath>{trail}</Beneath>}
    </>
  )
}

/** A second, smaller line: rows stay as high as they are. */
function Beneath({ children }: { children: ReactNode }) {
  return <span className="block text-faint text-xs leading-3">{children}</span>
}

const selectPrice = ({ price }: { price: string }): string => price

/** Its limit; of one that follows the oracle the limit of now, and how it follows. */
export function LimitCell({ order, params }: CellProps) {
  return order.pegOffset === null ? limitText(order, params, undefined) : <PegCell order={order} params={params} />
}

function PegCell({ order, params }: CellProps) {
  const oracle = usePrice(order.market, selectPrice)
  return (
    <>
      {limitText(order, params, oracle)}
      <Beneath>{pegText(order, params)}</Beneath>
    </>
  )
}

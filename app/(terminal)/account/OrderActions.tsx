'use client'
import { Pencil, X } from 'lucide-react'
import { t } from '#app/i18n/t.ts'
import { IconButton } from '#app/ui/Button.tsx'
import type { MarketDto, OrderDto } from '#server/exchange/schema.ts'
import { cancelOrders } from './actions.ts'
import { askToModify } from './edit-requests.ts'
import { describeOrder } from './order-words.ts'

type OrderActionsProps = { order: OrderDto; market: MarketDto; changing: boolean; size?: 'sm' | 'md' }

/** Changing and cancelling one order. */
export function OrderActions({ order, market, changing, size = 'sm' }: OrderActionsProps) {
  const name = describeOrder(order, market)
  const cancel = t('Cancel {order}', { order: name })
  return (
    <span className="inline-flex gap-0.5">
      <IconButton
        size={size}
        label={t('Modify {order}', { order: name })}
        disabled={changing}
        onClick={() => askToModify(order.orderId)}
      >
        <Pencil aria-hidden className="size-3" />
      </IconButton>
      <IconButton size={size} label={cancel} busy={changing} onClick={() => void cancelOrders(cancel, [order])}>
        <X aria-hidden className="size-3.5" />
      </IconButton>
    </span>
  )
}

'use client'
import { t } from '#app/i18n/t.ts'
import { formatPrice } from '#app/ui/format.ts'
import type { MarketDto, OrderDto, PositionDto } from '#server/exchange/schema.ts'
import { abs, toBase } from './decimal.ts'
import { askToProtect } from './edit-requests.ts'
import { protectionOf } from './position-protection.ts'

type ProtectionProps = { position: PositionDto; orders: readonly OrderDto[]; market: MarketDto }

/** The position's take-profit and stop-loss, and the way to change them. */
export function ProtectionButton({ position, orders, market }: ProtectionProps) {
  const { takeProfit, stopLoss } = protectionOf(position, orders)
  const held = abs(toBase(position.base))
  const covers = (order: OrderDto | null): boolean =>
    order === null || toBase(order.size) - toBase(order.filled) >= held
  const text = (order: OrderDto | null): string => formatPrice(order?.triggerPrice, market.params.tickSize)
  return (
    <button
      type="button"
      title={covers(takeProfit) && covers(stopLoss) ? undefined : t('They cover only a part of the position')}
      onClick={() => askToProtect(position.market)}
      className="rounded-sm text-faint hover:text-text hover:underline"
    >
      <span className="sr-only">{t('Take profit and stop loss of {market}', { market: position.market })}: </span>
      {takeProfit === null && stopLoss === null ? (
        t('add')
      ) : (
        <>
          <span className="text-up">{text(takeProfit)}</span> / <span className="text-down">{text(stopLoss)}</span>
          {!(covers(takeProfit) && covers(stopLoss)) && <span className="text-warn"> {t('part')}</span>}
        </>
      )}
    </button>
  )
}

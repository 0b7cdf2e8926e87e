'use client'
import { useMarket } from '#app/data/market.tsx'
import { rich, t } from '#app/i18n/t.ts'
import { formatSize, formatTime } from '#app/ui/format.ts'
import { Heads } from '#app/ui/Heads.tsx'
import { useSorting } from '#app/ui/sorting.ts'
import { EmptyState } from '#app/ui/states.tsx'
import { SideBar, Table, Td, Th } from '#app/ui/Table.tsx'
import { Tag } from '#app/ui/Tag.tsx'
import type { MarketDto, MarketId, OrderDto } from '#server/exchange/schema.ts'
import { OrderActions } from './OrderActions.tsx'
import { LimitCell, TriggerCell } from './order-cells.tsx'
import { isWaiting } from './order-kind.ts'
import { conditionsOf, describeOrder, inFamilies, type OrderColumn, sideName } from './order-words.ts'
import { type PendingOrder, usePending } from './pending.ts'
import { TableSkeleton } from './TableSkeleton.tsx'

type OrdersTableProps = {
  orders: readonly OrderDto[]
  /** Only those of this market. */
  market: MarketId | null
  loading: boolean
}

/** Open orders, and above them those still on their way. */
export function OrdersTable({ orders, market, loading }: OrdersTableProps) {
  const sent = usePending((state) => state.orders)
  const pending = sent.filter(
    (order) =>
      (market === null || order.market === market) && !orders.some(({ clientId }) => clientId === order.clientId),
  )
  const sorter = useSorting<OrderColumn>()
  const shown = inFamilies(orders, sorter.sorted).filter(({ order }) => market === null || order.market === market)
  if (loading) return <TableSkeleton />
  if (shown.length + pending.length === 0) {
    return (
      <EmptyState title={t('No open orders')}>
        {t('Orders that wait for their price stand here. Click a price in the book to start one.')}
      </EmptyState>
    )
  }
  return (
    <>
      <Table label={t('Open orders')} className="max-md:hidden">
        <thead>
          <tr>
            <Heads
              sorter={sorter}
              heads={[
                { id: 'market', head: t('Market') },
                { id: 'order', head: t('Order'), left: true },
                { id: 'trigger', head: t('Trigger') },
                { id: 'price', head: t('Price') },
                { id: 'size', head: t('Size'), title: t('Filled of the whole') },
              ]}
            />
            <Th className="!text-left">{t('Conditions')}</Th>
            <Heads sorter={sorter} heads={[{ id: 'placed', head: t('Placed') }]} />
            <Th className="right-0 z-2">
              <span className="sr-only">{t('Actions')}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {pending.map((order) => (
            <PendingRow key={order.clientId} order={order} />
          ))}
          {shown.map(({ order, isChild }) => (
            <OrderRow key={order.orderId} order={order} isChild={isChild} conditions={conditionsOf(order, orders)} />
          ))}
        </tbody>
      </Table>
      <ul aria-label={t('Open orders')} className="grid gap-2 p-3 md:hidden">
        {shown.map(({ order }) => (
          <OrderCard key={order.orderId} order={order} conditions={conditionsOf(order, orders)} />
        ))}
      </ul>
    </>
  )
}

const colorOf = ({ side }: Pick<OrderDto, 'side'>): string => (side === 'buy' ? 'text-up' : 'text-down')

function OrderRow({ order, isChild, conditions }: { order: OrderDto; isChild: boolean; conditions: string }) {
  const market = useMarket(order.market)
  const changing = usePending((state) => state.changing.includes(order.orderId))
  if (market === undefined) return null
  const { params } = market
  return (
    <tr aria-label={describeOrder(order, market)} className={changing ? 'opacity-45' : undefined}>
      <Td className={isChild ? '!pl-7' : undefined}>
        <SideBar side={order.side} />
        {order.market}
      </Td>
      <Td className="!text-left">
        <span className={colorOf(order)}>{sideName(order)}</span>{' '}
        <span className="text-faint text-xs">#{order.orderId}</span>
      </Td>
      <Td>
        <TriggerCell order={order} params={params} />
      </Td>
      <Td className={isWaiting(order) ? 'text-muted' : undefined}>
        <LimitCell order={order} params={params} />
      </Td>
      <Td>
        <Size order={order} market={market} />
      </Td>
      <Td className="!text-left max-w-56 truncate text-muted" title={conditions}>
        {conditions}
      </Td>
      <Td className="text-muted">{formatTime(order.placedAt)}</Td>
      <Td className="sticky right-0 bg-panel !px-1.5">
        <OrderActions order={order} market={market} changing={changing} />
      </Td>
    </tr>
  )
}

/** How much, and how much of it has filled already. */
function Size({ order, market: { params, baseSymbol } }: { order: OrderDto; market: MarketDto }) {
  if (order.stage === 'awaitingParent') {
    return (
      <span className="text-faint" title={t('It gets the size that its order fills')}>
        {t('as filled')}
      </span>
    )
  }
  const size = formatSize(order.size, params.stepSize, { suffix: ` ${baseSymbol}` })
  if (!/[1-9]/.test(order.filled)) return size
  return rich('<muted>{filled} of </muted>{size}', {
    filled: formatSize(order.filled, params.stepSize),
    size,
    muted: (inner) => <span className="text-muted">{inner}</span>,
  })
}

/** Sent, but not in the exchange's records yet. */
function PendingRow({ order }: { order: PendingOrder }) {
  const market = useMarket(order.market)
  if (market === undefined) return null
  const { params, baseSymbol } = market
  return (
    <tr aria-label={t('Order on its way')} className="text-faint">
      <Td>
        <SideBar side={order.side} />
        {order.market}
      </Td>
      <Td className="!text-left">{sideName(order)}</Td>
      <Td>–</Td>
      <Td>–</Td>
      <Td>{formatSize(order.size, params.stepSize, { suffix: ` ${baseSymbol}` })}</Td>
      <Td className="!text-left">
        <Tag tone="accent" className="pulse">
          {t('Sending')}
        </Tag>
      </Td>
      <Td>{formatTime(order.at)}</Td>
      <Td />
    </tr>
  )
}

/** The same on a phone: a card. */
function OrderCard({ order, conditions }: { order: OrderDto; conditions: string }) {
  const market = useMarket(order.market)
  const changing = usePending((state) => state.changing.includes(order.orderId))
  if (market === undefined) return null
  const { params } = market
  return (
    <li aria-label={describeOrder(order, market)} className="grid gap-1.5 rounded-lg bg-raised px-3 py-2.5">
      <div className="flex items-center gap-2">
        <b className="font-semibold">{order.market}</b>
        <span className={colorOf(order)}>{sideName(order)}</span>
        <span className="text-faint text-xs">#{order.orderId}</span>
        <span className="ml-auto">
          <Size order={order} market={market} />
        </span>
      </div>
      <div className="flex items-center gap-3 text-sm">
        {isWaiting(order) && (
          <span>
            <span className="text-faint">{t('Trigger')} </span>
            <TriggerCell order={order} params={params} />
          </span>
        )}
        <span>
          <span className="text-faint">{t('Price')} </span>
          <LimitCell order={order} params={params} />
        </span>
        <span className="ml-auto">
          <OrderActions order={order} market={market} changing={changing} size="md" />
        </span>
      </div>
      <p className="text-faint text-xs">{conditions}</p>
    </li>
  )
}

'use client'
import { X } from 'lucide-react'
import { useMarket } from '#app/data/market.tsx'
import { Button, IconButton } from '#app/ui/Button.tsx'
import { formatPrice, formatSize, formatTime } from '#app/ui/format.ts'
import { EmptyState } from '#app/ui/states.tsx'
import { SideBar, Table, Td, Th } from '#app/ui/Table.tsx'
import { Tag } from '#app/ui/Tag.tsx'
import type { MarketDto, MarketId, OrderDto } from '#server/exchange/schema.ts'
import { cancelOrders } from './actions.ts'
import { isWaiting, orderKind, workingPrice } from './order-kind.ts'
import { TableSkeleton } from './PositionsTable.tsx'
import { type PendingOrder, usePending } from './pending.ts'

type OrdersTableProps = { orders: readonly OrderDto[]; market: MarketId | null; loading: boolean }

/** Open orders, and above them those still on their way. */
export function OrdersTable({ orders, market, loading }: OrdersTableProps) {
  const sent = usePending((state) => state.orders)
  const pending = sent.filter(
    (order) =>
      (market === null || order.market === market) && !orders.some(({ clientId }) => clientId === order.clientId),
  )
  if (loading) return <TableSkeleton />
  if (orders.length + pending.length === 0) {
    return (
      <EmptyState title="No open orders">
        Limit orders wait here until their price comes. Click a price in the book to start one.
      </EmptyState>
    )
  }
  const newestFirst = [...orders].sort((a, b) => b.placedAt - a.placedAt)
  return (
    <>
      <Table label="Open orders" className="max-md:hidden">
        <thead>
          <tr>
            <Th>Market</Th>
            <Th className="!text-left">Order</Th>
            <Th>Trigger</Th>
            <Th>Price</Th>
            <Th>Size</Th>
            <Th>Filled</Th>
            <Th className="!text-left">Conditions</Th>
            <Th>Placed</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {pending.map((order) => (
            <PendingRow key={order.clientId} order={order} />
          ))}
          {newestFirst.map((order) => (
            <OrderRow key={order.orderId} order={order} />
          ))}
        </tbody>
      </Table>
      <ul aria-label="Open orders" className="grid gap-2 p-3 md:hidden">
        {newestFirst.map((order) => (
          <OrderCard key={order.orderId} order={order} />
        ))}
      </ul>
    </>
  )
}

function OrderRow({ order }: { order: OrderDto }) {
  const market = useMarket(order.market)
  const canceling = usePending((state) => state.canceling.includes(order.orderId))
  if (market === undefined) return null
  const name = describe(order, market)
  return (
    <tr aria-label={name} className={canceling ? 'opacity-45' : undefined}>
      <Td>
        <SideBar side={order.side} />
        {order.market}
      </Td>
      <Td className={`!text-left ${order.side === 'buy' ? 'text-up' : 'text-down'}`}>{sideName(order)}</Td>
      <Td className={isWaiting(order) ? undefined : 'text-muted'}>
        {formatPrice(order.triggerPrice, market.params.tickSize)}
      </Td>
      <Td>{formatPrice(order.limitPrice, market.params.tickSize)}</Td>
      <Td>{formatSize(order.size, market.params.stepSize, { suffix: ` ${market.baseSymbol}` })}</Td>
      <Td className="text-muted">{formatSize(order.filled, market.params.stepSize)}</Td>
      <Td className="!text-left text-muted">{conditions(order)}</Td>
      <Td className="text-muted">{formatTime(order.placedAt)}</Td>
      <Td>
        <IconButton
          size="sm"
          label={`Cancel ${name}`}
          busy={canceling}
          onClick={() => void cancelOrders(`Cancel ${name}`, [order])}
        >
          <X aria-hidden className="size-3.5" />
        </IconButton>
      </Td>
    </tr>
  )
}

/** Sent, but not in the exchange's records yet. */
function PendingRow({ order }: { order: PendingOrder }) {
  const market = useMarket(order.market)
  if (market === undefined) return null
  return (
    <tr aria-label="Order on its way" className="text-faint">
      <Td>
        <SideBar side={order.side} />
        {order.market}
      </Td>
      <Td className="!text-left">{sideName(order)}</Td>
      <Td>–</Td>
      <Td>{formatPrice(order.limitPrice, market.params.tickSize)}</Td>
      <Td>{formatSize(order.size, market.params.stepSize, { suffix: ` ${market.baseSymbol}` })}</Td>
      <Td>–</Td>
      <Td className="!text-left">
        <Tag tone="accent" className="pulse">
          Sending
        </Tag>
      </Td>
      <Td>{formatTime(order.at)}</Td>
      <Td />
    </tr>
  )
}

function OrderCard({ order }: { order: OrderDto }) {
  const market = useMarket(order.market)
  const canceling = usePending((state) => state.canceling.includes(order.orderId))
  if (market === undefined) return null
  const name = describe(order, market)
  return (
    <li className="grid grid-cols-[1fr_auto] items-center gap-x-3 gap-y-1 rounded-lg bg-raised px-3 py-2.5">
      <span>
        <b className="font-semibold">{order.market}</b>{' '}
        <span className={order.side === 'buy' ? 'text-up' : 'text-down'}>{sideName(order)}</span>
      </span>
      <Button
        variant="outline"
        size="sm"
        busy={canceling}
        aria-label={`Cancel ${name}`}
        onClick={() => void cancelOrders(`Cancel ${name}`, [order])}
      >
        Cancel
      </Button>
      <span className="text-muted">
        {formatSize(order.size, market.params.stepSize, { suffix: ` ${market.baseSymbol}` })} at{' '}
        {formatPrice(workingPrice(order), market.params.tickSize)}
      </span>
      <span className="text-right text-faint text-xs">{conditions(order)}</span>
    </li>
  )
}

const sideName = (order: Parameters<typeof orderKind>[0]): string => `${orderKind(order)} ${order.side}`

/** "limit buy 4.00 SOL at 140.50" */
function describe(order: OrderDto, market: MarketDto): string {
  const size = formatSize(order.size, market.params.stepSize)
  return `${sideName(order).toLowerCase()} ${size} ${market.baseSymbol} at ${formatPrice(workingPrice(order), market.params.tickSize)}`
}

function conditions(order: OrderDto): string {
  const { stage, reduceOnly, postOnly, oneCancelsOther, timeInForce } = order
  return [
    stage === 'awaitingParent' && 'waits for its order',
    stage === 'awaitingTrigger' && 'waits for its trigger',
    timeInForce.toUpperCase(),
    reduceOnly && 'reduce only',
    postOnly && 'post only',
    oneCancelsOther && 'one cancels other',
  ]
    .filter(Boolean)
    .join(' · ')
}

'use client'
import type { ReactNode } from 'react'
import { useMarket } from '#app/data/market.tsx'
import { t, word } from '#app/i18n/t.ts'
import type { Column } from '#app/ui/DataTable.tsx'
import { formatDateTime, formatNumber, formatPrice, formatSize, formatUsd, signColor } from '#app/ui/format.ts'
import { SideBar } from '#app/ui/Table.tsx'
import { Tag } from '#app/ui/Tag.tsx'
import { SignatureLink } from '#app/wallet/TransactionToast.tsx'
import type {
  FillDto,
  FundingPaymentDto,
  LiquidationDto,
  MarketDto,
  MarketId,
  OrderDto,
  TransferDto,
} from '#server/exchange/schema.ts'
import { negate, toBase, toPrice, toQuote } from './decimal.ts'
import { reasonSentence } from './order-reason.ts'
import { sideName } from './order-words.ts'

/*
 * The columns of what has happened to an account: what stands in each, and what it is ordered by.
 */

/** A part of a row that needs its market's units. Nothing while the market is unknown. */
function InMarket({ market: id, children }: { market: MarketId; children: (market: MarketDto) => ReactNode }) {
  const market = useMarket(id)
  return market === undefined ? null : children(market)
}

/** A figure in the colour of its sign. */
function Amount({ children }: { children: string }) {
  return <span className={signColor(children)}>{children}</span>
}

type Happened = { at: number; signature: string }
const time: Column<Happened> = {
  id: 'time',
  head: word('Time'),
  sortBy: ({ at }) => at,
  cell: ({ at }) => <span className="text-muted">{formatDateTime(at)}</span>,
}
const link: Column<Happened> = {
  id: 'transaction',
  head: word('Transaction'),
  cell: ({ signature }) => <SignatureLink signature={signature} label={false} />,
}
const market: Column<{ market: MarketId }> = {
  id: 'market',
  head: word('Market'),
  sortBy: (row) => row.market,
  cell: (row) => row.market,
}

type Traded = Pick<FillDto, 'market' | 'side' | 'price' | 'size' | 'quote'>
const side: Column<Traded> = {
  id: 'side',
  head: word('Side'),
  left: true,
  sortBy: (row) => row.side,
  cell: (row) => (
    <span className={row.side === 'buy' ? 'text-up' : 'text-down'}>{t(row.side === 'buy' ? 'Buy' : 'Sell')}</span>
  ),
}
const price: Column<Traded> = {
  id: 'price',
  head: word('Price'),
  sortBy: (row) => toPrice(row.price),
  cell: (row) => <InMarket market={row.market}>{({ params }) => formatPrice(row.price, params.tickSize)}</InMarket>,
}
const size: Column<Traded> = {
  id: 'size',
  head: word('Size'),
  sortBy: (row) => toBase(row.size),
  cell: (row) => (
    <InMarket market={row.market}>
      {({ params, baseSymbol }) => formatSize(row.size, params.stepSize, { suffix: ` ${baseSymbol}` })}
    </InMarket>
  ),
}
const value: Column<Traded> = {
  id: 'value',
  head: word('Value'),
  sortBy: (row) => toQuote(row.quote),
  cell: (row) => formatUsd(row.quote),
}

/** Why an account traded without an order of its own. */
const CAUSES: Record<FillDto['cause'], string | null> = {
  order: null,
  liquidation: word('Liquidation'),
  deleverage: word('Deleveraged'),
  settlement: word('Settled'),
}

export const FILL_COLUMNS: readonly Column<FillDto>[] = [
  {
    ...market,
    cell: (fill) => {
      const cause = CAUSES[fill.cause]
      return (
        <>
          <SideBar side={fill.side} />
          {fill.market}
          {cause !== null && (
            <Tag tone="warn" className="ml-1.5">
              {t(cause)}
            </Tag>
          )}
        </>
      )
    },
  },
  side,
  price,
  size,
  value,
  {
    id: 'fee',
    head: word('Fee'),
    sortBy: ({ fee }) => -toQuote(fee),
    cell: ({ fee }) => formatUsd(negate(fee), { sign: true, max: 4 }),
  },
  {
    id: 'realised',
    head: word('Realised PnL'),
    sortBy: ({ realisedPnl }) => toQuote(realisedPnl),
    cell: ({ realisedPnl }) => <Amount>{formatUsd(realisedPnl, { sign: true })}</Amount>,
  },
  {
    id: 'funding',
    head: word('Funding'),
    sortBy: ({ fundingPayment }) => toQuote(fundingPayment),
    cell: ({ fundingPayment }) => <Amount>{formatUsd(fundingPayment, { sign: true, max: 4 })}</Amount>,
  },
  time,
  link,
]

export const FUNDING_COLUMNS: readonly Column<FundingPaymentDto>[] = [
  market,
  {
    id: 'position',
    head: word('Position'),
    sortBy: ({ positionBase }) => toBase(positionBase),
    cell: (payment) => (
      <InMarket market={payment.market}>
        {({ params, baseSymbol }) => formatSize(payment.positionBase, params.stepSize, { suffix: ` ${baseSymbol}` })}
      </InMarket>
    ),
  },
  {
    id: 'payment',
    head: word('Payment'),
    sortBy: ({ amount }) => toQuote(amount),
    cell: ({ amount }) => <Amount>{formatUsd(amount, { sign: true, max: 6 })}</Amount>,
  },
  time,
  link,
]

export const LIQUIDATION_COLUMNS: readonly Column<LiquidationDto>[] = [
  market,
  side,
  price,
  size,
  value,
  {
    id: 'fees',
    head: word('Fees'),
    title: word('To the liquidator, which is in the price, and to the insurance fund'),
    sortBy: ({ liquidationFee, insuranceFee }) => -toQuote(liquidationFee) - toQuote(insuranceFee),
    cell: ({ liquidationFee, insuranceFee }) =>
      `${formatUsd(negate(liquidationFee), { sign: true })} / ${formatUsd(negate(insuranceFee), { sign: true })}`,
  },
  {
    id: 'realised',
    head: word('Realised PnL'),
    sortBy: ({ realisedPnl }) => toQuote(realisedPnl),
    cell: ({ realisedPnl }) => <Amount>{formatUsd(realisedPnl, { sign: true })}</Amount>,
  },
  time,
  link,
]

const TRANSFERS: Record<TransferDto['kind'], { name: string; isIn: boolean }> = {
  deposit: { name: word('Deposit'), isIn: true },
  withdrawal: { name: word('Withdrawal'), isIn: false },
  transferIn: { name: word('From another sub-account'), isIn: true },
  transferOut: { name: word('To another sub-account'), isIn: false },
  insuranceRefill: { name: word('To the insurance fund'), isIn: false },
  referralReward: { name: word('Referral reward'), isIn: true },
  treasuryFees: { name: word('Treasury fees'), isIn: true },
}

export const TRANSFER_COLUMNS: readonly Column<TransferDto>[] = [
  { id: 'kind', head: word('Kind'), sortBy: ({ kind }) => kind, cell: ({ kind }) => t(TRANSFERS[kind].name) },
  {
    id: 'amount',
    head: word('Amount'),
    cell: ({ kind, amount, symbol }) => {
      const { isIn } = TRANSFERS[kind]
      const text = formatNumber(isIn ? amount : negate(amount), { sign: true, min: 2, suffix: ` ${symbol}` })
      return <span className={isIn ? 'text-up' : undefined}>{text}</span>
    },
  },
  time,
  link,
]

const STATUS: Record<OrderDto['status'], string> = {
  open: word('Open'),
  filled: word('Filled'),
  canceled: word('Canceled'),
  expired: word('Expired'),
}

export const ORDER_COLUMNS: readonly Column<OrderDto>[] = [
  market,
  {
    id: 'order',
    head: word('Order'),
    left: true,
    sortBy: sideName,
    cell: (order) => (
      <>
        <span className={order.side === 'buy' ? 'text-up' : 'text-down'}>{sideName(order)}</span>{' '}
        <span className="text-faint text-xs">#{order.orderId}</span>
      </>
    ),
  },
  {
    id: 'price',
    head: word('Price'),
    title: word('Its limit; the worst price of a market order'),
    cell: (order) => (
      <InMarket market={order.market}>{({ params }) => formatPrice(order.limitPrice, params.tickSize)}</InMarket>
    ),
  },
  {
    id: 'size',
    head: word('Filled of size'),
    sortBy: (order) => toBase(order.size),
    cell: (order) => (
      <InMarket market={order.market}>
        {({ params, baseSymbol }) =>
          t('{filled} of {size}', {
            filled: formatSize(order.filled, params.stepSize),
            size: formatSize(order.size, params.stepSize, { suffix: ` ${baseSymbol}` }),
          })
        }
      </InMarket>
    ),
  },
  {
    id: 'status',
    head: word('Status'),
    left: true,
    sortBy: ({ status }) => status,
    cell: (order) => (
      <span title={order.status === 'canceled' || order.status === 'expired' ? reasonSentence(order) : undefined}>
        {t(STATUS[order.status])}
      </span>
    ),
  },
  {
    id: 'placed',
    head: word('Placed'),
    sortBy: ({ placedAt }) => placedAt,
    cell: ({ placedAt }) => <span className="text-muted">{formatDateTime(placedAt)}</span>,
  },
  {
    id: 'transaction',
    head: word('Transaction'),
    cell: ({ signature }) => <SignatureLink signature={signature} label={false} />,
  },
]

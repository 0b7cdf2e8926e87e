'use client'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { useMarket } from '#app/data/market.tsx'
import { useTRPC } from '#app/data/trpc.ts'
import { onUserMessage } from '#app/data/user.ts'
import { Button } from '#app/ui/Button.tsx'
import { formatDateTime, formatNumber, formatPrice, formatSize, formatUsd, signColor } from '#app/ui/format.ts'
import { EmptyState, ErrorState } from '#app/ui/states.tsx'
import { SideBar, Table, Td, Th } from '#app/ui/Table.tsx'
import { Tag } from '#app/ui/Tag.tsx'
import { SignatureLink } from '#app/wallet/TransactionToast.tsx'
import type { FillDto, FundingPaymentDto, MarketId, TransferDto } from '#server/exchange/schema.ts'
import { negate } from './decimal.ts'
import { TableSkeleton } from './PositionsTable.tsx'

/*
 * What has happened to the account, newest first, a page at a time. Each renews itself when the stream tells of
 * something that belongs in it.
 */

type HistoryProps = { authority: string; market: MarketId | null }
const PAGE = 50

export function FillsTable({ authority, market }: HistoryProps) {
  const options = useTRPC().account.fills.infiniteQueryOptions(historyInput(authority, market), PAGING)
  useRenewal(authority, ['fill'], options.queryKey)
  const query = useInfiniteQuery(options)
  return (
    <History
      query={query}
      label="Fills"
      head={['Market', 'Side', 'Price', 'Size', 'Value', 'Fee', 'Realised PnL', 'Funding', 'Time', 'Transaction']}
      empty={
        <EmptyState title="No fills yet">Every trade of this account, with its fee and realised profit.</EmptyState>
      }
      row={(fill: FillDto) => <FillRow key={fill.id} fill={fill} />}
    />
  )
}

export function FundingTable({ authority, market }: HistoryProps) {
  const options = useTRPC().account.funding.infiniteQueryOptions(historyInput(authority, market), PAGING)
  useRenewal(authority, ['fill', 'liquidation'], options.queryKey)
  const query = useInfiniteQuery(options)
  return (
    <History
      query={query}
      label="Funding payments"
      head={['Market', 'Position', 'Payment', 'Time', 'Transaction']}
      empty={
        <EmptyState title="No funding settled yet">
          Funding accrues all the time and is settled when a position changes. What has accrued stands beside the
          position.
        </EmptyState>
      }
      row={(payment: FundingPaymentDto) => <FundingRow key={payment.id} payment={payment} />}
    />
  )
}

export function TransfersTable({ authority }: { authority: string }) {
  const options = useTRPC().account.transfers.infiniteQueryOptions({ authority, limit: PAGE }, PAGING)
  useRenewal(authority, ['transfer'], options.queryKey)
  const query = useInfiniteQuery(options)
  return (
    <History
      query={query}
      label="Transfers"
      head={['Kind', 'Amount', 'Time', 'Transaction']}
      empty={<EmptyState title="No transfers yet">Deposits to the exchange and withdrawals from it.</EmptyState>}
      row={(transfer: TransferDto) => (
        <tr key={transfer.id}>
          <Td>{TRANSFERS[transfer.kind].name}</Td>
          <Td className={TRANSFERS[transfer.kind].isIn ? 'text-up' : undefined}>
            {formatNumber(TRANSFERS[transfer.kind].isIn ? transfer.amount : negate(transfer.amount), {
              sign: true,
              min: 2,
              suffix: ` ${transfer.symbol}`,
            })}
          </Td>
          <TimeAndLink at={transfer.at} signature={transfer.signature} />
        </tr>
      )}
    />
  )
}

const TRANSFERS: Record<TransferDto['kind'], { name: string; isIn: boolean }> = {
  deposit: { name: 'Deposit', isIn: true },
  withdrawal: { name: 'Withdrawal', isIn: false },
  transferIn: { name: 'From another sub-account', isIn: true },
  transferOut: { name: 'To another sub-account', isIn: false },
  insuranceRefill: { name: 'To the insurance fund', isIn: false },
  referralReward: { name: 'Referral reward', isIn: true },
  treasuryFees: { name: 'Treasury fees', isIn: true },
}

const historyInput = (authority: string, market: MarketId | null) => ({
  authority,
  limit: PAGE,
  ...(market === null ? {} : { market }),
})
const PAGING = { getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined }

/** Asks again when the stream tells of one of these kinds. */
function useRenewal(authority: string, kinds: readonly string[], queryKey: readonly unknown[]): void {
  const queryClient = useQueryClient()
  const key = JSON.stringify(queryKey)
  useEffect(
    () =>
      onUserMessage(authority, (message) => {
        if (kinds.includes(message.type)) void queryClient.invalidateQueries({ queryKey: JSON.parse(key) })
      }),
    [authority, kinds, key, queryClient],
  )
}

type Pages<T> = {
  data: { pages: { items: T[] }[] } | undefined
  isPending: boolean
  isError: boolean
  error: { message: string } | null
  refetch: () => unknown
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

type HistoryTableProps<T> = {
  query: Pages<T>
  label: string
  head: readonly string[]
  empty: ReactNode
  row: (item: T) => ReactNode
}

function History<T>({ query, label, head, empty, row }: HistoryTableProps<T>) {
  if (query.isPending) return <TableSkeleton />
  if (query.data === undefined) {
    return (
      <ErrorState title={`${label} could not be read`} onRetry={() => void query.refetch()}>
        {query.error?.message}
      </ErrorState>
    )
  }
  const items = query.data.pages.flatMap((page) => page.items)
  if (items.length === 0) return empty
  return (
    <>
      <Table label={label}>
        <thead>
          <tr>
            {head.map((title) => (
              <Th key={title} className={title === 'Side' ? '!text-left' : undefined}>
                {title}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>{items.map(row)}</tbody>
      </Table>
      {query.hasNextPage && (
        <Button
          size="sm"
          variant="ghost"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
          className="mx-auto my-2"
        >
          Show older
        </Button>
      )}
    </>
  )
}

/** Why an account traded without an order of its own. */
const CAUSES: Record<FillDto['cause'], string | null> = {
  order: null,
  liquidation: 'Liquidation',
  deleverage: 'Deleveraged',
  settlement: 'Settled',
}

function FillRow({ fill }: { fill: FillDto }) {
  const market = useMarket(fill.market)
  if (market === undefined) return null
  return (
    <tr>
      <Td>
        <SideBar side={fill.side} />
        {fill.market}
        {CAUSES[fill.cause] !== null && (
          <Tag tone="warn" className="ml-1.5">
            {CAUSES[fill.cause]}
          </Tag>
        )}
      </Td>
      <Td className={`!text-left ${fill.side === 'buy' ? 'text-up' : 'text-down'}`}>
        {fill.side === 'buy' ? 'Buy' : 'Sell'}
      </Td>
      <Td>{formatPrice(fill.price, market.params.tickSize)}</Td>
      <Td>{formatSize(fill.size, market.params.stepSize, { suffix: ` ${market.baseSymbol}` })}</Td>
      <Td>{formatUsd(fill.quote)}</Td>
      <Td>{formatUsd(negate(fill.fee), { sign: true, max: 4 })}</Td>
      <Amount>{formatUsd(fill.realisedPnl, { sign: true })}</Amount>
      <Amount>{formatUsd(fill.fundingPayment, { sign: true, max: 4 })}</Amount>
      <TimeAndLink at={fill.at} signature={fill.signature} />
    </tr>
  )
}

function FundingRow({ payment }: { payment: FundingPaymentDto }) {
  const market = useMarket(payment.market)
  if (market === undefined) return null
  return (
    <tr>
      <Td>{payment.market}</Td>
      <Td>{formatSize(payment.positionBase, market.params.stepSize, { suffix: ` ${market.baseSymbol}` })}</Td>
      <Amount>{formatUsd(payment.amount, { sign: true, max: 6 })}</Amount>
      <TimeAndLink at={payment.at} signature={payment.signature} />
    </tr>
  )
}

/** A cell in the colour of the signed figure it shows. */
function Amount({ children }: { children: string }) {
  return <Td className={signColor(children)}>{children}</Td>
}

function TimeAndLink({ at, signature }: { at: number; signature: string }) {
  return (
    <>
      <Td className="text-muted">{formatDateTime(at)}</Td>
      <Td>
        <SignatureLink signature={signature} label={false} />
      </Td>
    </>
  )
}

'use client'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { useTRPC } from '#app/data/trpc.ts'
import { onUserMessage } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { type Column, DataTable } from '#app/ui/DataTable.tsx'
import { EmptyState, ErrorState } from '#app/ui/states.tsx'
import type { MarketId, Side } from '#server/exchange/schema.ts'
import {
  FILL_COLUMNS,
  FUNDING_COLUMNS,
  LIQUIDATION_COLUMNS,
  ORDER_COLUMNS,
  TRANSFER_COLUMNS,
} from './history-columns.tsx'
import { TableSkeleton } from './TableSkeleton.tsx'

/*
 * What has happened to an account, newest first, a page at a time. Each renews itself when the stream tells of something
 * that belongs in it.
 */

export type HistoryProps = {
  authority: string
  market: MarketId | null
  side?: Side | null
  /** Only what happened then, ms; the end excluded. */
  from?: number
  to?: number
}
const PAGE = 100

export function OrderHistoryTable(props: HistoryProps) {
  const options = useTRPC().account.orders.infiniteQueryOptions(inputOf(props), PAGING)
  useRenewal(props.authority, ['order'], options.queryKey)
  return (
    <History
      query={useInfiniteQuery(options)}
      label={t('Order history')}
      columns={ORDER_COLUMNS}
      side={props.side}
      empty={<EmptyState title={t('No orders yet')}>{t('Every order of this account, and how it ended.')}</EmptyState>}
    />
  )
}

export function FillsTable(props: HistoryProps) {
  const options = useTRPC().account.fills.infiniteQueryOptions(inputOf(props), PAGING)
  useRenewal(props.authority, ['fill'], options.queryKey)
  return (
    <History
      query={useInfiniteQuery(options)}
      label={t('Fills')}
      columns={FILL_COLUMNS}
      side={props.side}
      empty={
        <EmptyState title={t('No fills yet')}>
          {t('Every trade of this account, with its fee and realised profit.')}
        </EmptyState>
      }
    />
  )
}

export function FundingTable(props: HistoryProps) {
  const options = useTRPC().account.funding.infiniteQueryOptions(inputOf(props), PAGING)
  useRenewal(props.authority, ['fill', 'liquidation'], options.queryKey)
  return (
    <History
      query={useInfiniteQuery(options)}
      label={t('Funding payments')}
      columns={FUNDING_COLUMNS}
      empty={
        <EmptyState title={t('No funding settled yet')}>
          {t(
            'Funding accrues all the time and is settled when a position changes. What has accrued stands beside the position.',
          )}
        </EmptyState>
      }
    />
  )
}

export function LiquidationsTable(props: HistoryProps) {
  const options = useTRPC().account.liquidations.infiniteQueryOptions(inputOf(props), PAGING)
  useRenewal(props.authority, ['liquidation'], options.queryKey)
  return (
    <History
      query={useInfiniteQuery(options)}
      label={t('Liquidations')}
      columns={LIQUIDATION_COLUMNS}
      side={props.side}
      empty={
        <EmptyState title={t('No liquidations')}>
          {t('What the exchange had to close of this account because its margin did not carry it any more.')}
        </EmptyState>
      }
    />
  )
}

export function TransfersTable({ authority, from, to }: Omit<HistoryProps, 'market'>) {
  const input = inputOf({
    authority,
    market: null,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  })
  const options = useTRPC().account.transfers.infiniteQueryOptions(input, PAGING)
  useRenewal(authority, ['transfer'], options.queryKey)
  return (
    <History
      query={useInfiniteQuery(options)}
      label={t('Transfers')}
      columns={TRANSFER_COLUMNS}
      empty={
        <EmptyState title={t('No transfers yet')}>{t('Deposits to the exchange and withdrawals from it.')}</EmptyState>
      }
    />
  )
}

const inputOf = ({ authority, market, from, to }: HistoryProps) => ({
  authority,
  limit: PAGE,
  ...(market === null ? {} : { market }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
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
  columns: readonly Column<T>[]
  side?: Side | null | undefined
  empty: ReactNode
}

type Item = { id: string; side?: Side } | { orderId: string; subAccount: string; side: Side }
const keyOf = (item: Item): string => ('id' in item ? item.id : `${item.subAccount}:${item.orderId}`)

function History<T extends Item>({ query, label, columns, side = null, empty }: HistoryTableProps<T>) {
  if (query.isPending) return <TableSkeleton />
  if (query.data === undefined) {
    return (
      <ErrorState title={t('{name} could not be read', { name: label })} onRetry={() => void query.refetch()}>
        {query.error?.message}
      </ErrorState>
    )
  }
  const items = query.data.pages.flatMap((page) => page.items)
  if (items.length === 0) return empty
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={side === null ? items : items.filter((item) => item.side === side)}
      keyOf={keyOf}
      foot={
        query.hasNextPage && (
          <p className="flex items-center justify-center gap-2 py-1.5 text-faint text-xs">
            {t('The newest {count} are here, ordered and filtered among themselves.', { count: items.length })}
            <Button
              size="sm"
              variant="outline"
              busy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t('Show older')}
            </Button>
          </p>
        )
      }
    />
  )
}

'use client'
import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { priceStore, useSeed } from '#app/data/market.tsx'
import { useMarketList } from '#app/data/markets.ts'
import { useSettings } from '#app/data/SettingsProvider.tsx'
import { useTRPC } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { Segmented } from '#app/ui/Segmented.tsx'
import { SortHead } from '#app/ui/SortHead.tsx'
import { EmptyState, ErrorState, Skeleton } from '#app/ui/states.tsx'
import { Table, Th } from '#app/ui/Table.tsx'
import type { MarketDto } from '#server/exchange/schema.ts'
import type { SparklineDto } from '#server/ingest/schema.ts'
import { OfflineNotice } from '../status/OfflineNotice.tsx'
import { MarketRow } from './MarketRow.tsx'
import { COLUMNS, type Column, sortMarkets } from './sort-markets.ts'

const SPARKLINES_EVERY_MS = 60_000
const SKELETON_ROWS = ['first', 'second', 'third']

const URL_STATE = {
  q: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(COLUMNS).withDefault('volume'),
  up: parseAsBoolean.withDefault(false),
  favourites: parseAsBoolean.withDefault(false),
}

/** Every market of the exchange, live: found by name, sorted by any figure, favourites first. */
export function Markets({ sparklines }: { sparklines: SparklineDto[] | undefined }) {
  const list = useMarketList()
  const [{ q, sort, up, favourites: only }, setState] = useQueryStates(URL_STATE)
  const favourites = useSettings((settings) => settings.favourites)
  const markets = list.data
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto bg-panel">
      <OfflineNotice />
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <h1 className="mr-auto font-semibold text-xl">{t('Markets')}</h1>
        <Segmented
          dense
          label={t('Which markets')}
          value={only ? 'favourites' : 'all'}
          onChange={(value) => void setState({ favourites: value === 'favourites' })}
          items={[
            { value: 'all', label: <span className="px-3">{t('All')}</span> },
            { value: 'favourites', label: <span className="px-3">{t('Favourites')}</span> },
          ]}
        />
        <label className="flex h-8 w-56 items-center gap-2 rounded-md bg-raised px-2.5 text-faint focus-within:outline-1 focus-within:outline-accent max-md:w-full">
          <Search aria-hidden className="size-3.5" />
          <input
            type="search"
            aria-label={t('Find a market')}
            placeholder={t('Find a market')}
            value={q}
            onChange={(event) => void setState({ q: event.target.value })}
            className="w-full bg-transparent text-text outline-none placeholder:text-faint max-md:text-[16px]"
          />
        </label>
      </header>
      {markets === undefined && list.isError ? (
        <ErrorState title={t('The markets could not be read')} onRetry={() => void list.refetch()}>
          {list.error.message}
        </ErrorState>
      ) : markets?.length === 0 ? (
        <EmptyState title={t('No markets yet')}>
          {t('The exchange is still being set up. They appear here by themselves as soon as they are listed.')}
        </EmptyState>
      ) : (
        <MarketsTable
          markets={markets}
          sparklines={sparklines}
          view={{ search: q, favourites, only }}
          order={{ column: sort, descending: !up }}
          // A column's first press brings what is largest to the top, but names begin with A.
          onSort={(column) => void setState({ sort: column, up: column === sort ? !up : column === 'market' })}
        />
      )}
    </div>
  )
}

type MarketsTableProps = {
  /** Undefined while loading. */
  markets: MarketDto[] | undefined
  sparklines: SparklineDto[] | undefined
  view: Parameters<typeof sortMarkets>[2]
  order: Parameters<typeof sortMarkets>[1]
  onSort: (column: Column) => void
}

const HEADS: readonly { column: Column; label: string; title?: string; className?: string }[] = [
  { column: 'price', label: word('Price') },
  { column: 'change', label: word('24 h change'), className: 'max-md:hidden' },
  {
    column: 'volume',
    label: word('24 h volume'),
    title: word('Value traded on this exchange in 24 hours'),
    className: 'max-md:hidden',
  },
  {
    column: 'openInterest',
    label: word('Open interest'),
    title: word('Value of all open long positions plus all open short positions, both sides counted'),
    className: 'max-md:hidden',
  },
  {
    column: 'funding',
    label: word('Funding 1 h'),
    title: word('Of the value of a position; positive: longs pay shorts'),
    className: 'pr-4! max-md:hidden',
  },
]

function MarketsTable({ markets, sparklines, view, order, onSort }: MarketsTableProps) {
  const seed = useSeed().prices
  // In the order of the newest list, every fifteen seconds: rows that jump with each price could not be pressed.
  const sorted = useMemo(() => {
    const priceOf = (id: string) => priceStore(id).get()?.price ?? seed?.find((known) => known.market === id)?.price
    return sortMarkets(
      (markets ?? []).map((market) => ({ market, price: priceOf(market.market) })),
      order,
      view,
    )
  }, [markets, order, view, seed])
  const days = useSparklines(sparklines)
  const head = (column: Column) => ({ column, sorted: order.column, descending: order.descending, onSort })
  if (markets !== undefined && sorted.length === 0) return <NothingFound view={view} />
  return (
    <Table label={t('Markets')}>
      <thead>
        <tr>
          <SortHead {...head('market')} className="pl-4!">
            {t('Market')}
          </SortHead>
          {HEADS.slice(0, 2).map(({ label, title, ...rest }) => (
            <SortHead key={label} {...head(rest.column)} title={title && t(title)} {...rest}>
              {t(label)}
            </SortHead>
          ))}
          <Th className="text-center!">{t('Last 24 h')}</Th>
          {HEADS.slice(2).map(({ label, title, ...rest }) => (
            <SortHead key={label} {...head(rest.column)} title={title && t(title)} {...rest}>
              {t(label)}
            </SortHead>
          ))}
        </tr>
      </thead>
      <tbody>
        {markets === undefined
          ? SKELETON_ROWS.map((row) => (
              <tr key={row}>
                <td colSpan={7} className="px-4 py-2">
                  <Skeleton className="h-8" />
                </td>
              </tr>
            ))
          : sorted.map(({ market }) => <MarketRow key={market} market={market} day={days.get(market)} />)}
      </tbody>
    </Table>
  )
}

function useSparklines(first: SparklineDto[] | undefined): ReadonlyMap<string, string[]> {
  const trpc = useTRPC()
  const { data } = useQuery({
    ...trpc.market.sparklines.queryOptions(),
    refetchInterval: SPARKLINES_EVERY_MS,
    ...(first === undefined ? {} : { initialData: first }),
  })
  return useMemo(() => new Map(data?.map(({ market, closes }) => [market, closes])), [data])
}

function NothingFound({ view: { search, only } }: Pick<MarketsTableProps, 'view'>) {
  if (search.trim() !== '') return <EmptyState title={t('No market is called “{name}”', { name: search.trim() })} />
  return only ? (
    <EmptyState title={t('No favourites yet')}>
      {t('Press the star beside a market and it stands here, and first in every list.')}
    </EmptyState>
  ) : null
}

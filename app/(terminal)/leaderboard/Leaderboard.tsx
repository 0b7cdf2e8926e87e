'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useQueryStates } from 'nuqs'
import { useTRPC } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { formatCount } from '#app/ui/format.ts'
import { Segmented } from '#app/ui/Segmented.tsx'
import { SortHead } from '#app/ui/SortHead.tsx'
import { EmptyState, ErrorState, Skeleton } from '#app/ui/states.tsx'
import { Table, Th } from '#app/ui/Table.tsx'
import { useAuthority } from '#app/wallet/store.ts'
import type { LeaderboardDto } from '#server/exchange/leaderboard-schema.ts'
import { OfflineNotice } from '../status/OfflineNotice.tsx'
import { TraderRow } from './TraderRow.tsx'
import { type SORTS, VIEW_STATE, type View } from './view.ts'

const REFRESH_MS = 15_000
const WINDOWS = [
  { value: '24h', label: word('24 h') },
  { value: '7d', label: word('7 d') },
  { value: '30d', label: word('30 d') },
  { value: 'all', label: word('All time') },
] as const

type LeaderboardProps = { first: { view: View; board: LeaderboardDto } | undefined }

/** Who has traded best, over a time and by a figure; the connected wallet's own row wherever it stands. */
export function Leaderboard({ first }: LeaderboardProps) {
  const [view, setView] = useQueryStates(VIEW_STATE)
  const authority = useAuthority()
  const isFirst =
    first !== undefined && authority === null && first.view.window === view.window && first.view.sort === view.sort
  const asked = useQuery({
    ...useTRPC().leaderboard.get.queryOptions({ ...view, ...(authority === null ? {} : { authority }) }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
    ...(isFirst ? { initialData: first.board } : {}),
  })
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto bg-panel">
      <OfflineNotice />
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <h1 className="font-semibold text-xl">{t('Leaderboard')}</h1>
        <p className="mr-auto text-faint">
          {asked.data !== undefined && asked.data.traders > 0 && tradersText(asked.data.traders)}
        </p>
        <Segmented
          dense
          label={t('Time')}
          className="w-72 max-md:w-full"
          value={view.window}
          onChange={(window) => void setView({ window })}
          items={WINDOWS.map(({ value, label }) => ({ value, label: t(label) }))}
        />
      </header>
      {asked.data === undefined ? (
        asked.error === null ? (
          <Skeleton className="mx-4 h-60" />
        ) : (
          <ErrorState title={t('The leaderboard could not be read')} onRetry={() => void asked.refetch()}>
            {asked.error.message}
          </ErrorState>
        )
      ) : asked.data.rows.length === 0 ? (
        <EmptyState
          title={t('Nobody has traded in this time')}
          action={
            <Link href="/" className="text-accent hover:underline">
              {t('Be the first')}
            </Link>
          }
        >
          {t('Whoever fills an order stands here.')}
        </EmptyState>
      ) : (
        <Board
          board={asked.data}
          authority={authority}
          sort={view.sort}
          onSort={(sort) => void setView({ sort })}
          isStale={asked.isPlaceholderData}
        />
      )}
      <Definitions />
    </div>
  )
}

const tradersText = (count: number): string =>
  t('{count, plural, one {1 trader} other {{shown} traders}}', { count, shown: formatCount(count) })

type Sort = (typeof SORTS)[number]
const HEADS: readonly { column: Sort; label: string; title: string }[] = [
  {
    column: 'pnl',
    label: word('Realised PnL'),
    title: word('Of fills in the time, after fees, and the funding and interest settled with them'),
  },
  {
    column: 'roi',
    label: word('ROI'),
    title: word('Realised PnL over the equity at the beginning plus deposits since'),
  },
  { column: 'volume', label: word('Volume'), title: word('Value of fills, as taker and as maker') },
]

type BoardProps = {
  board: LeaderboardDto
  authority: string | null
  sort: Sort
  onSort: (sort: Sort) => void
  isStale: boolean
}

function Board({ board: { rows, own }, authority, sort, onSort, isStale }: BoardProps) {
  const isBeyond = own !== null && own.rank > rows.length
  return (
    <div className={cx(isStale && 'opacity-50')}>
      <Table label={t('Traders')}>
        <thead>
          <tr>
            <Th className="w-14 pl-4!">{t('Rank')}</Th>
            <Th className="text-left!">{t('Trader')}</Th>
            {HEADS.map(({ column, label, title }) => (
              <SortHead
                key={column}
                column={column}
                sorted={sort}
                descending
                onSort={onSort}
                title={t(title)}
                className={column === 'volume' ? 'max-md:hidden' : undefined}
              >
                {t(label)}
              </SortHead>
            ))}
            <Th className="pr-4! max-md:hidden">{t('Fills')}</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TraderRow key={row.authority} row={row} isOwn={row.authority === authority} />
          ))}
          {isBeyond && <TraderRow row={own} isOwn />}
        </tbody>
      </Table>
      {/* What still stands here may have been asked for another wallet. */}
      {authority !== null && own === null && !isStale && (
        <p className="px-4 py-3 text-faint text-xs">
          {t('Your wallet has not traded in this time, so it has no row.')}
        </p>
      )}
    </div>
  )
}

function Definitions() {
  return (
    <section aria-label={t('Definitions')} className="mt-auto grid gap-1 px-4 py-4 text-faint text-xs">
      <p>
        {t(
          'Realised PnL: profit and loss of fills in the time, after fees, and the funding and interest settled with them. Open positions do not count.',
        )}
      </p>
      <p>
        {t(
          'ROI: realised PnL over capital, which is the equity at the beginning of the time (the hourly snapshot before it) plus deposits since, tokens at their price when they were deposited. A dash: no capital is known.',
        )}
      </p>
      <p>
        {t(
          "Volume: value of fills, as taker and as maker. Figures come from the chain's events, renewed every quarter of a minute.",
        )}
      </p>
    </section>
  )
}

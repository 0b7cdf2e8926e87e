'use client'
import type { ReactNode } from 'react'
import { t } from '#app/i18n/t.ts'
import { useNow } from '../../data/clock.ts'
import { identity } from '../../data/store.ts'
import { formatAge, formatDateTime, NO_VALUE, zoneName } from '../../ui/format.ts'
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx'

/** What is asked again while the page is open. */
export const REFRESH_MS = 5_000

type Failed = { message: string; data?: { code: string } | null | undefined }
type Asked<T> = { data: T | undefined; error: Failed | null; refetch: () => unknown }

/** A titled section of the status page, and what stands in it while its figures load, fail, or do not exist yet. */
export function Panel<T>({
  title,
  asked,
  aside,
  children,
}: {
  title: string
  asked: Asked<T>
  aside?: (data: T) => ReactNode
  children: (data: T) => ReactNode
}) {
  const { data, error, refetch } = asked
  return (
    <section
      aria-label={title}
      className="flex min-h-40 flex-col bg-panel pb-3 max-md:[&_td]:px-1.5 max-md:[&_th]:whitespace-normal max-md:[&_th]:px-1.5 max-md:[&_:is(td,th):first-child]:pl-3 max-md:[&_:is(td,th):last-child]:pr-3"
    >
      <header className="flex h-9 items-center gap-2 px-3">
        <h2 className="font-semibold text-md">{title}</h2>
        <span className="ml-auto flex items-center gap-2 text-2xs text-faint">
          {data !== undefined && aside?.(data)}
        </span>
      </header>
      {data !== undefined ? (
        children(data)
      ) : error === null ? (
        <Skeleton className="mx-3 h-24" />
      ) : (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
    </section>
  )
}

function Failure({ error: { message, data }, onRetry }: { error: Failed; onRetry: () => void }) {
  if (data?.code === 'NOT_FOUND') return <EmptyState title={t('Not there yet')}>{message}</EmptyState>
  return (
    <ErrorState title={t('These figures could not be read')} onRetry={onRetry}>
      {message}
    </ErrorState>
  )
}

/** How old a figure is, counting; the exact time on hover. `say` puts what happened then before "5 s ago". */
export function Age({ at, say = identity }: { at: number; say?: (when: string) => string }) {
  const age = useNow((now) => formatAge(Math.max(0, now - at)))
  return (
    <time dateTime={new Date(at).toISOString()} title={`${formatDateTime(at)} ${zoneName(at)}`}>
      {say(age === null ? NO_VALUE : t('{age} ago', { age }))}
    </time>
  )
}

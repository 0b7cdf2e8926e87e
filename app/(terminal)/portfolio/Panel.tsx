'use client'
import type { ReactNode } from 'react'
import { t } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { ErrorState, Skeleton } from '#app/ui/states.tsx'

type Asked<T> = { data: T | undefined; error: { message: string } | null; refetch: () => unknown }

type PanelProps<T> = {
  title: string
  asked: Asked<T>
  /** Beside the title. */
  aside?: ReactNode
  className?: string
  children: (data: T) => ReactNode
}

/** A titled part of the page, and what stands in it while its figures load or cannot be had. */
export function Panel<T>({ title, asked, aside, className, children }: PanelProps<T>) {
  const { data, error, refetch } = asked
  return (
    <section aria-label={title} className={cx('flex min-w-0 flex-col bg-panel px-4 pb-4', className)}>
      <header className="flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 py-1.5">
        <h2 className="font-semibold text-md">{title}</h2>
        {aside}
      </header>
      {data !== undefined ? (
        children(data)
      ) : error !== null ? (
        <ErrorState title={t('{name} cannot be read', { name: title })} onRetry={() => void refetch()}>
          {error.message}
        </ErrorState>
      ) : (
        <div
          role="status"
          aria-label={t('{name}: loading', { name: title })}
          className="grid flex-1 content-start gap-2"
        >
          <Skeleton className="h-6" />
          <Skeleton className="h-6 w-4/5" />
          <Skeleton className="h-6 w-3/5" />
        </div>
      )}
    </section>
  )
}

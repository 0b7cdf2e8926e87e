import type { ReactNode } from 'react'
import { t } from '#app/i18n/t.ts'
import { Button } from './Button.tsx'
import { cx } from './cx.ts'

/** The shape of what is coming, while it loads. Give it a size with `className`. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('pulse block rounded-sm bg-raised', className)} />
}

type StateProps = { title: string; children?: ReactNode; action?: ReactNode; className?: string }

/** Nothing here yet: says what will be here and how it gets here. */
export function EmptyState({ title, children, action, className }: StateProps) {
  return (
    <div className={cx('grid flex-1 place-content-center justify-items-center gap-1 p-4 text-center', className)}>
      <p className="font-medium text-muted text-sm">{title}</p>
      {children !== undefined && <p className="max-w-80 text-faint text-xs">{children}</p>}
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  )
}

/** It failed: says what happened and offers to try again. */
export function ErrorState({ title, children, onRetry, className }: StateProps & { onRetry?: () => void }) {
  return (
    <div
      role="alert"
      className={cx('grid flex-1 place-content-center justify-items-center gap-1 p-4 text-center', className)}
    >
      <p className="font-medium text-down text-sm">{title}</p>
      {children !== undefined && <p className="max-w-96 text-faint text-xs">{children}</p>}
      {onRetry !== undefined && (
        <Button size="sm" variant="outline" className="mt-2" onClick={onRetry}>
          {t('Try again')}
        </Button>
      )}
    </div>
  )
}

/**
 * A line over a panel whose data is older than its limit; whoever shows it greys what lies below. It floats at the head of
 * the panel, so that nothing jumps under the pointer when prices stop or come again.
 */
export function StaleNotice({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="absolute inset-x-0 top-0 z-10 bg-panel text-warn text-xs">
      <span className="flex min-h-6 items-center justify-center bg-warn-soft px-3 text-center">{children}</span>
    </p>
  )
}

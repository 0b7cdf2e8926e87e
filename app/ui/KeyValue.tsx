import type { ReactNode } from 'react'
import { cx } from './cx.ts'

/** Names at the left, values at the right: costs, account figures. */
export function KeyValueList({ children, className }: { children: ReactNode; className?: string }) {
  return <dl className={cx('grid grid-cols-[1fr_auto] gap-x-2 gap-y-[5px] text-muted', className)}>{children}</dl>
}

export function KeyValue({
  label,
  children,
  className,
  title,
}: {
  label: ReactNode
  children: ReactNode
  className?: string
  title?: string
}) {
  return (
    <>
      <dt title={title} className={cx(title !== undefined && 'cursor-help')}>
        {label}
      </dt>
      <dd className={cx('text-right font-medium text-text', className)}>{children}</dd>
    </>
  )
}

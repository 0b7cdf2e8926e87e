import type { ReactNode } from 'react'
import { cx } from './cx.ts'

/** A small label over its figure, as in the market header. `title` explains the figure. */
export function Stat({
  label,
  children,
  title,
  className,
}: {
  label: ReactNode
  children: ReactNode
  title?: string
  className?: string
}) {
  return (
    <div title={title} className={cx('grid gap-px whitespace-nowrap', className)}>
      <span className="text-faint text-xs">{label}</span>
      <span className="font-medium">{children}</span>
    </div>
  )
}

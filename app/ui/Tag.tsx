import type { ReactNode } from 'react'
import { cx } from './cx.ts'

const TONE = {
  accent: 'bg-accent-soft text-accent',
  up: 'bg-up-soft text-up',
  down: 'bg-down-soft text-down',
  warn: 'bg-warn-soft text-warn',
  plain: 'bg-raised text-muted',
} as const
export type Tone = keyof typeof TONE

/** A few letters beside a name: leverage, status. */
export function Tag({
  tone = 'accent',
  children,
  className,
}: {
  tone?: Tone
  children: ReactNode
  className?: string
}) {
  return (
    <span className={cx('inline-block rounded-[3px] px-[5px] py-px font-semibold text-2xs', TONE[tone], className)}>
      {children}
    </span>
  )
}

/** A rounded fact in a bar: the cluster, the data mode. */
export function Chip({ tone = 'plain', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span
      title={title}
      className={cx(
        'inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-full px-2 font-medium text-xs',
        TONE[tone],
      )}
    >
      {children}
    </span>
  )
}

const DOT = { up: 'bg-up', warn: 'bg-warn', down: 'bg-down', plain: 'bg-ghost', accent: 'bg-accent' } as const

export function Dot({ tone = 'up', className }: { tone?: Tone; className?: string }) {
  return <i aria-hidden className={cx('inline-block size-1.5 shrink-0 rounded-full', DOT[tone], className)} />
}

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded-[3px] border border-line-strong px-[5px] py-px font-medium font-sans text-2xs text-faint">
      {children}
    </kbd>
  )
}

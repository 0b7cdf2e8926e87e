'use client'
import type { ReactNode } from 'react'
import { useFreshness } from '../../data/freshness.ts'
import { cx } from '../../ui/cx.ts'

type StaleFiguresProps = { market: string; className: string; label?: string; children: ReactNode }

/** A section whose figures follow the price: while that is old they grey out; what can be pressed does not. */
export function StaleFigures({ market, className, label, children }: StaleFiguresProps) {
  const { freshness, reason } = useFreshness(market)
  const Section = label === undefined ? 'div' : 'section'
  return (
    <Section
      aria-label={label}
      title={reason}
      data-stale={freshness === 'stale' || undefined}
      className={cx(
        'data-stale:[&_[role=meter]]:opacity-50 data-stale:[&_dd]:opacity-50 data-stale:[&_li>div:not(:has(button))]:opacity-50 data-stale:[&_td:not(:has(button))]:opacity-50',
        className,
      )}
    >
      {children}
    </Section>
  )
}

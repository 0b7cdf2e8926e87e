'use client'
import { useNow } from '../../data/clock.ts'
import { FLAG_TEXT, LATE_AFTER_MS, SOURCE_NAME, STALE_AFTER_MS } from '../../data/freshness.ts'
import { usePrice } from '../../data/market.tsx'
import { t } from '../../i18n/t.ts'
import { cx } from '../../ui/cx.ts'
import { formatAge } from '../../ui/format.ts'
import { Dot } from '../../ui/Tag.tsx'

/** How old the price is, where it comes from and what is unusual about it; replay and what is unusual are amber. */
export function PriceAge({ market, className }: { market: string; className?: string }) {
  const publishedAt = usePrice(market, (p) => p.publishedAt)
  const source = usePrice(market, (p) => p.source)
  const flags = usePrice(market, (p) => p.flags)
  const age = useNow((now) => (publishedAt === undefined ? null : formatAge(now - publishedAt)))
  const tone = useNow((now) => toneOf(publishedAt === undefined ? 0 : now - publishedAt)) ?? 'up'
  return (
    <div className={cx('flex items-center gap-1 whitespace-nowrap text-2xs', TEXT[tone], className)}>
      {source !== undefined && (
        <>
          <Dot tone={tone} />
          <span>{age ?? '…'}</span>
          <span className={cx(source === 'replay' && 'text-warn')}>· {t(SOURCE_NAME[source])}</span>
          {flags?.map((flag) => (
            <span key={flag} title={t(FLAG_TEXT[flag].title)} className="text-warn">
              · {t(FLAG_TEXT[flag].label)}
            </span>
          ))}
        </>
      )}
    </div>
  )
}

const TEXT = { up: 'text-up', warn: 'text-warn', down: 'text-down' } as const
const toneOf = (ageMs: number) => (ageMs > STALE_AFTER_MS ? 'down' : ageMs > LATE_AFTER_MS ? 'warn' : 'up')

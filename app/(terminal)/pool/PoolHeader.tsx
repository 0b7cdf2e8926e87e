'use client'
import { t, word } from '#app/i18n/t.ts'
import { formatDateTime, formatNumber, formatPercent, formatUsd, NO_VALUE, signColor } from '#app/ui/format.ts'
import { Stat } from '#app/ui/Stat.tsx'
import { Skeleton } from '#app/ui/states.tsx'
import type { PoolHistoryDto } from '#server/exchange/pool-schema.ts'
import { quoteText, toQuote } from '../account/decimal.ts'
import { type PoolValue, sharePriceOf, worthOf } from './pool-figures.ts'
import { usePoolPosition } from './use-pool.ts'

const APR_MEANING = word(
  'Change of the share price over the last 30 days, or since the pool began if that is less, times a year over that time. Not compounded, and no promise: it can be below zero.',
)

/** The pool in one row: its size, its price, and what is yours. `apr` is undefined while unknown. */
export function PoolHeader({ value, apr }: { value: PoolValue | null; apr: PoolHistoryDto['apr'] | undefined }) {
  const position = usePoolPosition().data
  const worth = value === null ? null : worthOf(toQuote(position?.shares ?? '0'), value)
  return (
    <header className="flex flex-wrap items-end gap-x-8 gap-y-3 bg-panel px-4 py-3">
      <h1 className="w-full font-semibold text-xl">{t('Liquidity pool')}</h1>
      <Stat
        label={t('Value')}
        title={t(
          "Idle USDC plus the pool's equity in every market, at the oracle prices of now. Funding of the last minute is not in it.",
        )}
      >
        <span className="text-2xl">
          {value === null ? <Skeleton className="h-8 w-44" /> : formatUsd(quoteText(value.nav))}
        </span>
      </Stat>
      <Stat label={t('Share price')} title={t('Value of one share. The first ones cost a dollar.')}>
        <span className="text-xl">
          {value === null ? <Skeleton className="h-6 w-24" /> : formatUsd(sharePriceOf(value), { max: 6, min: 6 })}
        </span>
      </Stat>
      <Stat label={t('APR, last 30 days')} title={t(APR_MEANING)}>
        <Apr apr={apr} />
      </Stat>
      {position !== undefined && (
        <Stat label={t('Yours')} title={t('{amount} shares', { amount: formatNumber(position.shares) })}>
          <span className="text-xl">{worth === null ? formatUsd('0') : formatUsd(quoteText(worth))}</span>
        </Stat>
      )}
    </header>
  )
}

function Apr({ apr }: { apr: PoolHistoryDto['apr'] | undefined }) {
  if (apr === undefined) return <Skeleton className="h-6 w-20" />
  if (apr === null) return <span className="text-muted">{`${NO_VALUE} ${t('needs a day of history')}`}</span>
  const shown = formatPercent(apr.ratio, 2, { sign: true })
  return (
    <span
      className={`text-xl ${signColor(shown)}`}
      title={t('{from} to {to}', { from: formatDateTime(apr.from), to: formatDateTime(apr.to) })}
    >
      {shown}
    </span>
  )
}

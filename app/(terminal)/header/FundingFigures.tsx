'use client'
import { useNow } from '../../data/clock.ts'
import { useMarket } from '../../data/market.tsx'
import { t } from '../../i18n/t.ts'
import { formatCountdown, formatPercent, NO_VALUE, signOf } from '../../ui/format.ts'
import { Stat } from '../../ui/Stat.tsx'
import { Skeleton } from '../../ui/states.tsx'

const HOUR_MS = 3_600_000

/** This hour's rate. No colour: whether it is good news depends on your side. */
export function FundingRate({ market }: { market: string }) {
  const rate = useMarket(market, (m) => m.state.fundingRateHourly)
  if (rate === undefined) return <Skeleton className="h-4 w-14" />
  const sign = signOf(rate)
  const title = t(sign === 0 ? 'No funding is paid' : sign > 0 ? 'Longs pay shorts' : 'Shorts pay longs')
  return <span title={title}>{formatPercent(rate, 4, { sign: true })}</span>
}

/** Funding accrues every second; the hour it is quoted for ends at the countdown. */
export function FundingFigures({ market }: { market: string }) {
  const nextAt = useMarket(market, (m) => m.state.nextFundingAt)
  const left = useNow((now) => formatCountdown((nextAt ?? Math.ceil(now / HOUR_MS) * HOUR_MS) - now))
  return (
    <Stat
      label={t('Funding 1 h / ends in')}
      title={t(
        'Rate of this hour. Positive: longs pay shorts. It accrues every second and is settled with your next trade or touch.',
      )}
    >
      <FundingRate market={market} /> · <span className="font-normal">{left ?? NO_VALUE}</span>
    </Stat>
  )
}

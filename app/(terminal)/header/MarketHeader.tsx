'use client'
import { useMarket, usePrice } from '../../data/market.tsx'
import { t } from '../../i18n/t.ts'
import { formatCompact, formatPercent, formatPrice, NO_VALUE } from '../../ui/format.ts'
import { Stat } from '../../ui/Stat.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { LayoutMenu } from '../workspace/LayoutMenu.tsx'
import { FundingFigures } from './FundingFigures.tsx'
import { change24h, markOf, type PoolSkew, poolSkew, shownChange } from './figures.ts'
import { MarketSwitcher } from './MarketSwitcher.tsx'
import { PriceAge } from './PriceAge.tsx'
import { LastPrice, OpenInterest } from './price-figures.tsx'

/** One row with what a trader asks first: which market, its price and how old it is, and the state of the market. */
export function MarketHeader({ market }: { market: string }) {
  return (
    <section aria-label={t('Market')} className="flex h-[52px] shrink-0 items-center bg-panel pr-2">
      <div className="no-scrollbar flex h-full min-w-0 flex-1 items-center gap-6 overflow-x-auto px-4">
        <MarketSwitcher market={market} />
        <div className="min-w-21">
          <LastPrice market={market} className="text-xl tracking-[-0.02em]" />
          <PriceAge market={market} />
        </div>
        <MarkStat market={market} />
        <ChangeStat market={market} />
        <RangeStat market={market} />
        <Stat label={t('24 h volume')} title={t('Value traded on this exchange in the last 24 hours')}>
          {useMarket(market, (m) => formatCompact(m.stats.volume24h, { prefix: '$' })) ?? (
            <Skeleton className="h-4 w-14" />
          )}
        </Stat>
        <OpenInterestStat market={market} />
        <FundingFigures market={market} />
        <SkewStat market={market} />
      </div>
      <LayoutMenu />
    </section>
  )
}

function MarkStat({ market }: { market: string }) {
  const dto = useMarket(market)
  const price = usePrice(market, (p) => p.price)
  return (
    <Stat
      label={t('Mark')}
      title={t("Middle of the pool's curve: the oracle price moved by the pool's skew. Funding pulls it back.")}
    >
      {dto === undefined || price === undefined ? (
        <Skeleton className="h-4 w-12" />
      ) : (
        formatPrice(markOf(dto, price), dto.params.tickSize)
      )}
    </Stat>
  )
}

function ChangeStat({ market }: { market: string }) {
  const open = useMarket(market, (m) => m.stats.open24h)
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const price = usePrice(market, (p) => p.price)
  return (
    <Stat label={t('24 h change')}>
      <Change open={open} price={price} tickSize={tickSize} />
    </Stat>
  )
}

function Change({
  open,
  price,
  tickSize,
}: {
  open: string | null | undefined
  price: string | undefined
  tickSize: string | undefined
}) {
  if (price === undefined || tickSize === undefined || open === undefined) return <Skeleton className="h-4 w-24" />
  const change = open === null ? null : change24h(open, price)
  if (change === null) return <span className="text-faint">{NO_VALUE}</span>
  const shown = shownChange(change, tickSize)
  return (
    <span className={shown.priceColor}>
      {shown.price} · {shown.percent}
    </span>
  )
}

function RangeStat({ market }: { market: string }) {
  const range = useMarket(
    market,
    (m) => `${formatPrice(m.stats.low24h, m.params.tickSize)} – ${formatPrice(m.stats.high24h, m.params.tickSize)}`,
  )
  return <Stat label={t('24 h range')}>{range ?? <Skeleton className="h-4 w-24" />}</Stat>
}

function OpenInterestStat({ market }: { market: string }) {
  return (
    <Stat
      label={t('Open interest')}
      title={t('Value of all open long positions plus all open short positions, both sides counted')}
    >
      <OpenInterest market={market} />
    </Stat>
  )
}

function SkewStat({ market }: { market: string }) {
  const dto = useMarket(market)
  const price = usePrice(market, (p) => p.price)
  const skew = dto === undefined || price === undefined ? undefined : poolSkew(dto, price)
  return (
    <Stat
      label={t('Pool skew')}
      title={t(
        'How much of what the pool may hold against traders it holds now, and which side traders are on. At 100 % it takes no more on that side.',
      )}
    >
      {skew === undefined ? <Skeleton className="h-4 w-14" /> : skewText(skew)}
    </Stat>
  )
}

function skewText(skew: PoolSkew | null): string {
  if (skew === null) return NO_VALUE
  if (skew.side === 'flat') return t('Balanced')
  return t(skew.side === 'long' ? '{share} long' : '{share} short', { share: formatPercent(skew.share, 1) })
}

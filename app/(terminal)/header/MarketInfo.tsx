'use client'
import Link from 'next/link'
import { useMarket, usePrice } from '../../data/market.tsx'
import { t } from '../../i18n/t.ts'
import { formatCompact, formatNumber, formatPercent, formatPrice, formatSize, formatUsd } from '../../ui/format.ts'
import { KeyValue, KeyValueList } from '../../ui/KeyValue.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { markOf } from './figures.ts'

const PPM_TO_RATIO = 1e6
const BPS_TO_RATIO = 1e4

/** The market's figures and rules as a list. */
export function MarketInfo({ market }: { market: string }) {
  const dto = useMarket(market)
  const price = usePrice(market, (p) => p.price)
  if (dto === undefined) return <EmptyState title={t('Loading the market')} />
  const { params, stats, baseSymbol } = dto
  const ratio = (value: number, per: number, decimals: number) => formatPercent((value / per).toFixed(8), decimals)
  return (
    <div className="overflow-y-auto p-4">
      <KeyValueList>
        <KeyValue label={t('Mark')}>
          {price === undefined ? '–' : formatPrice(markOf(dto, price), params.tickSize)}
        </KeyValue>
        <KeyValue label={t('24 h volume')}>{formatCompact(stats.volume24h, { prefix: '$' })}</KeyValue>
        <KeyValue label={t('24 h low – high')}>
          {formatPrice(stats.low24h, params.tickSize)} – {formatPrice(stats.high24h, params.tickSize)}
        </KeyValue>
        <KeyValue label={t('Taker fee')}>{ratio(params.takerFeePpm, PPM_TO_RATIO, 3)}</KeyValue>
        <KeyValue label={t('Maker fee')}>{ratio(params.makerFeePpm, PPM_TO_RATIO, 3)}</KeyValue>
        <KeyValue label={t('Largest leverage')}>{formatNumber(params.maxLeverage.toString(), { max: 1 })}×</KeyValue>
        <KeyValue label={t('Initial margin')}>{ratio(params.initialMarginBps, BPS_TO_RATIO, 2)}</KeyValue>
        <KeyValue label={t('Maintenance margin')}>{ratio(params.maintenanceMarginBps, BPS_TO_RATIO, 2)}</KeyValue>
        <KeyValue label={t('Size step')}>
          {formatSize(params.stepSize, params.stepSize, { suffix: ` ${baseSymbol}` })}
        </KeyValue>
        <KeyValue label={t('Price tick')}>{formatPrice(params.tickSize, params.tickSize)}</KeyValue>
        <KeyValue label={t('Smallest order')}>{formatUsd(params.minNotional)}</KeyValue>
      </KeyValueList>
      <Link href="/status" className="mt-4 inline-block text-accent hover:underline">
        {t('Solvency, pool and status of the exchange')}
      </Link>
    </div>
  )
}

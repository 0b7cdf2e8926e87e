'use client'
import { PRICE_DECIMALS, parseUnits } from '#client/units.ts'
import { identity, type Store, useStore } from '../../data/store.ts'
import { t } from '../../i18n/t.ts'
import { formatCompact, formatPercent, formatPrice, formatSize } from '../../ui/format.ts'
import { baseText, priceText, quoteText } from '../account/decimal.ts'
import { type Curve, depthAt, ladderOf } from './curve.ts'
import type { Marked } from './DepthCurve.tsx'

type DepthFiguresProps = {
  curves: Store<Curve | null | undefined>
  marked: Store<Marked | undefined>
  tickSize: string
  stepSize: string
  baseSymbol: string
}

/** What the price under the pointer means: how much could be traded up to it and at what average; of a range, the ladder. */
export function DepthFigures({ curves, marked, tickSize, stepSize, baseSymbol }: DepthFiguresProps) {
  const at = useStore(marked, identity)
  const curve = useStore<Curve | null, Curve | null>(curves, identity)
  if (at === undefined || curve == null) return null
  const price = (value: bigint) => formatPrice(priceText(value), tickSize)
  const ladder =
    at.range === null ? null : ladderOf(at.range, curve, { tickSize: parseUnits(tickSize, PRICE_DECIMALS) })
  const depth = depthAt(curve, at.cursor)
  const distance = Number(at.cursor - curve.middle) / Number(curve.middle)
  return (
    <dl
      aria-live="polite"
      className="pointer-events-none absolute top-2 left-1/2 z-10 grid -translate-x-1/2 grid-cols-[auto_auto] gap-x-3 gap-y-0.5 whitespace-nowrap rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-xs shadow-float [&>dd]:text-right [&>dt]:text-faint"
    >
      {ladder === null ? (
        <>
          <dt>{t('Price')}</dt>
          <dd>
            {price(at.cursor)} · {formatPercent(distance.toFixed(6), 2, { sign: true })}
          </dd>
        </>
      ) : (
        <>
          <dt className={ladder.side === 'buy' ? '!text-up' : '!text-down'}>
            {t(ladder.side === 'buy' ? 'Scaled buy' : 'Scaled sell')}
          </dt>
          <dd>{t('{from} to {to}', { from: price(ladder.first), to: price(ladder.last) })}</dd>
        </>
      )}
      {depth !== null && ladder === null && (
        <>
          <dt>{t(depth.side === 'buy' ? 'Can be bought' : 'Can be sold')}</dt>
          <dd>
            {formatSize(baseText(depth.size), stepSize)} {baseSymbol} ·{' '}
            {formatCompact(quoteText(depth.value), { prefix: '$' })}
          </dd>
          <dt>{t('Average')}</dt>
          <dd>{price(depth.average)}</dd>
        </>
      )}
    </dl>
  )
}

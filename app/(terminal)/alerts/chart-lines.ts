import { useEffect } from 'react'
import { priceStore } from '#app/data/market.tsx'
import { t } from '#app/i18n/t.ts'
import type { MarketId } from '#server/exchange/schema.ts'
import { toPrice } from '../account/decimal.ts'
import { type ChartLine, setLines } from '../chart/lines/lines.ts'
import type { Rule } from './model.ts'
import { addRule, moveRule, removeRule, useAlerts } from './store.ts'

/** Keeps a line on the chart for each price that is watched for in this market. */
export function useAlertLines(market: MarketId): void {
  const rules = useAlerts((alerts) => alerts.rules)
  useEffect(useAlerts.follow, [])
  useEffect(() => {
    const watched = rules.filter((rule) => rule.kind === 'price' && rule.market === market)
    setLines(market, 'alerts', watched.map(lineOf))
  }, [market, rules])
  useEffect(() => () => setLines(market, 'alerts', []), [market])
}

function lineOf({ id, market, side, at }: Rule): ChartLine {
  return {
    id: `alert-${id}`,
    price: at,
    kind: 'alert',
    label: side === 'above' ? t('Alert above') : t('Alert below'),
    draft: true,
    onCancel: () => removeRule(id),
    cancelLabel: t('Remove the alert at {price}', { price: at }),
    drag: {
      problem: (price) => (sideAt(market, price) === null ? t('The price is there already.') : null),
      async drop(price) {
        const next = sideAt(market, price)
        if (next === null) return t('The price is there already.')
        moveRule(id, price, next)
        return null
      },
    },
  }
}

/** Tells once the price gets there, from where it is now. */
export function addPriceAlert(market: MarketId, at: string): void {
  const side = sideAt(market, at)
  if (side !== null) addRule({ market, kind: 'price', side, at, repeats: false })
}

/** On which side of the price of now; null on it, or without one. */
function sideAt(market: MarketId, at: string): Rule['side'] | null {
  const now = priceStore(market).get()?.price
  if (now === undefined || toPrice(now) === toPrice(at)) return null
  return toPrice(at) > toPrice(now) ? 'above' : 'below'
}

import { t } from '#app/i18n/t.ts'
import { formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import type { FillDto, MarketDto } from '#server/exchange/schema.ts'

type Told = Pick<FillDto, 'side' | 'size' | 'price' | 'fee' | 'realisedPnl'>

/** What a fill was, and what it brought and cost. */
export function fillWords(fill: Told, { params, baseSymbol }: MarketDto): { title: string; text: string } {
  const { side, fee, realisedPnl } = fill
  const size = formatSize(fill.size, params.stepSize, { suffix: ` ${baseSymbol}` })
  const price = formatPrice(fill.price, params.tickSize)
  const isRebate = fee.startsWith('-')
  const said = { realised: formatUsd(realisedPnl, { sign: true }), fee: formatUsd(isRebate ? fee.slice(1) : fee) }
  return {
    title: t(side === 'buy' ? 'Bought {size} at {price}' : 'Sold {size} at {price}', { size, price }),
    text:
      realisedPnl === '0'
        ? t(isRebate ? 'rebate {fee}' : 'fee {fee}', said)
        : t(isRebate ? 'Realised {realised}, rebate {fee}' : 'Realised {realised}, fee {fee}', said),
  }
}

import { marketStore, priceStore } from '#app/data/market.tsx'
import type { SortKey } from '#app/ui/sorting.ts'
import type { PositionDto } from '#server/exchange/schema.ts'
import { toBase, toPrice, toQuote } from './decimal.ts'
import { marketView } from './market-view.ts'
import { accruedFunding } from './portfolio.ts'
import { positionFigures, profitAt, valueAt } from './position-figures.ts'

export type PositionColumn = 'market' | 'size' | 'value' | 'entry' | 'pnl' | 'funding'

/**
 * What a table of positions is ordered by. Figures that move are those of the moment: rows change places when a head is
 * pressed or a position changes, never under the pointer because a price ticked.
 */
export function positionKey(position: PositionDto, by: PositionColumn): SortKey {
  const figures = positionFigures(position)
  const price = priceStore(position.market).get()
  const oracle = price === undefined ? figures.entryPrice : toPrice(price.price)
  switch (by) {
    case 'market':
      return position.market
    case 'size':
      return toBase(position.base)
    case 'value':
      return valueAt(figures.base, oracle)
    case 'entry':
      return figures.entryPrice
    case 'pnl':
      return profitAt(figures, oracle)
    case 'funding': {
      const market = marketStore(position.market).get()
      const accrued =
        market === undefined || price === undefined ? 0n : accruedFunding(position, marketView(market, price))
      return accrued - toQuote(position.fundingPaid)
    }
  }
}

'use client'
import { useMarket, usePrice } from '#app/data/market.tsx'
import { t } from '#app/i18n/t.ts'
import { formatNumber, formatPrice, formatSmallUsd, formatUsd, NO_VALUE, signColor } from '#app/ui/format.ts'
import { Tag } from '#app/ui/Tag.tsx'
import { liquidationPrice, markPrice } from '#client/math/index.ts'
import { formatUnits } from '#client/units.ts'
import type { MarketDto, MarketId, PositionDto } from '#server/exchange/schema.ts'
import { priceText, quoteText, toBase, toPrice, toQuote } from './decimal.ts'
import { marketView } from './market-view.ts'
import { accruedFunding } from './portfolio.ts'
import {
  breakEvenPrice,
  distanceBps,
  positionFigures,
  positionLeverage,
  profitAt,
  returnOnEquity,
  valueAt,
} from './position-figures.ts'
import { usePortfolio } from './use-portfolio.ts'

/*
 * The figures of a position that move. Each subscribes to the price by itself and renders alone.
 */

type PositionProps = { position: PositionDto }
type MarketProps = { market: MarketDto }

const selectPrice = ({ price }: { price: string }): string => price

const percent = (ratioBps: bigint): string =>
  formatNumber(formatUnits(ratioBps, 2), { max: 1, min: 1, sign: true, suffix: '\u202f%' })

export function ValueCell({ position }: PositionProps) {
  const price = usePrice(position.market, selectPrice)
  return price === undefined ? NO_VALUE : formatUsd(quoteText(valueAt(toBase(position.base), toPrice(price))))
}

export function EntryPrice({ position, market }: PositionProps & MarketProps) {
  return formatPrice(priceText(positionFigures(position).entryPrice), market.params.tickSize)
}

export function BreakEvenPrice({ position, market }: PositionProps & MarketProps) {
  const price = usePrice(position.market)
  if (price === undefined) return NO_VALUE
  return (
    <span
      title={t(
        "Price at which closing loses nothing: fees paid, funding settled and accrued, and the taker fee and keeper's reward of closing included",
      )}
    >
      {formatPrice(priceText(breakEvenPrice(position, marketView(market, price))), market.params.tickSize)}
    </span>
  )
}

/** The pool's mid: oracle × (1 + d/K). */
export function MarkCell({ market }: { market: MarketId }) {
  const price = usePrice(market, selectPrice)
  const dto = useMarket(market)
  if (price === undefined || dto === undefined) return NO_VALUE
  const mark = markPrice(toPrice(price), toBase(dto.state.userNetBase), toBase(dto.params.depthK))
  return formatPrice(priceText(mark), dto.params.tickSize)
}

export function LiquidationCell({ market, short = false }: MarketProps & { short?: boolean }) {
  const { portfolio, views } = usePortfolio()
  const view = views.get(market.market)
  if (portfolio === null || view === undefined) return NO_VALUE
  const price = liquidationPrice(portfolio, market.market)
  if (price === null) return t('none')
  const distance = distanceBps(view.price.price, price)
  const near = distance > -500n && distance < 500n
  return (
    <>
      {formatPrice(priceText(price), market.params.tickSize)}
      {!short && <span className={near ? 'text-warn' : 'text-faint'}> {percent(distance)}</span>}
    </>
  )
}

export function ProfitCell({ position }: PositionProps) {
  const price = usePrice(position.market, selectPrice)
  const { portfolio } = usePortfolio()
  if (price === undefined) return NO_VALUE
  const profit = profitAt(positionFigures(position), toPrice(price))
  const text = formatUsd(quoteText(profit), { sign: true })
  const share = portfolio === null ? null : returnOnEquity(profit, portfolio)
  return (
    <span
      data-testid="pnl"
      className={signColor(text)}
      title={t("At the oracle price, before funding; and as a share of the account's own money")}
    >
      {text}
      {share !== null && ` · ${percent(share)}`}
    </span>
  )
}

/** Funding since it was opened: settled, and accrued since the last settlement. Paid is negative. */
export function FundingCell({ position }: PositionProps) {
  const price = usePrice(position.market)
  const market = useMarket(position.market)
  if (price === undefined || market === undefined) return NO_VALUE
  const received = accruedFunding(position, marketView(market, price)) - toQuote(position.fundingPaid)
  const text = formatSmallUsd(quoteText(received), { sign: true })
  return <span className={signColor(text)}>{text}</span>
}

/** How many times the account's equity the position is worth. */
export function LeverageTag({ position }: PositionProps) {
  const price = usePrice(position.market, selectPrice)
  const { portfolio } = usePortfolio()
  const leverage =
    price === undefined || portfolio === null
      ? null
      : positionLeverage(toBase(position.base), toPrice(price), portfolio)
  return leverage === null ? null : (
    <Tag>{formatNumber(formatUnits(leverage, 4), { max: leverage < 100_000n ? 1 : 0 })}×</Tag>
  )
}

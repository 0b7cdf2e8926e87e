import { useEffect } from 'react'
import { useMarket, usePrice } from '#app/data/market.tsx'
import { formatSize, formatUsd, signOf } from '#app/ui/format.ts'
import { liquidationPrice, type Portfolio } from '#client/math/index.ts'
import type { MarketDto, MarketId, OrderDto, PositionDto, SubAccountDto } from '#server/exchange/schema.ts'
import { type ChartLine, setLines } from '../chart/lines.ts'
import { cancelOrders } from './actions.ts'
import { requestClose } from './close-request.ts'
import { priceText, quoteText, toPrice } from './decimal.ts'
import { isWaiting, workingPrice } from './order-kind.ts'
import { describeOrder, peggedPrice, sideName } from './order-words.ts'
import { positionFigures, profitAt } from './position-figures.ts'
import { usePortfolio } from './use-portfolio.ts'

/** Keeps the chart's lines of this market true: entry with live profit, liquidation, and each open order. */
export function useChartLines(marketId: MarketId, subAccount: SubAccountDto | null): void {
  const market = useMarket(marketId)
  const price = usePrice(marketId, selectPrice)
  const { portfolio } = usePortfolio()
  useEffect(() => {
    if (market === undefined || subAccount === null) return setLines(marketId, [])
    setLines(marketId, linesOf(market, subAccount, price, portfolio))
  }, [marketId, market, subAccount, price, portfolio])
  useEffect(() => () => setLines(marketId, []), [marketId])
}

const selectPrice = ({ price }: { price: string }): string => price

function linesOf(
  market: MarketDto,
  { positions, orders }: SubAccountDto,
  price: string | undefined,
  portfolio: Portfolio | null,
): ChartLine[] {
  const position = positions.find(({ market: id, base }) => id === market.market && base !== '0')
  const shown = orders.filter((order) => order.market === market.market && (order.type === 'limit' || isWaiting(order)))
  return [
    ...(position === undefined ? [] : [entryLine(position, market, price)]),
    ...(position === undefined || portfolio === null ? [] : liquidationLine(market, portfolio)),
    ...shown.flatMap((order) => orderLine(order, market, price)),
  ]
}

function entryLine(position: PositionDto, market: MarketDto, price: string | undefined): ChartLine {
  const figures = positionFigures(position)
  const profit = price === undefined ? null : formatUsd(quoteText(profitAt(figures, toPrice(price))), { sign: true })
  const size = formatSize(position.base.replace('-', ''), market.params.stepSize)
  return {
    id: 'position',
    kind: figures.side,
    price: priceText(figures.entryPrice),
    label: `${figures.side === 'long' ? 'Long' : 'Short'} ${size}`,
    onCancel: () => requestClose(position, market, { kind: 'close', fractionBps: 10_000 }),
    cancelLabel: `Close ${figures.side} ${size} ${market.baseSymbol}`,
    ...(profit === null ? {} : { pnl: { text: profit, sign: signOf(profit) } }),
  }
}

function liquidationLine(market: MarketDto, portfolio: Portfolio): ChartLine[] {
  const price = liquidationPrice(portfolio, market.market)
  return price === null
    ? []
    : [{ id: 'liquidation', kind: 'liquidation', price: priceText(price), label: 'Liquidation' }]
}

function orderLine(order: OrderDto, market: MarketDto, oracle: string | undefined): ChartLine[] {
  const price = order.pegOffset === null ? workingPrice(order) : peggedPrice(order, oracle)
  if (price === null) return []
  // What sleeps has no size yet.
  const size =
    order.stage === 'awaitingParent'
      ? 'as filled'
      : formatSize(order.size, market.params.stepSize, { suffix: ` ${market.baseSymbol}` })
  const kind = sideName(order)
  const name = describeOrder(order, market)
  return [
    {
      id: order.orderId,
      kind: order.side,
      price,
      label: kind,
      detail: size,
      onCancel: () => void cancelOrders(`Cancel ${name}`, [order]),
      cancelLabel: `Cancel ${name}`,
    },
  ]
}

import { useEffect } from 'react'
import { useMarket, usePrice } from '#app/data/market.tsx'
import { midSentence, t } from '#app/i18n/t.ts'
import { formatSize, formatUsd, signOf } from '#app/ui/format.ts'
import { liquidationPrice, type Portfolio } from '#client/math/index.ts'
import type { MarketDto, MarketId, OrderDto, PositionDto, SubAccountDto } from '#server/exchange/schema.ts'
import { type ChartLine, type ChartLineKind, setLines } from '../chart/lines/lines.ts'
import { cancelOrders } from './actions.ts'
import { requestClose } from './close-request.ts'
import { priceText, quoteText, toBase, toPrice } from './decimal.ts'
import type { MarketView } from './market-view.ts'
import { orderDrag } from './order-drag.ts'
import { isWaiting, orderKind, workingPrice } from './order-kind.ts'
import { describeOrder, peggedPrice, sideName } from './order-words.ts'
import { breakEvenPrice, positionFigures, profitAt } from './position-figures.ts'
import { usePortfolio } from './use-portfolio.ts'

/** Keeps the chart's lines of this market true: entry with live profit, break-even, liquidation, and each open order. */
export function useChartLines(marketId: MarketId, subAccount: SubAccountDto | null): void {
  const market = useMarket(marketId)
  const price = usePrice(marketId, selectPrice)
  const { portfolio, views } = usePortfolio()
  const view = views.get(marketId)
  useEffect(() => {
    if (market === undefined || subAccount === null) return setLines(marketId, 'account', [])
    setLines(marketId, 'account', linesOf({ market, subAccount, price, portfolio, view }))
  }, [marketId, market, subAccount, price, portfolio, view])
  useEffect(() => () => setLines(marketId, 'account', []), [marketId])
}

const selectPrice = ({ price }: { price: string }): string => price

type World = {
  market: MarketDto
  subAccount: SubAccountDto
  price: string | undefined
  portfolio: Portfolio | null
  /** Undefined until the first price. */
  view: MarketView | undefined
}

function linesOf(world: World): ChartLine[] {
  const { market, subAccount, portfolio, view } = world
  const position = subAccount.positions.find(({ market: id, base }) => id === market.market && base !== '0')
  const shown = subAccount.orders.filter(
    (order) => order.market === market.market && (order.type === 'limit' || isWaiting(order)),
  )
  return [
    ...(position === undefined ? [] : [entryLine(position, world)]),
    ...(position === undefined || view === undefined ? [] : breakEvenLine(position, view)),
    ...(position === undefined || portfolio === null ? [] : liquidationLine(market, portfolio)),
    ...shown.flatMap((order) => orderLines(order, world, position)),
  ]
}

function entryLine(position: PositionDto, { market, price }: World): ChartLine {
  const figures = positionFigures(position)
  const profit = price === undefined ? null : formatUsd(quoteText(profitAt(figures, toPrice(price))), { sign: true })
  const size = formatSize(position.base.replace('-', ''), market.params.stepSize)
  return {
    id: 'position',
    kind: figures.side,
    price: priceText(figures.entryPrice),
    label: `${figures.side === 'long' ? 'Long' : 'Short'} ${size}`,
    onCancel: () => requestClose(position, market, { kind: 'close', fractionBps: 10_000 }),
    cancelLabel: t('Close {side} {size} {symbol}', { side: t(figures.side), size, symbol: market.baseSymbol }),
    ...(profit === null ? {} : { pnl: { text: profit, sign: signOf(profit) } }),
  }
}

function breakEvenLine(position: PositionDto, view: MarketView): ChartLine[] {
  const price = breakEvenPrice(position, view)
  return price === 0n
    ? []
    : [
        {
          id: 'break-even',
          kind: 'break-even',
          price: priceText(price),
          label: t('Break-even'),
          detail: t('fees included'),
        },
      ]
}

function liquidationLine(market: MarketDto, portfolio: Portfolio): ChartLine[] {
  const price = liquidationPrice(portfolio, market.market)
  return price === null
    ? []
    : [{ id: 'liquidation', kind: 'liquidation', price: priceText(price), label: t('Liquidation') }]
}

/** An order's line; of a limit order that waits for its trigger one for each of its two prices. */
function orderLines(order: OrderDto, world: World, position: PositionDto | undefined): ChartLine[] {
  const { market, price: oracle, portfolio, view } = world
  const price = order.pegOffset === null ? workingPrice(order) : peggedPrice(order, oracle)
  if (price === null) return []
  const { stepSize } = market.params
  // What sleeps has no size yet.
  const size =
    order.stage === 'awaitingParent'
      ? t('as filled')
      : formatSize(order.size, stepSize, { suffix: ` ${market.baseSymbol}` })
  const cancel = t('Cancel {order}', { order: describeOrder(order, market) })
  const drag = (which: 'trigger' | 'limit') =>
    view === undefined ? {} : { drag: orderDrag(order, which, { market, view, portfolio }) }
  const waits = isWaiting(order)
  const line: ChartLine = {
    id: order.orderId,
    kind: colorOf(order),
    price,
    label: sideName(order),
    detail: size,
    onCancel: () => void cancelOrders(cancel, [order]),
    cancelLabel: cancel,
    ...drag(waits ? 'trigger' : 'limit'),
    ...outcomeOf(order, price, position),
  }
  if (!waits || order.type !== 'limit' || order.limitPrice === null) return [line]
  const limit: ChartLine = {
    id: `${order.orderId}-limit`,
    kind: order.side,
    price: order.limitPrice,
    label: t('Limit of {order}', { order: midSentence(sideName(order)) }),
    ...drag('limit'),
  }
  return [line, limit]
}

/** What closes is coloured by what it brings. */
function colorOf(order: OrderDto): ChartLineKind {
  if (!order.reduceOnly || order.triggerDirection === null) return order.side
  return /stop/i.test(orderKind(order)) ? 'stop-loss' : 'take-profit'
}

/** What an order that closes the position brings at its price, before costs. */
function outcomeOf(order: OrderDto, price: string, position: PositionDto | undefined): Pick<ChartLine, 'pnl'> {
  if (!order.reduceOnly || position === undefined || order.stage === 'awaitingParent') return {}
  const figures = positionFigures(position)
  const closes = (figures.side === 'long') === (order.side === 'sell')
  const base = toBase(order.size) - toBase(order.filled)
  const held = figures.base < 0n ? -figures.base : figures.base
  if (!closes || base <= 0n) return {}
  const all = profitAt(figures, toPrice(price))
  const text = formatUsd(quoteText(base >= held ? all : (all * base) / held), { sign: true })
  return { pnl: { text, sign: signOf(text) } }
}

'use client'
import { type RefObject, useEffect, useState } from 'react'
import type { MarketDto } from '#server/exchange/schema.ts'
import { useMarket, usePrice } from '../../data/market.tsx'
import { t, word } from '../../i18n/t.ts'
import { formatPrice, formatSize } from '../../ui/format.ts'
import { MenuItem, MenuSeparator, PointMenu } from '../../ui/Menu.tsx'
import { baseText, toPrice } from '../account/decimal.ts'
import { positionFigures } from '../account/position-figures.ts'
import { protectAt } from '../account/protect-at.ts'
import { usePortfolio } from '../account/use-portfolio.ts'
import { addPriceAlert } from '../alerts/chart-lines.ts'
import { deskOf, type OrderAsk, type TicketDesk } from '../ticket/desk.ts'
import { setPrice } from '../ticket/intent.ts'
import { KINDS } from '../ticket/kinds.ts'
import { addDrawing } from './drawings/use-drawings.ts'
import { snapToTick } from './lines/tick.ts'
import type { PriceChart } from './price-chart.ts'

type OrderMenuProps = { market: string; chart: PriceChart; tickSize: string; host: RefObject<HTMLElement | null> }
type Asked = { x: number; y: number; price: string; t: number }

/** The menu of a right click, a long press or the menu key on the chart: what can be done at that price. */
export function OrderMenu({ market, chart, tickSize, host }: OrderMenuProps) {
  const [asked, setAsked] = useState<Asked>()
  useEffect(() => {
    // Around it, so that the lines lying on it belong to it too.
    const element = host.current?.parentElement
    const open = (event: MouseEvent): void => {
      event.preventDefault()
      // The menu key has no place: the newest price stands in for it.
      const isKey = event instanceof PointerEvent && event.pointerType === ''
      const x = isKey ? chart.left() + chart.paneWidth() / 2 : event.clientX
      const y = isKey ? chart.top() + (chart.lastY() ?? 0) : event.clientY
      const [price, t] = [chart.yToPrice(y - chart.top()), chart.xToTime(x - chart.left())]
      if (price === null || t === null || y - chart.top() > chart.paneHeight()) return
      setAsked({ x, y, price: snapToTick(price, tickSize), t })
    }
    element?.addEventListener('contextmenu', open)
    return () => element?.removeEventListener('contextmenu', open)
  }, [chart, host, tickSize])

  if (asked === undefined) return null
  const shown = formatPrice(asked.price, tickSize)
  return (
    <PointMenu at={asked} label={t('At {price}', { price: shown })} onClose={() => setAsked(undefined)}>
      <OrderItems market={market} price={asked.price} />
      <MenuSeparator />
      <MenuItem onClick={() => setPrice(market, asked.price)}>
        {t('Put {price} into the ticket', { price: shown })}
      </MenuItem>
      <MenuItem onClick={() => addPriceAlert(market, asked.price)}>{t('Alert at {price}', { price: shown })}</MenuItem>
      <MenuItem
        onClick={() => {
          const anchors = [{ t: asked.t, price: Number(asked.price) }]
          addDrawing(market, { id: crypto.randomUUID(), kind: 'horizontal', anchors })
        }}
      >
        {t('Draw a horizontal line here')}
      </MenuItem>
      <MenuItem onClick={() => void navigator.clipboard.writeText(asked.price)}>{t('Copy the price')}</MenuItem>
      <MenuItem onClick={chart.resetView}>{t('Back to the newest candle')}</MenuItem>
    </PointMenu>
  )
}

function OrderItems({ market, price }: { market: string; price: string }) {
  const dto = useMarket(market)
  const { subAccount, views } = usePortfolio()
  const desk = deskOf(market)
  const newest = usePrice(market, selectPrice)
  if (dto === undefined || newest === undefined) return null
  const isAbove = toPrice(price) > toPrice(newest)
  const position = subAccount?.positions.find((held) => held.market === market && held.base !== '0')
  const gains = position === undefined ? null : (positionFigures(position).side === 'long') === isAbove
  const ticketGains = (desk?.fields.side === 'buy') === isAbove
  const at = formatPrice(price, dto.params.tickSize)
  const asks: readonly Ask[] = [
    { side: isAbove ? 'sell' : 'buy', kind: 'limit', price },
    { side: isAbove ? 'buy' : 'sell', kind: 'stop', price },
  ]
  return (
    <>
      {desk !== undefined && asks.map((ask) => <AskItem key={ask.kind} ask={ask} desk={desk} at={at} market={dto} />)}
      {position !== undefined && subAccount != null && views.has(market) && (
        <MenuItem onClick={() => void protectAt(position, subAccount, dto, gains ? 'takeProfit' : 'stopLoss', price)}>
          {t(gains ? 'Take profit of the position at {price}' : 'Stop loss of the position at {price}', { price: at })}
        </MenuItem>
      )}
      {desk !== undefined && mayProtect(desk) && (
        <MenuItem onClick={() => desk.protect(ticketGains ? 'takeProfit' : 'stopLoss', price)}>
          {t(ticketGains ? 'Take profit of the ticket at {price}' : 'Stop loss of the ticket at {price}', {
            price: at,
          })}
        </MenuItem>
      )}
    </>
  )
}

const selectPrice = ({ price }: { price: string }): string => price

const mayProtect = ({ fields }: TicketDesk): boolean => KINDS[fields.kind].mayProtect && !fields.reduceOnly

type Ask = OrderAsk & { kind: 'limit' | 'stop' }

const ASKS: Readonly<Record<Ask['side'], Readonly<Record<Ask['kind'], string>>>> = {
  buy: { limit: word('Buy limit'), stop: word('Buy stop') },
  sell: { limit: word('Sell limit'), stop: word('Sell stop') },
}

type AskItemProps = { ask: Ask; desk: TicketDesk; at: string; market: MarketDto }

/** Sends the ticket's size at this price; without a size, or while something stands in the way, fills the ticket in. */
function AskItem({ ask, desk, at, market }: AskItemProps) {
  const { order, base, problems } = desk.judge(ask)
  const isBuy = ask.side === 'buy'
  const [problem] = problems
  const size = formatSize(baseText(base), market.params.stepSize, { suffix: ` ${market.baseSymbol}` })
  const isUnfinished = problem !== undefined && !problem.shown
  return (
    <MenuItem
      disabled={order === null && !isUnfinished}
      onClick={() => (order === null ? desk.fill(ask) : desk.send(ask))}
    >
      <span className={isBuy ? 'text-up' : 'text-down'}>{t(ASKS[ask.side][ask.kind])}</span>
      <span className="grow">
        {base === 0n ? t('at {price}…', { price: at }) : t('{size} at {price}', { size, price: at })}
      </span>
      {problem?.shown === true && <span className="text-faint text-xs">{problem.label}</span>}
    </MenuItem>
  )
}

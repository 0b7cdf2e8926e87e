import type { TradeDto } from '#server/exchange/schema.ts'
import { t } from '../../i18n/t.ts'
import { formatPrice, formatSize, formatTime } from '../../ui/format.ts'
import type { Tokens } from '../../ui/tokens.ts'
import { cleanSheet, PADDING, ROW_HEIGHT, tabular } from './paint.ts'

type TradesView = { tickSize: string; stepSize: string; scrollTop: number }

/** Paints the trades in view; `flashOf`: 1 for one that just came, falling to 0. */
export function paintTrades(
  canvas: HTMLCanvasElement,
  trades: readonly TradeDto[],
  { tickSize, stepSize, scrollTop }: TradesView,
  tokens: Tokens,
  flashOf: (trade: TradeDto) => number,
): void {
  const sheet = cleanSheet(canvas, tokens)
  if (sheet === undefined) return
  const { context, width, height } = sheet
  const column = (width - 2 * PADDING) / 3
  const first = Math.floor(scrollTop / ROW_HEIGHT)
  const visible = trades.slice(first, first + Math.ceil(height / ROW_HEIGHT) + 1)
  visible.forEach((trade, index) => {
    const top = (first + index) * ROW_HEIGHT - scrollTop
    const middle = top + ROW_HEIGHT / 2 + 0.5
    const isBuy = trade.side === 'buy'
    const flash = flashOf(trade)
    if (flash > 0) {
      context.globalAlpha = flash
      context.fillStyle = isBuy ? tokens['up-bar'] : tokens['down-bar']
      context.fillRect(0, top, width, ROW_HEIGHT)
      context.globalAlpha = 1
    }
    // A liquidation stands out without its colour, too.
    if (trade.liquidation) {
      context.fillStyle = tokens.warn
      context.fillRect(3, top + 5, 3, ROW_HEIGHT - 10)
    }
    tabular(context, formatPrice(trade.price, tickSize), PADDING, middle, isBuy ? tokens.up : tokens.down, 'left')
    tabular(context, formatSize(trade.size, stepSize), PADDING + 2 * column, middle, tokens.text, 'right')
    const at = formatTime(trade.at)
    const time = trade.liquidation ? t('liq {time}', { time: at }) : at
    tabular(context, time, width - PADDING, middle, trade.liquidation ? tokens.warn : tokens.muted, 'right')
  })
}

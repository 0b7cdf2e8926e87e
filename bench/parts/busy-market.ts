import type { BookDto, TradeDto } from '#server/exchange/schema.ts'
import type { PriceDto } from '#server/oracle/schema.ts'
import type { Bus } from '#server/platform/bus.ts'

const LEVELS = 40
const SIGNATURE = '5'.repeat(88)

/** Prices, books and trades of one market in turn, `perSecond` in all, over the bus as its own roles publish them. */
export function runBusyMarket(bus: Bus, first: PriceDto, perSecond: number): { sent: () => number; stop: () => void } {
  const oracle = Number(first.price)
  let sent = 0
  const timer = setInterval(() => {
    sent += 1
    // A small wave, so that every message changes what the page shows.
    const price = oracle * (1 + 0.002 * Math.sin(sent / 40))
    void publish(bus, first, price, sent).catch(() => undefined)
  }, 1_000 / perSecond)
  return { sent: () => sent, stop: () => clearInterval(timer) }
}

async function publish(bus: Bus, first: PriceDto, price: number, turn: number): Promise<void> {
  const { market } = first
  const now = Date.now()
  if (turn % 5 < 2) {
    await bus.publish(`price.${market}`, { ...first, price: price.toFixed(6), publishedAt: now, receivedAt: now })
  } else if (turn % 5 < 4) {
    await bus.publish(`book.${market}`, bookAround(price, turn))
  } else {
    const size = (1 + (turn % 90) / 10).toFixed(2)
    const trade: TradeDto = {
      id: `bench-${turn}`,
      market,
      side: turn % 2 === 0 ? 'buy' : 'sell',
      price: price.toFixed(2),
      size,
      quote: (price * Number(size)).toFixed(6),
      at: now,
      signature: SIGNATURE,
      liquidation: false,
    }
    await bus.publish(`trade.${market}`, trade)
  }
}

function bookAround(price: number, turn: number): BookDto {
  const side = (direction: 1 | -1): BookDto['asks'] =>
    Array.from({ length: LEVELS }, (_, level) => [
      (price + direction * (level + 1) * 0.02).toFixed(2),
      (1 + ((turn + level * 7) % 50)).toFixed(2),
    ])
  return { asks: side(1), bids: side(-1) }
}

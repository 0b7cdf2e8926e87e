import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PriceBar } from '#server/oracle/index.ts'
import { barOfPrice, candleOpenAt, INTERVAL_MS, INTERVALS, rollUp } from './candles.ts'
import { liveCandles } from './live-candles.ts'

const START = Date.UTC(2026, 10, 21)
const ticks = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5_000_000 }), fc.bigInt({ min: 1n, max: 10n ** 12n })), { maxLength: 200 })
  .map((steps) => {
    let publishedAt = START
    return steps.map(([gapMs, price]) => {
      publishedAt += gapMs
      return { publishedAt, price }
    })
  })

describe('rolling candles up', () => {
  it('keeps first, last and extremes of what lies in each candle', () => {
    fc.assert(
      fc.property(ticks, fc.constantFrom(...INTERVALS), (published, interval) => {
        const bars = rollUp(
          published.map(({ publishedAt, price }) => barOfPrice(publishedAt, price)),
          interval,
        )
        const within = (t: number) => published.filter(({ publishedAt }) => candleOpenAt(interval, publishedAt) === t)
        expect(bars.map(({ t }) => t)).toEqual([
          ...new Set(published.map((tick) => candleOpenAt(interval, tick.publishedAt))),
        ])
        for (const bar of bars) {
          const prices = within(bar.t).map(({ price }) => price)
          const sorted = prices.toSorted((a, b) => (a < b ? -1 : 1))
          expect(bar).toEqual({ t: bar.t, open: prices[0], close: prices.at(-1), low: sorted[0], high: sorted.at(-1) })
        }
      }),
    )
  })

  it('gives the same coarse candles from prices as from finer candles', () => {
    fc.assert(
      fc.property(ticks, (published) => {
        const prices = published.map(({ publishedAt, price }) => barOfPrice(publishedAt, price))
        for (const [index, interval] of INTERVALS.entries()) {
          const finer = INTERVALS[index - 1]
          if (finer !== undefined) expect(rollUp(rollUp(prices, finer), interval)).toEqual(rollUp(prices, interval))
        }
      }),
    )
  })
})

describe('candle times', () => {
  it.each([
    ['1s', '2026-11-21T17:59:07.000Z'],
    ['5s', '2026-11-21T17:59:05.000Z'],
    ['1m', '2026-11-21T17:59:00.000Z'],
    ['5m', '2026-11-21T17:55:00.000Z'],
    ['15m', '2026-11-21T17:45:00.000Z'],
    ['1h', '2026-11-21T17:00:00.000Z'],
    ['4h', '2026-11-21T16:00:00.000Z'],
    ['1d', '2026-11-21T00:00:00.000Z'],
  ] as const)('%s candles are aligned to UTC', (interval, open) => {
    expect(new Date(candleOpenAt(interval, Date.parse('2026-11-21T17:59:07.890Z'))).toISOString()).toBe(open)
  })

  it('each interval is a multiple of the one before it', () => {
    for (const [index, interval] of INTERVALS.entries()) {
      const finer = INTERVALS[index - 1]
      if (finer !== undefined) expect(INTERVAL_MS[interval] % INTERVAL_MS[finer]).toBe(0)
    }
  })
})

describe('live candles', () => {
  const price = (publishedAt: number, value: bigint) => ({
    market: 'SOL-PERP',
    publishedAt,
    price: value,
    source: 'hermes' as const,
  })
  const minuteOf = (rows: readonly { interval: string; bar: PriceBar }[]) =>
    rows.filter(({ interval }) => interval === '1m').map(({ bar }) => bar)

  it('are what a roll-up of the same prices makes', () => {
    fc.assert(
      fc.property(ticks, (published) => {
        const candles = liveCandles()
        for (const { publishedAt, price: value } of published) candles.add(price(publishedAt, value))
        const prices = published.map(({ publishedAt, price: value }) => barOfPrice(publishedAt, value))
        expect(minuteOf(candles.takeChanged())).toEqual(rollUp(prices, '1m'))
      }),
    )
  })

  it('continue the candle that storage holds', () => {
    const candles = liveCandles()
    const bar = { t: START, open: 5n, high: 9n, low: 4n, close: 6n }
    candles.seed([{ market: 'SOL-PERP', interval: '1m', source: 'exchange', bar }])
    candles.add(price(START + 30_000, 7n))
    expect(minuteOf(candles.takeChanged())).toEqual([{ t: START, open: 5n, high: 9n, low: 4n, close: 7n }])
  })

  it('that could not be written are handed over again, with what came meanwhile', () => {
    const candles = liveCandles()
    candles.add(price(START, 5n))
    const failed = candles.takeChanged()
    candles.add(price(START + 1_000, 8n))
    candles.restore(failed)
    expect(minuteOf(candles.takeChanged())).toEqual([{ t: START, open: 5n, high: 8n, low: 5n, close: 8n }])
    expect(candles.changed()).toBe(0)
  })

  it('ignore a price that is none', () => {
    const candles = liveCandles()
    candles.add(price(START, 0n))
    expect(candles.changed()).toBe(0)
  })
})

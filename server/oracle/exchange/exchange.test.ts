import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { manualClock, systemClock } from '#server/platform/clock.ts'
import { silentLog } from '#server/platform/log.ts'
import { ORACLE_FEEDS } from '../feeds.ts'
import { failureOf } from '../source.ts'
import { listen } from '../testing.ts'
import { exchangeHistory, mergeMinutes } from './history.ts'
import { type Candle, decimal8, isSound, median, medianCandle, medianOf } from './quote.ts'
import { exchangeMedian } from './source.ts'
import { type Exchanges, exchanges, TICKERS } from './testing.ts'
import { VENUES } from './venues.ts'

const [SOL] = ORACLE_FEEDS
const QUOTES: Readonly<Record<string, readonly [bid: string, ask: string]>> = {
  Coinbase: ['143.26', '143.28'],
  Kraken: ['143.25', '143.27'],
  Bitstamp: ['143.24', '143.30'],
  Gemini: ['143.20', '143.40'],
  Bitfinex: ['143.28', '143.32'],
}
const tickerOf = (venue: string) => TICKERS[venue]?.(...(QUOTES[venue] ?? ['0', '0'])) ?? 404

describe('the answer of each exchange', () => {
  it.each(VENUES.map(({ name }) => name))('%s is read as bid and ask of every asset', (name) => {
    const venue = VENUES.find((each) => each.name === name)!
    const [bid, ask] = QUOTES[name]!
    const questions = venue.tickers(['SOL', 'BTC', 'ETH'])
    const answers = questions.flatMap(({ read }) => read(JSON.parse(TICKERS[name]!(bid, ask))))
    const quote = { bid: decimal8(bid), ask: decimal8(ask) }
    expect(answers).toEqual([
      ['SOL', quote],
      ['BTC', quote],
      ['ETH', quote],
    ])
  })

  it('of another form is no quote and never throws, whatever it is', () => {
    const anything = fc.jsonValue()
    fc.assert(
      fc.property(fc.constantFrom(...VENUES), anything, (venue, json) => {
        for (const { read } of venue.tickers(['SOL', 'BTC', 'ETH'])) {
          for (const [, quote] of read(json)) expect(quote).toBeUndefined()
        }
        const candles = venue.candles?.ask('SOL', 0, 60_000).read(json)
        expect(candles === undefined || candles.length === 0).toBe(true)
      }),
      { seed: 7, numRuns: 2_000 },
    )
  })

  it('is asked for dollars, never for tokens that mean to be worth one', () => {
    const paths = VENUES.flatMap((venue) => venue.tickers(['SOL', 'BTC', 'ETH']).map(({ path }) => path.toUpperCase()))
    for (const path of paths) expect(path).toMatch(/USD(?![TC])/)
  })
})

describe('a quote', () => {
  it.each([
    ['143.27', 14_327_000_000n],
    [143.27, 14_327_000_000n],
    ['0.000000019', 1n],
    ['73271.63000000', 7_327_163_000_000n],
  ])('%s is exact in 1e-8', (text, value) => {
    expect(decimal8(text)).toBe(value)
  })

  it.each(['', '-1', '1e5', '1,000', 'NaN', ' 1', '1.', '1234567890123', 1e21, Number.NaN, -1, undefined])(
    '%s is none',
    (text) => {
      expect(decimal8(text)).toBeUndefined()
    },
  )

  it.each([
    [{ bid: 100n, ask: 101n }, true],
    [{ bid: 100n, ask: 100n }, true],
    [{ bid: 101n, ask: 100n }, false],
    [{ bid: 0n, ask: 100n }, false],
    [{ bid: 98n, ask: 100n }, false],
  ])('%o is of a book that trades: %s', (quote, sound) => {
    expect(isSound(quote)).toBe(sound)
  })
})

describe('the median', () => {
  const quotes = (...mids: number[]) =>
    mids.map((mid) => ({ bid: BigInt(mid) * 100_000_000n, ask: BigInt(mid) * 100_000_000n }))

  it('needs three', () => {
    expect(medianOf(quotes(100, 100))).toBeUndefined()
    expect(medianOf(quotes(100, 100, 100))?.price).toBe(10_000_000_000n)
  })

  it('is not moved by one exchange that errs, and says how far the others are apart', () => {
    expect(medianOf(quotes(100, 100, 900))).toEqual({ price: 10_000_000_000n, confidence: 1_000_000n })
    expect(medianOf(quotes(100, 101, 103))).toMatchObject({ price: 10_100_000_000n, confidence: 100_000_000n })
  })

  it('lies between the quotes whatever a minority says', () => {
    const honest = fc.array(fc.integer({ min: 1_000, max: 2_000 }), { minLength: 3, maxLength: 6 })
    fc.assert(
      fc.property(honest, fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 2 }), (sound, wrong) => {
        fc.pre(wrong.length * 2 < sound.length)
        const price = medianOf(quotes(...sound, ...wrong))!.price / 100_000_000n
        expect(price >= BigInt(Math.min(...sound)) && price <= BigInt(Math.max(...sound))).toBe(true)
      }),
      { seed: 8 },
    )
  })

  it('of candles is a candle', () => {
    const candle = fc
      .tuple(
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        fc.bigInt({ min: 0n, max: 10n ** 10n }),
        fc.bigInt({ min: 0n, max: 10n ** 10n }),
        fc.bigInt({ min: 0n, max: 10n ** 10n }),
      )
      .map(([low, a, b, c]): Candle => {
        // The body's top is below the sum of its parts, so any wick above that is one.
        return { t: 0, low, open: low + a, close: low + b, high: low + a + b + c }
      })
    fc.assert(
      fc.property(fc.array(candle, { minLength: 1, maxLength: 6 }), (candles) => {
        const { open, high, low, close } = medianCandle(candles)
        expect(low <= open && low <= close && open <= high && close <= high).toBe(true)
      }),
      { seed: 9 },
    )
  })

  it('of nothing is an error', () => {
    expect(() => median([])).toThrow(RangeError)
  })
})

describe('exchanges as a source', () => {
  let here: Exchanges
  afterEach(() => here.close())
  const source = () => exchangeMedian({ feeds: ORACLE_FEEDS, venues: here.venues, clock: systemClock, log: silentLog })

  it('give the median of their mid prices, exact, with its width', async () => {
    here = await exchanges(tickerOf)
    const heard = listen(source())
    await heard.until(() => heard.prices.length >= 3)
    await heard.stop()
    expect(heard.prices.slice(0, 3).map(({ feedId }) => feedId)).toEqual(ORACLE_FEEDS.map(({ feedId }) => feedId))
    expect(heard.prices[0]).toMatchObject({
      feedId: SOL.feedId,
      price: 14_327_000_000n,
      confidence: 2_000_000n,
      emaPrice: 14_327_000_000n,
      exponent: -8,
    })
  })

  it('have no price when fewer than three answer, and count that', async () => {
    here = await exchanges((venue) => (venue === 'Coinbase' || venue === 'Kraken' ? tickerOf(venue) : 503))
    const heard = listen(source())
    await heard.until(() => heard.refused.some(([reason]) => reason === 'too-few-quotes'))
    await heard.stop()
    expect(heard.prices).toEqual([])
  })

  it('go on without those that deny this address, err or answer nonsense', async () => {
    const bad: Readonly<Record<string, string | number>> = { Bitstamp: 403, Gemini: TICKERS.Gemini!('200', '100') }
    here = await exchanges((venue) => bad[venue] ?? tickerOf(venue))
    const heard = listen(source())
    await heard.until(() => heard.prices.length >= 3 && heard.refused.length >= 3)
    await heard.stop()
    expect(heard.prices[0]?.price).toBe(14_327_000_000n)
    expect(new Set(heard.refused.map(([reason]) => reason))).toEqual(new Set(['bad-quote']))
    expect(here.asked.filter(({ path }) => path.includes('/api/v2/ticker/solusd')).length).toBe(1)
  })
})

describe('the history of exchanges', () => {
  let here: Exchanges
  afterEach(() => here.close())
  const MINUTE = 60_000
  const START = Date.UTC(2026, 10, 21, 12)
  const NOW = START + 10 * MINUTE + 30_000

  /** Minute `t`, which each exchange saw a little differently; what a path asks for lies between its bounds. */
  const candlesOf = (venue: string, path: string, missing: readonly number[] = []): string | number => {
    const minutes = Array.from({ length: 10 }, (_, index) => index).filter((index) => !missing.includes(index))
    const at = (index: number) => START + index * MINUTE
    switch (venue) {
      case 'Coinbase':
        // Newest first: time, low, high, open, close, volume.
        return JSON.stringify(minutes.toReversed().map((n) => [at(n) / 1_000, 99 + n, 105 + n, 100 + n, 101 + n, 1.5]))
      case 'Bitstamp':
        return JSON.stringify({
          data: {
            pair: 'SOL/USD',
            ohlc: minutes.map((n) => ({
              timestamp: `${at(n) / 1_000}`,
              open: `${100 + n}.2`,
              high: `${105 + n}.4`,
              low: `${99 + n}`,
              close: `${101 + n}`,
              volume: '0.1',
            })),
          },
        })
      case 'Bitfinex':
        return path.includes('/candles/')
          ? JSON.stringify(minutes.map((n) => [at(n), 100.4 + n, 101.2 + n, 105.2 + n, 98.8 + n, 3]))
          : 404
      default:
        return 404
    }
  }
  const open = () =>
    exchangeHistory({
      feeds: ORACLE_FEEDS,
      venues: here.venues,
      clock: manualClock(NOW),
      log: silentLog,
      signal: new AbortController().signal,
    })

  it('is the median of their minutes, oldest first, without the one that is not over', async () => {
    here = await exchanges(candlesOf)
    const bars = await open().minutes('SOL-PERP', START, NOW)
    expect(bars.length).toBe(10)
    expect(bars[0]).toEqual({
      t: START,
      open: 100_200_000n,
      high: 105_200_000n,
      low: 99_000_000n,
      close: 101_000_000n,
    })
    expect(bars.map(({ t }) => t)).toEqual(Array.from({ length: 10 }, (_, n) => START + n * MINUTE))
  })

  it('leaves out what fewer than two of them know', async () => {
    here = await exchanges((venue, path) => candlesOf(venue, path, venue === 'Coinbase' ? [] : [3, 4]))
    const bars = await open().minutes('SOL-PERP', START, NOW)
    expect(bars.map(({ t }) => (t - START) / MINUTE)).toEqual([0, 1, 2, 5, 6, 7, 8, 9])
  })

  it('goes on without one of them, and says so when only one is left', async () => {
    here = await exchanges((venue, path) => (venue === 'Bitstamp' ? 500 : candlesOf(venue, path)))
    expect((await open().minutes('SOL-PERP', START, NOW)).length).toBe(10)
    here.close()
    here = await exchanges((venue, path) => (venue === 'Coinbase' ? candlesOf(venue, path) : 500))
    const failure = await open()
      .minutes('SOL-PERP', START, NOW)
      .then(() => undefined, failureOf)
    expect(failure?.reason).toMatch(/needs candles of 2 exchanges/)
  })

  it('is asked for in pages that each exchange allows', async () => {
    here = await exchanges((venue) => (venue === 'Bitstamp' ? '{"data":{"ohlc":[]}}' : '[]'))
    await open().minutes('SOL-PERP', START - 2_000 * MINUTE, START)
    const count = (part: string) => here.asked.filter(({ path }) => path.startsWith(part)).length
    expect([count('/products/'), count('/api/v2/ohlc/'), count('/v2/candles/')]).toEqual([7, 2, 1])
  })

  it('never makes a minute of one exchange that tells it twice', () => {
    const candle = { t: START, open: 1n, high: 1n, low: 1n, close: 1n }
    expect(mergeMinutes([[candle, candle], []])).toEqual([])
  })
})

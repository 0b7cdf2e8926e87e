import { z } from 'zod'
import type { OracleFeed } from '../feeds.ts'
import { type Candle, decimal8, type Quote } from './quote.ts'

type Symbol = OracleFeed['symbol']
type Quotes = readonly (readonly [symbol: Symbol, quote: Quote | undefined])[]
/** One request, and how to read its answer. `undefined` stands for an answer of another form. */
export type Question<T> = { path: string; read: (json: unknown) => T }

/**
 * An exchange with a public ticker against US dollars. Pairs against tokens that only mean to be worth a dollar are left
 * out: they would move all prices together.
 */
export type Venue = {
  name: string
  origin: string
  /** How often its tickers are read: below what it allows, with room for history. */
  everyMs: number
  tickers(symbols: readonly Symbol[]): Question<Quotes>[]
  /** One-minute candles of [fromMs, toMs), where it keeps them for long; at most `most` of them in one answer. */
  candles?: { most: number; ask(symbol: Symbol, fromMs: number, toMs: number): Question<Candle[] | undefined> }
}

const amount = z.union([z.string(), z.number()])
const bidAsk = z.object({ bid: amount, ask: amount })
const MINUTE_MS = 60_000

const perSymbol =
  (path: (symbol: Symbol) => string) =>
  (symbols: readonly Symbol[]): Question<Quotes>[] =>
    symbols.map((symbol) => ({ path: path(symbol), read: (json) => [[symbol, quoteOf(bidAsk.safeParse(json).data)]] }))

const KRAKEN_NAMES: Readonly<Record<Symbol, { pair: string; answer: string }>> = {
  BTC: { pair: 'XBTUSD', answer: 'XXBTZUSD' },
  ETH: { pair: 'ETHUSD', answer: 'XETHZUSD' },
  SOL: { pair: 'SOLUSD', answer: 'SOLUSD' },
}
const krakenTickers = z.object({
  error: z.array(z.string()).length(0),
  result: z.record(z.string(), z.object({ a: z.array(amount), b: z.array(amount) })),
})
const bitfinexTickers = z.array(z.tuple([z.string(), z.number(), z.number(), z.number()]).rest(z.unknown()))

export const VENUES: readonly Venue[] = [
  {
    name: 'Coinbase',
    origin: 'https://api.exchange.coinbase.com',
    everyMs: 1_500,
    tickers: perSymbol((symbol) => `/products/${symbol}-USD/ticker`),
    candles: {
      most: 300,
      // Its end is inclusive.
      ask: (symbol, fromMs, toMs) => ({
        path: `/products/${symbol}-USD/candles?granularity=60&start=${iso(fromMs)}&end=${iso(toMs - MINUTE_MS)}`,
        read: (json) =>
          z
            .array(z.tuple([z.number(), amount, amount, amount, amount]).rest(z.unknown()))
            .safeParse(json)
            .data?.map(([seconds, low, high, open, close]) => ({ t: seconds * 1_000, open, high, low, close }))
            .map(candleOf)
            .filter(isCandle),
      }),
    },
  },
  {
    name: 'Kraken',
    origin: 'https://api.kraken.com',
    everyMs: 2_000,
    tickers: (symbols) => [
      {
        path: `/0/public/Ticker?pair=${symbols.map((symbol) => KRAKEN_NAMES[symbol].pair).join(',')}`,
        read: (json) => {
          const result = krakenTickers.safeParse(json).data?.result
          return symbols.map((symbol) => {
            const ticker = result?.[KRAKEN_NAMES[symbol].answer]
            const [ask, bid] = [ticker?.a[0], ticker?.b[0]]
            return [symbol, ask === undefined || bid === undefined ? undefined : quoteOf({ bid, ask })]
          })
        },
      },
    ],
  },
  {
    name: 'Bitstamp',
    origin: 'https://www.bitstamp.net',
    everyMs: 2_000,
    tickers: perSymbol((symbol) => `/api/v2/ticker/${symbol.toLowerCase()}usd/`),
    candles: {
      most: 1_000,
      ask: (symbol, fromMs, toMs) => ({
        path: `/api/v2/ohlc/${symbol.toLowerCase()}usd/?step=60&limit=1000&start=${fromMs / 1_000}&end=${(toMs - MINUTE_MS) / 1_000}`,
        read: (json) =>
          z
            .object({
              data: z.object({
                ohlc: z.array(
                  z.object({ timestamp: z.coerce.number(), open: amount, high: amount, low: amount, close: amount }),
                ),
              }),
            })
            .safeParse(json)
            .data?.data.ohlc.map(({ timestamp, ...prices }) => candleOf({ t: timestamp * 1_000, ...prices }))
            .filter(isCandle),
      }),
    },
  },
  {
    name: 'Gemini',
    origin: 'https://api.gemini.com',
    everyMs: 3_000,
    tickers: perSymbol((symbol) => `/v1/pubticker/${symbol.toLowerCase()}usd`),
  },
  {
    name: 'Bitfinex',
    origin: 'https://api-pub.bitfinex.com',
    everyMs: 3_000,
    tickers: (symbols) => [
      {
        path: `/v2/tickers?symbols=${symbols.map((symbol) => `t${symbol}USD`).join(',')}`,
        read: (json) => {
          const tickers = new Map((bitfinexTickers.safeParse(json).data ?? []).map(([name, ...rest]) => [name, rest]))
          return symbols.map((symbol) => {
            const [bid, , ask] = tickers.get(`t${symbol}USD`) ?? []
            return [symbol, bid === undefined || ask === undefined ? undefined : quoteOf({ bid, ask })]
          })
        },
      },
    ],
    candles: {
      most: 5_000,
      ask: (symbol, fromMs, toMs) => ({
        path: `/v2/candles/trade:1m:t${symbol}USD/hist?limit=5000&sort=1&start=${fromMs}&end=${toMs - 1}`,
        read: (json) =>
          z
            .array(z.tuple([z.number(), amount, amount, amount, amount]).rest(z.unknown()))
            .safeParse(json)
            .data?.map(([t, open, close, high, low]) => candleOf({ t, open, high, low, close }))
            .filter(isCandle),
      }),
    },
  },
]

type Amount = z.infer<typeof amount>

function quoteOf(texts: { bid: Amount; ask: Amount } | undefined): Quote | undefined {
  const [bid, ask] = [decimal8(texts?.bid), decimal8(texts?.ask)]
  return bid === undefined || ask === undefined ? undefined : { bid, ask }
}

function candleOf(texts: { t: number; open: Amount; high: Amount; low: Amount; close: Amount }): Candle | undefined {
  const [open, high, low, close] = [texts.open, texts.high, texts.low, texts.close].map(decimal8)
  if (open === undefined || high === undefined || low === undefined || close === undefined) return undefined
  const isOrdered = low > 0n && low <= open && low <= close && open <= high && close <= high
  return isOrdered && texts.t % MINUTE_MS === 0 ? { t: texts.t, open, high, low, close } : undefined
}

function isCandle(candle: Candle | undefined): candle is Candle {
  return candle !== undefined
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

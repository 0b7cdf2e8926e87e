import { z } from 'zod'
import { marketId } from '#server/exchange/index.ts'
import { priceDto, refusalCounts } from '#server/oracle/index.ts'
import { INTERVALS } from './candles.ts'

const at = z.number().int().describe('Milliseconds since 1970-01-01 UTC')
const decimal = z.string().describe('Exact decimal number, no exponent')

export const MAX_CANDLES = 1_000
/** The last time a Date can hold; a later one has no form in SQL. */
export const MAX_TIME_MS = 8_640_000_000_000_000

export const candleDto = z
  .object({
    t: z.number().int().describe('Open time, ms since 1970-01-01 UTC'),
    o: decimal,
    h: decimal,
    l: decimal,
    c: decimal,
    v: decimal.describe('Base traded on this exchange'),
  })
  .meta({ id: 'Candle' })
export type CandleDto = z.infer<typeof candleDto>

export const sparklineDto = z
  .object({
    market: z.string(),
    closes: decimal.array().describe('Closing prices of the quarters of an hour of the last day, oldest first'),
  })
  .meta({ id: 'Sparkline' })
export type SparklineDto = z.infer<typeof sparklineDto>

export const interval = z.enum(INTERVALS, `choose one of ${INTERVALS.join(', ')}`)

const before = z.coerce
  .number()
  .int()
  .positive('give a time after 1970')
  .max(MAX_TIME_MS, `at most ${MAX_TIME_MS}`)
  .optional()

const limit = z.coerce
  .number()
  .int()
  .min(1, 'ask for at least 1')
  .max(MAX_CANDLES, `at most ${MAX_CANDLES}; page back with before`)
  .default(500)

export const candlesInput = z.object({
  market: marketId,
  interval,
  before: before.describe('Only candles that opened before this time, ms'),
  limit,
})
export type CandlesInput = z.infer<typeof candlesInput>

export const priceInput = z.object({ market: marketId })

export const historyInput = z.object({
  market: marketId,
  before: before.describe('Only prices published before this time, ms'),
  limit,
})
export type HistoryInput = z.infer<typeof historyInput>

/** A published price of the last two days. */
export const tickDto = priceDto.omit({ market: true }).meta({ id: 'Tick' })
export type TickDto = z.infer<typeof tickDto>

const { source, quality, flags } = priceDto.shape

export const oracleHealthDto = z
  .object({
    mode: z.enum(['replay', 'live']).describe('replay: recorded prices, never to be taken for a live market'),
    reportedAt: at.nullable().describe('When ingest wrote this; null before its first report'),
    sources: z.array(
      z.object({
        source,
        rank: z.number().int().describe('0 is the preferred one'),
        state: z
          .enum(['closed', 'open', 'half-open'])
          .describe('Of its circuit breaker. open: left alone until retryAt; half-open: being tried again'),
        retryAt: at.nullable(),
        error: z.string().nullable().describe('Why its last connection failed, and what to do'),
        active: z.array(z.string()).describe('Markets priced by it now'),
        lastPublishedAt: at.nullable(),
        refused: refusalCounts,
      }),
    ),
    markets: z.array(
      z.object({
        market: z.string(),
        source,
        quality,
        flags,
        ageMs: z.number().describe('Since its newest price was published'),
        refused: refusalCounts,
      }),
    ),
  })
  .meta({ id: 'OracleHealth' })
export type OracleHealthDto = z.infer<typeof oracleHealthDto>

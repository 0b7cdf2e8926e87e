import { z } from 'zod'
import { marketId } from '#server/exchange/index.ts'
import { INTERVALS } from './candles.ts'

const decimal = z.string().describe('Exact decimal number, no exponent')

export const MAX_CANDLES = 1_000
/** The last time a Date can hold; a later one has no form in SQL. */
export const MAX_TIME_MS = 8_640_000_000_000_000

export const candleDto = z.object({
  t: z.number().int().describe('Open time, ms since 1970-01-01 UTC'),
  o: decimal,
  h: decimal,
  l: decimal,
  c: decimal,
  v: decimal.describe('Base traded on this exchange'),
})
export type CandleDto = z.infer<typeof candleDto>

export const interval = z.enum(INTERVALS, `choose one of ${INTERVALS.join(', ')}`)

export const candlesInput = z.object({
  market: marketId,
  interval,
  before: z.coerce
    .number()
    .int()
    .positive('give a time after 1970')
    .max(MAX_TIME_MS, `at most ${MAX_TIME_MS}`)
    .optional()
    .describe('Only candles that opened before this time, ms'),
  limit: z.coerce
    .number()
    .int()
    .min(1, 'ask for at least 1')
    .max(MAX_CANDLES, `at most ${MAX_CANDLES}; page back with before`)
    .default(500),
})
export type CandlesInput = z.infer<typeof candlesInput>

export const priceInput = z.object({ market: marketId })

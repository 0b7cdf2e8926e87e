import { z } from 'zod'
import { authorityInput, marketId } from '#server/exchange/schema.ts'
import { isTimeZone } from '#server/platform/time-zone.ts'

/** What an account has made of its money, on the wire: exact decimal strings in USDC, times in ms since 1970. */

const usdc = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('USDC, exact decimal number')
const at = z.number().int().describe('Milliseconds since 1970-01-01 UTC')

/** A day begins and ends where its reader lives, daylight saving included. */
const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be a time zone like Europe/Berlin')
  .default('UTC')
  .describe('IANA time zone whose days are meant, e.g. Europe/Berlin')

export const portfolioPointDto = z
  .object({
    at,
    equity: usdc.describe('Cash, tokens and unrealised PnL of all sub-accounts'),
    unrealisedPnl: usdc.describe('Funding included'),
    notional: usdc.describe('Value of all positions'),
    netDeposits: usdc.describe(
      'What had been brought in by then, less what had been taken out; tokens at the price of that moment. Equity less this is the profit',
    ),
  })
  .meta({ id: 'PortfolioPoint' })
export type PortfolioPointDto = z.infer<typeof portfolioPointDto>

export const portfolioHistoryDto = z
  .object({
    points: portfolioPointDto
      .array()
      .describe('Oldest first: the account when its first collateral came, then as it was counted each hour'),
    netDeposits: usdc.describe('As of now'),
  })
  .meta({ id: 'PortfolioHistory' })
export type PortfolioHistoryDto = z.infer<typeof portfolioHistoryDto>

export const RANGES = ['7d', '30d', '90d', '1y', 'all'] as const
export const range = z.enum(RANGES)
export type Range = z.infer<typeof range>

export const historyInput = authorityInput.extend({
  range: range.default('7d').describe('Up to 30 days by the hour, 90 days by four hours, longer by the day'),
})

/** What was realised; `net` is the sum of the others with their signs. */
const result = z.object({
  net: usdc.describe('realisedPnl + funding + other − fees − interest'),
  realisedPnl: usdc.describe('Of closed parts of positions, before fees and funding'),
  fees: usdc.describe('Positive = paid; rebates reduce them'),
  funding: usdc.describe('Positive = received'),
  interest: usdc.describe('Charged on a negative balance'),
  other: usdc.describe('Losses the exchange bore, and referral rewards'),
})

export const calendarDayDto = result
  .extend({
    day: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/)
      .describe('In the zone asked for'),
    from: at.describe('Where the day begins'),
    to: at.describe('Where the next one begins'),
    fills: z.number().int(),
  })
  .meta({ id: 'CalendarDay' })
export type CalendarDayDto = z.infer<typeof calendarDayDto>

export const calendarInput = authorityInput.extend({
  year: z.coerce.number().int().min(1970).max(9998),
  timeZone,
})

/** Of one market, or of all. A trade is a position from flat to flat, or to the other side. */
export const statisticsDto = result
  .extend({
    market: marketId.nullable().describe('Null: all markets together'),
    fills: z.number().int(),
    volume: usdc,
    makerVolume: usdc.describe('Of resting orders'),
    trades: z.number().int().describe('Positions closed'),
    wins: z.number().int().describe('Of them, those with a net profit after fees and funding'),
    grossProfit: usdc.describe('Sum of the winners'),
    grossLoss: usdc.describe('Sum of the losers, negative or 0'),
    best: usdc.nullable(),
    worst: usdc.nullable(),
    holdMs: z.number().int().describe('Time all closed positions were held, summed'),
    medianHoldMs: z.number().int().nullable(),
    exposedMs: z.number().int().describe('Time with a position open'),
  })
  .meta({ id: 'Statistics' })
export type StatisticsDto = z.infer<typeof statisticsDto>

export const statisticsInput = authorityInput.extend({
  range: range.default('all').describe('What was realised, and which positions closed, in that time until now'),
})
export type StatisticsInput = z.infer<typeof statisticsInput>

export const tokenStatisticsDto = statisticsDto
  .extend({ market: marketId, token: z.string().describe('What the market trades, e.g. SOL') })
  .meta({ id: 'TokenStatistics' })
export type TokenStatisticsDto = z.infer<typeof tokenStatisticsDto>

export const ledgerInput = authorityInput.extend({
  year: z.coerce.number().int().min(1970).max(9998).optional().describe('In the zone; without it, everything'),
  timeZone,
})
export type LedgerInput = z.infer<typeof ledgerInput>

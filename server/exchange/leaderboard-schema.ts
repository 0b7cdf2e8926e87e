import { z } from 'zod'
import { authorityInput, decimal } from './schema.ts'

const { authority } = authorityInput.shape

export const LEADERBOARD_WINDOWS = ['24h', '7d', '30d', 'all'] as const
export const LEADERBOARD_SORTS = ['pnl', 'volume', 'roi'] as const

export const leaderboardInput = z.object({
  window: z.enum(LEADERBOARD_WINDOWS).default('30d'),
  sort: z.enum(LEADERBOARD_SORTS).default('pnl'),
  authority: authority.optional().describe('A wallet whose own row comes too, wherever it stands'),
})
export type LeaderboardInput = z.infer<typeof leaderboardInput>

export const leaderboardRowDto = z
  .object({
    rank: z.number().int().describe('Of everybody who traded in the time, by the chosen figure; 1 is the best'),
    authority,
    name: z.string().nullable(),
    pnl: decimal.describe(
      'Realised profit and loss of fills in the time, after fees, and the funding and interest settled with them, quote',
    ),
    volume: decimal.describe('Value of fills, as taker and as maker, quote'),
    roi: decimal
      .nullable()
      .describe(
        'pnl over capital: equity at the beginning (the hourly snapshot before it) plus deposits since, tokens at the price of their deposit. Null without capital',
      ),
    trades: z.number().int().describe('Fills'),
  })
  .meta({ id: 'LeaderboardRow' })
export type LeaderboardRowDto = z.infer<typeof leaderboardRowDto>

export const leaderboardDto = z
  .object({
    rows: leaderboardRowDto.array().describe('The best 100'),
    own: leaderboardRowDto.nullable().describe('Null when that wallet has not traded in the time, or none was named'),
    traders: z.number().int().describe('Wallets that traded in the time'),
  })
  .meta({ id: 'Leaderboard' })
export type LeaderboardDto = z.infer<typeof leaderboardDto>

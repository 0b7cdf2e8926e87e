import { z } from 'zod'
import { at, authorityInput, decimal, marketId, signature } from './schema.ts'

/** The liquidity pool on the wire: units and times as in schema.ts. A share cost one dollar when the pool began. */

const { authority } = authorityInput.shape

export const poolDto = z
  .object({
    idle: decimal.describe('USDC not allocated to a market: exits are paid out of it'),
    shares: decimal.describe('The first one cost a dollar'),
    epoch: z.number().int().describe('Rises when the pool has lost everything and begins anew'),
    allocations: z.object({ market: marketId, amount: decimal, quoteCash: decimal, base: decimal }).array(),
    pendingDeposits: decimal.describe('Requested, shares not minted yet'),
    terms: z.object({
      exitCooldownS: z.number().int().describe('From the request to leave until it may be paid'),
      feeShareBps: z.number().int().describe("The pool's share of trading fees, after rebates and referrals"),
      treasuryShareBps: z.number().int(),
      insuranceShareBps: z.number().int(),
      depositsPaused: z.boolean(),
      exitsPaused: z.boolean(),
    }),
    sequence: z.string(),
    updatedAt: at,
  })
  .meta({ id: 'Pool' })
export type PoolDto = z.infer<typeof poolDto>

const sharePrice = decimal.describe('Net asset value per share, nine decimals, rounded down')

export const POOL_WINDOWS = ['24h', '7d', '30d', '90d', 'all'] as const
export const poolHistoryInput = z.object({ window: z.enum(POOL_WINDOWS).default('30d') })
export type PoolWindow = z.infer<typeof poolHistoryInput>['window']

export const poolPointDto = z.object({ at, sharePrice, netAssetValue: decimal }).meta({ id: 'PoolPoint' })
export type PoolPointDto = z.infer<typeof poolPointDto>

export const poolHistoryDto = z
  .object({
    points: poolPointDto.array().describe('Oldest first, evenly thinned out'),
    apr: z
      .object({ ratio: decimal, from: at, to: at })
      .nullable()
      .describe(
        'Change of the share price over the last 30 days, or since the pool began if that is less, times a year over that time. Not compounded; null before a day of history',
      ),
  })
  .meta({ id: 'PoolHistory' })
export type PoolHistoryDto = z.infer<typeof poolHistoryDto>

export const poolRequestDto = z
  .object({
    ticket: z.string(),
    ticketId: z.string().nullable().describe('Null: recorded by an older version, until the projection is rebuilt'),
    kind: z.enum(['deposit', 'exit']),
    authority,
    subAccount: z.string().nullable(),
    amount: decimal.describe('Of a deposit: USDC set aside. Of an exit: shares set aside'),
    status: z
      .enum(['waiting', 'done', 'returned'])
      .describe('returned: nobody executed it within the hour it had, and what was set aside went back'),
    got: decimal.nullable().describe('Once done. Of a deposit: shares. Of an exit: USDC'),
    requestedAt: at,
    executableAt: at.describe('With a price published a moment later, anyone may execute it'),
    expiresAt: at.describe('Executed from then on, it gives back what was set aside'),
    endedAt: at.nullable(),
    signature: signature.describe('Transaction that ended it, or made it while it waits'),
  })
  .meta({ id: 'PoolRequest' })
export type PoolRequestDto = z.infer<typeof poolRequestDto>

export const poolPositionDto = z
  .object({
    authority,
    shares: decimal.describe('Held; shares set aside for an exit are not among them'),
    deposited: decimal.describe('USDC that became shares, ever'),
    withdrawn: decimal.describe('USDC paid out for shares, ever'),
    requests: poolRequestDto.array().describe('The newest 50, newest first'),
  })
  .meta({ id: 'PoolPosition' })
export type PoolPositionDto = z.infer<typeof poolPositionDto>

import { PAUSE } from '#client/instructions/exchange.ts'
import { BASE_DECIMALS, formatUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { PoolDto, PoolHistoryDto, PoolPointDto } from './pool-schema.ts'
import type { Row } from './to-dto.ts'

const WHOLE_BPS = 10_000
const SHARE_PRICE_DECIMALS = 9
const SHARE_PRICE = 10n ** BigInt(SHARE_PRICE_DECIMALS)
const RATIO_DECIMALS = 8
const RATIO = 10n ** BigInt(RATIO_DECIMALS)
const DAY_MS = 86_400_000
const YEAR_MS = 365n * BigInt(DAY_MS)

const quote = (value: bigint) => formatUnits(value, QUOTE_DECIMALS)

export function toPoolDto(
  row: Row<'pools'>,
  exchange: Row<'exchange'>,
  markets: readonly Pick<Row<'markets'>, 'market' | 'pool_allocation' | 'pool_quote' | 'pool_base'>[],
): PoolDto {
  const { pool_fee_share_bps: feeShareBps, treasury_fee_share_bps: treasuryShareBps } = exchange
  return {
    idle: quote(row.idle),
    shares: quote(row.shares),
    epoch: Number(row.epoch),
    allocations: markets.map(({ market, pool_allocation, pool_quote, pool_base }) => ({
      market,
      amount: quote(pool_allocation),
      quoteCash: quote(pool_quote),
      base: formatUnits(pool_base, BASE_DECIMALS),
    })),
    pendingDeposits: quote(row.pending_deposits),
    terms: {
      exitCooldownS: exchange.pool_exit_cooldown_s,
      feeShareBps,
      treasuryShareBps,
      insuranceShareBps: WHOLE_BPS - feeShareBps - treasuryShareBps,
      depositsPaused: (exchange.pause_bits & PAUSE.poolDeposits) !== 0,
      exitsPaused: (exchange.pause_bits & PAUSE.poolExits) !== 0,
    },
    sequence: row.sequence.toString(),
    updatedAt: row.updated_at.getTime(),
  }
}

export type PoolValueRow = { at: Date; shares: bigint; net_asset_value: bigint }

const sharePrice = ({ shares, net_asset_value }: PoolValueRow): bigint => (net_asset_value * SHARE_PRICE) / shares

export function toPoolPoint(row: PoolValueRow): PoolPointDto {
  return {
    at: row.at.getTime(),
    sharePrice: formatUnits(sharePrice(row), SHARE_PRICE_DECIMALS),
    netAssetValue: quote(row.net_asset_value),
  }
}

/** See `poolHistoryDto`. A day at least: an hour's luck times a year says nothing. */
export function aprOf(first: PoolValueRow | undefined, last: PoolValueRow | undefined): PoolHistoryDto['apr'] {
  if (first === undefined || last === undefined) return null
  const [from, to] = [first.at.getTime(), last.at.getTime()]
  const [before, now] = [sharePrice(first), sharePrice(last)]
  if (to - from < DAY_MS || before === 0n) return null
  const ratio = ((now - before) * RATIO * YEAR_MS) / (before * BigInt(to - from))
  return { ratio: formatUnits(ratio, RATIO_DECIMALS), from, to }
}

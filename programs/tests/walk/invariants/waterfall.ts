/** Who bears a loss, in the order of the design: insurance, the market's pool, its traders, and at last nobody. */
import type { PerpsEvent } from '#client/events.ts'
import { poolEquity, settledEquity } from '#client/math/pool.ts'
import type { Market } from '../mirror.ts'
import type { Step, Walk } from '../walk.ts'
import { holds, touched } from './broken.ts'

/** One loss moves the funding index by at most 2.5 % of the price (price 1e6 → index 1e9). */
const MOST_SOCIALISED = (price: bigint): bigint => ((price * 250n) / 10_000n) * 1_000n

export function checkWaterfall(walk: Walk, step: Step, { data }: PerpsEvent): void {
  if (!('covered' in data) || data.covered.loss === 0n) return
  const { loss, insurance, pool, socialised, deficit } = data.covered
  const fund = walk.mirror.insurance
  const markets = touched(step, 'Market')
  const after = markets[0]?.after
  const before = markets[0]?.before
  if (!after || !before) throw new Error('a loss without its market')
  const residue = insurance + pool + socialised + deficit - loss
  holds(residue >= 0n && (residue === 0n || deficit === 0n), 'every part of a loss is borne once')
  const { params } = after
  const isFundSpent = fund.balance - residue <= fund.floor || after.insuranceUsed >= params.insuranceCap
  holds(pool + socialised + deficit === 0n || isFundSpent, 'the pool bears what insurance cannot')
  const isPoolSpent =
    after.poolLossUsed >= params.poolLossCap || after.ledger.poolAllocation === 0n || equityOf(after) <= 0n
  holds(socialised + deficit === 0n || isPoolSpent, 'traders bear what the pool cannot')
  const moved = after.funding.indexLong - before.funding.indexLong
  const price = after.settlementPrice > 0n ? after.settlementPrice : after.price.price
  const isIndexSpent = moved >= MOST_SOCIALISED(price) || openInterest(after) === 0n
  // Both sides' shares round down, so a unit may be missing.
  holds(deficit <= 1n || isIndexSpent, `a deficit is what traders cannot bear (${deficit} of ${loss})`)
}

const openInterest = ({ ledger }: Market): bigint => ledger.openInterestLong + ledger.openInterestShort

function equityOf({ ledger, price, params, settlementPrice }: Market): bigint {
  const { poolAllocation, poolQuote, poolBase } = ledger
  if (settlementPrice > 0n) return settledEquity(poolAllocation, poolQuote, -poolBase, settlementPrice)
  return poolEquity(poolAllocation, poolQuote, -poolBase, price.price, params.depthK)
}

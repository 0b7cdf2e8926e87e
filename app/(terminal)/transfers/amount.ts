import { parseUnits } from '#client/units.ts'
import type { Limit } from './limits.ts'
import type { Place } from './places.ts'
import { type Asset, amountText, DECIMALS } from './transfer.ts'

export type Checked = { amount: bigint | null; problem: string | null }

/** What was typed as an amount that can leave `from`, or why it cannot. */
export function checkAmount(text: string, asset: Asset, limit: Limit | null, from: Place): Checked {
  if (text === '') return { amount: null, problem: null }
  let amount: bigint
  try {
    amount = parseUnits(text, DECIMALS[asset])
  } catch (error) {
    return { amount: null, problem: error instanceof Error ? error.message : String(error) }
  }
  if (amount <= 0n) return { amount: null, problem: null }
  if (limit === null) return { amount: null, problem: 'Waiting for your balances…' }
  if (amount <= limit.max) return { amount, problem: null }
  const most = amountText(asset, limit.max)
  if (from === 'wallet') return { amount: null, problem: `Your wallet can deposit at most ${most}.` }
  return {
    amount: null,
    problem: `At most ${most} can be withdrawn.${limit.reason === null ? '' : ` ${limit.reason}`}`,
  }
}

import { t } from '#app/i18n/t.ts'
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
  } catch {
    const problem = t('It must be a number: digits and at most one point, like {example}.', { example: '143.27' })
    return { amount: null, problem }
  }
  if (amount <= 0n) return { amount: null, problem: null }
  if (limit === null) return { amount: null, problem: t('Waiting for your balances…') }
  if (amount <= limit.max) return { amount, problem: null }
  const most = amountText(asset, limit.max)
  if (from === 'wallet')
    return { amount: null, problem: t('Your wallet can deposit at most {amount}.', { amount: most }) }
  const problem = t('At most {amount} can be withdrawn.', { amount: most })
  return { amount: null, problem: limit.reason === null ? problem : `${problem} ${limit.reason}` }
}

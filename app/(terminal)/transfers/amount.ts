import { t } from '#app/i18n/t.ts'
import { parseSigned } from '../ticket/fields.ts'
import { misreadText } from '../ticket/misread.ts'
import type { Limit } from './limits.ts'
import type { Place } from './places.ts'
import { type Asset, amountText, DECIMALS } from './transfer.ts'

export type Checked = { amount: bigint | null; problem: string | null }

/** What was typed as an amount that can leave `from`, or why it cannot. */
export function checkAmount(text: string, asset: Asset, limit: Limit | null, from: Place): Checked {
  const parsed = parseSigned(text, DECIMALS[asset])
  if ('problem' in parsed) return { amount: null, problem: misreadText(parsed.problem) }
  if ('empty' in parsed || parsed.value <= 0n) return { amount: null, problem: null }
  const amount = parsed.value
  if (limit === null) return { amount: null, problem: t('Waiting for your balances…') }
  if (amount <= limit.max) return { amount, problem: null }
  const most = amountText(asset, limit.max)
  if (from === 'wallet')
    return { amount: null, problem: t('Your wallet can deposit at most {amount}.', { amount: most }) }
  const problem = t('At most {amount} can be withdrawn.', { amount: most })
  return { amount: null, problem: limit.reason === null ? problem : `${problem} ${limit.reason}` }
}

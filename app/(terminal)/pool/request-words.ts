import { t } from '#app/i18n/t.ts'
import { formatNumber, formatUsd } from '#app/ui/format.ts'
import type { PoolRequestDto } from '#server/exchange/pool-schema.ts'

export const kindOf = ({ kind }: PoolRequestDto): string =>
  t('{kind, select, deposit {Deposit} other {Exit}}', { kind })

/** What goes in: USDC of a deposit, shares of an exit. */
export const amountOf = ({ kind, amount }: PoolRequestDto): string =>
  kind === 'deposit' ? formatUsd(amount) : t('{amount} shares', { amount: formatNumber(amount, { min: 2, max: 2 }) })

import type { OwnAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { formatNumber } from '#app/ui/format.ts'
import { refreshBalances } from '#app/wallet/balances.ts'
import { loadExchange } from '#app/wallet/exchange.ts'
import { type Outcome, transact } from '#app/wallet/transact.ts'
import { formatUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { PoolRequestDto } from '#server/exchange/pool-schema.ts'

export type DepositSource = 'wallet' | 'account'

/** Asks for shares of the pool; they are minted with the next prices. Native USDC. */
export async function requestDeposit(own: OwnAccount, amount: bigint, source: DepositSource): Promise<Outcome> {
  const outcome = await transact({
    title: t('Pool deposit of {amount} USDC', { amount: amountText(amount) }),
    build: async () => (await loadExchange()).depositToPool(own, amount, source),
  })
  refreshBalances()
  return outcome
}

/** Asks to be paid for shares (1e6) after the cooldown. */
export function requestExit(own: OwnAccount, shares: bigint): Promise<Outcome> {
  return transact({
    title: t('Pool exit of {amount} shares', { amount: amountText(shares) }),
    build: async () => (await loadExchange()).requestPoolExit(own, shares),
  })
}

/** One that was recorded whole, so that an instruction can name it. */
export type Executable = PoolRequestDto & { subAccount: string; ticketId: string }

export const isExecutable = (request: PoolRequestDto): request is Executable =>
  request.subAccount !== null && request.ticketId !== null

/** Executes a request that is due, whosever it is: `keeper` only signs and pays the network. */
export function execute(
  keeper: string,
  { kind, authority: owner, subAccount, ticketId }: Executable,
): Promise<Outcome> {
  return transact({
    title: kind === 'deposit' ? t('Mint pool shares') : t('Pay out a pool exit'),
    build: async () =>
      (await loadExchange()).executePoolRequest(keeper, { kind, owner, subAccount, ticketId: BigInt(ticketId) }),
  })
}

/** An amount of USDC or shares, both 1e6. */
export const amountText = (amount: bigint): string => formatNumber(formatUnits(amount, QUOTE_DECIMALS), { min: 2 })

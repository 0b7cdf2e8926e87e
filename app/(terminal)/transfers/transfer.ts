import type { OwnAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { formatNumber } from '#app/ui/format.ts'
import { refreshBalances } from '#app/wallet/balances.ts'
import { loadExchange } from '#app/wallet/exchange.ts'
import { type Outcome, transact } from '#app/wallet/transact.ts'
import { formatUnits } from '#client/units.ts'

export type Asset = 'USDC' | 'SOL'

export const DECIMALS: Record<Asset, number> = { USDC: 6, SOL: 9 }

/** `amount` in native units of the asset. The first deposit creates the account in the same transaction. */
export async function deposit(into: OwnAccount, asset: Asset, amount: bigint): Promise<Outcome> {
  return settle(
    await transact({
      title: t('Deposit {amount}', { amount: amountText(asset, amount) }),
      build: async () => (await loadExchange()).deposit(into, asset, amount),
    }),
  )
}

export async function withdraw(from: OwnAccount, asset: Asset, amount: bigint): Promise<Outcome> {
  return settle(
    await transact({
      title: t('Withdraw {amount}', { amount: amountText(asset, amount) }),
      build: async () => (await loadExchange()).withdraw(from, asset, amount),
    }),
  )
}

/** Between two sub-accounts of the wallet. */
export async function transfer(from: OwnAccount, toId: number, asset: Asset, amount: bigint): Promise<Outcome> {
  return transact({
    title: t('Move {amount} to sub-account {id}', { amount: amountText(asset, amount), id: toId }),
    build: async () => (await loadExchange()).transfer(from, toId, asset, amount),
  })
}

function settle(outcome: Outcome): Outcome {
  refreshBalances()
  return outcome
}

export const amountText = (asset: Asset, amount: bigint): string =>
  formatNumber(formatUnits(amount, DECIMALS[asset]), { min: 2, suffix: ` ${asset}` })

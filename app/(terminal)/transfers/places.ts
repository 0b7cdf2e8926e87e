import { useUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { useWalletBalances } from '#app/wallet/balances.ts'
import { useAuthority } from '#app/wallet/store.ts'
import type { Portfolio } from '#client/math/index.ts'
import { parseUnits } from '#client/units.ts'
import type { SubAccountDto } from '#server/exchange/schema.ts'
import { usePortfolioOf } from '../account/use-portfolio.ts'
import { depositLimit, type Limit, withdrawLimit } from './limits.ts'
import { type Asset, DECIMALS } from './transfer.ts'

/** Where collateral can be: in the wallet, or in the sub-account with this number. */
export type Place = 'wallet' | number

export const placeName = (place: Place): string =>
  place === 'wallet' ? t('Your wallet') : t('Sub-account {id}', { id: place })

export type Funds = {
  /** What of the asset is there; null while unknown. */
  held: bigint | null
  /** How much of it can leave; null while unknown. */
  limit: Limit | null
  /** Of a sub-account; null for the wallet, and while a price is unknown. */
  portfolio: Portfolio | null
  subAccount: SubAccountDto | null
}

/** What of an asset is in a place, and how much of it can leave. */
export function useFunds(place: Place, asset: Asset): Funds {
  const wallet = useWalletBalances()
  const account = useUser(useAuthority())
  const subAccount = account?.subAccounts.find(({ id }) => id === place)
  const { portfolio } = usePortfolioOf(subAccount)
  if (place === 'wallet') {
    const held = wallet === undefined ? null : asset === 'SOL' ? wallet.sol : wallet.usdc
    return { held, limit: held === null ? null : depositLimit(asset, held), portfolio: null, subAccount: null }
  }
  const balance = subAccount?.balances.find(({ symbol }) => (symbol === 'USDC') === (asset === 'USDC'))
  const held = parseUnits(balance?.amount ?? '0', DECIMALS[asset])
  const limit = portfolio === null ? null : withdrawLimit(asset, held, portfolio)
  return { held, limit, portfolio, subAccount: subAccount ?? null }
}

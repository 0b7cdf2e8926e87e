import type { PublicKey } from '@solana/web3.js'
import type { OwnAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { decodeSubAccount, decodeTokenVault, type SubAccount, type TokenVault } from '#client/accounts.ts'
import { QUOTE_VAULT_INDEX } from '#client/margin-accounts.ts'
import { NATIVE_MINT, subAccountAddress, tokenVaultAddress } from '#client/pda.ts'
import { openConnection } from '../chain.ts'
import { WalletError } from '../errors.ts'
import { reachable } from '../transaction-error.ts'

export const addressOf = ({ authority, subAccountId }: OwnAccount): PublicKey =>
  subAccountAddress(authority, subAccountId)

export async function readAccounts(addresses: PublicKey[]) {
  const connection = await openConnection()
  return reachable(() => connection.getMultipleAccountsInfo(addresses))
}

/** The sub-account on the chain, and the vaults it may hold. @throws WalletError when it does not exist. */
export async function readOwn(own: OwnAccount) {
  const address = addressOf(own)
  const [account] = await readAccounts([address])
  if (account == null) {
    throw new WalletError('not-connected', t('This wallet has no account on the exchange yet. Deposit first.'))
  }
  const state: SubAccount = decodeSubAccount(account.data)
  return { authority: own.authority, address, state, vaults: await heldVaults(state) }
}

/** Addresses of the vaults a sub-account may hold, by index. */
async function heldVaults({ collaterals }: SubAccount): Promise<Map<number, PublicKey>> {
  if (!collaterals.some(({ vaultIndex }) => vaultIndex !== QUOTE_VAULT_INDEX)) return new Map()
  const sol = await solVault()
  return sol === null ? new Map() : new Map([[sol.index, tokenVaultAddress(NATIVE_MINT)]])
}

/** How SOL counts as collateral, as its vault says; null when the exchange takes none. */
export async function solVault(): Promise<TokenVault | null> {
  const [account] = await readAccounts([tokenVaultAddress(NATIVE_MINT)])
  return account == null ? null : decodeTokenVault(account.data)
}

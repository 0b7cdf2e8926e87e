/** Which accounts the program needs to judge a sub-account's margin. */
import type { PublicKey } from '@solana/web3.js'
import type { SubAccount } from './accounts.ts'
import { type AddressLike, marketAddress, publicKey } from './pda.ts'

/** Index of the quote token's vault; always at par, so never needed. */
export const QUOTE_VAULT_INDEX = 0

/**
 * Every market the sub-account has a position or order in, except the one the instruction names itself, and every token
 * vault it holds besides USDC's. `vaults`: addresses by vault index.
 * @throws RangeError when a held vault is not among `vaults`.
 */
export function marginAccounts(
  subAccount: Pick<SubAccount, 'collaterals' | 'positions'>,
  vaults: ReadonlyMap<number, AddressLike>,
  named: { readonly marketIndex?: number; readonly vaultIndex?: number } = {},
): PublicKey[] {
  const markets = subAccount.positions
    .filter(({ marketIndex }) => marketIndex !== named.marketIndex)
    .map(({ marketIndex }) => marketAddress(marketIndex))
  const held = subAccount.collaterals
    .filter(
      ({ vaultIndex, amount }) => vaultIndex !== QUOTE_VAULT_INDEX && vaultIndex !== named.vaultIndex && amount !== 0n,
    )
    .map(({ vaultIndex }) => {
      const address = vaults.get(vaultIndex)
      if (address === undefined) throw new RangeError(`the address of token vault ${vaultIndex} is not known`)
      return publicKey(address)
    })
  return [...markets, ...held]
}

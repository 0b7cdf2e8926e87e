/** Which accounts the program needs to judge a sub-account's margin. */
import type { PublicKey } from '@solana/web3.js'
import type { SubAccount } from './accounts.ts'
import { type AddressLike, marketAddress, publicKey } from './pda.ts'

/** Index of the quote token's vault; always at par, so never needed. */
export const QUOTE_VAULT_INDEX = 0

type Held = Pick<SubAccount, 'collaterals' | 'positions'>

/**
 * Every market the sub-accounts have a position or order in, and every token vault they hold besides USDC's, each once
 * and without the one the instruction names itself. `vaults`: addresses by vault index.
 * @throws RangeError when a held vault is not among `vaults`.
 */
export function marginAccounts(
  subAccounts: Held | readonly Held[],
  vaults: ReadonlyMap<number, AddressLike>,
  named: { readonly marketIndex?: number; readonly vaultIndex?: number } = {},
): PublicKey[] {
  const all: readonly Held[] = 'positions' in subAccounts ? [subAccounts] : subAccounts
  const markets = new Set(all.flatMap(({ positions }) => positions.map(({ marketIndex }) => marketIndex)))
  if (named.marketIndex !== undefined) markets.delete(named.marketIndex)
  return [...[...markets].map(marketAddress), ...heldVaults(all, vaults, named.vaultIndex)]
}

/** The vaults of the tokens the sub-accounts hold besides USDC, each once, as `marginAccounts`. */
export function heldVaults(
  subAccounts: readonly Held[],
  vaults: ReadonlyMap<number, AddressLike>,
  named?: number,
): PublicKey[] {
  const tokens = subAccounts.flatMap(({ collaterals }) => collaterals.filter(({ amount }) => amount !== 0n))
  const held = new Set(tokens.map(({ vaultIndex }) => vaultIndex))
  held.delete(QUOTE_VAULT_INDEX)
  if (named !== undefined) held.delete(named)
  const vaultOf = (index: number): PublicKey => {
    const address = vaults.get(index)
    if (address === undefined) throw new RangeError(`the address of token vault ${index} is not known`)
    return publicKey(address)
  }
  return [...held].map(vaultOf)
}

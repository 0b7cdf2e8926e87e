/** Whether an account can pay what it owes at all: the rule of the program's `insolvency.rs`. */
import type { SubAccount, TokenVault } from './accounts.ts'
import { QUOTE_VAULT_INDEX } from './margin-accounts.ts'
import { max } from './math/fixed.ts'
import { withdrawalValue } from './math/limits.ts'

/** Of the program's constants: silence after which a token counts nothing (s) … */
const FADED_FEED_AGE_S = 3_600n
/** … unless at its last price it could pay more than one part in so many of the debt. */
const FADED_TOKENS_IN_DEBT = 20n

/** A token nobody can price any more. One that never had a price may be worth anything. */
export function hasFaded({ price }: Pick<TokenVault, 'price'>, now: bigint): boolean {
  return price.price > 0n && now - price.publishTime >= FADED_FEED_AGE_S
}

/** Owes quote and holds no position, and no token but faded ones that could pay hardly any of the debt. */
export function isBankrupt(
  { collaterals, positions }: Pick<SubAccount, 'collaterals' | 'positions'>,
  vaults: ReadonlyMap<number, TokenVault>,
  now: bigint,
): boolean {
  const quote = collaterals.find(({ vaultIndex }) => vaultIndex === QUOTE_VAULT_INDEX)?.amount ?? 0n
  if (quote >= 0n || positions.some(({ base }) => base !== 0n)) return false
  let worth = 0n
  for (const { vaultIndex, amount } of collaterals) {
    if (vaultIndex === QUOTE_VAULT_INDEX || amount <= 0n) continue
    const vault = vaults.get(vaultIndex)
    if (vault === undefined || !hasFaded(vault, now)) return false
    worth += withdrawalValue(amount, max(vault.price.price, vault.price.emaPrice), 10n ** BigInt(vault.decimals))
  }
  return worth * FADED_TOKENS_IN_DEBT <= -quote
}

/** Where the program's accounts and the test's price accounts lie. */
import { type AccountMeta, Keypair, type PublicKey } from '@solana/web3.js'
import type { MarketName } from './params.ts'
import { pda, u16, u64 } from './program.ts'

export const addresses = {
  exchange: pda('exchange'),
  pool: pda('pool'),
  insurance: pda('insurance'),
  tokenVault: (mint: PublicKey) => pda('token_vault', mint),
  vaultTokens: (mint: PublicKey) => pda('vault_tokens', mint),
  market: (index: number) => pda('market', u16(index)),
  userAccount: (authority: PublicKey) => pda('user', authority),
  subAccount: (authority: PublicKey, id: number) => pda('sub_account', authority, u16(id)),
  ticket: (owner: PublicKey, id: bigint) => pda('pool_ticket', owner, u64(id)),
  change: (id: bigint) => pda('change', u64(id)),
  unwrap: (subAccount: PublicKey) => pda('unwrap', subAccount),
}

export function readonly(pubkey: PublicKey): AccountMeta {
  return { pubkey, isSigner: false, isWritable: false }
}

export function writable(pubkey: PublicKey): AccountMeta {
  return { pubkey, isSigner: false, isWritable: true }
}

const priceAccounts = new Map<MarketName, PublicKey>()

/** Where the prices of a feed are published. */
export function priceAccount(name: MarketName): PublicKey {
  const known = priceAccounts.get(name) ?? Keypair.generate().publicKey
  priceAccounts.set(name, known)
  return known
}

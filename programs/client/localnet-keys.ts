/**
 * Deterministic keys of the localnet, so that every part agrees on them without a file to share.
 *
 * They are WORTHLESS by design: anyone can derive them. Never fund them on another cluster. Server, CLI and tests only
 * (it needs node:crypto); the browser learns the mint from the server's configuration.
 */
import { createHash } from 'node:crypto'
import { Keypair, type PublicKey } from '@solana/web3.js'

/** `admin` upgrade authority and cold key · `keeper` crank fee payer · `usdc-*` test USDC · `lp` first pool depositor. */
export type LocalnetKeyName = 'admin' | 'keeper' | 'usdc-mint' | 'usdc-authority' | 'lp'

export function localnetKeypair(name: LocalnetKeyName): Keypair {
  return Keypair.fromSeed(createHash('sha256').update(`quantdesk localnet ${name}`).digest())
}

/** Mint of the localnet's test USDC: 6 decimals, in the genesis of every fresh localnet. */
export const LOCALNET_USDC_MINT: PublicKey = localnetKeypair('usdc-mint').publicKey

/** Classic SPL token accounts as bytes. */
import { Keypair } from '@solana/web3.js'
import type { Address } from '#client/layout.ts'
import { bytesOf, type Chain, TOKEN_PROGRAM } from './chain.ts'

const SIZE = 165
const AMOUNT_AT = 64
const STATE_AT = 108
const INITIALIZED = 1

/** A token account that holds `amount`, out of thin air. */
export function createTokens(chain: Chain, mint: Address, owner: Address, amount: bigint): Address {
  const key = Keypair.generate().publicKey.toBase58()
  const data = new Uint8Array(SIZE)
  data.set(bytesOf(mint), 0)
  data.set(bytesOf(owner), 32)
  new DataView(data.buffer).setBigUint64(AMOUNT_AT, amount, true)
  data[STATE_AT] = INITIALIZED
  chain.setAccount(key, TOKEN_PROGRAM, data)
  return key
}

export function tokenAmount(chain: Chain, key: Address): bigint {
  const data = chain.account(key)
  return data === null ? 0n : new DataView(data.buffer, data.byteOffset).getBigUint64(AMOUNT_AT, true)
}

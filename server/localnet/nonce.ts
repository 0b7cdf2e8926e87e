import { createHash } from 'node:crypto'
import type { Account, AccountStore } from './accounts.ts'
import { type Address, encodeBase58, toAddress } from './base58.ts'
import { SYSTEM_PROGRAM } from './programs.ts'
import { durableNonceAccount, type Message } from './wire.ts'

export const NONCE_ACCOUNT_SIZE = 80
const INITIALIZED = 1

export type Nonce = { authority: Address; nonce: string; lamportsPerSignature: bigint }

export function parseNonce({ owner, data }: Account): Nonce | undefined {
  if (owner !== SYSTEM_PROGRAM || data.length !== NONCE_ACCOUNT_SIZE) return undefined
  const body = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (body.readUInt32LE(4) !== INITIALIZED) return undefined
  return {
    authority: toAddress(body.subarray(8, 40)),
    nonce: encodeBase58(body.subarray(40, 72)),
    lamportsPerSignature: body.readBigUInt64LE(72),
  }
}

/** The nonce account whose stored nonce stands in for the message's blockhash. */
export function usedNonceAccount(message: Message, accounts: Pick<AccountStore, 'get'>): Address | undefined {
  const durable = durableNonceAccount(message)
  const account = durable === undefined ? undefined : accounts.get(durable.account)
  const stored = account === undefined ? undefined : parseNonce(account)
  if (durable === undefined || stored === undefined) return undefined
  return stored.nonce === message.blockhash && stored.authority === durable.authority ? durable.account : undefined
}

/**
 * The nonce account after a transaction that failed: the runtime advances the nonce all the same, LiteSVM does not.
 * The next nonce comes from the blockhash of the environment, which in LiteSVM is the transaction's own.
 */
export function advancedNonce(account: Account, blockhash: Uint8Array): Account {
  const data = Uint8Array.from(account.data)
  data.set(createHash('sha256').update('DURABLE_NONCE').update(blockhash).digest(), 40)
  return { ...account, data }
}

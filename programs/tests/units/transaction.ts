/** The transaction a client would send: versioned, with a lookup table of what everybody uses. */
import {
  AddressLookupTableAccount,
  ComputeBudgetProgram,
  PublicKey,
  TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js'
import type { Address } from '#client/layout.ts'
import { type Attempt, callOf } from '../walk/attempt.ts'
import type { Chain } from '../walk/chain.ts'

const LOOKUP_PROGRAM: Address = 'AddressLookupTab1e1111111111111111111111111'
const TABLE = new PublicKey(new Uint8Array(32).fill(7))
const HEADER = 56
const BLOCKHASH = '11111111111111111111111111111111'

export type Built = { readonly bytes: Uint8Array; readonly accounts: number }

/** `shared`: addresses in the table. The first signer pays. */
export function build(action: Attempt, payer: Address, shared: readonly Address[]): Built {
  const call = callOf(action)
  const keys = call.accounts.map(({ key, signer, writable }) => ({
    pubkey: new PublicKey(key),
    isSigner: signer,
    isWritable: writable,
  }))
  const instruction = new TransactionInstruction({
    programId: new PublicKey(call.program),
    keys,
    data: Buffer.from(call.data),
  })
  const budget = ComputeBudgetProgram.setComputeUnitLimit({ units: 400_000 })
  const signer = keys.find(({ isSigner }) => isSigner)?.pubkey ?? new PublicKey(payer)
  const message = new TransactionMessage({
    payerKey: signer,
    recentBlockhash: BLOCKHASH,
    instructions: [budget, instruction],
  })
  const table = new AddressLookupTableAccount({ key: TABLE, state: tableState(shared) })
  const compiled = message.compileToV0Message([table])
  const accounts = compiled.staticAccountKeys.length + compiled.numAccountKeysFromLookups
  return { bytes: new VersionedTransaction(compiled).serialize(), accounts }
}

function tableState(shared: readonly Address[]) {
  const addresses = shared.map((key) => new PublicKey(key))
  return { deactivationSlot: 2n ** 64n - 1n, lastExtendedSlot: 0, lastExtendedSlotStartIndex: 0, addresses }
}

/** Writes the table where a chain looks it up. */
export function createTable(chain: Chain, shared: readonly Address[]): void {
  const data = new Uint8Array(HEADER + 32 * shared.length)
  const view = new DataView(data.buffer)
  view.setUint32(0, 1, true)
  view.setBigUint64(4, 2n ** 64n - 1n, true)
  for (const [at, key] of shared.entries()) data.set(new PublicKey(key).toBytes(), HEADER + 32 * at)
  chain.setAccount(TABLE.toBase58(), LOOKUP_PROGRAM, data)
}

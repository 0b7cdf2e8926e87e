/**
 * LiteSVM without signatures and web3.js objects: a transaction in half a millisecond. Who must sign is still checked by
 * the program, from the message's header.
 */
import bs58 from 'bs58'
import { Account, type FailedTransactionMetadata, LiteSvm, type TransactionMetadata } from 'litesvm/dist/internal.js'
import { decodeEventInstruction, type PerpsEvent } from '#client/events.ts'
import { PROGRAM_ERRORS } from '#client/generated/errors.ts'
import type { Address } from '#client/layout.ts'

export type Meta = { readonly key: Address; readonly signer: boolean; readonly writable: boolean }
export type Call = { readonly program: Address; readonly accounts: readonly Meta[]; readonly data: Uint8Array }
export type Outcome =
  | { readonly ok: true; readonly events: readonly PerpsEvent[]; readonly units: number }
  | { readonly ok: false; readonly error: string; readonly logs: () => string[] }

export const SYSTEM_PROGRAM: Address = '11111111111111111111111111111111'
export const TOKEN_PROGRAM: Address = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'
/** Compute budget of one transaction, as the network grants it at most. */
const SET_COMPUTE_UNIT_LIMIT = Uint8Array.of(2, 0xc0, 0x5c, 0x15, 0)
const COMPUTE_BUDGET: Address = 'ComputeBudget111111111111111111111111111111'

const keyBytes = new Map<Address, Uint8Array>()

export function bytesOf(key: Address): Uint8Array {
  const known = keyBytes.get(key) ?? bs58.decode(key)
  keyBytes.set(key, known)
  return known
}

export class Chain {
  readonly #svm: LiteSvm
  readonly payer: Address

  /** `snapshot`: a LiteSVM as bytes, in which `payer` holds lamports. */
  constructor(snapshot: Uint8Array, payer: Address) {
    this.#svm = LiteSvm.fromBytes(snapshot)
    this.#svm.setSigverify(false)
    this.#svm.setBlockhashCheck(false)
    this.payer = payer
  }

  get now(): number {
    return Number(this.#svm.getClock().unixTimestamp)
  }

  setTime(now: number): void {
    const clock = this.#svm.getClock()
    clock.unixTimestamp = BigInt(now)
    this.#svm.setClock(clock)
  }

  /** Null when there is none, or it was closed. */
  account(key: Address): Uint8Array | null {
    const account = this.#svm.getAccount(bytesOf(key))
    return account === null || account.lamports() === 0n ? null : account.data()
  }

  accountsOf(program: Address): { key: Address; data: Uint8Array }[] {
    return this.#svm.getProgramAccounts(bytesOf(program)).map((found) => ({
      key: bs58.encode(found.address),
      data: found.account().data(),
    }))
  }

  setAccount(key: Address, owner: Address, data: Uint8Array, lamports?: bigint): void {
    const rent = lamports ?? this.#svm.minimumBalanceForRentExemption(BigInt(data.length))
    this.#svm.setAccount(bytesOf(key), new Account(rent, data, bytesOf(owner), false, 0n))
  }

  fund(key: Address, lamports: bigint): void {
    this.setAccount(key, SYSTEM_PROGRAM, new Uint8Array(), lamports)
  }

  /** The whole state, for another chain to go on from. */
  snapshot(): Uint8Array {
    return this.#svm.toBytes()
  }

  send(call: Call): Outcome {
    return outcomeOf(this.#svm.sendLegacyTransaction(transaction(this.payer, call)))
  }

  /** A signed versioned transaction, with or without signatures that are right. */
  sendVersioned(bytes: Uint8Array): Outcome {
    return outcomeOf(this.#svm.sendVersionedTransaction(bytes))
  }
}

function outcomeOf(result: TransactionMetadata | FailedTransactionMetadata): Outcome {
  if ('err' in result) return { ok: false, error: errorOf(result), logs: () => result.meta().logs() }
  return { ok: true, events: eventsOf(result), units: Number(result.computeUnitsConsumed()) }
}

function eventsOf(meta: TransactionMetadata): PerpsEvent[] {
  return meta.innerInstructions().flatMap((list) =>
    list.flatMap((inner) => {
      const event = decodeEventInstruction(inner.instruction().data())
      return event === null ? [] : [event]
    }),
  )
}

/** The program's error by name, else what the runtime says. */
function errorOf(result: FailedTransactionMetadata): string {
  const text = result.toString()
  const code = Number(/Custom\((\d+)\)/.exec(text)?.[1] ?? Number.NaN)
  if (Number.isNaN(code)) return /err: (\w+(?:\([^)]*\)+)?)/.exec(text)?.[1] ?? text.slice(0, 200)
  const known: Readonly<Record<number, { readonly code: string }>> = PROGRAM_ERRORS
  return known[code]?.code ?? `#${code}`
}

/** A legacy transaction with one instruction of the program and empty signatures. */
function transaction(payer: Address, call: Call): Uint8Array {
  const limit: Call = { program: COMPUTE_BUDGET, accounts: [], data: SET_COMPUTE_UNIT_LIMIT }
  const metas = new Map<Address, Meta>([[payer, { key: payer, signer: true, writable: true }]])
  for (const { program, accounts } of [limit, call]) {
    for (const meta of [...accounts, { key: program, signer: false, writable: false }]) {
      const known = metas.get(meta.key)
      const signer = meta.signer || known?.signer === true
      metas.set(meta.key, { key: meta.key, signer, writable: meta.writable || known?.writable === true })
    }
  }
  const rank = (meta: Meta) => (meta.signer ? 0 : 2) + (meta.writable ? 0 : 1)
  const sorted = [...metas.values()].sort((a, b) => rank(a) - rank(b))
  const count = (at: number) => sorted.filter((meta) => rank(meta) === at).length
  const signers = count(0) + count(1)
  const index = new Map(sorted.map(({ key }, at) => [key, at]))
  const at = (key: Address) => index.get(key) ?? 0

  const parts: (readonly number[] | Uint8Array)[] = [
    shortLength(signers),
    new Uint8Array(64 * signers),
    [signers, count(1), count(3)],
    shortLength(sorted.length),
    ...sorted.map(({ key }) => bytesOf(key)),
    new Uint8Array(32),
    shortLength(2),
  ]
  for (const { program, accounts, data } of [limit, call]) {
    parts.push(
      [at(program)],
      shortLength(accounts.length),
      accounts.map(({ key }) => at(key)),
    )
    parts.push(shortLength(data.length), data)
  }
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

function shortLength(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, length >> 7]
}

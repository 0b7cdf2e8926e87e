import { type Account, type AccountChange, type AccountStore, sameAccount } from './accounts.ts'
import { lamportBalances, tokenBalances } from './balances.ts'
import { type Address, decodeBase58 } from './base58.ts'
import { type Chain, epochOf, SLOTS_PER_EPOCH, validBlockhash } from './chain.ts'
import { loadAddresses } from './lookup-tables.ts'
import { advancedNonce, usedNonceAccount } from './nonce.ts'
import type { TransactionRecord } from './records.ts'
import type { Execution, Simulation, Svm } from './svm.ts'
import type { TransactionError } from './transaction-error.ts'
import { accountKeys, isWritable, type LoadedAddresses, type Message, type WireTransaction } from './wire.ts'

/** The runtime's limit on accounts that one transaction locks. */
const MAX_LOCKED_ACCOUNTS = 128

const NOT_EXECUTED = { logs: [], computeUnits: 0, inner: [], returnData: null }

type Balances = Pick<TransactionRecord, 'preBalances' | 'preTokenBalances'>

/** What a transaction did. `landed` false: it left no trace, as one that a validator drops. */
export type Outcome =
  | (Execution & { landed: false })
  | (Execution & {
      landed: true
      keys: readonly Address[]
      loaded: LoadedAddresses
      changes: AccountChange[]
    } & Balances)

export type Bank = ReturnType<typeof createBank>

/**
 * Runs transactions against the accounts and the chain as they stand, by the rules that LiteSVM leaves out: age of the
 * blockhash, durable nonces, repeated signatures. Changes reach LiteSVM here; `accounts` and the journal are the
 * ledger's to update.
 * @param isKnown - whether a transaction has landed before.
 */
export function createBank(svm: Svm, accounts: AccountStore, chain: Chain, isKnown: (signature: string) => boolean) {
  svm.setEpochLength(SLOTS_PER_EPOCH)

  /** Why the runtime would not even begin with this transaction. */
  function refusal(message: Message, signature: string): TransactionError | undefined {
    if (isKnown(signature)) return 'AlreadyProcessed'
    if (validBlockhash(chain, message.blockhash) !== undefined) return undefined
    return usedNonceAccount(message, accounts) === undefined ? 'BlockhashNotFound' : undefined
  }

  /** The full key list, if the runtime could lock it. */
  function lockKeys(
    message: Message,
  ): { keys: readonly Address[]; loaded: LoadedAddresses } | { error: TransactionError } {
    const loaded = loadAddresses(message, accounts, chain.slot)
    if ('error' in loaded) return loaded
    const keys = accountKeys(message, loaded)
    if (keys.length > MAX_LOCKED_ACCOUNTS) return { error: 'TooManyAccountLocks' }
    return new Set(keys).size === keys.length ? { keys, loaded } : { error: 'AccountLoadedTwice' }
  }

  /** LiteSVM calls a program that is not there an invalid one. */
  function namedAsValidator(error: TransactionError | null, { instructions, keys }: Message): TransactionError | null {
    if (error !== 'InvalidProgramForExecution') return error
    const missing = instructions.some(({ programIndex }) => accounts.get(keys[programIndex] ?? '') === undefined)
    return missing ? 'ProgramAccountNotFound' : error
  }

  function advanceNonce(address: Address, changes: AccountChange[], blockhash: string): AccountChange {
    const paid = changes.findIndex((change) => change.address === address)
    const [change] = paid < 0 ? [] : changes.splice(paid, 1)
    const before = change?.before ?? accounts.get(address)
    const current = change?.after ?? before
    if (current === undefined) throw new Error(`Nonce account ${address} is gone in the middle of its transaction.`)
    const after = advancedNonce(current, decodeBase58(blockhash) ?? new Uint8Array(32))
    svm.setAccount(address, after)
    return { address, before, after }
  }

  return {
    /** Puts the open slot's clock and its predecessors' hashes before the programs. */
    openSlot(): void {
      const { slot, unixTime, epochStartTime } = chain
      svm.setClock({ slot, unixTime, epoch: epochOf(slot), epochStartTime })
      svm.setSlotHashes(chain.slotHashes)
      svm.addSlotToHistory(chain.parentSlot)
    },

    /** Gives LiteSVM all accounts, when a ledger has been read from disk. */
    load(): void {
      const programs: [Address, Account][] = []
      for (const entry of accounts.entries()) {
        if (entry[1].executable) programs.push(entry)
        else svm.setAccount(...entry)
      }
      // A program's account loads its ProgramData, which must be there first.
      for (const [address, account] of programs) {
        try {
          svm.setAccount(address, account)
        } catch {
          // A closed program has no ProgramData any more. LiteSVM does without the account: nobody can call it anyway.
        }
      }
    },

    simulate(
      { message, signature, bytes }: WireTransaction,
      { verify, checkAge }: { verify: boolean; checkAge: boolean },
    ): Simulation {
      const locked = lockKeys(message)
      const refused =
        (checkAge ? refusal(message, signature) : undefined) ?? ('error' in locked ? locked.error : undefined)
      if (refused !== undefined) return { ...NOT_EXECUTED, error: refused, accounts: new Map() }
      const result = svm.simulate(bytes, { verify })
      return { ...result, error: namedAsValidator(result.error, message) }
    },

    execute({ message, signature, bytes }: WireTransaction): Outcome {
      const refused = refusal(message, signature)
      const locked = lockKeys(message)
      if (refused !== undefined) return { ...NOT_EXECUTED, error: refused, landed: false }
      if ('error' in locked) return { ...NOT_EXECUTED, error: locked.error, landed: false }
      const { keys, loaded } = locked
      const durable = validBlockhash(chain, message.blockhash) === undefined
      const nonce = durable ? usedNonceAccount(message, accounts) : undefined
      const before = new Map(keys.map((key) => [key, accounts.get(key)] as const))
      const balances = { preBalances: lamportBalances(accounts, keys), preTokenBalances: tokenBalances(accounts, keys) }

      const execution = svm.execute(bytes)
      const error = namedAsValidator(execution.error, message)
      // Of a failed transaction nothing stays but the fee, which its first account pays.
      const touched =
        error === null ? keys.filter((_, index) => isWritable(message, keys, loaded, index)) : keys.slice(0, 1)
      const changes = touched.flatMap((address) => {
        const after = svm.account(address)
        return sameAccount(before.get(address), after) ? [] : [{ address, before: before.get(address), after }]
      })
      if (error !== null && changes.length === 0) return { ...execution, error, landed: false }
      if (error !== null && nonce !== undefined) changes.push(advanceNonce(nonce, changes, message.blockhash))
      return { ...execution, error, landed: true, keys, loaded, changes, ...balances }
    },

    /**
     * Writes accounts past all rules.
     * @throws Error when an executable account does not load; then nothing is written.
     */
    overwrite(entries: readonly (readonly [Address, Account | undefined])[]): AccountChange[] {
      const written: AccountChange[] = []
      try {
        for (const [address, account] of entries) {
          const after = account?.lamports === 0n ? undefined : account
          const before = accounts.get(address)
          svm.setAccount(address, after)
          written.push({ address, before, after })
        }
      } catch (error) {
        for (const { address, before } of written.reverse()) svm.setAccount(address, before)
        throw error
      }
      return written.filter(({ before, after }) => !sameAccount(before, after))
    },
  }
}

import { z } from 'zod'
import { notifiedAccountView } from './account-view.ts'
import type { Account, AccountChange } from './accounts.ts'
import { type BankView, type Commitment, currentBank, DEFAULT_COMMITMENT, finalizedBank } from './bank-view.ts'
import type { Address } from './base58.ts'
import type { Ledger, LedgerListener, Stage } from './ledger.ts'
import { type AccountFilter, accountFilter, accountFilters } from './methods/account.ts'
import { accountFields, address, commitment, optional, signature } from './params.ts'
import { SYSTEM_PROGRAM } from './programs.ts'
import type { TransactionRecord } from './records.ts'
import { inContext, parseParams } from './rpc.ts'
import { accountKeys, decodeTransaction } from './wire.ts'

/** Sends a notification's `result`. `last`: the subscription ends with it. */
export type Notify = (result: unknown, last?: boolean) => void
/** What a subscription listens to, with the name of its notifications. */
export type Subscription = { notification: string; start: (ledger: Ledger, notify: Notify) => LedgerListener }

const ABSENT: Account = { lamports: 0n, data: new Uint8Array(), owner: SYSTEM_PROGRAM, executable: false }

const accountConfig = z.object({ ...accountFields }).nullish()
const programConfig = z.object({ ...accountFields, filters: optional(z.array(accountFilter)) }).nullish()
const logsFilter = z.union([z.enum(['all', 'allWithVotes']), z.object({ mentions: z.array(address).length(1) })])
const logsConfig = z.object({ commitment: optional(commitment) }).nullish()
const signatureConfig = z
  .object({ commitment: optional(commitment), enableReceivedNotification: optional(z.boolean()) })
  .nullish()

/** Each `xSubscribe` by its parameters. @throws RpcError −32602 */
export const subscriptions: Record<string, (params: unknown) => Subscription> = {
  accountSubscribe(params) {
    const [key, config] = parseParams(z.tuple([address, accountConfig]), padded(params, 2))
    const level = config?.commitment ?? DEFAULT_COMMITMENT
    return {
      notification: 'accountNotification',
      start: (ledger, notify) =>
        onAccounts(ledger, level, (bank, changed) => {
          if (!changed.has(key)) return
          const account = changed.get(key) ?? ABSENT
          notify(inContext(bank, notifiedAccountView(key, account, config ?? {}, bank.account)))
        }),
    }
  },

  programSubscribe(params) {
    const [program, config] = parseParams(z.tuple([address, programConfig]), padded(params, 2))
    const level = config?.commitment ?? DEFAULT_COMMITMENT
    const filters = accountFilters(config?.filters ?? [])
    const wanted: AccountFilter = (account) => account.owner === program && filters.every((passes) => passes(account))
    return {
      notification: 'programNotification',
      start: (ledger, notify) =>
        onAccounts(ledger, level, (bank, changed) => {
          for (const [pubkey, account] of changed) {
            if (account === undefined || !wanted(account)) continue
            notify(
              inContext(bank, { pubkey, account: notifiedAccountView(pubkey, account, config ?? {}, bank.account) }),
            )
          }
        }),
    }
  },

  logsSubscribe(params) {
    const [filter, config] = parseParams(z.tuple([logsFilter, logsConfig]), padded(params, 2))
    const level = config?.commitment ?? DEFAULT_COMMITMENT
    const mention = typeof filter === 'object' ? filter.mentions[0] : undefined
    return {
      notification: 'logsNotification',
      start: (ledger, notify) =>
        onTransactions(ledger, level, ({ slot, signature: id, error, logs }, keys) => {
          if (mention !== undefined && !keys.includes(mention)) return
          notify(inContext({ slot }, { signature: id, err: error, logs }))
        }),
    }
  },

  signatureSubscribe(params) {
    const [wanted, config] = parseParams(z.tuple([signature, signatureConfig]), padded(params, 2))
    const level = config?.commitment ?? DEFAULT_COMMITMENT
    return {
      notification: 'signatureNotification',
      start(ledger, notify) {
        const done = ({ slot, error }: TransactionRecord): void => notify(inContext({ slot }, { err: error }), true)
        const landed = landedAt(ledger, wanted, level)
        if (landed !== undefined) {
          done(landed)
          return {}
        }
        const listener = onTransactions(ledger, level, (record) => {
          if (record.signature === wanted) done(record)
        })
        if (config?.enableReceivedNotification !== true) return listener
        return {
          ...listener,
          transaction(record, keys, stage) {
            const received = record.signature === wanted && stage === 'processed'
            if (received && level !== 'processed') notify(inContext({ slot: record.slot }, 'receivedSignature'))
            listener.transaction?.(record, keys, stage)
          },
        }
      },
    }
  },

  slotSubscribe(params) {
    parseParams(z.tuple([]), params)
    return {
      notification: 'slotNotification',
      start: (_, notify) => ({ slot: (slot, parent, root) => notify({ slot, parent, root }) }),
    }
  },

  rootSubscribe(params) {
    parseParams(z.tuple([]), params)
    return {
      notification: 'rootNotification',
      start: (_, notify) => ({
        root(slots) {
          for (const slot of slots) notify(slot)
        },
      }),
    }
  },
}

/** Accounts that reached a commitment, by address; undefined: gone. */
function onAccounts(
  ledger: Ledger,
  level: Commitment,
  handle: (bank: BankView, changed: ReadonlyMap<Address, Account | undefined>) => void,
): LedgerListener {
  if (level !== 'finalized') {
    return {
      accounts(slot: number, changes: readonly AccountChange[], stage: Stage) {
        if (stage !== level) return
        const bank = { ...currentBank(ledger), slot }
        handle(bank, new Map(changes.map(({ address: key, after }) => [key, after])))
      },
    }
  }
  return {
    root(slots) {
      const changed = new Set(slots.flatMap((slot) => [...ledger.accounts.changedIn(slot)]))
      if (changed.size === 0) return
      const bank = finalizedBank(ledger)
      handle(bank, new Map([...changed].map((key) => [key, bank.account(key)])))
    },
  }
}

/** Transactions that reached a commitment. */
function onTransactions(
  ledger: Ledger,
  level: Commitment,
  handle: (record: TransactionRecord, keys: readonly Address[]) => void,
): LedgerListener {
  if (level !== 'finalized') {
    return { transaction: (record, keys, stage) => (stage === level ? handle(record, keys) : undefined) }
  }
  return {
    root(slots) {
      for (const ref of slots.flatMap(ledger.history.transactionsOf)) {
        const record = ledger.history.readTransaction(ref)
        handle(record, accountKeys(decodeTransaction(record.wire).message, record.loaded))
      }
    },
  }
}

/** The transaction if it has reached the commitment already. */
function landedAt(ledger: Ledger, id: string, level: Commitment): TransactionRecord | undefined {
  const ref = ledger.history.find(id)
  if (ref === undefined) return undefined
  if (level === 'finalized' && ledger.history.slotOf(ref) > ledger.root) return undefined
  if (level === 'confirmed' && !ledger.isConfirmed(id)) return undefined
  return ledger.history.readTransaction(ref)
}

/** Optional last parameters may be left out. */
function padded(params: unknown, length: number): unknown {
  if (!Array.isArray(params) || params.length === 0 || params.length >= length) return params
  return [...params, ...Array.from({ length: length - params.length }, () => undefined)]
}

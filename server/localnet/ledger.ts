import { mkdirSync } from 'node:fs'
import { diffAccount } from './account-diff.ts'
import { type Account, type AccountChange, createAccountStore } from './accounts.ts'
import { lamportBalances, memoText, tokenBalances } from './balances.ts'
import { createBank } from './bank.ts'
import type { Address } from './base58.ts'
import { advance, blockEnd, type Chain, chainNow, FINALITY_SLOTS, SLOT_MS } from './chain.ts'
import { createConfirmations } from './confirmations.ts'
import { transactionFee } from './fees.ts'
import { createHistory, DEFAULT_HISTORY, type HistoryLimits } from './history.ts'
import { openJournal } from './journal.ts'
import { type ClockSetting, encodeRecord, type TransactionRecord } from './records.ts'
import { newestSegment, recover } from './recovery.ts'
import { beginLedger, encodeSnapshot, readSnapshot, writeSnapshot } from './snapshot.ts'
import { createSvm, type Execution } from './svm.ts'
import type { WireTransaction } from './wire.ts'

/** `processed`: executed; `confirmed`: on disk, so that no kill takes it back. */
export type Stage = 'processed' | 'confirmed'

/** What happened on the chain. Listeners must not throw: they run in the middle of it. */
export type LedgerListener = {
  transaction?: (record: TransactionRecord, keys: readonly Address[], stage: Stage) => void
  accounts?: (slot: number, changes: readonly AccountChange[], stage: Stage) => void
  slot?: (slot: number, parent: number, root: number) => void
  /** `slots` became final; the newest is the root. Their changes can still be asked for. */
  root?: (slots: readonly number[]) => void
}

export type LedgerOptions = {
  directory: string
  now: () => number
  /** The first state, when the directory holds none. */
  genesis: () => { chain: Chain; accounts: [Address, Account][] }
  history?: HistoryLimits
  /** Bytes after which a journal segment ends in a snapshot. */
  segmentBytes?: number
  /** Told when the disk refuses the journal or a snapshot: the ledger cannot go on. */
  onFailure: (error: Error) => void
}

export type Ledger = ReturnType<typeof openLedger>

const DEFAULT_SEGMENT_BYTES = 24 * 1024 * 1024

/** The chain: a bank with slots, blocks, commitments and a memory on disk. */
export function openLedger(options: LedgerOptions) {
  const { directory, now } = options
  mkdirSync(directory, { recursive: true })
  const snapshot = readSnapshot(directory) ?? beginLedger(directory, options.genesis())
  const { chain } = snapshot
  const svm = createSvm()
  const accounts = createAccountStore(svm)
  const last = newestSegment(directory, snapshot.segment)
  const journal = openJournal(directory, last.segment, last.size)
  const history = createHistory(directory, journal, options.history ?? DEFAULT_HISTORY)
  let openSlot = recover(directory, snapshot, last.segment, { accounts, history })
  const bank = createBank(svm, accounts, chain, (signature) => history.find(signature) !== undefined)
  bank.openSlot()
  bank.load()

  const whenDurable = createConfirmations(journal, options.onFailure)
  const unconfirmed = new Set<string>()
  /** Everything read from disk is final: nothing of it can be lost any more. */
  let root = chain.parentSlot
  let durableSlot = root

  const listeners = new Set<LedgerListener>()
  const announce = {
    transaction(record: TransactionRecord, keys: readonly Address[], stage: Stage) {
      for (const listener of listeners) listener.transaction?.(record, keys, stage)
    },
    accounts(slot: number, changes: readonly AccountChange[], stage: Stage) {
      if (changes.length > 0) for (const listener of listeners) listener.accounts?.(slot, changes, stage)
    },
    slot(slot: number, parent: number) {
      for (const listener of listeners) listener.slot?.(slot, parent, root)
    },
    root(slots: readonly number[]) {
      if (slots.length > 0) for (const listener of listeners) listener.root?.(slots)
    },
  }

  /** Makes changes visible in the open slot. @returns how the journal keeps them. */
  function commit(changes: readonly AccountChange[]) {
    const diffs = changes.map((change) => diffAccount({ ...change, before: accounts.own(change.address) }))
    accounts.apply(chain.slot, changes)
    return diffs
  }

  /**
   * Runs a transaction in the open slot and, if it lands, puts it into the block.
   * @throws Error when the journal has failed.
   */
  function execute(transaction: WireTransaction): Execution & { landed: boolean } {
    const outcome = bank.execute(transaction)
    if (!outcome.landed) return outcome
    const { signature, message, bytes } = transaction
    const { keys, changes } = outcome
    const diffs = commit(changes)
    const record: TransactionRecord = {
      kind: 'transaction',
      slot: chain.slot,
      blockTime: chain.unixTime,
      wire: bytes,
      signature,
      error: outcome.error,
      fee: transactionFee(message),
      computeUnits: outcome.computeUnits,
      logs: outcome.logs,
      inner: outcome.inner,
      returnData: outcome.returnData,
      loaded: outcome.loaded,
      memo: memoText(message),
      preBalances: outcome.preBalances,
      postBalances: lamportBalances(accounts, keys),
      preTokenBalances: outcome.preTokenBalances,
      postTokenBalances: tokenBalances(accounts, keys),
      diffs,
    }
    history.addTransaction(journal.append(encodeRecord(record)), record, keys)
    chain.transactionCount += 1
    openSlot.push(signature)
    unconfirmed.add(signature)
    announce.transaction(record, keys, 'processed')
    announce.accounts(record.slot, changes, 'processed')
    whenDurable(() => {
      unconfirmed.delete(signature)
      announce.transaction(record, keys, 'confirmed')
      announce.accounts(record.slot, changes, 'confirmed')
    })
    return outcome
  }

  /**
   * Writes accounts past all rules; resolves when they are on disk.
   * @throws Error when an executable account does not load; then nothing is written.
   */
  function setAccounts(entries: readonly (readonly [Address, Account | undefined])[]): Promise<void> {
    const changes = bank.overwrite(entries)
    const { slot } = chain
    journal.append(encodeRecord({ kind: 'accounts', slot, diffs: commit(changes) }))
    announce.accounts(slot, changes, 'processed')
    return new Promise((resolve) => {
      whenDurable(() => {
        announce.accounts(slot, changes, 'confirmed')
        resolve()
      })
    })
  }

  function closeBlock(nextSlot: number): void {
    const unixTime = Math.floor(chainNow(chain, now()) / 1_000)
    const block = blockEnd(chain, openSlot, { slot: nextSlot, unixTime })
    history.addBlock(journal.append(encodeRecord(block)), block)
    advance(chain, block)
    openSlot = []
    bank.openSlot()
    if (journal.size >= (options.segmentBytes ?? DEFAULT_SEGMENT_BYTES)) rotate()
    whenDurable(() => {
      durableSlot = block.slot
    })
    const target = Math.min(chain.slot - FINALITY_SLOTS, durableSlot)
    const final = [...history.slots(root + 1, target)]
    root = Math.max(root, target)
    announce.slot(chain.slot, block.slot)
    announce.root(final)
    accounts.forgetThrough(root)
  }

  let snapshotting = Promise.resolve()

  /** Ends the segment at a block's end; the snapshot makes it unnecessary for recovery. */
  function rotate(): void {
    const segment = journal.rotate()
    history.beginSegment(segment)
    const bytes = encodeSnapshot({ segment, chain, accounts: [...accounts.entries()] })
    snapshotting = snapshotting
      .then(() => journal.flushed())
      .then(() => writeSnapshot(directory, segment, bytes))
      .then(() => history.prune(segment))
      .catch((error: unknown) => options.onFailure(error instanceof Error ? error : new Error(String(error))))
  }

  function setClock(setting: ClockSetting): void {
    chain.clock = setting
    journal.append(encodeRecord({ kind: 'clock', setting }))
  }

  return {
    chain: chain as Readonly<Chain>,
    accounts,
    history,
    rentExemptMinimum: svm.rentExemptMinimum,
    simulate: bank.simulate,
    execute,
    setAccounts,

    /** Newest slot that nothing can take back. */
    get root() {
      return root
    },

    /** Ends the open block and begins the next slot, unless the clock is paused. */
    tick(): void {
      if (chain.clock.pausedAt === null) closeBlock(chain.slot + 1)
    },

    /** Whether a transaction that landed is on disk. */
    isConfirmed: (signature: string): boolean => !unconfirmed.has(signature),

    /** Resolves when everything that has happened so far is on disk. */
    durable: (): Promise<void> => journal.flushed(),

    /** Jumps ahead, slots and time together. @throws RangeError when the target is not ahead of the chain. */
    travel(target: { slot: number } | { atMs: number }): void {
      const here = chainNow(chain, now())
      const slot = 'slot' in target ? target.slot : chain.slot + Math.max(1, Math.round((target.atMs - here) / SLOT_MS))
      const atMs = 'slot' in target ? here + (slot - chain.slot) * SLOT_MS : target.atMs
      if (atMs < here) throw new RangeError(`Cannot travel to past timestamp: target=${atMs}, current=${here}`)
      if (slot <= chain.slot) throw new RangeError(`Cannot travel to past slot: target=${slot}, current=${chain.slot}`)
      setClock({ ...chain.clock, offsetMs: chain.clock.offsetMs + (atMs - here) })
      closeBlock(slot)
    },

    /** Stops slots and time; transactions still land in the open slot. */
    pauseClock(): void {
      if (chain.clock.pausedAt === null) setClock({ ...chain.clock, pausedAt: now() })
    },

    /** Slots and time go on; the time of the pause passes at once. */
    resumeClock(): void {
      if (chain.clock.pausedAt !== null) setClock({ ...chain.clock, pausedAt: null })
    },

    /** How many listen. */
    get listeners() {
      return listeners.size
    },

    listen(listener: LedgerListener): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    async close(): Promise<void> {
      await snapshotting
      await journal.close()
    },
  }
}

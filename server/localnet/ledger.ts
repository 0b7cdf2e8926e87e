import { mkdirSync } from 'node:fs'
import { applyDiff, diffAccount } from './account-diff.ts'
import { type Account, type AccountChange, createAccountStore, sameAccount } from './accounts.ts'
import { lamportBalances, memoText, tokenBalances } from './balances.ts'
import { type Address, decodeBase58 } from './base58.ts'
import {
  advance,
  blockEnd,
  type Chain,
  chainNow,
  epochOf,
  FINALITY_SLOTS,
  SLOT_MS,
  SLOTS_PER_EPOCH,
  validBlockhash,
} from './chain.ts'
import { transactionFee } from './fees.ts'
import { createHistory, DEFAULT_HISTORY, type HistoryLimits } from './history.ts'
import { openJournal, readSegment } from './journal.ts'
import { loadAddresses } from './lookup-tables.ts'
import { advancedNonce, usedNonceAccount } from './nonce.ts'
import {
  type ClockSetting,
  decodeJournalRecord,
  encodeRecord,
  type JournalRecord,
  type TransactionRecord,
} from './records.ts'
import { encodeSnapshot, readSnapshot, writeFirstSnapshot, writeSnapshot } from './snapshot.ts'
import { createSvm, type Execution, type Simulation } from './svm.ts'
import type { TransactionError } from './transaction-error.ts'
import {
  accountKeys,
  decodeTransaction,
  isWritable,
  type Message,
  NOTHING_LOADED,
  type WireTransaction,
} from './wire.ts'

/** `processed`: executed; `confirmed`: on disk, so that no kill takes it back. */
export type Stage = 'processed' | 'confirmed'

/** What happened on the chain, for subscriptions. */
export type LedgerListener = {
  transaction?(record: TransactionRecord, keys: readonly Address[], stage: Stage): void
  accounts?(slot: number, changes: readonly AccountChange[], stage: Stage): void
  slot?(slot: number, parent: number, root: number): void
  /** `slots` became final; the newest is the root. Their changes can still be asked for. */
  root?(slots: readonly number[]): void
}

export type LedgerOptions = {
  directory: string
  now: () => number
  genesis: () => { chain: Chain; accounts: [Address, Account][] }
  history?: HistoryLimits
  /** Bytes after which a journal segment ends in a snapshot. */
  segmentBytes?: number
  /** Told when the disk refuses the journal or a snapshot: the ledger cannot go on. */
  onFailure: (error: Error) => void
}

export type Ledger = Awaited<ReturnType<typeof openLedger>>

const DEFAULT_SEGMENT_BYTES = 24 * 1024 * 1024
const FIRST_SEGMENT = 1
/** The runtime's limit on accounts that one transaction locks. */
const MAX_LOCKED_ACCOUNTS = 128

const NOT_EXECUTED = { logs: [], computeUnits: 0, inner: [], returnData: null }

/** The bank: LiteSVM with slots, blocks, commitments and a memory on disk. */
export function openLedger(options: LedgerOptions) {
  const { directory, now } = options
  mkdirSync(directory, { recursive: true })
  const svm = createSvm()
  svm.useFixedEpochs(SLOTS_PER_EPOCH)
  const accounts = createAccountStore(svm)

  const snapshot = readSnapshot(directory) ?? begin()
  const { chain } = snapshot
  let openSlotSignatures: string[] = []

  for (const [address, account] of snapshot.accounts) accounts.restore(address, account)
  const journal = openJournal(directory, ...lastSegment(snapshot.segment))
  const history = createHistory(directory, journal, options.history ?? DEFAULT_HISTORY)
  replay()
  loadIntoSvm()

  /** Everything read from disk is final: nothing of it can be lost any more. */
  let root = chain.parentSlot
  const listeners = new Set<LedgerListener>()

  function begin() {
    const { chain: first, accounts: initial } = options.genesis()
    const bytes = encodeSnapshot(FIRST_SEGMENT, first, initial)
    writeFirstSnapshot(directory, FIRST_SEGMENT, bytes)
    return { segment: FIRST_SEGMENT, chain: first, accounts: initial }
  }

  /** Number and sound length of the newest segment from `from` on. */
  function lastSegment(from: number): [segment: number, size: number] {
    for (let segment = from; ; segment++) {
      const size = segmentSize(segment)
      if (size === undefined) return segment === from ? [from, 0] : [segment - 1, segmentSize(segment - 1) ?? 0]
    }
  }

  function segmentSize(segment: number): number | undefined {
    try {
      return readSegment(directory, segment).soundLength
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }

  function replay(): void {
    history.load(snapshot.segment)
    for (let segment = snapshot.segment; segment <= journal.segment; segment++) {
      history.beginSegment(segment)
      for (const { offset, payload } of readSegment(directory, segment).records) {
        replayRecord(decodeJournalRecord(payload), { segment, offset, length: payload.length })
      }
    }
  }

  function replayRecord(record: JournalRecord, locator: { segment: number; offset: number; length: number }): void {
    switch (record.kind) {
      case 'transaction': {
        const keys = accountKeys(decodeTransaction(record.wire).message, record.loaded)
        history.addTransaction(locator, record, keys)
        for (const diff of record.diffs) accounts.restore(diff.address, applyDiff(accounts.own(diff.address), diff))
        chain.transactionCount += 1
        openSlotSignatures.push(record.signature)
        return
      }
      case 'accounts':
        for (const diff of record.diffs) accounts.restore(diff.address, applyDiff(accounts.own(diff.address), diff))
        return
      case 'clock':
        chain.clock = record.setting
        return
      case 'block':
        history.addBlock(locator, record)
        advance(chain, record)
        openSlotSignatures = []
    }
  }

  function loadIntoSvm(): void {
    openSlotInSvm()
    // A program's account loads its ProgramData, which must be there first.
    const programs: [Address, Account][] = []
    for (const [address, account] of accounts.entries()) {
      if (account.executable) programs.push([address, account])
      else svm.setAccount(address, account)
    }
    for (const [address, account] of programs) svm.setAccount(address, account)
  }

  function openSlotInSvm(): void {
    const { slot, unixTime, epochStartTime } = chain
    svm.setClock({ slot, unixTime, epoch: epochOf(slot), epochStartTime })
    svm.setSlotHashes(chain.slotHashes)
    svm.addSlotToHistory(chain.parentSlot)
  }

  // ---- durability ----

  type Waiting = () => void
  const unconfirmed: Waiting[] = []
  const unconfirmedSignatures = new Set<string>()
  let confirming = false

  /** Runs `confirmed` when everything appended so far is on disk. */
  function whenDurable(confirmed: Waiting): void {
    unconfirmed.push(confirmed)
    if (!confirming) void confirm()
  }

  async function confirm(): Promise<void> {
    confirming = true
    try {
      while (unconfirmed.length > 0) {
        const batch = unconfirmed.length
        await journal.flushed()
        for (const confirmed of unconfirmed.splice(0, batch)) confirmed()
      }
    } catch (error) {
      options.onFailure(error instanceof Error ? error : new Error(String(error)))
    } finally {
      confirming = false
    }
  }

  function tell<Event extends keyof LedgerListener>(
    event: Event,
    ...details: Parameters<NonNullable<LedgerListener[Event]>>
  ): void {
    for (const listener of listeners) {
      const handle = listener[event] as ((...args: typeof details) => void) | undefined
      handle?.apply(listener, details)
    }
  }

  // ---- accounts ----

  /** Makes changes visible in the open slot and notes how the journal keeps them. */
  function commit(changes: readonly AccountChange[]) {
    const diffs = changes.map((change) => diffAccount({ ...change, before: accounts.own(change.address) }))
    accounts.apply(chain.slot, changes)
    return diffs
  }

  function announce(changes: readonly AccountChange[], stage: Stage, slot: number): void {
    if (changes.length > 0) tell('accounts', slot, changes, stage)
  }

  // ---- transactions ----

  /** Why the runtime would not even begin with this transaction. */
  function refusal(message: Message, signature: string): TransactionError | undefined {
    if (history.find(signature) !== undefined) return 'AlreadyProcessed'
    if (validBlockhash(chain, message.blockhash) === undefined && usedNonceAccount(message, accounts) === undefined) {
      return 'BlockhashNotFound'
    }
    return undefined
  }

  function lockRefusal(keys: readonly Address[]): TransactionError | undefined {
    if (keys.length > MAX_LOCKED_ACCOUNTS) return 'TooManyAccountLocks'
    return new Set(keys).size === keys.length ? undefined : 'AccountLoadedTwice'
  }

  /** LiteSVM calls a program that is not there an invalid one. */
  function namedAsValidator(error: TransactionError | null, { instructions, keys }: Message): TransactionError | null {
    if (error !== 'InvalidProgramForExecution') return error
    const missing = instructions.some(({ programIndex }) => accounts.get(keys[programIndex] ?? '') === undefined)
    return missing ? 'ProgramAccountNotFound' : error
  }

  function simulate(
    { message, signature, bytes }: Pick<WireTransaction, 'message' | 'signature' | 'bytes'>,
    { verify, checkAge }: { verify: boolean; checkAge: boolean },
  ): Simulation {
    const loaded = loadAddresses(message, accounts, chain.slot)
    const refused =
      (checkAge ? refusal(message, signature) : undefined) ??
      ('error' in loaded ? loaded.error : lockRefusal(accountKeys(message, loaded)))
    if (refused !== undefined) return { ...NOT_EXECUTED, error: refused, accounts: new Map() }
    const result = svm.simulate(bytes, { verify })
    return { ...result, error: namedAsValidator(result.error, message) }
  }

  /**
   * Runs a transaction in the open slot. `landed` false: it left no trace, as one that a validator drops.
   * @throws Error when the journal has failed.
   */
  function execute(transaction: WireTransaction): Execution & { landed: boolean } {
    const { message, signature, bytes } = transaction
    const loaded = loadAddresses(message, accounts, chain.slot)
    const refused =
      refusal(message, signature) ?? ('error' in loaded ? loaded.error : lockRefusal(accountKeys(message, loaded)))
    if (refused !== undefined || 'error' in loaded) {
      return { ...NOT_EXECUTED, error: refused ?? 'SanitizeFailure', landed: false }
    }
    const keys = accountKeys(message, loaded)
    const nonce =
      validBlockhash(chain, message.blockhash) === undefined ? usedNonceAccount(message, accounts) : undefined
    const before = new Map(keys.map((key) => [key, accounts.get(key)] as const))
    const preBalances = lamportBalances(accounts, keys)
    const preTokenBalances = tokenBalances(accounts, keys)

    const execution = svm.execute(bytes)
    const error = namedAsValidator(execution.error, message)
    const changed = keys.filter((_, index) => isWritable(message, keys, loaded, index))
    const changes = (error === null ? changed : changed.slice(0, 1)).flatMap((address) => {
      const after = svm.account(address)
      return sameAccount(before.get(address), after) ? [] : [{ address, before: before.get(address), after }]
    })
    // A failed transaction that landed has paid its fee.
    if (error !== null && changes.length === 0) return { ...execution, error, landed: false }
    if (error !== null && nonce !== undefined) changes.push(advanceNonce(nonce, changes, message.blockhash))

    const diffs = commit(changes)
    const record: TransactionRecord = {
      kind: 'transaction',
      slot: chain.slot,
      blockTime: chain.unixTime,
      wire: bytes,
      signature,
      error,
      fee: transactionFee(message),
      computeUnits: execution.computeUnits,
      logs: execution.logs,
      inner: execution.inner,
      returnData: execution.returnData,
      loaded: message.lookups.length === 0 ? NOTHING_LOADED : loaded,
      memo: memoText(message),
      preBalances,
      postBalances: lamportBalances(accounts, keys),
      preTokenBalances,
      postTokenBalances: tokenBalances(accounts, keys),
      diffs,
    }
    const locator = journal.append(encodeRecord(record))
    history.addTransaction(locator, record, keys)
    chain.transactionCount += 1
    openSlotSignatures.push(signature)
    tell('transaction', record, keys, 'processed')
    announce(changes, 'processed', record.slot)
    unconfirmedSignatures.add(signature)
    whenDurable(() => {
      unconfirmedSignatures.delete(signature)
      tell('transaction', record, keys, 'confirmed')
      announce(changes, 'confirmed', record.slot)
    })
    return { ...execution, error, landed: true }
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

  /**
   * Writes accounts past all rules.
   * @throws Error when an executable account does not load; then nothing is written.
   */
  function setAccounts(entries: readonly (readonly [Address, Account | undefined])[]): Promise<void> {
    const changes: AccountChange[] = []
    for (const [address, account] of entries) {
      const after = account?.lamports === 0n ? undefined : account
      svm.setAccount(address, after)
      const before = accounts.get(address)
      if (!sameAccount(before, after)) changes.push({ address, before, after })
    }
    const slot = chain.slot
    journal.append(encodeRecord({ kind: 'accounts', slot, diffs: commit(changes) }))
    announce(changes, 'processed', slot)
    return new Promise((resolve) => {
      whenDurable(() => {
        announce(changes, 'confirmed', slot)
        resolve()
      })
    })
  }

  // ---- slots ----

  function closeBlock(nextSlot: number): void {
    const unixTime = Math.floor(chainNow(chain, now()) / 1_000)
    const block = blockEnd(chain, openSlotSignatures, { slot: nextSlot, unixTime })
    const locator = journal.append(encodeRecord(block))
    history.addBlock(locator, block)
    advance(chain, block)
    openSlotSignatures = []
    openSlotInSvm()
    if (journal.size >= (options.segmentBytes ?? DEFAULT_SEGMENT_BYTES)) rotate()
    whenDurable(() => undefined)
    const final = advanceRoot()
    tell('slot', chain.slot, block.slot, root)
    if (final.length > 0) tell('root', final)
    accounts.forgetThrough(root)
  }

  function advanceRoot(): number[] {
    const target = chain.slot - FINALITY_SLOTS
    if (target <= root) return []
    const final = [...history.slots(root + 1, target)]
    root = target
    return final
  }

  let snapshotting: Promise<void> | undefined

  /** Ends the segment at a block's end; the snapshot makes it unnecessary for recovery. */
  function rotate(): void {
    const segment = journal.rotate()
    history.beginSegment(segment)
    const bytes = encodeSnapshot(segment, chain, accounts.entries())
    const previous = snapshotting ?? Promise.resolve()
    snapshotting = previous
      .then(() => journal.flushed())
      .then(() => writeSnapshot(directory, segment, bytes))
      .then(() => history.prune())
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

    /** Newest slot that nothing can take back. */
    get root() {
      return root
    },

    execute,
    simulate,
    setAccounts,

    /** Ends the open block and begins the next slot, unless the clock is paused. */
    tick(): void {
      if (chain.clock.pausedAt === null) closeBlock(chain.slot + 1)
    },

    /** Whether a transaction that landed is on disk. */
    isConfirmed: (signature: string): boolean => !unconfirmedSignatures.has(signature),

    /** Resolves when everything that has happened so far is on disk. */
    durable: (): Promise<void> => journal.flushed(),

    /** Jumps ahead. @throws RangeError when the target is not ahead of the chain. */
    travel(target: { slot: number } | { atMs: number }): void {
      const here = chainNow(chain, now())
      const slot = 'slot' in target ? target.slot : chain.slot + Math.max(1, Math.round((target.atMs - here) / SLOT_MS))
      const atMs = 'slot' in target ? here + (slot - chain.slot) * SLOT_MS : target.atMs
      if (slot <= chain.slot) throw new RangeError(`Cannot travel to past slot: target=${slot}, current=${chain.slot}`)
      if (atMs < here) throw new RangeError(`Cannot travel to past timestamp: target=${atMs}, current=${here}`)
      setClock({ ...chain.clock, offsetMs: chain.clock.offsetMs + (atMs - here) })
      closeBlock(slot)
    },

    pauseClock(): void {
      if (chain.clock.pausedAt === null) setClock({ ...chain.clock, pausedAt: now() })
    },

    resumeClock(): void {
      if (chain.clock.pausedAt !== null) setClock({ ...chain.clock, pausedAt: null })
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

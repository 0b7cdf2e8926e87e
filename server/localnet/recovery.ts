import { applyDiff } from './account-diff.ts'
import type { AccountStore } from './accounts.ts'
import { advance, type Chain } from './chain.ts'
import type { History } from './history.ts'
import { type Locator, readSegment } from './journal.ts'
import { decodeJournalRecord, type JournalRecord } from './records.ts'
import type { Snapshot } from './snapshot.ts'
import { accountKeys, decodeTransaction } from './wire.ts'

/** Number and sound length of the newest journal segment from `first` on. */
export function newestSegment(directory: string, first: number): { segment: number; size: number } {
  let newest = { segment: first, size: soundLength(directory, first) ?? 0 }
  for (let segment = first + 1; ; segment++) {
    const size = soundLength(directory, segment)
    if (size === undefined) return newest
    newest = { segment, size }
  }
}

function soundLength(directory: string, segment: number): number | undefined {
  try {
    return readSegment(directory, segment).soundLength
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Brings `accounts`, `history` and the snapshot's chain to the journal's end. Accounts are restored from what the
 * journal says they became; nothing is executed again.
 * @returns signatures of the transactions in the slot that was open.
 */
export function recover(
  directory: string,
  snapshot: Snapshot,
  lastSegment: number,
  { accounts, history }: { accounts: AccountStore; history: History },
): string[] {
  let openSlot: string[] = []
  for (const [address, account] of snapshot.accounts) {
    // A copy, because the bytes read are a view of the whole file.
    accounts.restore(address, { ...account, data: Uint8Array.from(account.data) })
  }
  history.load(snapshot.segment)
  for (let segment = snapshot.segment; segment <= lastSegment; segment++) {
    history.beginSegment(segment)
    for (const { offset, payload } of readSegment(directory, segment).records) {
      const record = decodeJournalRecord(payload)
      apply(record, { segment, offset, length: payload.length }, snapshot.chain, accounts, history)
      if (record.kind === 'block') openSlot = []
      if (record.kind === 'transaction') openSlot.push(record.signature)
    }
  }
  return openSlot
}

function apply(record: JournalRecord, locator: Locator, chain: Chain, accounts: AccountStore, history: History): void {
  if (record.kind === 'transaction' || record.kind === 'accounts') {
    for (const diff of record.diffs) accounts.restore(diff.address, applyDiff(accounts.own(diff.address), diff))
  }
  switch (record.kind) {
    case 'transaction':
      history.addTransaction(locator, record, accountKeys(decodeTransaction(record.wire).message, record.loaded))
      chain.transactionCount += 1
      return
    case 'block':
      history.addBlock(locator, record)
      advance(chain, record)
      return
    case 'clock':
      chain.clock = record.setting
      return
    case 'accounts':
      return
  }
}

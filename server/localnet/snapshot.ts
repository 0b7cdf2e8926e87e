import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { Account } from './accounts.ts'
import type { Address } from './base58.ts'
import type { Chain } from './chain.ts'
import { readDurable, writeDurable, writeDurableAsync } from './durable-file.ts'

/** The whole state before the first record of journal segment `segment`. */
export type Snapshot = { version: typeof VERSION; segment: number; chain: Chain; accounts: [Address, Account][] }

const VERSION = 1

const path = (directory: string, segment: number): string =>
  join(directory, `${String(segment).padStart(8, '0')}.snapshot`)

/** Bytes of the state as it is now; writing them may take its time. */
export function encodeSnapshot(state: Omit<Snapshot, 'version'>): Uint8Array {
  return serialize({ version: VERSION, ...state } satisfies Snapshot)
}

const FIRST_SEGMENT = 1

/** Writes the state that a new ledger begins with. */
export function beginLedger(directory: string, state: Pick<Snapshot, 'chain' | 'accounts'>): Snapshot {
  const snapshot: Snapshot = { version: VERSION, segment: FIRST_SEGMENT, ...state }
  writeDurable(path(directory, FIRST_SEGMENT), encodeSnapshot(snapshot))
  return snapshot
}

/** Writes a snapshot and removes those it replaces. */
export async function writeSnapshot(directory: string, segment: number, bytes: Uint8Array): Promise<void> {
  await writeDurableAsync(path(directory, segment), bytes)
  for (const older of snapshots(directory)) if (older < segment) rmSync(path(directory, older), { force: true })
}

/**
 * The newest snapshot that is whole.
 * @throws Error when there are snapshots but none can be read: starting empty would hide the loss.
 */
export function readSnapshot(directory: string): Snapshot | undefined {
  const found = snapshots(directory)
  for (const segment of found) {
    const bytes = readDurable(path(directory, segment))
    if (bytes === undefined) continue
    const snapshot: Snapshot = deserialize(bytes)
    if (snapshot.version === VERSION) return snapshot
  }
  if (found.length === 0) return undefined
  throw new Error(`No snapshot in ${directory} can be read by this version. Move the folder away to start a new chain.`)
}

function snapshots(directory: string): number[] {
  return readdirSync(directory)
    .flatMap((name) => /^(\d{8})\.snapshot$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a)
}

import type { Account, AccountChange } from './accounts.ts'
import type { Address } from './base58.ts'

/**
 * A change as the journal keeps it. An order changes a few dozen bytes of a 3 kB account, so data of unchanged length
 * is kept as the runs that differ.
 */
export type AccountDiff = {
  address: Address
  /** Absent: the account is gone. */
  lamports?: bigint
  owner?: Address
  executable?: boolean
  data?: Uint8Array
  patches?: { offset: number; bytes: Uint8Array }[]
}

/** Runs closer than this are one: a patch's own frame costs about as much. */
const MERGE_GAP = 12

export function diffAccount({ address, before, after }: AccountChange): AccountDiff {
  if (after === undefined) return { address }
  if (before === undefined) {
    return { address, lamports: after.lamports, owner: after.owner, executable: after.executable, data: after.data }
  }
  return {
    address,
    lamports: after.lamports,
    ...(after.owner === before.owner ? {} : { owner: after.owner }),
    ...(after.executable === before.executable ? {} : { executable: after.executable }),
    ...(after.data.length === before.data.length ? patched(before.data, after.data) : { data: after.data }),
  }
}

function patched(before: Uint8Array, after: Uint8Array): Pick<AccountDiff, 'patches'> {
  if (Buffer.compare(before, after) === 0) return {}
  const runs: { start: number; end: number }[] = []
  for (let index = 0; index < after.length; index++) {
    if (before[index] === after[index]) continue
    const last = runs.at(-1)
    if (last !== undefined && index - last.end < MERGE_GAP) last.end = index + 1
    else runs.push({ start: index, end: index + 1 })
  }
  return { patches: runs.map(({ start, end }) => ({ offset: start, bytes: after.slice(start, end) })) }
}

/** @throws Error when the diff does not fit the account it is applied to: the journal and the snapshot disagree. */
export function applyDiff(before: Account | undefined, diff: AccountDiff): Account | undefined {
  if (diff.lamports === undefined) return undefined
  const owner = diff.owner ?? before?.owner
  const executable = diff.executable ?? before?.executable
  const data = diff.data ?? before?.data
  if (owner === undefined || executable === undefined || data === undefined) {
    throw new Error(`The journal changes account ${diff.address}, which the ledger does not have.`)
  }
  return { lamports: diff.lamports, owner, executable, data: withPatches(data, diff) }
}

function withPatches(data: Uint8Array, { address, patches }: AccountDiff): Uint8Array {
  // A copy even without patches: the bytes read are a view of a whole journal segment.
  const result = Uint8Array.from(data)
  for (const { offset, bytes } of patches ?? []) {
    if (offset + bytes.length > result.length) {
      throw new Error(`The journal writes behind the ${result.length} bytes of account ${address}.`)
    }
    result.set(bytes, offset)
  }
  return result
}

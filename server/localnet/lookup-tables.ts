import type { AccountStore } from './accounts.ts'
import { type Address, toAddress } from './base58.ts'
import { ADDRESS_LOOKUP_TABLE_PROGRAM } from './programs.ts'
import type { TransactionError } from './transaction-error.ts'
import { type LoadedAddresses, type Message, NOTHING_LOADED } from './wire.ts'

export const LOOKUP_TABLE_META_SIZE = 56
const LOOKUP_TABLE_KIND = 1

export type LookupTable = {
  deactivationSlot: bigint
  lastExtendedSlot: bigint
  lastExtendedStartIndex: number
  authority: Address | null
  addresses: Address[]
}

export function parseLookupTable(data: Uint8Array): LookupTable | undefined {
  const body = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (body.length < LOOKUP_TABLE_META_SIZE || body.readUInt32LE(0) !== LOOKUP_TABLE_KIND) return undefined
  const count = Math.floor((body.length - LOOKUP_TABLE_META_SIZE) / 32)
  return {
    deactivationSlot: body.readBigUInt64LE(4),
    lastExtendedSlot: body.readBigUInt64LE(12),
    lastExtendedStartIndex: body[20] ?? 0,
    authority: body[21] === 1 ? toAddress(body.subarray(22, 54)) : null,
    addresses: Array.from({ length: count }, (_, index) => {
      const start = LOOKUP_TABLE_META_SIZE + index * 32
      return toAddress(body.subarray(start, start + 32))
    }),
  }
}

/** Addresses that a message loads; those added to a table in the open slot cannot be used yet. */
export function loadAddresses(
  { lookups }: Message,
  accounts: Pick<AccountStore, 'get'>,
  slot: number,
): LoadedAddresses | { error: TransactionError } {
  if (lookups.length === 0) return NOTHING_LOADED
  const writable: Address[] = []
  const readonly: Address[] = []
  for (const lookup of lookups) {
    const account = accounts.get(lookup.table)
    if (account === undefined) return { error: 'AddressLookupTableNotFound' }
    if (account.owner !== ADDRESS_LOOKUP_TABLE_PROGRAM) return { error: 'InvalidAddressLookupTableOwner' }
    const table = parseLookupTable(account.data)
    if (table === undefined) return { error: 'InvalidAddressLookupTableData' }
    const usable =
      BigInt(slot) > table.lastExtendedSlot ? table.addresses : table.addresses.slice(0, table.lastExtendedStartIndex)
    for (const [list, indexes] of [[writable, lookup.writable] as const, [readonly, lookup.readonly] as const]) {
      for (const index of indexes) {
        const address = usable[index]
        if (address === undefined) return { error: 'InvalidAddressLookupTableIndex' }
        list.push(address)
      }
    }
  }
  return { writable, readonly }
}

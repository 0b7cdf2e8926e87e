import {
  type AddressLookupTableAccount,
  AddressLookupTableProgram,
  type Connection,
  type PublicKey,
} from '@solana/web3.js'
import { createLookupTable, decodeLookupTable, extendLookupTable, fixedAccounts } from '#client/lookup-table.ts'
import { type ProgramAccounts, requireLanded, type TransactionSender } from '#server/chain/index.ts'
import { ORACLE_FEEDS } from '#server/oracle/index.ts'
import { pollUntil } from '#server/platform/poll.ts'

/** Where a table's data names its authority. */
const AUTHORITY_AT = 22
/** Addresses can be used from the slot after the one that added them. */
const NEXT_SLOT = { timeoutMs: 10_000 }

/**
 * The keeper's lookup table with every account that its transactions share: found by its authority, made or extended
 * where something is missing. Resolves once all of it can be used.
 */
export async function openLookupTable(
  connection: Connection,
  sender: TransactionSender,
  accounts: ProgramAccounts,
): Promise<AddressLookupTableAccount> {
  const authority = sender.payer.publicKey
  const read = async (address: PublicKey) => {
    const account = await connection.getAccountInfo(address, 'confirmed')
    return account === null ? null : decodeLookupTable(address, account.data)
  }
  const [found] = await connection.getProgramAccounts(AddressLookupTableProgram.programId, {
    commitment: 'confirmed',
    dataSlice: { offset: 0, length: 0 },
    filters: [{ memcmp: { offset: AUTHORITY_AT, bytes: authority.toBase58() } }],
  })
  const address = found?.pubkey ?? (await create())
  const wanted = fixedAccounts({
    marketCount: accounts.all('Market').size,
    mints: [...accounts.all('TokenVault').values()].map(({ mint }) => mint),
    priceFeeds: ORACLE_FEEDS.map(({ account }) => account),
  })
  const addresses = (await read(address))?.state.addresses ?? []
  for (const extension of extendLookupTable({
    table: { address, addresses },
    authority,
    payer: authority,
    addresses: wanted,
  })) {
    requireLanded(await sender.send([extension]), 'extend the lookup table')
  }
  const extendedIn = (await read(address))?.state.lastExtendedSlot ?? 0
  await pollUntil(async () => (await connection.getSlot('confirmed')) > extendedIn, NEXT_SLOT)
  const table = await read(address)
  if (table === null) throw new TypeError(`the lookup table ${address.toBase58()} is gone`)
  return table

  async function create(): Promise<PublicKey> {
    const recentSlot = await connection.getSlot('finalized')
    const created = createLookupTable({ authority, payer: authority, recentSlot })
    requireLanded(await sender.send([created.instruction]), 'create the lookup table')
    return created.address
  }
}

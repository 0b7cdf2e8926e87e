import type { Connection, PublicKey } from '@solana/web3.js'
import {
  accountName,
  decodeExchange,
  decodeMarket,
  decodePool,
  decodePoolTicket,
  decodeSubAccount,
  decodeTokenVault,
} from '#client/accounts.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import { wakeable } from './wake.ts'

const DECODERS = {
  Exchange: decodeExchange,
  Market: decodeMarket,
  Pool: decodePool,
  PoolTicket: decodePoolTicket,
  SubAccount: decodeSubAccount,
  TokenVault: decodeTokenVault,
}

export type FollowedName = keyof typeof DECODERS
export type FollowedAccount<Name extends FollowedName> = ReturnType<(typeof DECODERS)[Name]>
type Tables = { [Name in FollowedName]: Map<string, FollowedAccount<Name>> }

/** The program's accounts as the chain last told, by address in base58. */
export type ProgramAccounts = {
  all<Name extends FollowedName>(name: Name): ReadonlyMap<string, FollowedAccount<Name>>
  /** Called after an account was written or closed. Returns the unsubscribe function. */
  onChange(handler: (name: FollowedName, address: string) => void): () => void
  /** Reads everything again now: what pushes have missed is in after it. */
  refresh(): Promise<void>
  close(): Promise<void>
}

const REFRESH_MS = 15_000
const RETRY_MS = 1_000

/**
 * Follows every account of the program: pushes for speed, and all accounts again every 15 s, because a WebSocket can
 * lose messages or fall silent without closing. Resolves when the first full read is in.
 */
export async function followProgramAccounts({
  connection,
  programId,
  log,
}: {
  connection: Connection
  programId: PublicKey
  log: Log
}): Promise<ProgramAccounts> {
  const tables: Tables = {
    Exchange: new Map(),
    Market: new Map(),
    Pool: new Map(),
    PoolTicket: new Map(),
    SubAccount: new Map(),
    TokenVault: new Map(),
  }
  const known = new Map<string, { name: FollowedName; slot: number }>()
  const handlers = new Set<(name: FollowedName, address: string) => void>()
  const tell = (name: FollowedName, address: string) => {
    for (const handler of handlers) handler(name, address)
  }

  const forget = (address: string) => {
    const entry = known.get(address)
    if (entry === undefined) return
    known.delete(address)
    tables[entry.name].delete(address)
    tell(entry.name, address)
  }
  const put = (address: string, data: Uint8Array, slot: number) => {
    const name = accountName(data)
    if (name === null) return forget(address)
    if (!(name in DECODERS)) return
    const followed = name as FollowedName
    known.set(address, { name: followed, slot })
    const table: Map<string, unknown> = tables[followed]
    table.set(address, DECODERS[followed](data))
    tell(followed, address)
  }

  const refresh = async () => {
    const { context, value } = await connection.getProgramAccounts(programId, {
      commitment: 'confirmed',
      withContext: true,
    })
    const seen = new Set<string>()
    for (const { pubkey, account } of value) {
      const address = pubkey.toBase58()
      seen.add(address)
      // A push of the same slot may be later inside the slot than this answer.
      if ((known.get(address)?.slot ?? -1) < context.slot) put(address, account.data, context.slot)
    }
    for (const [address, { slot }] of known) if (!seen.has(address) && slot < context.slot) forget(address)
  }

  const stop = new AbortController()
  const subscription = connection.onProgramAccountChange(
    programId,
    ({ accountId, accountInfo }, { slot }) => {
      const address = accountId.toBase58()
      if ((known.get(address)?.slot ?? -1) <= slot) put(address, accountInfo.data, slot)
    },
    { commitment: 'confirmed' },
  )
  const sleeper = wakeable(stop.signal)
  const keepFresh = async () => {
    let pauseMs = REFRESH_MS
    for (;;) {
      await sleeper.orAfter(pauseMs)
      if (stop.signal.aborted) return
      pauseMs = await refresh().then(
        () => REFRESH_MS,
        (error: unknown) => {
          log.warn({ err: error }, `the program's accounts could not be read again: ${errorMessage(error)}`)
          return RETRY_MS
        },
      )
    }
  }
  const close = async () => {
    stop.abort()
    await connection.removeProgramAccountChangeListener(subscription).catch(() => undefined)
  }
  try {
    await refresh()
  } catch (error) {
    await close()
    throw error
  }
  const following = keepFresh()
  return {
    all: (name) => tables[name],
    onChange: (handler) => {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    refresh,
    close: async () => {
      await close()
      await following
    },
  }
}

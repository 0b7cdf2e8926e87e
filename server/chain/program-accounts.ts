import { type AccountFeed, followAccounts } from '#client/account-feed.ts'
import {
  accountName,
  decodeExchange,
  decodeInsurance,
  decodeMarket,
  decodePool,
  decodePoolTicket,
  decodeSubAccount,
  decodeTokenVault,
} from '#client/accounts.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import type { Chain } from './connection.ts'

const DECODERS = {
  Exchange: decodeExchange,
  Insurance: decodeInsurance,
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
  /** Reads all of them again now; callers at the same time share one read. */
  refresh(): Promise<void>
  close(): void
}

/**
 * Follows every account of the program. Resolves when the first full read is in.
 * @throws AbortError when `signal` aborts before that.
 */
export async function followProgramAccounts({
  chain,
  log,
  signal,
}: {
  chain: Pick<Chain, 'connection' | 'socketPlace'>
  log: Log
  signal: AbortSignal
}): Promise<ProgramAccounts> {
  const tables: Tables = {
    Exchange: new Map(),
    Insurance: new Map(),
    Market: new Map(),
    Pool: new Map(),
    PoolTicket: new Map(),
    SubAccount: new Map(),
    TokenVault: new Map(),
  }
  const names = new Map<string, FollowedName>()
  const handlers = new Set<(name: FollowedName, address: string) => void>()
  const place = chain.socketPlace(() => feed.reconnect())
  const feed: AccountFeed<{ name: FollowedName; account: unknown }> = followAccounts(
    {
      connection: chain.connection,
      wsUrl: place.url,
      onError: (error) =>
        log.warn({ err: error }, `the program's accounts could not be followed for a moment: ${errorMessage(error)}`),
    },
    [],
    decodeFollowed,
  )
  feed.onChange((address, change) => {
    const name = change?.name ?? names.get(address)
    if (name === undefined) return
    const table: Map<string, unknown> = tables[name]
    if (change === null) {
      names.delete(address)
      table.delete(address)
    } else {
      names.set(address, name)
      table.set(address, change.account)
    }
    for (const handler of handlers) handler(name, address)
  })

  const close = () => {
    place.close()
    feed.close()
  }
  let refreshing: Promise<void> | undefined

  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    signal.throwIfAborted()
    await Promise.race([feed.ready, aborted.promise])
  } catch (error) {
    close()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
  return {
    all: (name) => tables[name],
    onChange: (handler) => {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    refresh: () => {
      refreshing ??= feed.refresh().finally(() => {
        refreshing = undefined
      })
      return refreshing
    },
    close,
  }
}

function decodeFollowed(data: Uint8Array): { name: FollowedName; account: unknown } | null {
  const name = accountName(data)
  if (name === null || !(name in DECODERS)) return null
  const followed = name as FollowedName
  return { name: followed, account: DECODERS[followed](data) }
}

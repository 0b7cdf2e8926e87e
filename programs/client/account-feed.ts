/**
 * Accounts of the program as the chain tells them: pushes over a WebSocket of its own, and all of them at once whenever
 * pushes may have been missed. A snapshot is read only after the subscription stands, so there is no gap between the two.
 */
import type { Connection, MemcmpFilter } from '@solana/web3.js'
import bs58 from 'bs58'
import {
  accountDiscriminator,
  accountOffset,
  decodeMarket,
  decodeSubAccount,
  decodeTokenVault,
  type Market,
  type SubAccount,
  type TokenVault,
} from './accounts.ts'
import type { Address } from './layout.ts'
import { type AddressLike, PROGRAM_ID, publicKey } from './pda.ts'

export type AccountFeed<T> = {
  /** What is known now, by address. Empty until `ready`. */
  all(): ReadonlyMap<Address, T>
  /** Called with every change; `null`: the account was closed. Returns how to stop. */
  onChange(handler: (address: Address, account: T | null) => void): () => void
  /** Resolves with the first snapshot. */
  readonly ready: Promise<void>
  /** Reads everything again now. */
  refresh(): Promise<void>
  /** Drops the WebSocket and opens it where `wsUrl` now says. */
  reconnect(): void
  close(): void
}

export type FeedSource = {
  readonly connection: Connection
  /** Asked before each opening of the socket where it is a function. */
  readonly wsUrl: string | (() => string)
  /** What went wrong on the way; the feed goes on by itself. */
  readonly onError?: (error: unknown) => void
}

/** A socket can lose messages, or fall silent without closing. */
const REFRESH_MS = 15_000
const RETRY_MS = { first: 250, most: 5_000 }

export const followMarkets = (source: FeedSource): AccountFeed<Market> =>
  followAccounts(source, [isAccount('Market')], decodeMarket)

export const followTokenVaults = (source: FeedSource): AccountFeed<TokenVault> =>
  followAccounts(source, [isAccount('TokenVault')], decodeTokenVault)

/** Every sub-account of a wallet, also those opened later. */
export const followSubAccounts = (source: FeedSource, authority: AddressLike): AccountFeed<SubAccount> =>
  followAccounts(
    source,
    [
      isAccount('SubAccount'),
      { memcmp: { offset: accountOffset('SubAccount', 'authority'), bytes: publicKey(authority).toBase58() } },
    ],
    decodeSubAccount,
  )

const isAccount = (name: Parameters<typeof accountDiscriminator>[0]): MemcmpFilter => ({
  memcmp: { offset: 0, bytes: bs58.encode(accountDiscriminator(name)) },
})

/** `decode` answers null for an account that is not wanted. */
export function followAccounts<T>(
  { connection, wsUrl, onError = () => undefined }: FeedSource,
  filters: readonly MemcmpFilter[],
  decode: (data: Uint8Array) => T | null,
): AccountFeed<T> {
  const accounts = new Map<Address, T>()
  const known = new Map<Address, { slot: number; pushedIn: number | null; readonly data: Uint8Array }>()
  const handlers = new Set<(address: Address, account: T | null) => void>()
  const ready = Promise.withResolvers<void>()
  const config = { commitment: 'confirmed', encoding: 'base64', filters } as const
  /** Counts subscriptions: what an earlier one pushed says nothing about what was missed since. */
  let subscription = 0

  const put = (address: Address, data: Uint8Array, slot: number, pushedIn: number | null) => {
    const entry = known.get(address)
    if (entry !== undefined && isSame(entry.data, data)) {
      Object.assign(entry, { slot, pushedIn })
      return
    }
    const account = decode(data)
    if (account === null) return
    known.set(address, { slot, pushedIn, data })
    accounts.set(address, account)
    for (const handler of handlers) handler(address, account)
  }
  const forget = (address: Address) => {
    known.delete(address)
    accounts.delete(address)
    for (const handler of handlers) handler(address, null)
  }
  /** A push of the same slot may be later inside the slot than the snapshot. */
  const isOlder = (address: Address, slot: number) => {
    const entry = known.get(address)
    return entry === undefined || entry.slot < slot || (entry.slot === slot && entry.pushedIn !== subscription)
  }

  const refresh = async () => {
    const { context, value } = await connection.getProgramAccounts(PROGRAM_ID, {
      commitment: 'confirmed',
      filters: [...filters],
      withContext: true,
    })
    if (isClosed) return
    const seen = new Set(value.map(({ pubkey }) => pubkey.toBase58()))
    for (const { pubkey, account } of value) {
      const address = pubkey.toBase58()
      if (isOlder(address, context.slot)) put(address, account.data, context.slot, null)
    }
    for (const address of known.keys()) if (!seen.has(address) && isOlder(address, context.slot)) forget(address)
    ready.resolve()
  }

  let isClosed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  /** At most one refresh is under way; it is the newest word, so a failed one is tried again soon. */
  const keepFresh = () => {
    clearTimeout(timer)
    refresh().then(
      () => schedule(REFRESH_MS),
      (error: unknown) => {
        onError(error)
        schedule(RETRY_MS.first)
      },
    )
  }
  const schedule = (ms: number) => {
    if (!isClosed) timer = setTimeout(keepFresh, ms)
  }

  const socket = subscribeForEver(wsUrl, config, {
    onSubscribed: () => {
      subscription += 1
      keepFresh()
    },
    onPush: ({ address, data, slot }) => {
      if ((known.get(address)?.slot ?? -1) <= slot) put(address, data, slot, subscription)
    },
    onError,
  })
  // Without a WebSocket the feed is only slower.
  schedule(REFRESH_MS)
  return {
    all: () => accounts,
    onChange: (handler) => {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    ready: ready.promise,
    refresh,
    reconnect: socket.reconnect,
    close: () => {
      isClosed = true
      clearTimeout(timer)
      socket.close()
    },
  }
}

type Push = { readonly address: Address; readonly data: Uint8Array; readonly slot: number }
type Hooks = { onSubscribed(): void; onPush(push: Push): void; onError(error: unknown): void }

/** One `programSubscribe`, made again over a new socket whenever the old one ends. */
function subscribeForEver(
  wsUrl: string | (() => string),
  config: object,
  hooks: Hooks,
): { reconnect(): void; close(): void } {
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let isClosed = false

  const open = () => {
    const url = typeof wsUrl === 'string' ? wsUrl : wsUrl()
    socket = new WebSocket(url)
    socket.addEventListener('open', () => {
      const params = [PROGRAM_ID.toBase58(), config]
      socket?.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'programSubscribe', params }))
    })
    socket.addEventListener('message', ({ data }) => {
      try {
        const message = readMessage(String(data))
        if (message === 'subscribed') {
          failures = 0
          hooks.onSubscribed()
        } else if (message !== null) hooks.onPush(message)
      } catch (error) {
        hooks.onError(error)
      }
    })
    // An error is always followed by the close.
    socket.addEventListener('close', () => {
      if (isClosed) return
      hooks.onError(new Error(`the WebSocket at ${new URL(url).origin} was lost`))
      failures += 1
      timer = setTimeout(open, Math.min(RETRY_MS.first * 2 ** (failures - 1), RETRY_MS.most))
    })
  }
  open()
  return {
    reconnect: () => socket?.close(),
    close: () => {
      isClosed = true
      clearTimeout(timer)
      socket?.close()
    },
  }
}

type Message = {
  readonly id?: number
  readonly result?: number
  readonly error?: { readonly message: string }
  readonly method?: string
  readonly params?: {
    readonly result: {
      readonly context: { readonly slot: number }
      readonly value: { readonly pubkey: string; readonly account: { readonly data: readonly [string, string] } }
    }
  }
}

/** @throws Error when the RPC refuses the subscription. */
function readMessage(text: string): Push | 'subscribed' | null {
  const { id, result, error, method, params } = JSON.parse(text) as Message
  if (error !== undefined) throw new Error(`the RPC refused the subscription: ${error.message}`)
  if (id === 1 && result !== undefined) return 'subscribed'
  if (method !== 'programNotification' || params === undefined) return null
  const { context, value } = params.result
  return { address: value.pubkey, data: fromBase64(value.account.data[0]), slot: context.slot }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at])

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

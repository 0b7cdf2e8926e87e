import type { VersionedTransaction } from '@solana/web3.js'

/**
 * Keys that trade for a wallet without asking it, one per wallet and cluster. The private half is made by the browser as
 * a key that no script can read, ours included: it is kept in IndexedDB as the browser's own object and can only sign.
 */
export type TradingKey = { address: string; key: CryptoKey }

const DATABASE = 'quantdesk'
const STORE = 'trading-keys'
const VERSION = 1

/** Ed25519 in Web Crypto is younger than the page's other needs. */
export async function canKeepKey(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
    return 'indexedDB' in globalThis
  } catch {
    return false
  }
}

/** The key kept for `owner`, made now where there is none. */
export async function ensureKey(owner: string): Promise<TradingKey> {
  const kept = await readKey(owner)
  if (kept !== null) return kept
  const made = await makeKey()
  await inStore('readwrite', (store) => store.put(made, owner))
  return made
}

export async function makeKey(): Promise<TradingKey> {
  const made = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
  if (!('privateKey' in made)) throw new Error('The browser made no key pair.')
  const { default: bs58 } = await import('bs58')
  const address = bs58.encode(new Uint8Array(await crypto.subtle.exportKey('raw', made.publicKey)))
  return { address, key: made.privateKey }
}

export const readKey = async (owner: string): Promise<TradingKey | null> =>
  (await inStore<TradingKey | undefined>('readonly', (store) => store.get(owner))) ?? null

export async function forgetKey(owner: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(owner))
}

/** Adds the key's signature to those the transaction has. */
export async function signWithKey(
  { address, key }: TradingKey,
  transaction: VersionedTransaction,
): Promise<VersionedTransaction> {
  const { PublicKey } = await import('@solana/web3.js')
  const message = Uint8Array.from(transaction.message.serialize())
  transaction.addSignature(new PublicKey(address), new Uint8Array(await crypto.subtle.sign('Ed25519', key, message)))
  return transaction
}

async function inStore<T>(mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const database = await open()
  try {
    return await answer<T>(run(database.transaction(STORE, mode).objectStore(STORE)))
  } finally {
    database.close()
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE)
  return answer(request)
}

function answer<T>(request: IDBRequest): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
  return promise
}

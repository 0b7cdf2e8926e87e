import type {
  SolanaSignAndSendTransactionMethod,
  SolanaSignMessageMethod,
  SolanaSignTransactionMethod,
} from '@solana/wallet-standard-features'
import {
  SolanaSignAndSendTransaction,
  SolanaSignMessage,
  SolanaSignTransaction,
} from '@solana/wallet-standard-features'
import type { Keypair } from '@solana/web3.js'
import type { IdentifierString, Wallet, WalletAccount } from '@wallet-standard/base'
import { registerWallet } from '@wallet-standard/wallet'

/**
 * A wallet built into the page for localnet only. It signs without asking, and its key lies in localStorage as plain
 * text: right for test funds, wrong for anything else, so it is registered only when the server says `localnet`.
 */
export const DEV_WALLET_NAME = 'Localnet dev wallet'

const KEY = 'quantdesk.localnet-only.dev-wallet'
const CHAIN: IdentifierString = 'solana:localnet'
/** A green disc with a prompt. */
const ICON: Wallet['icon'] =
  'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAzMiAzMiI+PHJlY3Qgd2lkdGg9IjMyIiBoZWlnaHQ9IjMyIiByeD0iMTYiIGZpbGw9IiMxNGYxOTUiLz48cGF0aCBkPSJNMTAgMTJsNCA0LTQgNE0xNiAyMGg2IiBmaWxsPSJub25lIiBzdHJva2U9IiMwMzI1MWEiIHN0cm9rZS13aWR0aD0iMi41IiBzdHJva2UtbGluZWNhcD0icm91bmQiIHN0cm9rZS1saW5lam9pbj0icm91bmQiLz48L3N2Zz4='

type ChangeListener = (change: { accounts: readonly WalletAccount[] }) => void

let registered = false

/** Announces the dev wallet to this page. Safe to call again. `rpcUrl` is where signAndSend sends. */
export function registerDevWallet(rpcUrl: string): void {
  if (registered) return
  registered = true
  registerWallet(createDevWallet(rpcUrl, window.localStorage))
}

/** True when this browser already holds a dev wallet key, so that connecting makes no new account. */
export function hasDevWalletKey(): boolean {
  return window.localStorage.getItem(KEY) !== null
}

export function createDevWallet(rpcUrl: string, storage: Pick<Storage, 'getItem' | 'setItem'>): Wallet {
  let keypair: Keypair | null = null
  let accounts: readonly WalletAccount[] = []
  const listeners = new Set<ChangeListener>()
  const setAccounts = (next: readonly WalletAccount[]): void => {
    accounts = next
    for (const listener of listeners) listener({ accounts })
  }

  const connect = async (input?: { silent?: boolean }): Promise<{ accounts: readonly WalletAccount[] }> => {
    keypair ??= await loadKeypair(storage, input?.silent !== true)
    if (keypair !== null && accounts.length === 0) {
      setAccounts([
        {
          address: keypair.publicKey.toBase58(),
          publicKey: keypair.publicKey.toBytes(),
          chains: [CHAIN],
          features: [SolanaSignAndSendTransaction, SolanaSignTransaction, SolanaSignMessage],
        },
      ])
    }
    return { accounts }
  }

  const signer = (): Keypair => {
    if (keypair === null) throw new Error('The dev wallet is not connected: connect it and try again.')
    return keypair
  }

  const sign = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const { VersionedTransaction } = await import('@solana/web3.js')
    const transaction = VersionedTransaction.deserialize(bytes)
    transaction.sign([signer()])
    return transaction.serialize()
  }

  const signTransaction: SolanaSignTransactionMethod = (...inputs) =>
    Promise.all(inputs.map(async (input) => ({ signedTransaction: await sign(input.transaction) })))

  const signAndSendTransaction: SolanaSignAndSendTransactionMethod = (...inputs) =>
    Promise.all(
      inputs.map(async (input) => {
        const { Connection } = await import('@solana/web3.js')
        const { default: bs58 } = await import('bs58')
        const signature = await new Connection(rpcUrl, 'confirmed').sendRawTransaction(await sign(input.transaction))
        return { signature: bs58.decode(signature) }
      }),
    )

  const signMessage: SolanaSignMessageMethod = (...inputs) =>
    Promise.all(
      inputs.map(async (input) => {
        const message = Uint8Array.from(input.message)
        const key = await importSigningKey(signer().secretKey)
        return { signedMessage: message, signature: new Uint8Array(await crypto.subtle.sign('Ed25519', key, message)) }
      }),
    )

  return {
    version: '1.0.0',
    name: DEV_WALLET_NAME,
    icon: ICON,
    chains: [CHAIN],
    get accounts() {
      return accounts
    },
    features: {
      'standard:connect': { version: '1.0.0', connect },
      'standard:disconnect': { version: '1.0.0', disconnect: async () => setAccounts([]) },
      'standard:events': {
        version: '1.0.0',
        on: (_event: 'change', listener: ChangeListener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
      [SolanaSignTransaction]: { version: '1.0.0', supportedTransactionVersions: ['legacy', 0], signTransaction },
      [SolanaSignAndSendTransaction]: {
        version: '1.0.0',
        supportedTransactionVersions: ['legacy', 0],
        signAndSendTransaction,
      },
      [SolanaSignMessage]: { version: '1.1.0', signMessage },
    },
  }
}

async function loadKeypair(storage: Pick<Storage, 'getItem' | 'setItem'>, create: boolean): Promise<Keypair | null> {
  const { Keypair } = await import('@solana/web3.js')
  const stored = storage.getItem(KEY)
  if (stored !== null) return Keypair.fromSecretKey(Uint8Array.from(JSON.parse(stored) as number[]))
  if (!create) return null
  const keypair = Keypair.generate()
  storage.setItem(KEY, JSON.stringify([...keypair.secretKey]))
  return keypair
}

/** Web Crypto's form of a Solana secret key: 32 bytes of seed, then 32 of public key. */
function importSigningKey(secretKey: Uint8Array): Promise<CryptoKey> {
  const base64url = (bytes: Uint8Array): string =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '')
  const jwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    d: base64url(secretKey.subarray(0, 32)),
    x: base64url(secretKey.subarray(32)),
  }
  return crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['sign'])
}

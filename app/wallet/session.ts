import type { SolanaSignInInput, SolanaSignInOutput } from '@solana/wallet-standard-features'
import type { Transaction, VersionedTransaction } from '@solana/web3.js'
import { create } from 'zustand'
import { t } from '#app/i18n/t.ts'
import { WalletError } from './errors.ts'
import { useWallet } from './store.ts'

/** Where wallet-adapter keeps the name of the wallet to reconnect to after a reload. */
export const STORAGE_KEY = 'quantdesk.wallet'

/** What the bridge reports of wallet-adapter after each of its renders. */
export type AdapterView = {
  ready: string[]
  walletName: string | null
  status: 'disconnected' | 'connecting' | 'connected'
  address: string | null
  select: (name: string | null) => void
  disconnect: () => Promise<void>
  signMessage: ((message: Uint8Array) => Promise<Uint8Array>) | null
  signIn: ((input: SolanaSignInInput) => Promise<SolanaSignInOutput>) | null
  signTransaction: (<T extends Transaction | VersionedTransaction>(transaction: T) => Promise<T>) | null
}

/** Whether wallet-adapter has been asked for; it is loaded on the first intent or when the page is idle. */
export const useBridge = create<{ wanted: boolean }>()(() => ({ wanted: false }))

export const wantBridge = (): void => useBridge.setState({ wanted: true })

const hasRememberedWallet = (): boolean => window.localStorage.getItem(STORAGE_KEY) !== null

let view: AdapterView | null = null
let pending: { name: string; resolve: (address: string) => void; reject: (error: WalletError) => void } | null = null

export function bindSession(next: AdapterView): void {
  view = next
  if (pending !== null) {
    if (next.status === 'connected' && next.walletName === pending.name && next.address !== null) {
      const { resolve } = pending
      pending = null
      publish(next)
      resolve(next.address)
    } else if (next.walletName !== pending.name && next.ready.includes(pending.name)) {
      next.select(pending.name)
    }
    return
  }
  publish(next)
}

/** How long the wallet of the last visit may take to come back before the page offers to connect. */
const RESTORE_MS = 5_000

/** Tries to come back to the wallet of the last visit; says at once when there was none. */
export function restoreSession(): void {
  const giveUp = (): void =>
    useWallet.setState(({ status }) => (status === 'restoring' ? { status: 'disconnected' } : {}))
  if (hasRememberedWallet()) {
    wantBridge()
    setTimeout(giveUp, RESTORE_MS)
  } else {
    giveUp()
  }
}

function publish({ status, address, walletName }: AdapterView): void {
  // Until it has answered, a remembered wallet is neither connected nor gone.
  const undecided = status !== 'connected' && walletName !== null
  if (undecided && useWallet.getState().status === 'restoring') return
  useWallet.setState({ status, address: status === 'connected' ? address : null, walletName })
}

/** wallet-adapter tells of a refused connection only here; other failures reject towards their caller as well. */
export function reportAdapterError(cause: unknown): void {
  if (pending === null) return
  const { name, reject } = pending
  pending = null
  const error = new WalletError(
    'refused',
    t('{name} did not connect. Open the wallet, unlock it, and choose Connect again.', { name }),
    cause,
  )
  useWallet.setState({ status: 'disconnected', address: null, walletName: null, error: error.message })
  reject(error)
}

/**
 * Connects to a wallet by its Wallet Standard name.
 * @returns the connected address. @throws WalletError when the trader or the wallet refuses.
 */
export function connectWallet(name: string): Promise<string> {
  const { status, walletName, address } = useWallet.getState()
  if (status === 'connected' && walletName === name && address !== null) return Promise.resolve(address)
  pending?.reject(
    new WalletError('refused', t('Connecting to {first} was given up for {name}.', { first: pending.name, name })),
  )
  return new Promise((resolve, reject) => {
    pending = { name, resolve, reject }
    useWallet.setState({ status: 'connecting', error: null, walletName: name })
    wantBridge()
    if (view !== null) bindSession(view)
  })
}

export async function disconnectWallet(): Promise<void> {
  pending = null
  await view?.disconnect()
  useWallet.setState({ status: 'disconnected', address: null, walletName: null })
}

/** @throws WalletError when no wallet is connected, it cannot sign, or the trader refuses. */
export async function signWithWallet(transaction: VersionedTransaction): Promise<VersionedTransaction> {
  if (view === null || view.status !== 'connected') {
    throw new WalletError('not-connected', t('No wallet is connected. Connect one and try again; your input is kept.'))
  }
  const name = view.walletName ?? t('The wallet')
  if (view.signTransaction === null) {
    throw new WalletError(
      'cannot-sign',
      t('{name} cannot sign transactions for a page. Choose another wallet.', { name }),
    )
  }
  try {
    return await view.signTransaction(transaction)
  } catch (cause) {
    throw new WalletError('refused', t('{name} did not sign. Nothing was sent; your input is kept.', { name }), cause)
  }
}

/**
 * The wallet's signature of a sign-in the server made. A wallet that has the feature shows it as one; the others, and one
 * that makes another text of it than the server will check, sign the text.
 * @throws WalletError when no wallet is connected, it cannot sign messages, or the trader refuses.
 */
export async function signSignIn({
  input,
  message,
}: {
  input: SolanaSignInInput
  message: string
}): Promise<Uint8Array> {
  if (view === null || view.status !== 'connected') {
    throw new WalletError('not-connected', t('No wallet is connected. Connect one and try again.'))
  }
  const name = view.walletName ?? t('The wallet')
  const bytes = new TextEncoder().encode(message)
  try {
    if (view.signIn !== null) {
      const { signature, signedMessage } = await view.signIn(input)
      if (new TextDecoder().decode(signedMessage) === message) return signature
    }
    if (view.signMessage !== null) return await view.signMessage(bytes)
  } catch (cause) {
    throw new WalletError('refused', t('{name} did not sign.', { name }), cause)
  }
  throw new WalletError(
    'cannot-sign',
    t('{name} cannot sign messages, which signing in needs. Choose another wallet.', { name }),
  )
}

import { create } from 'zustand'

/** A wallet the page can connect to, as announced through Wallet Standard. */
export type WalletEntry = { name: string; icon: string; isDevWallet: boolean }

/** Whether the RPC the app uses and the cluster it was built for agree, by genesis hash. */
export type ClusterCheck =
  | { status: 'unknown' }
  | { status: 'ok' }
  | { status: 'wrong'; expected: string; found: string }
  | { status: 'unreachable'; reason: string }

export type WalletState = {
  wallets: WalletEntry[]
  /** `restoring`: not known yet whether the wallet of the last visit comes back. */
  status: 'restoring' | 'disconnected' | 'connecting' | 'connected'
  /** Base58 address of the connected account. */
  address: string | null
  walletName: string | null
  /** Why the last attempt to connect failed, as a sentence for the trader. */
  error: string | null
  cluster: ClusterCheck
}

export const useWallet = create<WalletState>()(() => ({
  wallets: [],
  status: 'restoring',
  address: null,
  walletName: null,
  error: null,
  cluster: { status: 'unknown' },
}))

/** The connected address, or null. */
export const useAuthority = (): string | null => useWallet((wallet) => wallet.address)

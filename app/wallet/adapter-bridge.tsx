'use client'
import type { WalletName } from '@solana/wallet-adapter-base'
import { WalletReadyState } from '@solana/wallet-adapter-base'
import { ConnectionProvider, useWallet as useAdapter, WalletProvider } from '@solana/wallet-adapter-react'
import { useEffect } from 'react'
import { bindSession, reportAdapterError, STORAGE_KEY } from './session.ts'

/**
 * Runs wallet-adapter beside the page, not around it: it is loaded late, and wrapping the tree then would remount it
 * and lose what the trader typed. What it knows goes into the session, from where the page reads it.
 */
export default function AdapterBridge({ rpcUrl }: { rpcUrl: string }) {
  return (
    <ConnectionProvider endpoint={rpcUrl}>
      <WalletProvider wallets={[]} autoConnect localStorageKey={STORAGE_KEY} onError={reportAdapterError}>
        <Bind />
      </WalletProvider>
    </ConnectionProvider>
  )
}

function Bind(): null {
  const {
    wallets,
    wallet,
    connected,
    connecting,
    publicKey,
    select,
    disconnect,
    signTransaction,
    signMessage,
    signIn,
  } = useAdapter()
  const address = publicKey?.toBase58() ?? null

  useEffect(() => {
    bindSession({
      ready: wallets
        .filter((entry) => entry.readyState === WalletReadyState.Installed)
        .map((entry) => entry.adapter.name),
      walletName: wallet?.adapter.name ?? null,
      status: connected ? 'connected' : connecting ? 'connecting' : 'disconnected',
      address,
      select: (name) => select(name === null ? null : (name as WalletName)),
      disconnect,
      signTransaction: signTransaction ?? null,
      signMessage: signMessage ?? null,
      signIn: signIn ?? null,
    })
  }, [wallets, wallet, connected, connecting, address, select, disconnect, signTransaction, signMessage, signIn])
  return null
}

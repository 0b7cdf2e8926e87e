'use client'
import { type ReactNode, useEffect } from 'react'
import { useSystemConfig } from '#app/data/system.ts'
import { useLoaded } from '#app/ui/use-loaded.ts'
import { checkCluster, configureChain } from './chain.ts'
import { registerDevWallet } from './dev-wallet.ts'
import { discoverWallets } from './discover.ts'
import { restoreSession, useBridge, wantBridge } from './session.ts'
import { useWallet } from './store.ts'

const loadBridge = () => import('./adapter-bridge.tsx')

/**
 * The page's one door to wallets. At first it only listens for wallets that announce themselves; wallet-adapter and
 * web3.js follow when a wallet is remembered, when the trader reaches for one, or when the page is idle.
 */
export function WalletProvider({ children }: { children: ReactNode }) {
  const config = useSystemConfig()
  const wanted = useBridge((state) => state.wanted)
  const bridge = useLoaded(loadBridge, wanted)
  const connected = useWallet((wallet) => wallet.status === 'connected')

  useEffect(() => {
    if (config === undefined) return
    configureChain(config)
    if (config.cluster === 'localnet') registerDevWallet(config.rpcUrl)
    const stop = discoverWallets()
    restoreSession()
    const cancel = whenIdle(wantBridge)
    return () => {
      stop()
      cancel()
    }
  }, [config])

  useEffect(() => {
    if (config !== undefined && connected) void checkCluster()
  }, [config, connected])

  return (
    <>
      {children}
      {bridge !== undefined && config !== undefined && <bridge.default rpcUrl={config.rpcUrl} />}
    </>
  )
}

/** After the first seconds, so that it never competes with the first paint. */
function whenIdle(run: () => void): () => void {
  const timer = window.setTimeout(() => {
    if ('requestIdleCallback' in window) window.requestIdleCallback(run, { timeout: 5_000 })
    else run()
  }, 3_000)
  return () => window.clearTimeout(timer)
}

'use client'
import { type ReactNode, useEffect } from 'react'
import { keepReferral } from '#app/data/referral.ts'
import { useRpcChoice, useRpcUrl } from '#app/data/rpc.ts'
import { useSystemConfig } from '#app/data/system.ts'
import { useLoaded } from '#app/ui/use-loaded.ts'
import { whenIdle } from '#app/ui/when-idle.ts'
import { checkCluster, configureChain } from './chain.ts'
import { registerDevWallet } from './dev-wallet.ts'
import { discoverWallets } from './discover.ts'
import { restoreSession, useBridge, wantBridge } from './session.ts'
import { useWallet } from './store.ts'
import { followTradingKey } from './trading-key.ts'

const loadBridge = () => import('./adapter-bridge.tsx')

/**
 * The page's one door to wallets. At first it only listens for wallets that announce themselves; wallet-adapter and
 * web3.js follow when a wallet is remembered, when the trader reaches for one, or when the page is idle.
 */
export function WalletProvider({ children }: { children: ReactNode }) {
  const config = useSystemConfig()
  const wanted = useBridge((state) => state.wanted)
  const bridge = useLoaded(loadBridge, wanted)
  const rpcUrl = useRpcUrl()
  const connected = useWallet((wallet) => wallet.status === 'connected')
  const address = useWallet((wallet) => wallet.address)

  useEffect(useRpcChoice.follow, [])

  useEffect(() => keepReferral(window.location.search), [])

  useEffect(() => (config === undefined ? undefined : followTradingKey(address)), [config, address])

  useEffect(() => {
    if (config === undefined || rpcUrl === undefined) return
    configureChain({ ...config, rpcUrl, wsUrl: rpcUrl === config.rpcUrl ? config.wsUrl : null })
    if (connected) void checkCluster()
  }, [config, rpcUrl, connected])

  useEffect(() => {
    if (config === undefined) return
    if (config.cluster === 'localnet') registerDevWallet(config.rpcUrl)
    const stop = discoverWallets()
    restoreSession()
    const cancel = whenIdle(wantBridge)
    return () => {
      stop()
      cancel()
    }
  }, [config])

  return (
    <>
      {children}
      {bridge !== undefined && rpcUrl !== undefined && <bridge.default rpcUrl={rpcUrl} />}
    </>
  )
}

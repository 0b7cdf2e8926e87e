import { getWallets } from '@wallet-standard/app'
import type { Wallet } from '@wallet-standard/base'
import { DEV_WALLET_NAME } from './dev-wallet.ts'
import { useWallet, type WalletEntry } from './store.ts'

/** Follows which wallets announce themselves to this page. @returns the function that stops it. */
export function discoverWallets(): () => void {
  const { get, on } = getWallets()
  const update = (): void => useWallet.setState({ wallets: get().filter(tradesSolana).map(entry).sort(devWalletFirst) })
  update()
  const stops = [on('register', update), on('unregister', update)]
  return () => {
    for (const stop of stops) stop()
  }
}

const tradesSolana = (wallet: Wallet): boolean =>
  wallet.chains.some((chain) => chain.startsWith('solana:')) &&
  ['standard:connect', 'standard:events', 'solana:signTransaction'].every((feature) => feature in wallet.features)

const entry = ({ name, icon }: Wallet): WalletEntry => ({ name, icon, isDevWallet: name === DEV_WALLET_NAME })

const devWalletFirst = (a: WalletEntry, b: WalletEntry): number => Number(b.isDevWallet) - Number(a.isDevWallet)

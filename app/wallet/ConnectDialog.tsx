'use client'
import { useState } from 'react'
import { t } from '#app/i18n/t.ts'
import { Dialog } from '#app/ui/Dialog.tsx'
import { Tag } from '#app/ui/Tag.tsx'
import { hasDevWalletKey } from './dev-wallet.ts'
import { WalletError } from './errors.ts'
import { connectWallet } from './session.ts'
import { useWallet, type WalletEntry } from './store.ts'
import { WalletIcon } from './WalletIcon.tsx'

/** Lists the wallets of this browser. Refusal keeps it open with the reason, so another can be tried at once. */
export function ConnectDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const wallets = useWallet((wallet) => wallet.wallets)
  const [trying, setTrying] = useState<string | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)

  const choose = async (name: string): Promise<void> => {
    setTrying(name)
    setRefusal(null)
    try {
      await connectWallet(name)
      onOpenChange(false)
    } catch (error) {
      setRefusal(error instanceof WalletError ? error.message : String(error))
    } finally {
      setTrying(null)
    }
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('Connect a wallet')}
      description={t('It signs your orders. QuantDesk never sees its keys.')}
    >
      <ul className="grid gap-1">
        {wallets.map((wallet) => (
          <li key={wallet.name}>
            <button
              type="button"
              disabled={trying !== null}
              aria-busy={trying === wallet.name || undefined}
              onClick={() => void choose(wallet.name)}
              className="flex min-h-11 w-full items-center gap-3 rounded-md bg-raised px-3 py-2 text-left hover:not-disabled:bg-hover disabled:opacity-45 aria-busy:opacity-100"
            >
              <WalletIcon src={wallet.icon} className="size-6" />
              <span className="grid">
                <span className="font-medium text-md">{wallet.name}</span>
                {wallet.isDevWallet && <span className="text-faint text-xs">{devWalletNote()}</span>}
              </span>
              <span className="ml-auto">
                <Badge wallet={wallet} trying={trying} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {wallets.length === 0 && (
        <p className="text-muted">
          {t(
            'No Solana wallet was found in this browser. Install one, for example Phantom, Solflare or Backpack, then reload the page.',
          )}
        </p>
      )}
      {refusal !== null && (
        <p role="alert" className="rounded-md bg-down-soft px-3 py-2 text-down">
          {refusal}
        </p>
      )}
    </Dialog>
  )
}

function Badge({ wallet, trying }: { wallet: WalletEntry; trying: string | null }) {
  if (trying === wallet.name) return <Tag tone="accent">{t('Waiting')}</Tag>
  return wallet.isDevWallet ? <Tag tone="warn">{t('Test only')}</Tag> : <Tag tone="plain">{t('Installed')}</Tag>
}

const devWalletNote = (): string =>
  hasDevWalletKey() ? t('The one this browser made before') : t('Makes a new key in this browser')

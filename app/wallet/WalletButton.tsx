'use client'
import { ChevronDown, Copy, LogOut, Wallet } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { shorten } from '#app/ui/format.ts'
import { Menu, MenuItem, MenuSeparator } from '#app/ui/Menu.tsx'
import { ConnectDialog } from './ConnectDialog.tsx'
import { disconnectWallet, wantBridge } from './session.ts'
import { useWallet } from './store.ts'
import { WalletIcon } from './WalletIcon.tsx'

/** Connects a wallet, and shows which one is connected. */
export function WalletButton() {
  const { status, address, walletName, wallets } = useWallet()
  const [choosing, setChoosing] = useState(false)

  if (status !== 'connected' || address === null) {
    return (
      <>
        <Button
          variant="primary"
          busy={status === 'connecting' || status === 'restoring'}
          onPointerEnter={wantBridge}
          onFocus={wantBridge}
          onClick={() => setChoosing(true)}
        >
          <Wallet aria-hidden className="size-3.5" />
          {status === 'connecting' ? t('Connecting…') : t('Connect')}
        </Button>
        <ConnectDialog open={choosing} onOpenChange={setChoosing} />
      </>
    )
  }

  const icon = wallets.find((wallet) => wallet.name === walletName)?.icon
  return (
    <Menu
      align="end"
      label={t('Wallet {address}', { address: shorten(address) })}
      triggerClassName="h-[30px] gap-2 rounded-md border border-line-strong px-2.5 font-medium"
      trigger={
        <>
          {icon !== undefined && <WalletIcon src={icon} className="size-3.5" />}
          <span className="whitespace-nowrap max-md:hidden">{shorten(address)}</span>
          <span className="md:hidden">{address.slice(0, 4)}…</span>
          <ChevronDown aria-hidden className="size-3 text-faint max-md:hidden" />
        </>
      }
    >
      <p className="px-2 py-1 text-faint text-xs">{walletName}</p>
      <MenuItem onClick={() => void copyAddress(address)}>
        <Copy aria-hidden className="size-3.5" />
        {t('Copy address')}
      </MenuItem>
      <MenuSeparator />
      <MenuItem onClick={() => void disconnectWallet()}>
        <LogOut aria-hidden className="size-3.5" />
        {t('Disconnect')}
      </MenuItem>
    </Menu>
  )
}

async function copyAddress(address: string): Promise<void> {
  await navigator.clipboard.writeText(address)
  toast.success(t('Address copied'))
}

'use client'
import { useState } from 'react'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { EmptyState, Skeleton } from '#app/ui/states.tsx'
import { ConnectDialog } from '#app/wallet/ConnectDialog.tsx'
import { wantBridge } from '#app/wallet/session.ts'
import { useWallet } from '#app/wallet/store.ts'
import { OfflineNotice } from '../status/OfflineNotice.tsx'
import { Portfolio } from './Portfolio.tsx'

/** The connected wallet's portfolio. */
export function OwnPortfolio({ renderedAt }: { renderedAt: number }) {
  const status = useWallet((wallet) => wallet.status)
  const address = useWallet((wallet) => wallet.address)
  if (address !== null) return <Portfolio key={address} authority={address} renderedAt={renderedAt} />
  if (status === 'restoring') {
    return (
      <>
        <OfflineNotice />
        <div
          role="status"
          aria-label={t('Looking for your wallet')}
          className="grid flex-1 content-start gap-3 bg-panel p-5"
        >
          <Skeleton className="h-14 w-2/3" />
          <Skeleton className="h-64" />
        </div>
      </>
    )
  }
  return (
    <div className="flex flex-1 bg-panel">
      <EmptyState title={t('Connect a wallet to see its portfolio')} action={<Connect />}>
        {t(
          'Equity and profit over time, a calendar of results, statistics, and every fill as a file for taxes. Any account can be looked at under /portfolio/ and its address.',
        )}
      </EmptyState>
    </div>
  )
}

function Connect() {
  const [choosing, setChoosing] = useState(false)
  return (
    <>
      <Button variant="primary" onPointerEnter={wantBridge} onFocus={wantBridge} onClick={() => setChoosing(true)}>
        {t('Connect')}
      </Button>
      <ConnectDialog open={choosing} onOpenChange={setChoosing} />
    </>
  )
}

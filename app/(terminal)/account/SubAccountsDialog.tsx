'use client'
import { useState } from 'react'
import { useUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Dialog } from '#app/ui/Dialog.tsx'
import { useAuthority } from '#app/wallet/store.ts'
import { Transfer } from '../transfers/Transfer.tsx'
import { NewSubAccount } from './NewSubAccount.tsx'
import { SubAccountRow } from './SubAccountRow.tsx'

/** All sub-accounts of the wallet: which one to trade with, what each may trade, moving collateral between them. */
export function SubAccountsDialog({ onClose }: { onClose: () => void }) {
  const authority = useAuthority()
  const all = useUser(authority, (account) => account.subAccounts) ?? []
  const [step, setStep] = useState<'list' | 'new' | { move: number }>('list')
  if (authority === null) return null
  if (typeof step === 'object') {
    const other = all.find(({ id }) => id !== step.move)?.id ?? 'wallet'
    return <Transfer from={other} to={step.move} onClose={() => setStep('list')} />
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('Sub-accounts')}
      description={t(
        'Each has its own collateral, positions and liquidation: what one loses, another cannot lose. One that is locked to a market is an isolated position.',
      )}
      className="max-w-[460px]"
    >
      {step === 'new' ? (
        <NewSubAccount authority={authority} onDone={() => setStep('list')} />
      ) : (
        <>
          <ul className="grid gap-2">
            {all.map((subAccount) => (
              <SubAccountRow
                key={subAccount.id}
                authority={authority}
                subAccount={subAccount}
                onMove={() => setStep({ move: subAccount.id })}
              />
            ))}
          </ul>
          <Button variant="primary" size="lg" onClick={() => setStep('new')}>
            {t('New sub-account')}
          </Button>
        </>
      )}
    </Dialog>
  )
}

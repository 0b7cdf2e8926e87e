'use client'
import { useState } from 'react'
import { useOwn } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { useUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Skeleton } from '#app/ui/states.tsx'
import { useAuthority } from '#app/wallet/store.ts'
import { SignedIn } from '../SignedIn.tsx'
import { Waiting } from '../Waiting.tsx'
import { LastIntents } from './LastIntents.tsx'
import { SigningForm } from './SigningForm.tsx'
import { SigningKeyCard } from './SigningKeyCard.tsx'

/** Keys that the service holds for sub-accounts of the user, and what it signed with them. */
export function SigningSettings() {
  return <SignedIn>{({ user }) => <Keys wallet={user.wallet} />}</SignedIn>
}

function Keys({ wallet }: { wallet: string }) {
  const authority = useAuthority()
  const query = useOwn('signing-keys', () => api.signingKeys.list.query())
  const { data, refetch } = query
  const subAccounts = useUser(wallet, (account) => account.subAccounts)
  const [isNew, setNew] = useState(false)
  if (data === undefined) return <Waiting query={query} />
  if (subAccounts === undefined) return <Skeleton className="h-8" />
  const standing = data.keys.filter(({ revokedAt }) => revokedAt === null)
  const free = subAccounts.filter(({ id }) => !standing.some(({ subAccountId }) => subAccountId === id))
  const canSign = authority === wallet
  return (
    <div className="grid gap-3">
      <p className="text-muted">
        {t(
          'A program that has only an API key can trade: the service signs its orders with a key made for one sub-account, within limits you set. It can place, change, close and cancel. It can never withdraw, move collateral or give itself more rights: the program on chain refuses.',
        )}
      </p>
      {data.isPaused && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-warn text-xs">
          {t('The operator has stopped orders signed by the service. Cancels and closes still pass.')}
        </p>
      )}
      {!canSign && (
        <p className="text-warn text-xs">
          {t('Connect the wallet you are signed in with: it allows the key on chain.')}
        </p>
      )}
      <ul aria-label={t('Keys held by the service')} className="grid gap-2 empty:hidden">
        {standing.map((key) => (
          <SigningKeyCard key={key.id} signingKey={key} wallet={wallet} canSign={canSign} onChanged={refetch} />
        ))}
      </ul>
      {isNew ? (
        <SigningForm
          wallet={wallet}
          offered={free}
          onCancel={() => setNew(false)}
          onDone={async () => {
            await refetch()
            setNew(false)
          }}
        />
      ) : (
        free.length > 0 && (
          <Button className="justify-self-start" disabled={!canSign} onClick={() => setNew(true)}>
            {t('Let the service sign')}
          </Button>
        )
      )}
      {subAccounts.length === 0 && (
        <p className="text-faint text-xs">{t('Deposit first: the key trades for an account of the exchange.')}</p>
      )}
      <LastIntents />
    </div>
  )
}

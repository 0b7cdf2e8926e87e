'use client'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { asUser, type Session, sessionChanged, useSessionQuery } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { CopyButton } from '#app/ui/CopyButton.tsx'
import { Field } from '#app/ui/Field.tsx'
import { shorten } from '#app/ui/format.ts'
import { Failure } from '../identity/Failure.tsx'
import { SignInButton } from '../identity/SignInButton.tsx'
import { signOut } from '../identity/sign-in.ts'
import { useAction } from '../identity/use-action.ts'
import { IdentityCheck } from './IdentityCheck.tsx'
import { LinkedAccounts } from './LinkedAccounts.tsx'
import { Row } from './Row.tsx'
import { Waiting } from './Waiting.tsx'

export function ProfileSettings() {
  const query = useSessionQuery()
  const session = query.data
  if (session === undefined) return <Waiting query={query} />
  if (session === null) {
    return (
      <Row
        label={t('You are not signed in')}
        hint={t(
          'Trading needs no sign-in. A profile, API keys and alerts elsewhere do: your wallet signs a text, which costs nothing.',
        )}
      >
        <SignInButton />
      </Row>
    )
  }
  return (
    <>
      <SignedInAs session={session} />
      <DisplayName key={session.user.displayName} session={session} />
      <IdentityCheck session={session} />
      <Referral code={session.user.referralCode} />
      <LinkedAccounts />
      <YourData wallet={session.user.wallet} />
    </>
  )
}

const ROLE = {
  user: word('Trader'),
  support: word('Support'),
  risk: word('Risk'),
  admin: word('Administrator'),
} as const

function SignedInAs({ session: { user } }: { session: Session }) {
  const queries = useQueryClient()
  const { busy, failure, run } = useAction()
  return (
    <Row label={t('Signed in as {wallet}', { wallet: shorten(user.wallet) })} hint={t(ROLE[user.role])}>
      <Button variant="outline" busy={busy} onClick={() => void run(() => signOut(queries))}>
        {t('Sign out')}
      </Button>
      <Failure>{failure}</Failure>
    </Row>
  )
}

function DisplayName({ session: { user } }: { session: Session }) {
  const queries = useQueryClient()
  const [text, setText] = useState(user.displayName ?? '')
  const { busy, failure, run } = useAction()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const displayName = text.trim() === '' ? null : text.trim()
    void run(async () => {
      await asUser(() => api.users.rename.mutate({ displayName }))
      await sessionChanged(queries, true)
    })
  }
  return (
    <Row label={t('Display name')} hint={t('Everybody sees it beside your wallet. It is not proof of who you are.')}>
      <form className="flex items-start gap-2" onSubmit={submit}>
        <Field className="grow" label={t('Name')} value={text} onChange={setText} maxLength={40} error={failure} />
        <Button type="submit" className="!h-9" busy={busy} disabled={text.trim() === (user.displayName ?? '')}>
          {t('Save')}
        </Button>
      </form>
    </Row>
  )
}

function Referral({ code }: { code: string }) {
  const link = `${window.location.origin}/?ref=${code}`
  return (
    <Row
      label={t('Referral link')}
      hint={t('Part of the fees of whoever opens an account through it goes to you, on the chain.')}
    >
      <div className="flex h-9 items-center gap-1 rounded-md bg-raised pr-1.5">
        <input
          readOnly
          aria-label={t('Referral link')}
          value={link}
          onFocus={(event) => event.target.select()}
          className="h-full w-full min-w-0 rounded-md bg-transparent px-2.5 font-mono text-xs"
        />
        <CopyButton text={link} label={t('Copy the link')} />
      </div>
    </Row>
  )
}

/** What is kept off the chain. */
function YourData({ wallet }: { wallet: string }) {
  const queries = useQueryClient()
  const { busy, failure, run } = useAction()
  const [typed, setTyped] = useState<string | null>(null)
  const save = async (): Promise<void> => {
    const data = await asUser(() => api.users.export.query())
    const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }))
    const link = Object.assign(document.createElement('a'), { href: url, download: 'quantdesk-data.json' })
    link.click()
    URL.revokeObjectURL(url)
  }
  const remove = async (): Promise<void> => {
    await asUser(() => api.users.delete.mutate({ wallet: typed ?? '' }))
    await sessionChanged(queries, false)
  }
  return (
    <Row
      label={t('Your data')}
      hint={t('All that is kept about you here. What is on the chain is public, and nobody can delete it.')}
    >
      <div className="grid gap-2">
        <div className="flex flex-wrap gap-2">
          <Button busy={busy} onClick={() => void run(save)}>
            {t('Download')}
          </Button>
          <Button variant="danger" disabled={typed !== null} onClick={() => setTyped('')}>
            {t('Delete my profile')}
          </Button>
        </div>
        {typed !== null && (
          <>
            <Field
              label={t('Your wallet')}
              value={typed}
              onChange={setTyped}
              hint={t(
                'Type or paste its address: keys, linked accounts and alerts go with the profile. Positions and funds stay yours.',
              )}
            />
            <Button variant="danger" busy={busy} disabled={typed !== wallet} onClick={() => void run(remove)}>
              {t('Delete for good')}
            </Button>
          </>
        )}
        <Failure>{failure}</Failure>
      </div>
    </Row>
  )
}

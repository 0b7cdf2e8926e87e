'use client'
import { useState } from 'react'
import { asUser, useOwn } from '#app/data/sign-in.ts'
import { api, type Outputs } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { CopyButton } from '#app/ui/CopyButton.tsx'
import { formatDateTime } from '#app/ui/format.ts'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { NewApiKey } from './NewApiKey.tsx'
import { Secret } from './Secret.tsx'
import { SignedIn } from './SignedIn.tsx'
import { Waiting } from './Waiting.tsx'

export function ApiKeySettings() {
  return <SignedIn>{() => <Keys />}</SignedIn>
}

type Key = Outputs['users']['keys'][number]
const SCOPE = { read: word('read'), trade: word('trade'), admin: word('settings') } as const

function Keys() {
  const query = useOwn('keys', () => api.users.keys.query())
  const [isNew, setNew] = useState(false)
  const [secret, setSecret] = useState<{ id: string; text: string | null } | null>(null)
  const { data, refetch } = query
  if (data === undefined) return <Waiting query={query} />
  return (
    <div className="grid gap-3">
      <p className="text-muted">
        {t('A program uses a key to read your account or to trade for it.')}{' '}
        <a className="text-accent underline" href="/api/docs/swagger">
          {t('What the API can do')}
        </a>
      </p>
      {secret !== null && <MadeKey {...secret} />}
      {data.length === 0 && !isNew && <p className="text-faint">{t('You have no API keys.')}</p>}
      <ul aria-label={t('API keys')} className="grid gap-1 empty:hidden">
        {data.map((key) => (
          <KeyRow key={key.id} apiKey={key} onRevoked={refetch} />
        ))}
      </ul>
      {isNew ? (
        <NewApiKey
          onCancel={() => setNew(false)}
          onMade={async ({ key, secret: text }) => {
            setNew(false)
            setSecret({ id: key.id, text })
            await refetch()
          }}
        />
      ) : (
        <Button className="justify-self-start" onClick={() => setNew(true)}>
          {t('Make an API key')}
        </Button>
      )}
    </div>
  )
}

function MadeKey({ id, text }: { id: string; text: string | null }) {
  return (
    <div role="status" className="grid gap-1 rounded-md bg-warn-soft p-3">
      <p className="text-warn">
        {text === null ? t('Your key is ready.') : t('Copy the secret now. It is not shown again.')}
      </p>
      <dl className="grid gap-x-3 gap-y-1 text-xs md:grid-cols-[auto_1fr]">
        <dt className="py-1 text-muted">{t('Key id')}</dt>
        <dd>
          <Secret text={id} copyLabel={t('Copy the key id')} />
        </dd>
        {text !== null && (
          <>
            <dt className="py-1 text-muted">{t('Secret')}</dt>
            <dd>
              <Secret text={text} copyLabel={t('Copy the secret')} testId="api-key-secret" />
            </dd>
          </>
        )}
      </dl>
    </div>
  )
}

function KeyRow({ apiKey: key, onRevoked }: { apiKey: Key; onRevoked: () => Promise<unknown> }) {
  const { busy, failure, run } = useAction()
  const revoke = async (): Promise<void> => {
    await asUser(() => api.users.revokeKey.mutate({ id: key.id }))
    await onRevoked()
  }
  return (
    <li className="grid gap-1 rounded-md bg-raised py-1.5 pr-1 pl-2.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 truncate font-medium" title={key.label}>
          {key.label}
        </span>
        <CopyButton text={key.id} label={t('Copy the key id')} />
        <span className="grow" />
        <span className="text-muted text-xs">{key.scopes.map((scope) => t(SCOPE[scope])).join(', ')}</span>
        <ConfirmButton
          size="sm"
          label={t('Revoke')}
          question={t('Revoke now?')}
          busy={busy}
          onConfirm={() => void run(revoke)}
        />
      </div>
      <p className="text-faint text-xs">
        {key.lastUsedAt === null
          ? t('Never used.')
          : t('Last used {time} from {address}.', {
              time: formatDateTime(key.lastUsedAt),
              address: key.lastUsedIp ?? t('an unknown address'),
            })}{' '}
        {key.expiresAt !== null && t('Ends {time}.', { time: formatDateTime(key.expiresAt) })}{' '}
        {key.ips.length > 0 && t('From {addresses} alone.', { addresses: key.ips.join(', ') })}
      </p>
      <Failure>{failure}</Failure>
    </li>
  )
}

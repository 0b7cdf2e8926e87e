'use client'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { asUser, useOwn } from '#app/data/sign-in.ts'
import { api, type Outputs } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { Field } from '#app/ui/Field.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { Deliveries, deliveriesOf } from './Deliveries.tsx'
import { Secret } from './Secret.tsx'
import { SignedIn } from './SignedIn.tsx'
import { Waiting } from './Waiting.tsx'

/** Where a user's programs are told. */
export function WebhookSettings() {
  return <SignedIn>{() => <Webhooks />}</SignedIn>
}

type Webhook = Outputs['webhooks']['list'][number]
type Kind = Parameters<typeof api.webhooks.create.mutate>[0]['kinds'][number]
const KINDS: Readonly<Record<Kind, string>> = {
  'order.filled': word('Order filled'),
  'order.canceled': word('Order taken off by the exchange'),
  'position.liquidated': word('Position liquidated'),
  'position.reduced': word('Position reduced by the exchange'),
  'transfer.deposit': word('Deposit'),
  'transfer.withdrawal': word('Withdrawal'),
  'alert.price': word('Price alert'),
  'security.signed_in': word('New sign-in'),
  'security.api_key_created': word('API key made'),
  'security.signing_key_made': word('Service signing set up'),
  'security.factor_reset_begun': word('Second factors about to be removed'),
  'security.factors_removed': word('Second factors removed'),
  'security.email_confirmed': word('E-mail address confirmed'),
  'email.disabled': word('E-mail switched off'),
}
const KIND_NAMES = Object.keys(KINDS) as Kind[]

function Webhooks() {
  const query = useOwn('webhooks', () => api.webhooks.list.query())
  const [isNew, setNew] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const { data, refetch } = query
  if (data === undefined) return <Waiting query={query} />
  return (
    <div className="grid gap-3">
      <p className="text-muted">{t('Your server gets a signed message when something happens to your account.')}</p>
      {secret !== null && (
        <div role="status" className="grid gap-1 rounded-md bg-warn-soft p-3">
          <p className="text-warn">{t('Copy the secret now. It is not shown again.')}</p>
          <Secret text={secret} copyLabel={t('Copy the secret')} />
        </div>
      )}
      {data.length === 0 && !isNew && <p className="text-faint">{t('You have no webhooks.')}</p>}
      <ul aria-label={t('Webhooks')} className="grid gap-1 empty:hidden">
        {data.map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} onChange={refetch} onSecret={setSecret} />
        ))}
      </ul>
      {isNew ? (
        <NewWebhook
          onCancel={() => setNew(false)}
          onMade={async (made) => {
            setNew(false)
            setSecret(made.secret)
            await refetch()
          }}
        />
      ) : (
        <Button className="justify-self-start" onClick={() => setNew(true)}>
          {t('Add a webhook')}
        </Button>
      )}
    </div>
  )
}

type WebhookRowProps = { webhook: Webhook; onChange: () => Promise<unknown>; onSecret: (secret: string) => void }

function WebhookRow({ webhook: { id, url, kinds, enabled, disabledReason }, onChange, onSecret }: WebhookRowProps) {
  const [isOpen, setOpen] = useState(false)
  const queries = useQueryClient()
  const { busy, failure, run } = useAction()
  const change = (call: () => Promise<unknown>): void =>
    void run(async () => {
      await asUser(call)
      await onChange()
    })
  return (
    <li className="grid gap-1.5 rounded-md border border-line p-3">
      <div className="flex flex-wrap items-center gap-2">
        <span className="min-w-0 grow break-all font-medium">{url}</span>
        <Checkbox
          checked={enabled}
          disabled={busy}
          onChange={(on) => change(() => api.webhooks.change.mutate({ id, enabled: on }))}
        >
          {t('On')}
        </Checkbox>
      </div>
      <p className="text-faint text-xs">
        {kinds.map((kind) => (kind in KINDS ? t(KINDS[kind as Kind]) : kind)).join(', ')}
      </p>
      {disabledReason !== null && (
        <p className="text-warn text-xs">{t('Switched off: {reason}.', { reason: disabledReason })}</p>
      )}
      <div className="flex flex-wrap gap-1.5">
        <Button
          size="sm"
          busy={busy}
          disabled={!enabled}
          onClick={() =>
            change(async () => {
              await api.webhooks.test.mutate({ id })
              setOpen(true)
              await queries.invalidateQueries({ queryKey: ['own', deliveriesOf(id)] })
            })
          }
        >
          {t('Send a test')}
        </Button>
        <Button size="sm" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {t('Deliveries')}
        </Button>
        <ConfirmButton
          size="sm"
          variant="raised"
          label={t('New secret')}
          question={t('Make a new secret? The old one is good for a day.')}
          busy={busy}
          onConfirm={() => change(async () => onSecret((await api.webhooks.rotateSecret.mutate({ id })).secret))}
        />
        <ConfirmButton
          size="sm"
          label={t('Remove')}
          question={t('Remove now?')}
          busy={busy}
          onConfirm={() => change(() => api.webhooks.remove.mutate({ id }))}
        />
      </div>
      <Failure>{failure}</Failure>
      {isOpen && <Deliveries webhookId={id} />}
    </li>
  )
}

type NewWebhookProps = { onMade: (made: Outputs['webhooks']['create']) => Promise<void>; onCancel: () => void }

function NewWebhook({ onMade, onCancel }: NewWebhookProps) {
  const [url, setUrl] = useState('')
  const [kinds, setKinds] = useState<readonly Kind[]>(['order.filled', 'position.liquidated'])
  const { busy, failure, run } = useAction()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void run(async () => onMade(await asUser(() => api.webhooks.create.mutate({ url: url.trim(), kinds: [...kinds] }))))
  }
  return (
    <form
      aria-label={t('New webhook')}
      className="grid max-w-[480px] gap-2.5 rounded-md border border-line p-3"
      onSubmit={submit}
    >
      <Field label={t('Address')} value={url} onChange={setUrl} placeholder="https://" inputMode="url" />
      <fieldset className="grid gap-1.5 md:grid-cols-2">
        <legend className="mb-1 text-muted text-xs">{t('It is told of')}</legend>
        {KIND_NAMES.map((kind) => (
          <Checkbox
            key={kind}
            checked={kinds.includes(kind)}
            onChange={(on) => setKinds(on ? [...kinds, kind] : kinds.filter((one) => one !== kind))}
          >
            {t(KINDS[kind])}
          </Checkbox>
        ))}
      </fieldset>
      <Failure>{failure}</Failure>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={busy} disabled={url.trim() === '' || kinds.length === 0}>
          {t('Add the webhook')}
        </Button>
        <Button variant="ghost" onClick={onCancel}>
          {t('Cancel')}
        </Button>
      </div>
    </form>
  )
}

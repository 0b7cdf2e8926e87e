'use client'
import { type FormEvent, useState } from 'react'
import { asUser, useOwn } from '#app/data/sign-in.ts'
import { api, type Outputs } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Field } from '#app/ui/Field.tsx'
import { Skeleton } from '#app/ui/states.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { Deliveries } from './Deliveries.tsx'
import { SignedIn } from './SignedIn.tsx'

/** Where a user's programs are told. */
export function WebhookSettings() {
  return <SignedIn>{() => <Webhooks />}</SignedIn>
}

type Webhook = Outputs['webhooks']['list'][number]
const KINDS = {
  'order.filled': word('Order filled'),
  'order.canceled': word('Order taken off by the exchange'),
  'position.liquidated': word('Position liquidated'),
  'position.reduced': word('Position reduced by the exchange'),
  'transfer.deposit': word('Deposit'),
  'transfer.withdrawal': word('Withdrawal'),
  'alert.price': word('Price alert'),
  'security.signed_in': word('New sign-in'),
  'security.api_key_created': word('API key made'),
  'security.factor_reset_begun': word('Second factors about to be removed'),
  'security.factors_removed': word('Second factors removed'),
} as const
type Kind = keyof typeof KINDS
const KIND_NAMES = Object.keys(KINDS) as Kind[]

function Webhooks() {
  const { data, refetch } = useOwn('webhooks', () => api.webhooks.list.query())
  const [isNew, setNew] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  if (data === undefined) return <Skeleton className="h-8" />
  return (
    <div className="grid gap-3">
      <p className="text-muted">{t('Your server gets a signed message when something happens to your account.')}</p>
      {secret !== null && (
        <div role="status" className="grid gap-1 rounded-md bg-warn-soft p-3">
          <p className="text-warn">{t('Copy the secret now. It is not shown again.')}</p>
          <p className="break-all font-mono text-xs">{secret}</p>
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

/** The first press on Remove arms it. */
function WebhookRow({ webhook: { id, url, kinds, enabled, disabledReason }, onChange, onSecret }: WebhookRowProps) {
  const [armed, setArmed] = useState(false)
  const [isOpen, setOpen] = useState(false)
  const { busy, failure, run } = useAction()
  const change = (call: () => Promise<unknown>): void =>
    void run(async () => {
      await asUser(call)
      await onChange()
    })
  return (
    <li className="grid gap-1.5 rounded-md bg-raised p-2.5">
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
          onClick={() => change(() => api.webhooks.test.mutate({ id }))}
        >
          {t('Send a test')}
        </Button>
        <Button size="sm" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {t('Deliveries')}
        </Button>
        <Button
          size="sm"
          busy={busy}
          onClick={() => change(async () => onSecret((await api.webhooks.rotateSecret.mutate({ id })).secret))}
        >
          {t('New secret')}
        </Button>
        <Button
          size="sm"
          variant="danger"
          busy={busy}
          onBlur={() => setArmed(false)}
          onClick={() => (armed ? change(() => api.webhooks.remove.mutate({ id })) : setArmed(true))}
        >
          {armed ? t('Remove now?') : t('Remove')}
        </Button>
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
      <fieldset className="grid gap-1.5 sm:grid-cols-2">
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

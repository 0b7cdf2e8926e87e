'use client'
import { type FormEvent, useState } from 'react'
import { asUser } from '#app/data/sign-in.ts'
import { api, type Outputs } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { Field } from '#app/ui/Field.tsx'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { Row } from './Row.tsx'

type Email = Outputs['notifications']['settings']['email']
type EmailSettingsProps = { email: Email; onChange: () => Promise<unknown> }

/** An address is written to once its code was typed here. */
export function EmailSettings({ email, onChange }: EmailSettingsProps) {
  const [asked, setAsked] = useState<string | null>(null)
  const [isChanging, setChanging] = useState(false)
  const { busy, failure, run } = useAction()
  const ask = (address: string): Promise<boolean> =>
    run(async () => {
      await asUser(() => api.notifications.addEmail.mutate({ address }))
      setAsked(address)
    })
  const done = async (): Promise<void> => {
    setAsked(null)
    setChanging(false)
    await onChange()
  }
  const remove = (): void =>
    void run(async () => {
      await asUser(() => api.notifications.removeEmail.mutate())
      await done()
    })
  const { address } = email
  return (
    <Row label={t('E-mail')} hint={<Standing email={email} />}>
      {!email.offered ? null : asked !== null ? (
        <CodeForm address={asked} onConfirmed={done} onCancel={() => setAsked(null)} />
      ) : address === null || isChanging ? (
        <AddressForm busy={busy} onAsk={ask} onCancel={isChanging ? () => setChanging(false) : undefined} />
      ) : (
        <div className="flex flex-wrap gap-2">
          {email.disabledReason !== null && (
            <Button busy={busy} onClick={() => void ask(address)}>
              {t('Confirm it again')}
            </Button>
          )}
          <Button busy={busy} onClick={() => setChanging(true)}>
            {t('Change')}
          </Button>
          <ConfirmButton label={t('Remove')} question={t('Remove now?')} busy={busy} onConfirm={remove} />
        </div>
      )}
      <Failure>{failure}</Failure>
    </Row>
  )
}

function Standing({ email: { offered, address, disabledReason } }: { email: Email }) {
  if (!offered) return t('This server sends no e-mail.')
  if (address === null) return t('No address is confirmed.')
  if (disabledReason === null) return t('Sent to {address}.', { address })
  return (
    <span className="text-warn">
      {t('Nothing is sent to {address}: {reason}.', { address, reason: disabledReason })}
    </span>
  )
}

type AddressFormProps = {
  busy: boolean
  onAsk: (address: string) => Promise<boolean>
  onCancel: (() => void) | undefined
}

function AddressForm({ busy, onAsk, onCancel }: AddressFormProps) {
  const [text, setText] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void onAsk(text.trim())
  }
  return (
    <form aria-label={t('E-mail address')} className="flex flex-wrap items-center gap-2" onSubmit={submit}>
      <Field
        className="min-w-[180px] grow"
        label={t('Address')}
        value={text}
        onChange={setText}
        type="email"
        autoComplete="email"
        maxLength={254}
      />
      <Button type="submit" className="!h-9" busy={busy} disabled={!text.includes('@')}>
        {t('Send a code')}
      </Button>
      {onCancel !== undefined && (
        <Button variant="ghost" onClick={onCancel}>
          {t('Cancel')}
        </Button>
      )}
    </form>
  )
}

type CodeFormProps = { address: string; onConfirmed: () => Promise<void>; onCancel: () => void }

function CodeForm({ address, onConfirmed, onCancel }: CodeFormProps) {
  const [code, setCode] = useState('')
  const { busy, failure, run } = useAction()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void run(async () => {
      await asUser(() => api.notifications.confirmEmail.mutate({ address, code }))
      await onConfirmed()
    })
  }
  return (
    <form aria-label={t('Code from the mail')} className="grid gap-2" onSubmit={submit}>
      <Field
        label={t('Code')}
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        maxLength={20}
        hint={t('It was sent to {address}, and is good for half an hour.', { address })}
        error={failure}
      />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={busy} disabled={code.trim() === ''}>
          {t('Confirm')}
        </Button>
        <Button variant="ghost" onClick={onCancel}>
          {t('Cancel')}
        </Button>
      </div>
    </form>
  )
}

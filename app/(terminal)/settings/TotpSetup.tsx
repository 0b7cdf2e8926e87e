'use client'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { asUser } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Field } from '#app/ui/Field.tsx'
import { ErrorState, Skeleton } from '#app/ui/states.tsx'
import { useAction } from '../identity/use-action.ts'
import { Secret } from './Secret.tsx'

/** A picture for the authenticator app, and the code that proves it was read. */
export function TotpSetup({ onAdded }: { onAdded: (added: { recoveryCodes: string[] | null }) => Promise<void> }) {
  const setup = useQuery({
    queryKey: ['own', 'totp-setup'],
    queryFn: begin,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const [code, setCode] = useState('')
  const { busy, failure, run } = useAction()
  if (setup.isError) return <ErrorState title={t('The setup could not begin')} onRetry={() => void setup.refetch()} />
  if (setup.data === undefined) return <Skeleton className="h-40" />
  const { id, secret, picture } = setup.data
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void run(async () => onAdded(await asUser(() => api.auth.confirmTotp.mutate({ id, code }))))
  }
  return (
    <form
      aria-label={t('Authenticator app')}
      className="grid gap-3 rounded-md border border-line p-3 md:grid-cols-[auto_1fr]"
      onSubmit={submit}
    >
      {/* biome-ignore lint/performance/noImgElement: made here, nothing to optimise */}
      <img src={picture} alt={t('QR code for your authenticator app')} className="size-40 rounded-md" />
      <div className="grid content-start gap-2">
        <p className="text-muted">{t('Scan the picture with your authenticator app, or type the secret into it:')}</p>
        <Secret text={secret} copyLabel={t('Copy the secret')} testId="totp-secret" />
        <Field
          label={t('Code')}
          value={code}
          onChange={setCode}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={6}
          error={failure}
        />
        <Button type="submit" variant="primary" busy={busy} disabled={!/^\d{6}$/.test(code)}>
          {t('Turn on')}
        </Button>
      </div>
    </form>
  )
}

async function begin() {
  const setup = await asUser(() => api.auth.beginTotp.mutate())
  const { toDataURL } = await import('qrcode')
  return { ...setup, picture: await toDataURL(setup.uri, { margin: 2, width: 320 }) }
}

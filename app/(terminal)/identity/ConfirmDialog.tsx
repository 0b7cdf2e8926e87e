'use client'
import { startAuthentication } from '@simplewebauthn/browser'
import { type FormEvent, useState } from 'react'
import { useConfirmation, useSession } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Dialog } from '#app/ui/Dialog.tsx'
import { Field } from '#app/ui/Field.tsx'
import { Failure } from './Failure.tsx'
import { confirmWithWallet } from './sign-in.ts'
import { useAction } from './use-action.ts'

/** Asks whether it is really the user, before what a stolen session must not do. */
export function ConfirmDialog() {
  const question = useConfirmation((state) => state.question)
  return (
    <Dialog
      open={question !== null}
      onOpenChange={(open) => {
        if (!open) question?.answer(false)
      }}
      title={t('Confirm that it is you')}
      description={t('It is then not asked again for ten minutes.')}
      className="max-w-[400px]"
    >
      {question !== null && <Ways done={() => question.answer(true)} />}
    </Dialog>
  )
}

function Ways({ done }: { done: () => void }) {
  const ways = useSession()?.confirmWith ?? []
  const { busy, failure, run } = useAction()
  const [code, setCode] = useState('')
  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    if (await run(action)) done()
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void attempt(() => api.auth.confirmWithCode.mutate({ code }))
  }
  const takesCode = ways.includes('totp') || ways.includes('recovery_code')
  return (
    <div className="grid gap-3">
      {ways.includes('passkey') && (
        <Button variant="primary" size="lg" busy={busy} onClick={() => void attempt(confirmWithPasskey)}>
          {t('Use your passkey')}
        </Button>
      )}
      {takesCode && (
        <form className="grid gap-3" onSubmit={submit}>
          <Field
            label={t('Code')}
            value={code}
            onChange={setCode}
            autoComplete="one-time-code"
            hint={ways.includes('totp') ? t('Of your authenticator app, or a recovery code.') : t('A recovery code.')}
          />
          <Button type="submit" variant="primary" size="lg" busy={busy} disabled={code.trim().length < 6}>
            {t('Confirm')}
          </Button>
        </form>
      )}
      {ways.includes('wallet') && (
        <Button variant="primary" size="lg" busy={busy} onClick={() => void attempt(confirmWithWallet)}>
          {t('Sign with your wallet')}
        </Button>
      )}
      <Failure>{failure}</Failure>
    </div>
  )
}

async function confirmWithPasskey(): Promise<void> {
  const { options } = await api.auth.beginPasskeyConfirmation.mutate()
  const response = await startAuthentication({ optionsJSON: options as never })
  await api.auth.confirmWithPasskey.mutate({ response: response as never })
}

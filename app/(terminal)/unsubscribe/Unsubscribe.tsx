'use client'
import Link from 'next/link'
import { useState } from 'react'
import { api } from '#app/data/trpc.ts'
import { rich, t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'

/** Needs no sign-in: the link itself says whose mail it ends. */
export function Unsubscribe({ token }: { token: string }) {
  const [isDone, setDone] = useState(false)
  const { busy, failure, run } = useAction()
  const end = async (): Promise<void> => {
    await api.notifications.unsubscribe.mutate({ token })
    setDone(true)
  }
  return (
    <div className="grid flex-1 place-content-center justify-items-center gap-3 p-4 text-center">
      <h1 className="font-semibold text-lg">{t('E-mail from this site')}</h1>
      {isDone ? (
        <p role="status" className="max-w-96 text-muted">
          {t('Unsubscribed. Nothing more is sent to this address.')}
        </p>
      ) : (
        <>
          <p className="max-w-96 text-balance text-muted">
            {t('You will get no more mail, also none about liquidations and sign-ins.')}
          </p>
          <Button variant="primary" busy={busy} disabled={token === ''} onClick={() => void run(end)}>
            {t('Unsubscribe')}
          </Button>
        </>
      )}
      <Failure>{token === '' ? t('This link is not whole: open it from the mail again.') : failure}</Failure>
      <p className="text-faint text-xs">
        {rich('Less of it, or other times? <a>Choose in the settings</a>.', {
          a: (inner) => (
            <Link href="/settings#notifications" className="text-accent underline">
              {inner}
            </Link>
          ),
        })}
      </p>
    </div>
  )
}

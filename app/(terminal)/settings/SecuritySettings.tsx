'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { asUser, useOwn } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { formatDateTime } from '#app/ui/format.ts'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { FactorReset } from './FactorReset.tsx'
import { addPasskey } from './passkey.ts'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import { Row } from './Row.tsx'
import { SessionList } from './SessionList.tsx'
import { SignedIn } from './SignedIn.tsx'
import { TotpSetup } from './TotpSetup.tsx'
import { Waiting } from './Waiting.tsx'

export function SecuritySettings() {
  return <SignedIn>{() => <Factors />}</SignedIn>
}

function Factors() {
  const queries = useQueryClient()
  const query = useOwn('factors', () => api.auth.factors.query())
  const [settingUp, setSettingUp] = useState(false)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const { busy, failure, run } = useAction()
  if (query.data === undefined) return <Waiting query={query} />
  const { factors, recoveryCodesLeft, passkeys, reset } = query.data
  const added = async ({ recoveryCodes }: { recoveryCodes: string[] | null }): Promise<void> => {
    setSettingUp(false)
    if (recoveryCodes !== null) setCodes(recoveryCodes)
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['own', 'factors'] }),
      queries.invalidateQueries({ queryKey: ['session'] }),
    ])
  }
  return (
    <>
      {reset !== null && <FactorReset dueAt={reset.dueAt} onStopped={query.refetch} />}
      <Row
        label={t('Second factors')}
        hint={
          factors.length === 0
            ? t('Without one, a signature of your wallet confirms what matters.')
            : t('They confirm API keys and changes here. Your wallet alone is then not enough.')
        }
      >
        <ul aria-label={t('Second factors')} className="grid gap-1">
          {factors.map(({ id, kind, label, createdAt }) => (
            <li key={id} className="flex min-h-9 items-center gap-2 rounded-md bg-raised py-1 pr-1 pl-2.5">
              <span className="min-w-0 grow">
                {kind === 'totp' ? t('Authenticator app') : label}{' '}
                <span className="text-faint text-xs">{formatDateTime(createdAt)}</span>
              </span>
              <ConfirmButton
                size="sm"
                label={t('Remove')}
                question={t('Remove now?')}
                busy={busy}
                onConfirm={() =>
                  void run(async () => {
                    await asUser(() => api.auth.removeFactor.mutate({ id }))
                    await added({ recoveryCodes: null })
                  })
                }
              />
            </li>
          ))}
        </ul>
        <div className="mt-1 flex flex-wrap gap-2">
          {!factors.some(({ kind }) => kind === 'totp') && !settingUp && (
            <Button onClick={() => setSettingUp(true)}>{t('Set up an authenticator app')}</Button>
          )}
          {passkeys && (
            <Button busy={busy} onClick={() => void run(async () => added(await addPasskey()))}>
              {t('Add a passkey')}
            </Button>
          )}
        </div>
        <Failure>{failure}</Failure>
      </Row>
      {settingUp && <TotpSetup onAdded={added} />}
      {factors.length > 0 && <RecoveryCodes left={recoveryCodesLeft} shown={codes} onShown={setCodes} />}
      <SessionList />
    </>
  )
}

'use client'
import { useQueryClient } from '@tanstack/react-query'
import { asUser } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { CopyButton } from '#app/ui/CopyButton.tsx'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { Row } from './Row.tsx'

type RecoveryCodesProps = { left: number; shown: readonly string[] | null; onShown: (codes: readonly string[]) => void }

/** For the day the phone is gone. They are shown once. */
export function RecoveryCodes({ left, shown, onShown }: RecoveryCodesProps) {
  const queries = useQueryClient()
  const { busy, failure, run } = useAction()
  const renew = async (): Promise<void> => {
    const { recoveryCodes } = await asUser(() => api.auth.renewRecoveryCodes.mutate())
    onShown(recoveryCodes)
    await queries.invalidateQueries({ queryKey: ['own', 'factors'] })
  }
  return (
    <Row
      label={t('Recovery codes')}
      hint={t(
        '{left, plural, one {# is left.} other {# are left.}} Each stands in once for a second factor that is lost.',
        { left },
      )}
    >
      <div className="grid justify-items-start gap-2">
        {shown !== null && (
          <div className="grid gap-2 rounded-md bg-warn-soft p-3">
            <p className="flex items-center justify-between gap-2 text-warn">
              {t('Write them down now. They are not shown again.')}
              <CopyButton text={shown.join('\n')} label={t('Copy the codes')} />
            </p>
            <ul aria-label={t('Recovery codes')} className="grid gap-x-6 gap-y-1 font-mono text-xs md:grid-cols-2">
              {shown.map((code) => (
                <li key={code}>{code}</li>
              ))}
            </ul>
          </div>
        )}
        <ConfirmButton
          variant="raised"
          label={t('Make new codes')}
          question={t('Make new codes and end the old?')}
          busy={busy}
          onConfirm={() => void run(renew)}
        />
        <Failure>{failure}</Failure>
      </div>
    </Row>
  )
}

'use client'
import { asUser } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { formatDateTime } from '#app/ui/format.ts'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { Row } from './Row.tsx'

type FactorResetProps = { dueAt: number; onStopped: () => Promise<unknown> }

/** Somebody told support that the factors are lost. If it was not the owner, this is the moment to say so. */
export function FactorReset({ dueAt, onStopped }: FactorResetProps) {
  const { busy, failure, run } = useAction()
  const stop = async (): Promise<void> => {
    await asUser(() => api.auth.cancelFactorReset.mutate())
    await onStopped()
  }
  return (
    <Row
      label={t('Second factors will be removed')}
      hint={t('Support was asked to, because all of them are lost. Your wallet alone confirms then.')}
    >
      <div className="grid justify-items-start gap-2 rounded-md bg-warn-soft p-3">
        <p className="text-warn">
          {t('This happens {time}, and ends all your sessions.', { time: formatDateTime(dueAt) })}
        </p>
        <Button variant="danger" busy={busy} onClick={() => void run(stop)}>
          {t('This was not me: stop it')}
        </Button>
        <Failure>{failure}</Failure>
      </div>
    </Row>
  )
}

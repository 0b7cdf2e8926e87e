'use client'
import { useQueryClient } from '@tanstack/react-query'
import { asUser, type Session, sessionChanged, useOwn } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { Row } from './Row.tsx'

const STANDING = {
  none: word('Not checked: this site asks nobody who they are.'),
  pending: word('Being checked.'),
  verified: word('Verified.'),
  rejected: word('Not accepted. Ask the operator of this site.'),
} as const

const NEXT = { none: word('Verify your identity'), pending: word('Continue'), rejected: word('Try again') } as const

/** Who the user is, as somebody found out; where somebody does, the way there. */
export function IdentityCheck({ session: { user } }: { session: Session }) {
  const queries = useQueryClient()
  const { data } = useOwn('identity-check', () => api.users.identityCheck.query())
  const { busy, failure, run } = useAction()
  const start = async (): Promise<void> => {
    const { url } = await asUser(() => api.users.startIdentityCheck.mutate())
    if (url === null) await sessionChanged(queries, true)
    else window.location.assign(url)
  }
  const { kycStatus: status } = user
  const reason = data?.check?.reason
  const isOffered = data?.offered === true
  return (
    <Row
      label={t('Identity check')}
      {...(isOffered && { hint: t('What you show is seen by who checks, and not kept here.') })}
    >
      <div className="grid justify-items-start gap-2">
        <p>{isOffered && status === 'none' ? t('Not checked.') : t(STANDING[status])}</p>
        {status === 'rejected' && reason != null && <p className="text-muted">{reason}</p>}
        {isOffered && status !== 'verified' && (
          <Button busy={busy} onClick={() => void run(start)}>
            {t(NEXT[status])}
          </Button>
        )}
        <Failure>{failure}</Failure>
      </div>
    </Row>
  )
}

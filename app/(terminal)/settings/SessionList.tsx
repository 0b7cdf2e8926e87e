'use client'
import { asUser, useOwn } from '#app/data/sign-in.ts'
import { api, type Outputs } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { formatDateTime } from '#app/ui/format.ts'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { Row } from './Row.tsx'
import { Waiting } from './Waiting.tsx'

/** Where the user is signed in. */
export function SessionList() {
  const query = useOwn('sessions', () => api.auth.sessions.query())
  const { busy, failure, run } = useAction()
  const { data, refetch } = query
  const end = (call: () => Promise<unknown>): void =>
    void run(async () => {
      await asUser(call)
      await refetch()
    })
  if (data === undefined) return <Waiting query={query} />
  return (
    <Row label={t('Sessions')} hint={t('Where you are signed in. One that you end is over at once.')}>
      <ul aria-label={t('Sessions')} className="grid gap-1">
        {data.map((session) => (
          <li key={session.id} className="flex min-h-9 items-center gap-2 rounded-md bg-raised py-1 pr-1 pl-2.5">
            <span className="min-w-0 grow">
              <span className="block truncate" title={session.userAgent ?? undefined}>
                {browserOf(session)}
              </span>
              <span className="block text-faint text-xs">
                {t('Last seen {time} from {address}', {
                  time: formatDateTime(session.lastSeenAt),
                  address: session.ip ?? t('an unknown address'),
                })}
              </span>
            </span>
            {session.isCurrent ? (
              <span className="px-2 text-muted text-xs">{t('This one')}</span>
            ) : (
              <Button
                size="sm"
                variant="danger"
                busy={busy}
                onClick={() => end(() => api.auth.revokeSession.mutate({ id: session.id }))}
              >
                {t('End')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {data.length > 1 && (
        <ConfirmButton
          className="mt-1"
          label={t('End all others')}
          question={t('End all others now?')}
          busy={busy}
          onConfirm={() => end(() => api.auth.revokeOthers.mutate())}
        />
      )}
      <Failure>{failure}</Failure>
    </Row>
  )
}

/** Enough to tell one's own devices apart. */
function browserOf({ userAgent }: Outputs['auth']['sessions'][number]): string {
  const text = userAgent ?? ''
  const browser = [/Edg(?=\/)/, /Firefox/, /Chrome/, /Safari/].map((name) => name.exec(text)?.[0]).find(Boolean)
  const system = [/Windows/, /Android/, /iPhone|iPad/, /Mac OS/, /Linux/]
    .map((name) => name.exec(text)?.[0])
    .find(Boolean)
  if (browser === undefined || system === undefined) return text === '' ? t('Unknown program') : text
  return t('{browser} on {system}', { browser: browser === 'Edg' ? 'Edge' : browser, system })
}

'use client'
import { asUser, useOwn } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { Row } from './Row.tsx'

const NAMES = { google: 'Google', github: 'GitHub', discord: 'Discord' } as const

/** Accounts elsewhere; nothing where the operator has set up none. */
export function LinkedAccounts() {
  const { data, refetch } = useOwn('identities', () => api.users.identities.query())
  const { busy, failure, run } = useAction()
  if (data === undefined || (data.offered.length === 0 && data.linked.length === 0)) return null
  const open = data.offered.filter((provider) => !data.linked.some((linked) => linked.provider === provider))
  return (
    <Row label={t('Linked accounts')} hint={t('They show who you are elsewhere. Nobody can sign in with them.')}>
      <ul aria-label={t('Linked accounts')} className="grid gap-1">
        {data.linked.map(({ id, provider, label }) => (
          <li key={id} className="flex h-9 items-center gap-2 rounded-md bg-raised pr-1 pl-2.5">
            <span className="min-w-0 grow truncate">
              {NAMES[provider]} <span className="text-faint">{label}</span>
            </span>
            <ConfirmButton
              size="sm"
              label={t('Remove')}
              question={t('Remove now?')}
              busy={busy}
              onConfirm={() =>
                void run(async () => {
                  await asUser(() => api.users.unlink.mutate({ id }))
                  await refetch()
                })
              }
            />
          </li>
        ))}
      </ul>
      <div className="mt-1 flex flex-wrap gap-2">
        {open.map((provider) => (
          <Button
            key={provider}
            busy={busy}
            onClick={() =>
              void run(async () => {
                const { url } = await asUser(() => api.users.beginLink.mutate({ provider }))
                window.location.assign(url)
              })
            }
          >
            {t('Link {provider}', { provider: NAMES[provider] })}
          </Button>
        ))}
      </div>
      <Failure>{failure}</Failure>
    </Row>
  )
}

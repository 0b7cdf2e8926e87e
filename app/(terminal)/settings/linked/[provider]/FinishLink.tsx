'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { asUser } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { ErrorState } from '#app/ui/states.tsx'
import { useAction } from '../../../identity/use-action.ts'

const PROVIDERS = ['google', 'github', 'discord'] as const

/** Where a provider sends the browser back to: hands its answer to the server, and goes on to the settings. */
export function FinishLink({ provider: name }: { provider: string }) {
  const router = useRouter()
  const { failure, run } = useAction()
  const isSent = useRef(false)
  useEffect(() => {
    // An answer is good once; React runs effects twice in development.
    if (isSent.current) return
    isSent.current = true
    const provider = PROVIDERS.find((known) => known === name)
    const query = Object.fromEntries(new URLSearchParams(window.location.search))
    if (provider === undefined) return router.replace('/settings')
    // The code must stay neither in the history nor in the address bar.
    window.history.replaceState(null, '', window.location.pathname)
    void run(() => asUser(() => api.users.finishLink.mutate({ provider, query }))).then((done) => {
      if (done) router.replace('/settings#profile')
    })
  }, [name, router, run])
  return failure === undefined ? (
    <p role="status" className="grid flex-1 place-content-center text-muted">
      {t('Linking your account…')}
    </p>
  ) : (
    <ErrorState title={t('The account was not linked')} onRetry={() => router.replace('/settings#profile')}>
      {failure}
    </ErrorState>
  )
}

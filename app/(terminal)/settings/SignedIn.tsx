'use client'
import type { ReactNode } from 'react'
import { type Session, useSessionQuery } from '#app/data/sign-in.ts'
import { t } from '#app/i18n/t.ts'
import { Waiting } from './Waiting.tsx'

/** What is there for who is signed in; the others are told where to sign in. */
export function SignedIn({ children }: { children: (session: Session) => ReactNode }) {
  const query = useSessionQuery()
  const session = query.data
  if (session === undefined) return <Waiting query={query} />
  if (session === null) return <p className="text-muted">{t('Sign in under “Profile” to see this.')}</p>
  return children(session)
}

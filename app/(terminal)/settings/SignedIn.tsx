'use client'
import type { ReactNode } from 'react'
import { type Session, useSession } from '#app/data/sign-in.ts'
import { t } from '#app/i18n/t.ts'
import { Skeleton } from '#app/ui/states.tsx'

/** What is there for who is signed in; the others are told where to sign in. */
export function SignedIn({ children }: { children: (session: Session) => ReactNode }) {
  const session = useSession()
  if (session === undefined) return <Skeleton className="h-8" />
  if (session === null) return <p className="text-muted">{t('Sign in under “Profile” to see this.')}</p>
  return children(session)
}

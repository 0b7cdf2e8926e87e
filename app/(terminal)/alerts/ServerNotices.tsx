'use client'
import { useEffect } from 'react'
import { asUser, useOwn, useSession } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { formatDateTime } from '#app/ui/format.ts'
import { EmptyState, Skeleton } from '#app/ui/states.tsx'

/** What the server told the signed-in user, also while no page was open. */
export function ServerNotices() {
  const session = useSession()
  if (session === undefined) return <Skeleton className="h-8" />
  if (session !== null) return <Told />
  return (
    <EmptyState title={t('You are not signed in')}>
      {t('Sign in under Settings, Profile, and the server keeps what happens to your account while no page is open.')}
    </EmptyState>
  )
}

function Told() {
  const { data } = useOwn('notifications', () => api.notifications.list.query({ limit: 50 }))
  const unread = data?.unread ?? 0
  // What is looked at is no longer new once it is put away.
  useEffect(() => {
    if (unread === 0) return
    return () => void asUser(() => api.notifications.markRead.mutate({})).catch(() => undefined)
  }, [unread])
  if (data === undefined) return <Skeleton className="h-8" />
  if (data.notifications.length === 0) {
    return (
      <EmptyState title={t('Nothing was told yet')}>
        {t('What the server tells of is chosen under Settings, Notifications.')}
      </EmptyState>
    )
  }
  return (
    <ul aria-label={t('While away')} className="grid">
      {data.notifications.map(({ id, at, title, body, readAt }) => (
        <li key={id} className="grid grid-cols-[1fr_auto] gap-x-2.5 border-line border-b py-2 last:border-0">
          <span className="font-medium">
            {title}
            {readAt === null && <span className="ml-1.5 text-accent text-xs">{t('new')}</span>}
          </span>
          <time dateTime={new Date(at).toISOString()} className="text-faint text-xs">
            {formatDateTime(at)}
          </time>
          <span className="text-muted">{body}</span>
        </li>
      ))}
    </ul>
  )
}

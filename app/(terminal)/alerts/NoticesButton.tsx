'use client'
import { Bell } from 'lucide-react'
import { t } from '#app/i18n/t.ts'
import { setNoticesOpen, useNotices } from './store.ts'

const MANY = 99

/** Opens what was told; how much of it is new stands on it. */
export function NoticesButton() {
  const unread = useNotices(({ notices }) => notices.filter(({ read }) => !read).length)
  const label = unread === 0 ? t('Notifications') : t('Notifications, {count} new', { count: unread })
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-haspopup="dialog"
      onClick={() => setNoticesOpen(true)}
      className="relative grid size-[30px] shrink-0 place-items-center rounded-md text-muted hover:bg-hover hover:text-text"
    >
      <Bell aria-hidden className="size-4" />
      {unread > 0 && (
        <span
          aria-hidden
          className="absolute top-0 right-0 min-w-3.5 rounded-full bg-accent px-0.5 text-center font-semibold text-2xs text-accent-ink"
        >
          {unread > MANY ? `${MANY}+` : unread}
        </span>
      )}
    </button>
  )
}

'use client'
import { Eye } from 'lucide-react'
import Link from 'next/link'
import { t } from '#app/i18n/t.ts'
import { useAuthority } from '#app/wallet/store.ts'

/** Whose account this is, and that it can only be looked at. */
export function Viewed({ authority }: { authority: string }) {
  const own = useAuthority() === authority
  return (
    <p role="note" className="flex min-h-8 items-center gap-2 bg-panel px-5 text-muted text-xs">
      <Eye aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">
        {t(own ? 'Your own account as everybody sees it' : 'Read only')}: <span className="font-mono">{authority}</span>
      </span>
      <Link href="/portfolio" className="ml-auto shrink-0 text-accent hover:underline">
        {t('Your portfolio')}
      </Link>
    </p>
  )
}

'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { t, word } from '../i18n/t.ts'
import { cx } from '../ui/cx.ts'
import { Logo } from '../ui/icons.tsx'
import { WalletButton } from '../wallet/WalletButton.tsx'
import { NoticesButton } from './alerts/NoticesButton.tsx'
import { OneClickChip } from './one-click/OneClickChip.tsx'
import { ModeChips } from './status/ModeChips.tsx'

export const PAGES = [
  { href: '/trade', label: word('Trade') },
  { href: '/markets', label: word('Markets') },
  { href: '/pool', label: word('Pool') },
  { href: '/leaderboard', label: word('Leaderboard') },
  { href: '/portfolio', label: word('Portfolio') },
  { href: '/status', label: word('Status') },
  { href: '/settings', label: word('Settings') },
] as const

export function TopNav() {
  const path = usePathname()
  const pages = useRef<HTMLElement>(null)
  // On a phone not all of them fit: the one that is open must be among those in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: which link is the current one follows from the path
  useEffect(() => {
    pages.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [path])
  return (
    <header
      className={cx(
        'h-11 shrink-0 items-center gap-4 bg-panel px-4',
        // On a phone the terminal has a header of its own.
        path.startsWith('/trade') ? 'hidden md:flex' : 'flex',
      )}
    >
      <Link
        href="/"
        aria-label="QuantDesk"
        className="flex items-center gap-2 font-semibold text-lg tracking-[-0.01em]"
      >
        <Logo />
        <span className="max-md:hidden">QuantDesk</span>
      </Link>
      <nav ref={pages} aria-label={t('Pages')} className="no-scrollbar flex min-w-0 gap-0.5 overflow-x-auto">
        {PAGES.map((page) => {
          const here = path.startsWith(page.href)
          return (
            <Link
              key={page.href}
              href={page.href === '/trade' ? '/' : page.href}
              aria-current={here ? 'page' : undefined}
              className={cx(
                'rounded-md px-2.5 py-1.5 font-medium text-md transition-colors',
                here ? 'bg-raised text-text' : 'text-muted hover:text-text',
              )}
            >
              {t(page.label)}
            </Link>
          )
        })}
      </nav>
      <div className="ml-auto flex shrink-0 items-center gap-3">
        <span className="hidden items-center gap-3 md:flex">
          <OneClickChip />
          <ModeChips />
        </span>
        <NoticesButton />
        <WalletButton />
      </div>
    </header>
  )
}

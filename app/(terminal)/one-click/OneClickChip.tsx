'use client'
import { Zap } from 'lucide-react'
import { useNow } from '#app/data/clock.ts'
import { t } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { formatAge } from '#app/ui/format.ts'
import { openOneClick } from './dialog-state.ts'
import { useOneClick } from './use-one-click.ts'

/** Says that orders go out without a question, and for how long; nothing while they do not. */
export function OneClickChip() {
  const oneClick = useOneClick()
  const expiresAt = 'expiresAt' in oneClick ? oneClick.expiresAt : 0
  const left = useNow((now) => formatAge(Math.max(0, expiresAt - now)))
  if (oneClick.state !== 'on' && oneClick.state !== 'ended') return null
  const isOn = oneClick.state === 'on'
  return (
    <button
      type="button"
      onClick={openOneClick}
      title={
        isOn ? t('Orders go out without asking the wallet') : t('The trading key has ended: the wallet is asked again')
      }
      className={cx(
        'inline-flex h-6 items-center gap-1 whitespace-nowrap rounded-full px-2 font-medium text-xs hover:brightness-110',
        isOn ? 'bg-accent-soft text-accent' : 'bg-warn-soft text-warn',
      )}
    >
      <Zap aria-hidden className="size-3" />
      {isOn ? t('One-click · {left}', { left: left ?? '' }) : t('One-click ended')}
    </button>
  )
}

/** The same below the ticket's button, and the way there while it is off. */
export function OneClickLine() {
  const { state } = useOneClick()
  if (state === 'unknown') return null
  const isOn = state === 'on'
  return (
    <p className="flex items-center gap-1 text-faint text-xs">
      <Zap aria-hidden className={cx('size-3', isOn && 'text-accent')} />
      {isOn
        ? t('Sent without asking the wallet')
        : state === 'ended'
          ? t('One-click has ended')
          : t('The wallet signs each order')}
      <button type="button" onClick={openOneClick} className="ml-auto text-accent hover:underline">
        {isOn ? t('One-click is on') : state === 'ended' ? t('Renew') : t('One-click trading')}
      </button>
    </p>
  )
}

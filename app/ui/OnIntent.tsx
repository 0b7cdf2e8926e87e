'use client'
import { type KeyboardEvent, type ReactNode, Suspense, startTransition, useState } from 'react'
import { toast } from 'sonner'
import { t } from '#app/i18n/t.ts'

type OnIntentProps = {
  /** Starts to fetch the code of what opens, when pointer or focus comes near. */
  preload: () => Promise<unknown>
  popup: 'menu' | 'dialog'
  /** Said before the visible text: what the button is for. */
  label: string
  trigger: ReactNode
  className: string
  disabled?: boolean
  /** Takes the trigger's place once it is pressed, and opens at once. */
  children: ReactNode
}

/**
 * A button whose popup costs no script until somebody wants it: floating layers are a fifth of the page's script, and
 * the ticket must not wait for them.
 */
export function OnIntent({ preload, popup, label, trigger, className, disabled = false, children }: OnIntentProps) {
  const [wanted, setWanted] = useState(false)
  // A transition, so that the popup appears after this press is over and does not take it for one outside itself.
  const open = () => {
    preload().then(
      () => startTransition(() => setWanted(true)),
      () => toast.error(t('This part of the page could not load. Check the connection and press again.')),
    )
  }
  const prepare = () => void preload().catch(() => undefined)
  const button = (
    <button
      type="button"
      aria-haspopup={popup}
      aria-expanded={false}
      disabled={disabled}
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={open}
      onKeyDown={(event: KeyboardEvent) => {
        if (popup !== 'menu' || event.key !== 'ArrowDown') return
        event.preventDefault()
        open()
      }}
      className={className}
    >
      <span className="sr-only">{label}: </span>
      {trigger}
    </button>
  )
  return wanted ? <Suspense fallback={button}>{children}</Suspense> : button
}

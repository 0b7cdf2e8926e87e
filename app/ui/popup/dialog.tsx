'use client'
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '#app/i18n/t.ts'
import { cx } from '../cx.ts'
import type { DialogProps } from '../Dialog.tsx'

/* Loads when a window is first opened. On phones inputs have 16 px: a smaller one makes iOS zoom into the page. */

/** A window over the page; focus stays inside, Escape and a click beside it close it. */
export function Dialog({ open, onOpenChange, title, description, children, className }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          className={cx(
            '-translate-x-1/2 -translate-y-1/2 fixed top-1/2 left-1/2 z-50 grid max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] max-w-[400px] gap-3 overflow-y-auto rounded-lg border border-line-strong bg-panel p-4 shadow-float outline-none transition-[opacity,scale] max-md:[&_input]:text-[16px] duration-150 data-ending-style:scale-98 data-starting-style:scale-98 data-ending-style:opacity-0 data-starting-style:opacity-0',
            className,
          )}
        >
          <PopupHead title={title} description={description} />
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** The same, rising from the foot of the screen: for phones. */
export function Sheet({ open, onOpenChange, title, description, children, className }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          className={cx(
            'fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col gap-2 overflow-y-auto overscroll-contain rounded-t-lg border-line-strong border-t bg-panel p-3 pb-[max(12px,env(safe-area-inset-bottom))] shadow-float outline-none transition-transform max-md:[&_input]:text-[16px] duration-200 ease-ui data-ending-style:translate-y-full data-starting-style:translate-y-full',
            className,
          )}
        >
          <span aria-hidden className="mx-auto h-1 w-10 shrink-0 rounded-full bg-line-strong" />
          <PopupHead title={title} description={description} />
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function PopupHead({ title, description }: { title: string; description?: ReactNode }) {
  return (
    <header className="grid gap-1">
      <div className="flex items-center justify-between gap-2">
        <Base.Title className="font-semibold text-lg">{title}</Base.Title>
        <Base.Close
          aria-label={t('Close')}
          className="-mr-1 grid size-7 place-items-center rounded-md text-faint hover:bg-hover hover:text-text"
        >
          <X aria-hidden className="size-4" />
        </Base.Close>
      </div>
      {description !== undefined && <Base.Description className="text-muted">{description}</Base.Description>}
    </header>
  )
}

'use client'
import { Toaster as Sonner } from 'sonner'
import { t } from '#app/i18n/t.ts'

/** Where toasts appear. They take the look of our floating panels; the caller gives the content. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      // Beside the ticket and above the positions, so that neither is covered: their widths are those of the terminal.
      offset={{ bottom: 'calc(clamp(160px, 26vh, 280px) + 36px)', right: 324 }}
      mobileOffset={{ bottom: 76, left: 12, right: 12 }}
      // Below dialogs: a toast must never lie over the button that is being asked for.
      style={{ zIndex: 30 }}
      gap={8}
      visibleToasts={4}
      containerAriaLabel={t('Notifications')}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-[var(--width)] items-start gap-2 rounded-lg border border-line-strong bg-raised p-3 font-sans text-sm text-text shadow-float',
          content: 'grid min-w-0 grow gap-1',
          title: 'font-semibold',
          description: 'text-muted',
          error: 'border-l-2 border-l-down',
          success: 'border-l-2 border-l-up',
          warning: 'border-l-2 border-l-warn',
          icon: 'hidden',
          actionButton: 'ml-auto shrink-0 text-accent hover:underline',
        },
      }}
    />
  )
}

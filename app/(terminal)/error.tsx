'use client'
import { t } from '#app/i18n/t.ts'
import { ErrorState } from '../ui/states.tsx'

/** A panel threw: the page says so and can start again without a reload. */
export default function TerminalError({
  error: { message, digest },
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <div className="flex flex-1 bg-panel">
      <ErrorState title={t('This page ran into an error')} onRetry={reset}>
        {t(
          '{error}. Nothing was sent to the chain. Your orders and positions are safe; they live there, not in this page.',
          { error: digest === undefined ? message : t('{message} (reference {digest})', { message, digest }) },
        )}
      </ErrorState>
    </div>
  )
}

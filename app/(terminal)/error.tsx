'use client'
import { ErrorState } from '../ui/states.tsx'

/** A panel threw: the page says so and can start again without a reload. */
export default function TerminalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div className="flex flex-1 bg-panel">
      <ErrorState title="This page ran into an error" onRetry={reset}>
        {error.message}
        {error.digest !== undefined && ` (reference ${error.digest})`}. Nothing was sent to the chain. Your orders and
        positions are safe; they live there, not in this page.
      </ErrorState>
    </div>
  )
}

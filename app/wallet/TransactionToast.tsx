'use client'
import { Copy, ExternalLink, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { toast } from 'sonner'
import { t } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { explorerLink } from './chain.ts'

/** What the toast of one transaction says now. */
export type Progress = {
  title: string
  /** Stages reached, in order, as the trader reads them: "Signed", "Sent", "Confirmed in 41 ms". */
  reached: readonly string[]
  /** Stages in all: 3, or 4 when a fill is awaited. */
  total: number
  signature: string | null
  outcome: 'running' | 'done' | 'failed' | 'unknown'
  /** What is awaited, or what happened and what to do. */
  note: ReactNode
}

const KEEP_MS = { running: Number.POSITIVE_INFINITY, done: 6_000, failed: 15_000, unknown: Number.POSITIVE_INFINITY }

/** Shows or renews the toast of one transaction. */
export function showProgress(id: string | number, progress: Progress): void {
  toast.custom((toastId) => <TransactionToast progress={progress} close={() => toast.dismiss(toastId)} />, {
    id,
    duration: KEEP_MS[progress.outcome],
  })
}

const BAR = { running: 'bg-accent', done: 'bg-up', failed: 'bg-down', unknown: 'bg-warn' } as const

function TransactionToast({ progress, close }: { progress: Progress; close: () => void }) {
  const { title, reached, total, outcome, note, signature } = progress
  const failed = outcome === 'failed' || outcome === 'unknown'
  return (
    <section aria-label={title} data-outcome={outcome} className="grid w-full min-w-0 gap-2">
      <header className="flex items-start gap-2">
        <b className="grow font-semibold">{title}</b>
        <button
          type="button"
          aria-label={t('Dismiss')}
          onClick={close}
          className="-m-1 rounded-sm p-1 text-faint hover:text-text"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      </header>
      <div aria-hidden className="flex gap-1">
        {Array.from({ length: total }, (_, index) => (
          <i
            // biome-ignore lint/suspicious/noArrayIndexKey: the bars are places, not things
            key={index}
            className={cx(
              'h-[3px] flex-1 rounded-full transition-colors',
              index < reached.length ? (failed ? BAR[outcome] : BAR.done) : 'bg-line-strong',
              index === reached.length && outcome === 'running' && 'pulse bg-accent',
              index === reached.length && failed && BAR[outcome],
            )}
          />
        ))}
      </div>
      <footer className="flex items-start gap-3 font-normal text-muted">
        <p className="grow">
          {reached.length > 0 && <span>{reached.join(' · ')}</span>}
          {note !== null && <span className={cx('block', failed && 'text-text')}>{note}</span>}
        </p>
        {signature !== null && <SignatureLink signature={signature} />}
      </footer>
    </section>
  )
}

/** Explorer link, or the signature to copy where no explorer knows the chain. */
export function SignatureLink({ signature, label = true }: { signature: string; label?: boolean }) {
  const href = explorerLink(signature)
  const look = 'inline-flex shrink-0 items-center gap-1 text-accent hover:underline'
  if (href !== null) {
    return (
      <a href={href} target="_blank" rel="noreferrer" className={look} aria-label={t('Open in explorer')}>
        {label && t('Explorer')} <ExternalLink aria-hidden className="size-3" />
      </a>
    )
  }
  return (
    <button
      type="button"
      className={look}
      aria-label={t('Copy signature')}
      title={signature}
      onClick={() => void navigator.clipboard.writeText(signature).then(() => toast.success(t('Signature copied')))}
    >
      {label && t('Signature')} <Copy aria-hidden className="size-3" />
    </button>
  )
}

'use client'
import { useOwn } from '#app/data/sign-in.ts'
import { api, type Outputs } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { formatDateTime, formatUsd } from '#app/ui/format.ts'
import { SignatureLink } from '#app/wallet/TransactionToast.tsx'

type Intent = Outputs['intents']['list']['intents'][number]

const SHOWN = 8

const ACTIONS = {
  place: word('Order'),
  modify: word('Order changed'),
  close: word('Position closed'),
  cancel: word('Order canceled'),
  cancel_all: word('All orders canceled'),
} as const
const STATES = {
  requested: { words: word('waits for the signer'), look: 'text-muted' },
  accepted: { words: word('is being signed'), look: 'text-muted' },
  sending: { words: word('sent'), look: 'text-muted' },
  unknown: { words: word('fate not known yet'), look: 'text-warn' },
  confirmed: { words: word('confirmed'), look: 'text-up' },
  failed: { words: word('failed on chain'), look: 'text-down' },
  refused: { words: word('refused'), look: 'text-down' },
  expired: { words: word('expired'), look: 'text-warn' },
} as const

/** What the service was asked to sign lately; nothing while it was never asked. */
export function LastIntents() {
  const { data } = useOwn('intents', () => api.intents.list.query({ limit: SHOWN }))
  if (data === undefined || data.intents.length === 0) return null
  return (
    <section aria-label={t('Recent requests')} className="grid gap-1.5">
      <h3 className="font-medium text-muted text-xs">{t('Recent requests')}</h3>
      <ul className="grid gap-1">
        {data.intents.map((intent) => (
          <IntentRow key={intent.id} intent={intent} />
        ))}
      </ul>
    </section>
  )
}

function IntentRow({ intent }: { intent: Intent }) {
  const { action, input, notional, state, signature, error, createdAt } = intent
  const { words, look } = STATES[state]
  // One that was refused before it was judged names its market only as it was asked.
  const market = intent.market ?? (typeof input.market === 'string' ? input.market : null)
  return (
    <li className="grid gap-0.5 rounded-md bg-raised px-2.5 py-1.5">
      <div className="flex flex-wrap items-center gap-x-2">
        <span className="font-medium">{t(ACTIONS[action])}</span>
        {market !== null && <span className="text-muted">{market}</span>}
        {notional !== '0' && <span className="text-muted">{formatUsd(notional)}</span>}
        <span className={look}>{t(words)}</span>
        <span className="ml-auto text-faint text-xs">{formatDateTime(createdAt)}</span>
        {signature !== null && <SignatureLink signature={signature} label={false} />}
      </div>
      {error !== null && <p className="text-faint text-xs">{error.message}</p>}
    </li>
  )
}

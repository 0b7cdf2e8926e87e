'use client'
import { asUser, useOwn } from '#app/data/sign-in.ts'
import { api, type Outputs } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { formatDateTime } from '#app/ui/format.ts'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { Waiting } from './Waiting.tsx'

type Delivery = Outputs['webhooks']['deliveries']['deliveries'][number]
const STATUS = { waiting: word('waiting'), delivered: word('delivered'), given_up: word('given up') } as const

export const deliveriesOf = (webhookId: string): string => `deliveries-${webhookId}`

/** The newest of a webhook; each can be sent again. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const query = useOwn(deliveriesOf(webhookId), () => api.webhooks.deliveries.query({ id: webhookId, limit: 20 }))
  const { busy, failure, run } = useAction()
  const { data, refetch } = query
  if (data === undefined) return <Waiting query={query} />
  const again = (deliveryId: string): void =>
    void run(async () => {
      await asUser(() => api.webhooks.replay.mutate({ id: webhookId, deliveryId }))
      await refetch()
    })
  return (
    <div className="grid gap-1">
      {data.deliveries.length === 0 && (
        <p className="text-faint text-xs">{t('Nothing was sent in the last 30 days.')}</p>
      )}
      <ul aria-label={t('Deliveries')} className="grid gap-1 text-xs empty:hidden">
        {data.deliveries.map((delivery) => (
          <li key={delivery.id} className="flex flex-wrap items-center gap-2">
            <span className="tabular-nums text-faint">{formatDateTime(delivery.createdAt)}</span>
            <span className="font-mono">{delivery.kind}</span>
            <span className={delivery.status === 'given_up' ? 'grow text-warn' : 'grow text-muted'}>
              {outcomeOf(delivery)}
            </span>
            {delivery.status !== 'waiting' && (
              <Button size="sm" variant="ghost" busy={busy} onClick={() => again(delivery.id)}>
                {t('Send again')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Button
        size="sm"
        variant="ghost"
        className="justify-self-start"
        onClick={() => void run(async () => void (await refetch()))}
      >
        {t('Refresh')}
      </Button>
      <Failure>{failure}</Failure>
    </div>
  )
}

function outcomeOf({ status, attempts, responseStatus, error }: Delivery): string {
  const answer = responseStatus === null ? (error ?? '–') : String(responseStatus)
  return attempts === 0
    ? t(STATUS[status])
    : t('{status} after {attempts, plural, one {# try} other {# tries}}: {answer}', {
        status: t(STATUS[status]),
        attempts,
        answer,
      })
}

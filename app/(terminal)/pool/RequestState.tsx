'use client'
import { useNow } from '#app/data/clock.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { formatCountdown, formatNumber } from '#app/ui/format.ts'
import { useAuthority } from '#app/wallet/store.ts'
import type { PoolRequestDto } from '#server/exchange/pool-schema.ts'
import { execute, isExecutable } from './actions.ts'
import { useRequest } from './use-request.ts'

/** The keeper comes within seconds; after this somebody else may want to. */
const KEEPER_HAS_MS = 15_000

/** What becomes of a request: when it is due, or what it brought. Whoever is connected can execute one that is overdue. */
export function RequestState({ request }: { request: PoolRequestDto }) {
  const { executableAt } = request
  const left = useNow((now) => (now < executableAt ? formatCountdown(executableAt - now) : null))
  const isOverdue = useNow((now) => now > executableAt + KEEPER_HAS_MS) ?? false
  if (request.status === 'returned') return <span className="text-warn">{t('Returned')}</span>
  if (request.status === 'done') {
    const got = formatNumber(request.got, { min: 2, max: 2 })
    return (
      <span className="text-up">{request.kind === 'deposit' ? t('{amount} shares', { amount: got }) : `$${got}`}</span>
    )
  }
  if (left !== null && request.kind === 'exit') return <span>{t('in {time}', { time: left })}</span>
  return isOverdue ? <Overdue request={request} /> : <span className="text-accent">{t('with the next price')}</span>
}

function Overdue({ request }: { request: PoolRequestDto }) {
  const authority = useAuthority()
  const { busy, send } = useRequest()
  if (authority === null || !isExecutable(request)) return <span className="text-warn">{t('due')}</span>
  return (
    <Button
      size="sm"
      variant="outline"
      busy={busy}
      title={t('It is due and nobody has executed it. Anybody may: your wallet signs and pays the network fee.')}
      onClick={() => void send(() => execute(authority, request))}
    >
      {t('Execute')}
    </Button>
  )
}

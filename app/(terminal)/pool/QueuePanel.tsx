'use client'
import { useNow } from '#app/data/clock.ts'
import { t } from '#app/i18n/t.ts'
import { formatAge, formatDateTime, shorten } from '#app/ui/format.ts'
import { Table, Td, Th } from '#app/ui/Table.tsx'
import { Tag } from '#app/ui/Tag.tsx'
import { useAuthority } from '#app/wallet/store.ts'
import type { PoolRequestDto } from '#server/exchange/pool-schema.ts'
import { Panel } from '../status/Panel.tsx'
import { RequestState } from './RequestState.tsx'
import { amountOf, kindOf } from './request-words.ts'
import { usePoolQueue } from './use-pool.ts'

/** Everybody's requests that wait, the next one first. */
export function QueuePanel({ seed }: { seed: PoolRequestDto[] | undefined }) {
  const asked = usePoolQueue(seed)
  const authority = useAuthority()
  return (
    <Panel title={t('Queue')} asked={asked}>
      {(queue) =>
        queue.length === 0 ? (
          <p className="px-3 text-faint text-xs">
            {t('Nothing waits. Deposits are executed within seconds, exits after their cooldown.')}
          </p>
        ) : (
          <Table label={t('Requests that wait')}>
            <thead>
              <tr>
                <Th>{t('Request')}</Th>
                <Th>{t('Amount')}</Th>
                <Th>{t('Wallet')}</Th>
                <Th>{t('Asked')}</Th>
                <Th>{t('Executed')}</Th>
              </tr>
            </thead>
            <tbody>
              {queue.map((request) => (
                <tr key={request.ticket} className={request.authority === authority ? 'bg-accent-soft' : undefined}>
                  <Td>{kindOf(request)}</Td>
                  <Td>{amountOf(request)}</Td>
                  <Td title={request.authority}>
                    {request.authority === authority ? <Tag>{t('You')}</Tag> : shorten(request.authority)}
                  </Td>
                  <Td className="text-muted" title={formatDateTime(request.requestedAt)}>
                    <Ago at={request.requestedAt} />
                  </Td>
                  <Td>
                    <RequestState request={request} />
                  </Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )
      }
    </Panel>
  )
}

function Ago({ at }: { at: number }) {
  return useNow((now) => t('{age} ago', { age: formatAge(Math.max(0, now - at)) })) ?? '…'
}

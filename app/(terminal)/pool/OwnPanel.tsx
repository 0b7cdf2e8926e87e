'use client'
import { t } from '#app/i18n/t.ts'
import { formatDateTime, formatNumber, formatUsd, signColor } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { Table, Td, Th } from '#app/ui/Table.tsx'
import { useAuthority } from '#app/wallet/store.ts'
import type { PoolRequestDto } from '#server/exchange/pool-schema.ts'
import { quoteText, toQuote } from '../account/decimal.ts'
import { Panel } from '../status/Panel.tsx'
import { type PoolValue, worthOf } from './pool-figures.ts'
import { RequestState } from './RequestState.tsx'
import { amountOf, kindOf } from './request-words.ts'
import { usePoolPosition } from './use-pool.ts'

/** The connected wallet's shares, what they have brought, and its requests. Nothing without a wallet. */
export function OwnPanel({ value }: { value: PoolValue | null }) {
  const authority = useAuthority()
  const position = usePoolPosition()
  if (authority === null) return null
  return (
    <Panel title={t('Your part')} asked={position}>
      {({ shares, deposited, withdrawn, requests }) => (
        <>
          <Figures value={value} shares={shares} deposited={deposited} withdrawn={withdrawn} requests={requests} />
          {requests.length > 0 && (
            <Table label={t('Your requests')}>
              <thead>
                <tr>
                  <Th>{t('Request')}</Th>
                  <Th>{t('Amount')}</Th>
                  <Th>{t('Outcome')}</Th>
                </tr>
              </thead>
              <tbody>
                {requests.map((request) => (
                  <tr key={`${request.ticket} ${request.requestedAt}`}>
                    <Td>
                      <span className="grid">
                        {kindOf(request)}
                        <span className="text-2xs text-faint">{formatDateTime(request.requestedAt)}</span>
                      </span>
                    </Td>
                    <Td>{amountOf(request)}</Td>
                    <Td>
                      <RequestState request={request} />
                    </Td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )}
        </>
      )}
    </Panel>
  )
}

type FiguresProps = {
  value: PoolValue | null
  shares: string
  deposited: string
  withdrawn: string
  requests: PoolRequestDto[]
}

function Figures({ value, shares, deposited, withdrawn, requests }: FiguresProps) {
  const waiting = requests.filter(({ kind, status }) => kind === 'exit' && status === 'waiting')
  const setAside = waiting.reduce((sum, { amount }) => sum + toQuote(amount), 0n)
  // Shares under way out are still the wallet's.
  const worth = value === null ? null : (worthOf(toQuote(shares) + setAside, value) ?? 0n)
  const profit = worth === null ? null : quoteText(worth + toQuote(withdrawn) - toQuote(deposited))
  const shown = formatUsd(profit, { sign: true })
  return (
    <KeyValueList className="px-3 pb-2 text-xs">
      <KeyValue label={t('Shares')}>{formatNumber(shares, { min: 2, max: 2 })}</KeyValue>
      {setAside > 0n && (
        <KeyValue label={t('Set aside for exits')}>{formatNumber(quoteText(setAside), { min: 2, max: 2 })}</KeyValue>
      )}
      <KeyValue label={t('Worth now')}>{worth === null ? '…' : formatUsd(quoteText(worth))}</KeyValue>
      <KeyValue label={t('Deposited')}>{formatUsd(deposited)}</KeyValue>
      <KeyValue label={t('Paid out')}>{formatUsd(withdrawn)}</KeyValue>
      <KeyValue label={t('Profit')} title={t('Worth now plus paid out, less deposited')} className={signColor(shown)}>
        {shown}
      </KeyValue>
    </KeyValueList>
  )
}

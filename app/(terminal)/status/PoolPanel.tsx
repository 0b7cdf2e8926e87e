'use client'
import { useQuery } from '@tanstack/react-query'
import { t } from '#app/i18n/t.ts'
import { useTRPC } from '../../data/trpc.ts'
import { formatNumber, formatUsd, signColor } from '../../ui/format.ts'
import { KeyValue, KeyValueList } from '../../ui/KeyValue.tsx'
import { Table, Td, Th } from '../../ui/Table.tsx'
import { Age, Panel, REFRESH_MS } from './Panel.tsx'

/** The liquidity pool: what takes the other side of the markets. */
export function PoolPanel() {
  const trpc = useTRPC()
  const asked = useQuery({ ...trpc.pool.get.queryOptions(), refetchInterval: REFRESH_MS })
  return (
    <Panel
      title={t('Liquidity pool')}
      asked={asked}
      aside={(data) => <Age at={data.updatedAt} say={(when) => t('changed {when}', { when })} />}
    >
      {(data) => (
        <>
          <KeyValueList className="px-3 pb-2 text-xs">
            <KeyValue label={t('Idle')}>{formatUsd(data.idle)}</KeyValue>
            <KeyValue label={t('Deposits waiting for shares')}>{formatUsd(data.pendingDeposits)}</KeyValue>
            <KeyValue label={t('Shares')}>{formatNumber(data.shares)}</KeyValue>
          </KeyValueList>
          <Table label={t('Pool by market')}>
            <thead>
              <tr>
                <Th>{t('Market')}</Th>
                <Th>{t('Allocated')}</Th>
                <Th title={t('Base units, signed: what the pool holds against its traders')}>{t('Position')}</Th>
                <Th>{t('Cash from trades')}</Th>
              </tr>
            </thead>
            <tbody>
              {data.allocations.map(({ market, amount, base, quoteCash }) => (
                <tr key={market}>
                  <Td>{market}</Td>
                  <Td>{formatUsd(amount)}</Td>
                  <Td className={signColor(base)}>{formatNumber(base, { sign: true })}</Td>
                  <Td>{formatUsd(quoteCash)}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        </>
      )}
    </Panel>
  )
}

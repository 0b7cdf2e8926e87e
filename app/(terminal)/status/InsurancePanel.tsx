'use client'
import { useQuery } from '@tanstack/react-query'
import { t } from '#app/i18n/t.ts'
import { useTRPC } from '../../data/trpc.ts'
import { formatDateTime, formatUsd } from '../../ui/format.ts'
import { KeyValue, KeyValueList } from '../../ui/KeyValue.tsx'
import { Table, Td, Th } from '../../ui/Table.tsx'
import { Age, Panel, REFRESH_MS } from './Panel.tsx'

/** The insurance fund, and who bore the losses that accounts could not pay. */
export function InsurancePanel() {
  const trpc = useTRPC()
  const asked = useQuery({ ...trpc.insurance.get.queryOptions(), refetchInterval: REFRESH_MS })
  return (
    <Panel
      title={t('Insurance fund')}
      asked={asked}
      aside={(data) => <Age at={data.updatedAt} say={(when) => t('changed {when}', { when })} />}
    >
      {(data) => (
        <>
          <KeyValueList className="px-3 pb-2 text-xs">
            <KeyValue label={t('Balance')}>{formatUsd(data.balance)}</KeyValue>
            <KeyValue label={t('Kept for the largest losses')}>{formatUsd(data.floor)}</KeyValue>
          </KeyValueList>
          {data.losses.length === 0 ? (
            <p className="px-3 text-faint text-xs">{t('No account has lost more than it had.')}</p>
          ) : (
            <Table label={t('Covered losses')}>
              <thead>
                <tr>
                  <Th>{t('Market')}</Th>
                  <Th>{t('Loss')}</Th>
                  <Th>{t('Insurance')}</Th>
                  <Th>{t('Pool')}</Th>
                  <Th>{t('Traders')}</Th>
                  <Th>{t('Open')}</Th>
                  <Th>{t('Time')}</Th>
                </tr>
              </thead>
              <tbody>
                {data.losses.map((loss) => (
                  <tr key={loss.id}>
                    <Td>{loss.market}</Td>
                    <Td>{formatUsd(loss.loss)}</Td>
                    <Td>{formatUsd(loss.insurance)}</Td>
                    <Td>{formatUsd(loss.pool)}</Td>
                    <Td>{formatUsd(loss.socialised)}</Td>
                    <Td>{formatUsd(loss.deficit)}</Td>
                    <Td>{formatDateTime(loss.at)}</Td>
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

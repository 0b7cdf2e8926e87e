'use client'
import { useQuery } from '@tanstack/react-query'
import { t } from '#app/i18n/t.ts'
import { useTRPC } from '../../data/trpc.ts'
import { formatNumber, formatPercent, signColor } from '../../ui/format.ts'
import { Table, Td, Th } from '../../ui/Table.tsx'
import { Age, Panel, REFRESH_MS } from './Panel.tsx'

/** What longs pay shorts in each market. */
export function FundingPanel() {
  const trpc = useTRPC()
  const asked = useQuery({ ...trpc.market.currentFunding.queryOptions(), refetchInterval: REFRESH_MS })
  return (
    <Panel title={t('Funding')} asked={asked}>
      {(data) => (
        <Table label={t('Funding by market')}>
          <thead>
            <tr>
              <Th>{t('Market')}</Th>
              <Th title={t("Of the position's value; positive: longs pay shorts")}>{t('Rate per hour')}</Th>
              <Th>{t('Longs, base')}</Th>
              <Th>{t('Shorts, base')}</Th>
              <Th>{t('Accrued')}</Th>
            </tr>
          </thead>
          <tbody>
            {data.map(({ market, rateHourly, openInterestLong, openInterestShort, accruedAt }) => (
              <tr key={market}>
                <Td>{market}</Td>
                <Td className={signColor(rateHourly)}>{formatPercent(rateHourly, 4, { sign: true })}</Td>
                <Td>{formatNumber(openInterestLong)}</Td>
                <Td>{formatNumber(openInterestShort)}</Td>
                <Td className="text-faint">
                  <Age at={accruedAt} />
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  )
}

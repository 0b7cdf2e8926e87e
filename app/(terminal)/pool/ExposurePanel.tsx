'use client'
import { t } from '#app/i18n/t.ts'
import { formatNumber, formatPercent, formatUsd, NO_VALUE, signColor } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { Skeleton } from '#app/ui/states.tsx'
import { Table, Td, Th } from '#app/ui/Table.tsx'
import { BASE_DECIMALS, formatUnits } from '#client/units.ts'
import { quoteText } from '../account/decimal.ts'
import { Panel } from '../status/Panel.tsx'
import type { Exposure } from './pool-figures.ts'
import { useExposures, type usePool } from './use-pool.ts'

/** What the pool holds against its traders, market by market, at the prices of now. */
export function ExposurePanel({ pool }: { pool: ReturnType<typeof usePool> }) {
  const exposures = useExposures()
  return (
    <Panel title={t('Exposure')} asked={pool}>
      {({ idle }) => (
        <>
          <KeyValueList className="px-3 pb-2 text-xs md:max-w-96">
            <KeyValue label={t('Idle USDC')} title={t('In no market: exits are paid out of it')}>
              {formatUsd(idle)}
            </KeyValue>
          </KeyValueList>
          <Table label={t('Exposure of the pool by market')}>
            <thead>
              <tr>
                <Th>{t('Market')}</Th>
                <Th title={t('The opposite of what traders hold together')}>{t('Position')}</Th>
                <Th>{t('Value')}</Th>
                <Th title={t('USDC put aside for the market')} className="max-md:hidden">
                  {t('Allocated')}
                </Th>
                <Th title={t('Equity above the allocation, since the pool was last flat there')}>PnL</Th>
                <Th
                  className="max-md:hidden"
                  title={t(
                    'Of the largest position that opening trades may give the pool. At 100 % it takes no more on that side.',
                  )}
                >
                  {t('Room used')}
                </Th>
              </tr>
            </thead>
            <tbody>
              {exposures.length === 0 ? (
                <tr>
                  <td colSpan={6} className="px-3 py-2">
                    <Skeleton className="h-24" />
                  </td>
                </tr>
              ) : (
                exposures.map((exposure) => <ExposureRow key={exposure.market} exposure={exposure} />)
              )}
            </tbody>
          </Table>
        </>
      )}
    </Panel>
  )
}

function ExposureRow({
  exposure: { market, baseSymbol, base, notional, allocation, pnl, used },
}: {
  exposure: Exposure
}) {
  const position = formatNumber(formatUnits(base, BASE_DECIMALS), { sign: true, max: 4, suffix: ` ${baseSymbol}` })
  const shownPnl = formatUsd(quoteText(pnl), { sign: true })
  return (
    <tr>
      <Td>{market}</Td>
      <Td className={signColor(position)}>{base === 0n ? t('flat') : position}</Td>
      <Td>{formatUsd(quoteText(notional))}</Td>
      <Td className="max-md:hidden">{formatUsd(quoteText(allocation))}</Td>
      <Td className={signColor(shownPnl)}>{shownPnl}</Td>
      <Td className="max-md:hidden">{used === null ? NO_VALUE : formatPercent(used, 1)}</Td>
    </tr>
  )
}

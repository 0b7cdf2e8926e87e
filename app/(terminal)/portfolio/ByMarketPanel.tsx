'use client'
import Link from 'next/link'
import { t, word } from '#app/i18n/t.ts'
import { formatPercent, signColor } from '#app/ui/format.ts'
import { Heads } from '#app/ui/Heads.tsx'
import { inOrder, type SortKey, useSorting } from '#app/ui/sorting.ts'
import { EmptyState } from '#app/ui/states.tsx'
import { Table, Td } from '#app/ui/Table.tsx'
import type { StatisticsDto } from '#server/portfolio/schema.ts'
import { derive, toQuote, usd } from './figures.ts'
import { Panel } from './Panel.tsx'
import type { useStatistics } from './queries.ts'

const HEADS = [
  ['market', word('Market')],
  ['trades', word('Trades')],
  ['win', word('Win')],
  ['fees', word('Fees')],
  ['funding', word('Funding')],
  ['net', word('PnL')],
] as const
type HeadId = (typeof HEADS)[number][0]

/** The same sums, market by market. */
export function ByMarketPanel({ asked }: { asked: ReturnType<typeof useStatistics> }) {
  const sorter = useSorting<HeadId>()
  return (
    <Panel title={t('By market')} asked={asked}>
      {([, ...markets]) =>
        markets.length === 0 ? (
          <EmptyState title={t('No market traded in this time')} />
        ) : (
          <div className="overflow-x-auto">
            <Table label={t('By market')}>
              <thead>
                <tr>
                  <Heads
                    sorter={sorter}
                    heads={HEADS.map(([id, head]) => ({
                      id,
                      head: t(head),
                      className: '!px-1.5 first:!pl-0 last:!pr-0',
                    }))}
                  />
                </tr>
              </thead>
              <tbody>
                {inOrder(markets, sorter.sorted, keyOf).map((sums) => (
                  <Row key={sums.market} sums={sums} />
                ))}
              </tbody>
            </Table>
          </div>
        )
      }
    </Panel>
  )
}

function keyOf(sums: StatisticsDto, by: HeadId): SortKey {
  if (by === 'market') return sums.market ?? ''
  if (by === 'trades') return sums.trades
  if (by === 'win') return Number(derive(sums).winRate ?? -1)
  return by === 'fees' ? -toQuote(sums.fees) : toQuote(sums[by])
}

function Row({ sums }: { sums: StatisticsDto }) {
  const { winRate } = derive(sums)
  const [fees, funding, net] = [usd(-toQuote(sums.fees)), usd(toQuote(sums.funding)), usd(toQuote(sums.net))]
  return (
    <tr>
      <Td className="!pl-0">
        <Link href={`/trade/${sums.market}`} className="hover:underline">
          {sums.market}
        </Link>
      </Td>
      <Td className="!px-1.5">{sums.trades}</Td>
      <Td className="!px-1.5">{formatPercent(winRate, 0)}</Td>
      <Td className="!px-1.5 text-muted">{fees}</Td>
      <Td className={`!px-1.5 ${signColor(funding)}`}>{funding}</Td>
      <Td className={`!pr-0 !pl-1.5 ${signColor(net)}`}>{net}</Td>
    </tr>
  )
}

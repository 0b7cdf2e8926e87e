'use client'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useState } from 'react'
import { useMarketIds } from '#app/data/markets.ts'
import { useUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Tabs } from '#app/ui/Tabs.tsx'
import { useLoaded } from '#app/ui/use-loaded.ts'
import type { MarketId, Side } from '#server/exchange/schema.ts'
import { ExportButton } from '../account/ExportButton.tsx'
import { TableSkeleton } from '../account/TableSkeleton.tsx'
import { HeldPositions } from './HeldPositions.tsx'

const TABS = ['positions', 'orders', 'fills', 'funding', 'liquidations', 'transfers'] as const
type Tab = (typeof TABS)[number]
const load = () => import('../account/HistoryTables.tsx')

/** What the account holds and all that has happened to it, page by page. */
export function ActivityPanel({ authority }: { authority: string }) {
  const [tab, setTab] = useQueryState('activity', parseAsStringLiteral(TABS).withDefault('positions'))
  const [market, setMarket] = useState<MarketId | null>(null)
  const [side, setSide] = useState<Side | null>(null)
  const markets = useMarketIds()
  const held = useUser(authority, ({ subAccounts }) => subAccounts.flatMap(({ positions }) => positions).length)
  return (
    <section aria-label={t('Activity')} className="bg-panel">
      <Tabs
        label={t('Activity')}
        value={tab}
        onChange={(next) => void setTab(next)}
        panelClassName="h-[420px] max-md:h-auto max-md:min-h-60"
        items={[
          { value: 'positions', label: t('Positions'), count: held },
          { value: 'orders', label: t('Orders') },
          { value: 'fills', label: t('Fills') },
          { value: 'funding', label: t('Funding') },
          { value: 'liquidations', label: t('Liquidations') },
          { value: 'transfers', label: t('Transfers') },
        ]}
        trailing={
          <>
            {tab !== 'transfers' && (
              <SelectMenu
                label={t('Markets shown')}
                align="end"
                value={market ?? ''}
                onChange={(next) => setMarket(next === '' ? null : next)}
                triggerClassName="text-muted"
                items={[{ value: '', label: t('All markets') }, ...markets.map((value) => ({ value, label: value }))]}
              />
            )}
            {(tab === 'orders' || tab === 'fills' || tab === 'liquidations') && (
              <SelectMenu
                label={t('Sides shown')}
                align="end"
                value={side ?? 'both'}
                onChange={(next) => setSide(next === 'both' ? null : next)}
                triggerClassName="text-muted"
                items={[
                  { value: 'both', label: t('Both sides') },
                  { value: 'buy', label: t('Buys') },
                  { value: 'sell', label: t('Sells') },
                ]}
              />
            )}
            {tab !== 'positions' && <ExportButton kind={tab} market={market} authority={authority} />}
          </>
        }
      >
        <TabPanel tab={tab} authority={authority} market={market} side={side} />
      </Tabs>
    </section>
  )
}

type TabProps = { tab: Tab; authority: string; market: MarketId | null; side: Side | null }

function TabPanel({ tab, ...shown }: TabProps) {
  const tables = useLoaded(load, tab !== 'positions')
  if (tab === 'positions') return <HeldPositions authority={shown.authority} market={shown.market} />
  if (tables === undefined) return <TableSkeleton />
  switch (tab) {
    case 'orders':
      return <tables.OrderHistoryTable {...shown} />
    case 'fills':
      return <tables.FillsTable {...shown} />
    case 'funding':
      return <tables.FundingTable {...shown} />
    case 'liquidations':
      return <tables.LiquidationsTable {...shown} />
    case 'transfers':
      return <tables.TransfersTable authority={shown.authority} />
  }
}

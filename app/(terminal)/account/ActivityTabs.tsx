'use client'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useState } from 'react'
import { t } from '#app/i18n/t.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { EmptyState } from '#app/ui/states.tsx'
import { Tabs } from '#app/ui/Tabs.tsx'
import { useLoaded } from '#app/ui/use-loaded.ts'
import { useWallet } from '#app/wallet/store.ts'
import type { MarketId, SubAccountDto } from '#server/exchange/schema.ts'
import { PanelHandle } from '../workspace/PanelBar.tsx'
import { ActivityActions } from './ActivityActions.tsx'
import { useChartLines } from './chart-lines.ts'
import { Editors } from './Editors.tsx'
import { OrdersTable } from './OrdersTable.tsx'
import { PositionsTable } from './PositionsTable.tsx'
import { usePending } from './pending.ts'
import { TableSkeleton } from './TableSkeleton.tsx'
import { useSubAccount } from './use-portfolio.ts'

const TABS = ['positions', 'orders', 'fills', 'funding', 'liquidations', 'transfers'] as const
export type ActivityTab = (typeof TABS)[number]

/** What the account holds, has open and has done, with what can be done about it. */
export function ActivityTabs({ market }: { market: MarketId }) {
  const [tab, setTab] = useQueryState('activity', parseAsStringLiteral(TABS).withDefault('positions'))
  const [scope, setScope] = useState<'all' | 'market'>('all')
  const address = useWallet((wallet) => wallet.address)
  const restoring = useWallet((wallet) => wallet.status === 'restoring')
  const subAccount = useSubAccount()
  const sent = usePending((state) => state.orders)
  useChartLines(market, subAccount ?? null)

  const only = scope === 'all' ? null : market
  const positions = positionsOf(subAccount, only)
  const orders = subAccount?.orders ?? []
  const pending = sent.filter(({ clientId }) => !orders.some((order) => order.clientId === clientId))
  return (
    <>
      <Tabs
        label={t('Activity')}
        value={tab}
        onChange={(next) => void setTab(next)}
        className="min-h-0 flex-1"
        panelClassName="overflow-auto"
        items={[
          { value: 'positions', label: t('Positions'), count: positions.length },
          { value: 'orders', label: t('Orders'), count: orders.length + pending.length },
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
                value={scope}
                onChange={setScope}
                triggerClassName="text-muted max-md:hidden"
                items={[
                  { value: 'all', label: t('All markets') },
                  { value: 'market', label: market },
                ]}
              />
            )}
            <ActivityActions tab={tab} market={only} subAccount={subAccount ?? null} />
            <PanelHandle />
          </>
        }
      >
        {restoring ? (
          <TableSkeleton />
        ) : address === null ? (
          <EmptyState title={t('No wallet connected')}>
            {t('Connect a wallet to see its positions, orders and history.')}
          </EmptyState>
        ) : (
          <ActivityPanel tab={tab} market={only} authority={address} subAccount={subAccount} />
        )}
      </Tabs>
      {subAccount != null && <Editors subAccount={subAccount} />}
    </>
  )
}

function positionsOf(
  subAccount: SubAccountDto | null | undefined,
  market: MarketId | null,
): SubAccountDto['positions'] {
  return (subAccount?.positions ?? []).filter(
    (position) => position.base !== '0' && (market === null || position.market === market),
  )
}

type PanelProps = {
  tab: ActivityTab
  market: MarketId | null
  authority: string
  subAccount: SubAccountDto | null | undefined
}

function ActivityPanel({ tab, market, authority, subAccount }: PanelProps) {
  switch (tab) {
    case 'positions':
      return (
        <PositionsTable
          positions={positionsOf(subAccount, market)}
          orders={subAccount?.orders ?? []}
          loading={subAccount === undefined}
        />
      )
    case 'orders':
      return <OrdersTable orders={subAccount?.orders ?? []} market={market} loading={subAccount === undefined} />
    default:
      return <HistoryTab tab={tab} authority={authority} market={market} />
  }
}

const loadHistory = () => import('./HistoryTables.tsx')
type HistoryTabProps = Omit<PanelProps, 'subAccount' | 'tab'> & { tab: Exclude<ActivityTab, 'positions' | 'orders'> }

/** What has happened: its tables' script comes with the first tab of it. */
function HistoryTab({ tab, authority, market }: HistoryTabProps) {
  const tables = useLoaded(loadHistory, true)
  if (tables === undefined) return <TableSkeleton />
  switch (tab) {
    case 'fills':
      return <tables.FillsTable authority={authority} market={market} />
    case 'funding':
      return <tables.FundingTable authority={authority} market={market} />
    case 'liquidations':
      return <tables.LiquidationsTable authority={authority} market={market} />
    case 'transfers':
      return <tables.TransfersTable authority={authority} />
  }
}

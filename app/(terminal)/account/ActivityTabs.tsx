'use client'
import { useEffect, useState } from 'react'
import { t } from '#app/i18n/t.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { EmptyState } from '#app/ui/states.tsx'
import { Tabs } from '#app/ui/Tabs.tsx'
import { useLoaded } from '#app/ui/use-loaded.ts'
import { useWallet } from '#app/wallet/store.ts'
import type { MarketId, Side, SubAccountDto } from '#server/exchange/schema.ts'
import { isRunning, useShownTwaps, useTwaps } from '../twap/store.ts'
import { PanelHandle } from '../workspace/PanelBar.tsx'
import { ActivityActions } from './ActivityActions.tsx'
import { useChartLines } from './chart-lines.ts'
import { Editors } from './Editors.tsx'
import { ACTIVITY, type ActivityTab, History, hasSides, SideMenu, TAB_LABELS, useActivityTab } from './history.tsx'
import { OrdersTable } from './OrdersTable.tsx'
import { PositionsTable } from './PositionsTable.tsx'
import { usePending } from './pending.ts'
import { TableSkeleton } from './TableSkeleton.tsx'
import { useSubAccount } from './use-portfolio.ts'

/** What the account holds, has open and has done, with what can be done about it. */
export function ActivityTabs({ market }: { market: MarketId }) {
  const [tab, setTab] = useActivityTab()
  const [scope, setScope] = useState<'all' | 'market'>('all')
  const [side, setSide] = useState<Side | null>(null)
  const address = useWallet((wallet) => wallet.address)
  const restoring = useWallet((wallet) => wallet.status === 'restoring')
  const subAccount = useSubAccount()
  const sent = usePending((state) => state.orders)
  useChartLines(market, subAccount ?? null)
  useEffect(useTwaps.follow, [])

  const only = scope === 'all' ? null : market
  const positions = positionsOf(subAccount, only)
  const orders = subAccount?.orders ?? []
  const pending = sent.filter(({ clientId }) => !orders.some((order) => order.clientId === clientId))
  const twaps = useShownTwaps({ authority: address, subAccountId: subAccount?.id, market: only })
  const counts: Partial<Record<ActivityTab, number>> = {
    positions: positions.length,
    orders: orders.length + pending.length,
    twap: twaps.filter(isRunning).length,
  }
  return (
    <>
      <Tabs
        label={t('Activity')}
        value={tab}
        onChange={setTab}
        className="min-h-0 flex-1"
        panelClassName="overflow-auto"
        items={ACTIVITY.map((value) => ({ value, label: t(TAB_LABELS[value]), count: counts[value] }))}
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
            {hasSides(tab) && <SideMenu side={side} onChange={setSide} />}
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
          <ActivityPanel tab={tab} market={only} side={side} authority={address} subAccount={subAccount} />
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
  side: Side | null
  authority: string
  subAccount: SubAccountDto | null | undefined
}

const loadTwaps = () => import('../twap/TwapTable.tsx')

function ActivityPanel({ tab, market, side, authority, subAccount }: PanelProps) {
  const twaps = useLoaded(loadTwaps, tab === 'twap')
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
    case 'twap':
      if (twaps === undefined || subAccount === undefined) return <TableSkeleton />
      return <twaps.TwapTable authority={authority} subAccountId={subAccount?.id} market={market} />
    default:
      return <History tab={tab} authority={authority} market={market} side={side} />
  }
}

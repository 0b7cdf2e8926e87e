'use client'
import { useState } from 'react'
import { useMarketIds } from '#app/data/markets.ts'
import { useUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Tabs } from '#app/ui/Tabs.tsx'
import type { MarketId, Side } from '#server/exchange/schema.ts'
import { ExportButton } from '../account/ExportButton.tsx'
import { ACTIVITY, History, hasSides, SideMenu, TAB_LABELS, useActivityTab } from '../account/history.tsx'
import { HeldPositions } from './HeldPositions.tsx'

const TABS = ACTIVITY.filter((tab) => tab !== 'twap')

/** What the account holds and all that has happened to it, page by page. */
export function ActivityPanel({ authority }: { authority: string }) {
  const [asked, setTab] = useActivityTab()
  // What a browser sends over time is shown where it is sent.
  const tab = asked === 'twap' ? 'orders' : asked
  const [market, setMarket] = useState<MarketId | null>(null)
  const [side, setSide] = useState<Side | null>(null)
  const markets = useMarketIds()
  const held = useUser(authority, ({ subAccounts }) => subAccounts.flatMap(({ positions }) => positions).length)
  return (
    <section aria-label={t('Activity')} className="bg-panel">
      <Tabs
        label={t('Activity')}
        value={tab}
        onChange={setTab}
        panelClassName="h-[420px] max-md:h-auto max-md:min-h-60"
        items={TABS.map((value) => ({
          value,
          label: t(TAB_LABELS[value]),
          count: value === 'positions' ? held : undefined,
        }))}
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
            {(tab === 'orders' || hasSides(tab)) && <SideMenu side={side} onChange={setSide} />}
            {tab !== 'positions' && <ExportButton kind={tab} market={market} authority={authority} />}
          </>
        }
      >
        {tab === 'positions' ? (
          <HeldPositions authority={authority} market={market} />
        ) : (
          <History tab={tab} authority={authority} market={market} side={side} />
        )}
      </Tabs>
    </section>
  )
}

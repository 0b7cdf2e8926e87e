'use client'
import { useMarket } from '../../data/market.tsx'
import { useSetSettings } from '../../data/SettingsProvider.tsx'
import { t } from '../../i18n/t.ts'
import { formatPrice } from '../../ui/format.ts'
import { SelectMenu } from '../../ui/Menu.tsx'
import { PanelBar } from '../workspace/PanelBar.tsx'
import { Book, useGrouping } from './Book.tsx'

/** The order book, docked. */
export function BookPanel({ market }: { market: string }) {
  return (
    <section aria-label={t('Order book')} className="flex h-full min-h-0 flex-col bg-panel">
      <PanelBar>
        <GroupingMenu market={market} />
      </PanelBar>
      <Book market={market} />
    </section>
  )
}

export function GroupingMenu({ market }: { market: string }) {
  const groups = useGrouping(market)
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const set = useSetSettings()
  if (groups === undefined || tickSize === undefined) return null
  return (
    <SelectMenu
      label={t('Price step of the book')}
      align="end"
      items={groups.offered.map((step) => ({ value: step, label: formatPrice(step, tickSize) }))}
      value={groups.grouping}
      onChange={(step) => set(({ bookGrouping }) => ({ bookGrouping: { ...bookGrouping, [market]: step } }))}
      triggerClassName="text-muted"
    />
  )
}

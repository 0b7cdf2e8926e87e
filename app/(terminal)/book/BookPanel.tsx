'use client'
import { useState } from 'react'
import { useMarket } from '../../data/market.tsx'
import { useSetSettings } from '../../data/SettingsProvider.tsx'
import { formatPrice } from '../../ui/format.ts'
import { SelectMenu } from '../../ui/Menu.tsx'
import { Tabs } from '../../ui/Tabs.tsx'
import { Book, useGrouping } from './Book.tsx'
import { Trades } from './Trades.tsx'

const ITEMS = [
  { value: 'book', label: 'Book' },
  { value: 'trades', label: 'Trades' },
] as const

/** Order book and latest trades, one behind the other. */
export function BookPanel({ market }: { market: string }) {
  const [tab, setTab] = useState<'book' | 'trades'>('book')
  return (
    <section aria-label="Order book and trades" className="flex h-full min-h-0 flex-col bg-panel">
      <Tabs
        label="Order book or trades"
        items={ITEMS}
        value={tab}
        onChange={setTab}
        className="flex-1"
        trailing={tab === 'book' && <GroupingMenu market={market} />}
      >
        {tab === 'book' ? <Book market={market} /> : <Trades market={market} />}
      </Tabs>
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
      label="Price step of the book"
      align="end"
      items={groups.offered.map((step) => ({ value: step, label: formatPrice(step, tickSize) }))}
      value={groups.grouping}
      onChange={(step) => set(({ bookGrouping }) => ({ bookGrouping: { ...bookGrouping, [market]: step } }))}
      triggerClassName="text-muted"
    />
  )
}

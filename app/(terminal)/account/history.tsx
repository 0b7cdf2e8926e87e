'use client'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { t, word } from '#app/i18n/t.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { useLoaded } from '#app/ui/use-loaded.ts'
import type { Side } from '#server/exchange/schema.ts'
import type { HistoryProps } from './HistoryTables.tsx'
import { TableSkeleton } from './TableSkeleton.tsx'

/*
 * The tabs of what an account holds, has open and has done, in the terminal and in the portfolio: which there are, what
 * they are called, and those of them that show the same in both.
 */

export const ACTIVITY = ['positions', 'orders', 'twap', 'fills', 'funding', 'liquidations', 'transfers'] as const
export type ActivityTab = (typeof ACTIVITY)[number]
export type HistoryTab = Exclude<ActivityTab, 'positions' | 'orders' | 'twap'>

export const TAB_LABELS: Readonly<Record<ActivityTab, string>> = {
  positions: word('Positions'),
  orders: word('Orders'),
  twap: word('TWAP'),
  fills: word('Fills'),
  funding: word('Funding'),
  liquidations: word('Liquidations'),
  transfers: word('Transfers'),
}

/** The tab in front, kept in the address. */
export function useActivityTab(): [ActivityTab, (tab: ActivityTab) => void] {
  const [tab, setTab] = useQueryState('activity', parseAsStringLiteral(ACTIVITY).withDefault('positions'))
  return [tab, (next) => void setTab(next)]
}

const SIDED: readonly ActivityTab[] = ['fills', 'liquidations']
export const hasSides = (tab: ActivityTab): boolean => SIDED.includes(tab)

/** Buys, sells, or both. */
export function SideMenu({ side, onChange }: { side: Side | null; onChange: (side: Side | null) => void }) {
  return (
    <SelectMenu
      label={t('Sides shown')}
      align="end"
      value={side ?? 'both'}
      onChange={(next) => onChange(next === 'both' ? null : next)}
      triggerClassName="text-muted max-md:hidden"
      items={[
        { value: 'both', label: t('Both sides') },
        { value: 'buy', label: t('Buys') },
        { value: 'sell', label: t('Sells') },
      ]}
    />
  )
}

const load = () => import('./HistoryTables.tsx')

/** What has happened: its tables' script comes with the first tab of it. */
export function History({ tab, ...shown }: HistoryProps & { tab: HistoryTab | 'orders' }) {
  const tables = useLoaded(load, true)
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

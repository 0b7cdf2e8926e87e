'use client'
import { ChevronDown } from 'lucide-react'
import { lazy } from 'react'
import { t } from '../../i18n/t.ts'
import { cx } from '../../ui/cx.ts'
import { CoinIcon } from '../../ui/icons.tsx'
import { OnIntent } from '../../ui/OnIntent.tsx'
import { MaxLeverage, symbolOf } from './market-name.tsx'

const load = () => import('./MarketList.tsx')
const OpenedMarketList = lazy(async () => ({ default: (await load()).OpenedMarketList }))

/** The market's name; opens the list of all, with search. */
export function MarketSwitcher({ market, compact = false }: { market: string; compact?: boolean }) {
  const label = t('Change market')
  const className = cx(
    '-mx-2 flex h-9 shrink-0 items-center whitespace-nowrap rounded-md px-2 font-semibold text-lg hover:bg-hover data-popup-open:bg-hover',
    compact ? 'gap-1.5' : 'gap-2.5',
  )
  const trigger = (
    <>
      {!compact && <CoinIcon symbol={symbolOf(market)} />}
      {market}
      <MaxLeverage market={market} />
      <ChevronDown aria-hidden className="size-3.5 text-faint" />
    </>
  )
  return (
    <OnIntent preload={load} popup="menu" label={label} trigger={trigger} className={className}>
      <OpenedMarketList market={market} label={label} trigger={trigger} className={className} />
    </OnIntent>
  )
}

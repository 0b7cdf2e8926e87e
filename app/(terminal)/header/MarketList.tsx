'use client'
import { Menu as Base } from '@base-ui/react/menu'
import { Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { useMarket } from '../../data/market.tsx'
import { useMarketIds } from '../../data/markets.ts'
import { useSettings } from '../../data/SettingsProvider.tsx'
import { t } from '../../i18n/t.ts'
import { cx } from '../../ui/cx.ts'
import { formatCompact } from '../../ui/format.ts'
import { CoinIcon } from '../../ui/icons.tsx'
import { POPUP } from '../../ui/popup/menu.tsx'
import { useOpenOnce } from '../../ui/popup/use-open-once.ts'
import { FundingRate } from './FundingFigures.tsx'
import { MaxLeverage, symbolOf } from './market-name.tsx'
import { ChangePercent, LastPrice } from './price-figures.tsx'

const GRID = 'grid grid-cols-[minmax(150px,1fr)_84px_72px_72px_72px] items-center gap-2 px-2'

type OpenedListProps = { market: string; label: string; trigger: ReactNode; className: string }

/** The list of all markets, with search; open from its first render. */
export function OpenedMarketList({ market, label, trigger, className }: OpenedListProps) {
  const router = useRouter()
  const favourites = useSettings((settings) => settings.favourites)
  const ids = useMarketIds().toSorted((a, b) => Number(favourites.includes(b)) - Number(favourites.includes(a)))
  const button = useOpenOnce()
  return (
    <Base.FilterProvider autoHighlight>
      <Base.Root>
        <Base.Trigger ref={button} className={className}>
          <span className="sr-only">{label}: </span>
          {trigger}
        </Base.Trigger>
        <Base.Portal>
          <Base.Positioner align="start" sideOffset={6} className="z-50 max-w-[calc(100vw-16px)]">
            <Base.Popup className={cx(POPUP, 'w-[510px] max-w-full overflow-x-auto p-2')}>
              <div className="mb-2 flex h-8 items-center gap-2 rounded-md bg-panel px-2.5 text-faint focus-within:outline-1 focus-within:outline-accent">
                <Search aria-hidden className="size-3.5" />
                <Base.Input
                  aria-label={t('Find a market')}
                  placeholder={t('Find a market')}
                  className="w-full bg-transparent text-text outline-none placeholder:text-faint"
                />
              </div>
              <div aria-hidden className={cx(GRID, 'h-6 text-faint text-xs')}>
                <span>{t('Market')}</span>
                <span className="text-right">{t('Price')}</span>
                <span className="text-right">{t('24 h')}</span>
                <span className="text-right">{t('Funding')}</span>
                <span className="text-right">{t('Volume')}</span>
              </div>
              <Base.Empty className="p-3 text-center text-faint empty:hidden">
                {t('No market of that name.')}
              </Base.Empty>
              <Base.List>
                {ids.map((id) => (
                  <Base.Item
                    key={id}
                    label={id}
                    onClick={() => router.push(`/trade/${id}`)}
                    className={cx(
                      GRID,
                      'h-9 select-none rounded-sm text-right outline-none data-highlighted:bg-hover',
                      id === market && 'bg-panel',
                    )}
                  >
                    <span className="flex items-center gap-2 whitespace-nowrap text-left font-medium">
                      <CoinIcon symbol={symbolOf(id)} className="size-5" />
                      {id}
                      <MaxLeverage market={id} />
                    </span>
                    <LastPrice market={id} className="!font-medium" />
                    <ChangePercent market={id} />
                    <FundingRate market={id} />
                    <Volume market={id} />
                  </Base.Item>
                ))}
              </Base.List>
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </Base.FilterProvider>
  )
}

function Volume({ market }: { market: string }) {
  return (
    <span className="text-muted">{useMarket(market, (m) => formatCompact(m.stats.volume24h, { prefix: '$' }))}</span>
  )
}

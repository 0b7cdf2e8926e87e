'use client'
import { Star } from 'lucide-react'
import Link from 'next/link'
import { useMarket } from '#app/data/market.tsx'
import { useSetSettings, useSettings } from '#app/data/SettingsProvider.tsx'
import { rich, t, word } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { formatCompact, formatPercent } from '#app/ui/format.ts'
import { CoinIcon } from '#app/ui/icons.tsx'
import { Sparkline } from '#app/ui/Sparkline.tsx'
import { Td } from '#app/ui/Table.tsx'
import { Tag } from '#app/ui/Tag.tsx'
import { formatUnits, parseUnits } from '#client/units.ts'
import type { MarketStatus } from '#server/exchange/schema.ts'
import { FundingRate } from '../header/FundingFigures.tsx'
import { MaxLeverage, symbolOf } from '../header/market-name.tsx'
import { ChangePercent, LastPrice, OpenInterest } from '../header/price-figures.tsx'

const STATUS: Record<MarketStatus, string | null> = {
  active: null,
  reduceOnly: word('Reduce only'),
  settling: word('Winding down'),
  paused: word('Paused'),
}
const RATE_DECIMALS = 12
const HOURS_A_YEAR = 8_760n

/** One market; the whole row leads to its terminal, the star keeps it. */
export function MarketRow({ market, day }: { market: string; day: string[] | undefined }) {
  const status = useMarket(market, (m) => m.status)
  const notice = status === undefined ? null : STATUS[status]
  return (
    <tr className="relative hover:bg-raised has-[a:focus-visible]:bg-raised">
      <Td className="h-12! pl-2!">
        <span className="flex items-center gap-1">
          <FavouriteStar market={market} />
          <CoinIcon symbol={symbolOf(market)} />
          <span className="ml-1.5 grid gap-0.5">
            <span className="flex items-center gap-2">
              <Link
                href={`/trade/${market}`}
                prefetch={false}
                className="font-semibold text-md after:absolute after:inset-0 focus-visible:outline-none"
              >
                {market}
              </Link>
              <MaxLeverage market={market} />
              {notice !== null && <Tag tone="warn">{t(notice)}</Tag>}
            </span>
            <span className="text-faint text-xs md:hidden">
              {rich('Vol {volume} · OI {openInterest}', {
                volume: <Volume market={market} />,
                openInterest: <OpenInterest market={market} />,
              })}
            </span>
          </span>
        </span>
      </Td>
      <Td>
        <span className="inline-grid justify-items-end">
          <LastPrice market={market} className="font-medium! text-md" />
          <span className="text-xs md:hidden">
            <ChangePercent market={market} />
          </span>
        </span>
      </Td>
      <Td className="max-md:hidden">
        <ChangePercent market={market} />
      </Td>
      <Td className="max-md:px-1!">
        {day !== undefined && <Sparkline values={day} className="mx-auto h-7 w-32 max-md:w-16" />}
      </Td>
      <Td className="max-md:hidden">
        <Volume market={market} />
      </Td>
      <Td className="max-md:hidden">
        <OpenInterest market={market} />
      </Td>
      <Td className="pr-4! max-md:hidden">
        <Funding market={market} />
      </Td>
    </tr>
  )
}

function Volume({ market }: { market: string }) {
  return useMarket(market, (m) => formatCompact(m.stats.volume24h, { prefix: '$' })) ?? '…'
}

function Funding({ market }: { market: string }) {
  const yearly = useMarket(market, (m) =>
    formatPercent(formatUnits(parseUnits(m.state.fundingRateHourly, RATE_DECIMALS) * HOURS_A_YEAR, RATE_DECIMALS), 1, {
      sign: true,
    }),
  )
  return (
    <span className="inline-grid justify-items-end">
      <FundingRate market={market} />
      {yearly !== undefined && <span className="text-faint text-xs">{t('{rate} a year', { rate: yearly })}</span>}
    </span>
  )
}

function FavouriteStar({ market }: { market: string }) {
  const on = useSettings((settings) => settings.favourites.includes(market))
  const set = useSetSettings()
  const toggle = () =>
    set(({ favourites }) => ({
      favourites: on ? favourites.filter((known) => known !== market) : [...favourites, market],
    }))
  return (
    <button
      type="button"
      aria-pressed={on}
      aria-label={t('Favourite {market}', { market })}
      onClick={toggle}
      className={cx(
        'relative z-1 grid size-8 place-items-center rounded-md',
        on ? 'text-warn' : 'text-ghost hover:text-text',
      )}
    >
      <Star aria-hidden className={cx('size-4', on && 'fill-current')} />
    </button>
  )
}

'use client'
import Link from 'next/link'
import { useParams } from 'next/navigation'
import { useMarketIds } from '../../data/markets.ts'
import { t } from '../../i18n/t.ts'
import { CoinIcon } from '../../ui/icons.tsx'
import { ChangePercent, LastPrice } from '../header/price-figures.tsx'

/** There is no such market: says so and offers those there are. */
export function UnknownMarket() {
  const { market } = useParams<{ market: string }>()
  const ids = useMarketIds()
  return (
    <div className="grid flex-1 place-content-center gap-4 bg-panel p-6">
      <div className="grid gap-1 text-center">
        <h1 className="font-semibold text-xl">{t('There is no market {market}', { market })}</h1>
        <p className="text-muted">{t('Choose one of the markets of this exchange:')}</p>
      </div>
      <ul className="grid w-80 max-w-full gap-2">
        {ids.map((id) => (
          <li key={id}>
            <Link
              href={`/trade/${id}`}
              className="flex h-11 items-center gap-3 rounded-md bg-raised px-3 hover:bg-hover"
            >
              <CoinIcon symbol={id.split('-')[0] ?? id} />
              <span className="grow font-medium">{id}</span>
              <LastPrice market={id} />
              <ChangePercent market={id} />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

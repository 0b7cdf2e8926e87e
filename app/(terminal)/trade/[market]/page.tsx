import type { Metadata } from 'next'
import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { MarketSeed } from '../../../data/market.tsx'
import { INTERVALS, parseSettings, SETTINGS_COOKIE } from '../../../data/settings.ts'
import { prefetch } from '../../../server-caller.ts'
import { FIRST_CANDLES } from '../../chart/candles.ts'
import { Terminal } from './Terminal.tsx'

type PageProps = {
  params: Promise<{ market: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const FIRST_TRADES = 50

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: (await params).market.toUpperCase() }
}

export default async function TradePage({ params, searchParams }: PageProps) {
  const { market: written } = await params
  const market = written.toUpperCase()
  if (market !== written) redirect(`/trade/${market}`)
  const asked = (await searchParams).interval
  const settings = parseSettings((await cookies()).get(SETTINGS_COOKIE)?.value)
  const interval = INTERVALS.find((known) => known === asked) ?? settings.interval
  const [markets, price, candles, trades] = await Promise.all([
    prefetch((caller) => caller.market.list()),
    prefetch((caller) => caller.oracle.price({ market })),
    prefetch((caller) => caller.market.candles({ market, interval, limit: FIRST_CANDLES })),
    prefetch((caller) => caller.market.trades({ market, limit: FIRST_TRADES })),
  ])
  if (markets !== undefined && !markets.some((known) => known.market === market)) notFound()
  const userAgent = (await headers()).get('user-agent') ?? ''
  return (
    <MarketSeed seed={{ markets: markets ?? [], price, trades }}>
      <Terminal
        key={market}
        market={market}
        firstCandles={candles === undefined ? undefined : { interval, candles }}
        phone={/\bMobi/.test(userAgent)}
      />
    </MarketSeed>
  )
}

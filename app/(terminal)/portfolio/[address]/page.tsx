import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound } from 'next/navigation'
import { t } from '#app/i18n/t.ts'
import { MarketSeed } from '../../../data/market.tsx'
import { parseSettings, SETTINGS_COOKIE } from '../../../data/settings.ts'
import { loadDictionary } from '../../../i18n/load.ts'
import { prefetch } from '../../../server-caller.ts'
import { shorten } from '../../../ui/format.ts'
import { today, yearOf } from '../calendar.ts'
import { FirstAnswers } from '../FirstAnswers.tsx'
import { Portfolio } from '../Portfolio.tsx'
import { DEFAULT_RANGE, RANGES } from '../ranges.ts'
import { Viewed } from './Viewed.tsx'

type PageProps = {
  params: Promise<{ address: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  await loadDictionary()
  return { title: t('Portfolio of {account}', { account: shorten((await params).address) }) }
}

/** Any account, to look at: what is on a chain is for everybody. */
export default async function AddressPage({ params, searchParams }: PageProps) {
  const { address: authority } = await params
  await loadDictionary()
  if (!ADDRESS.test(authority)) notFound()
  const asked = (await searchParams).range
  const range = RANGES.find((known) => known === asked) ?? DEFAULT_RANGE
  const { timeZone } = parseSettings((await cookies()).get(SETTINGS_COOKIE)?.value)
  const renderedAt = Date.now()
  const year = yearOf(today(renderedAt, timeZone))
  const [markets, history, statistics, calendar] = await Promise.all([
    prefetch((caller) => caller.market.list()),
    prefetch((caller) => caller.portfolio.history({ authority, range })),
    prefetch((caller) => caller.portfolio.statistics({ authority, range })),
    prefetch((caller) => caller.portfolio.calendar({ authority, year, timeZone })),
  ])
  return (
    <MarketSeed seed={{ markets: markets ?? [] }}>
      <FirstAnswers first={{ range, history, statistics, year, timeZone, calendar }}>
        <h1 className="sr-only">{t('Portfolio of {account}', { account: authority })}</h1>
        <Viewed authority={authority} />
        <Portfolio key={authority} authority={authority} renderedAt={renderedAt} />
      </FirstAnswers>
    </MarketSeed>
  )
}

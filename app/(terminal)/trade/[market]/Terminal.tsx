'use client'
import dynamic from 'next/dynamic'
import { useEffect, useSyncExternalStore } from 'react'
import { priceStore, useMarket, useSeed } from '../../../data/market.tsx'
import { useMarketList } from '../../../data/markets.ts'
import { LAST_MARKET_COOKIE, writeCookie } from '../../../data/settings.ts'
import { t } from '../../../i18n/t.ts'
import { formatPrice } from '../../../ui/format.ts'
import { ErrorState } from '../../../ui/states.tsx'
import type { FirstCandles } from '../../chart/Chart.tsx'
import { UnknownMarket } from '../UnknownMarket.tsx'
import { DesktopTerminal } from './DesktopTerminal.tsx'

type TerminalProps = { market: string; firstCandles: FirstCandles | undefined; phone: boolean }

/** Apart, so that no desk loads what is for one hand; the server's guess decides which of them the first answer brings. */
const PhoneTerminal = dynamic(async () => (await import('./PhoneTerminal.tsx')).PhoneTerminal)

const PHONE_QUERY = '(max-width: 767.98px)'

function subscribePhone(listener: () => void): () => void {
  const query = matchMedia(PHONE_QUERY)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** The terminal of one market, in the layout of the screen. `phone` is the server's guess for the first paint. */
export function Terminal({ market, firstCandles, phone }: TerminalProps) {
  const isPhone = useSyncExternalStore(
    subscribePhone,
    () => matchMedia(PHONE_QUERY).matches,
    () => phone,
  )
  const list = useMarketList()
  useEffect(() => writeCookie(LAST_MARKET_COOKIE, market), [market])
  if (list.data !== undefined && list.data.length > 0 && !list.data.some((known) => known.market === market)) {
    return <UnknownMarket />
  }
  if (list.isError && list.data === undefined) {
    return (
      <div className="flex flex-1 bg-panel">
        <ErrorState title={t('The exchange does not answer')} onRetry={() => void list.refetch()}>
          {t('{reason}. This page tries again by itself when the exchange is back.', { reason: list.error.message })}
        </ErrorState>
      </div>
    )
  }
  return (
    <>
      <h1 className="sr-only">{t('{market} trading terminal', { market })}</h1>
      <TabTitle market={market} />
      {isPhone ? (
        <PhoneTerminal market={market} firstCandles={firstCandles} />
      ) : (
        <DesktopTerminal market={market} firstCandles={firstCandles} />
      )}
    </>
  )
}

/** A new title costs more than a frame may, so the tab follows the price once a second. */
const TITLE_MS = 1_000

/** The price in the browser's tab, for those who watch it from another one. */
function TabTitle({ market }: { market: string }) {
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const seed = useSeed().price?.price
  useEffect(() => {
    const write = () => {
      const price = priceStore(market).get()?.price ?? seed
      if (price !== undefined && tickSize !== undefined) {
        document.title = `${formatPrice(price, tickSize)} ${market} · QuantDesk`
      }
    }
    write()
    const timer = setInterval(write, TITLE_MS)
    return () => clearInterval(timer)
  }, [market, tickSize, seed])
  return null
}

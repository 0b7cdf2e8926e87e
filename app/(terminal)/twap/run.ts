import { toast } from 'sonner'
import { serverNow } from '#app/data/connection.ts'
import { marketStore, onPrice, priceStore } from '#app/data/market.tsx'
import { t } from '#app/i18n/t.ts'
import { tell } from '../alerts/tell.ts'
import { ends, nextStep, type Twap } from './model.ts'
import { followSlice, recallSlice, sendSlice } from './send-slice.ts'
import { changeTwap, findTwap, useTwaps } from './store.ts'
import { reasonWords, resultWords } from './words.ts'
import { worldOf } from './world.ts'

/** Prices come more often than a step is due. */
const LOOK_MS = 500
const TICK_MS = 1_000

/**
 * Runs the time-weighted orders of a wallet, one step of each at a time. Prices drive it, because a browser slows down the
 * timers of a tab that nobody sees. Only the tab that holds the lock may call it.
 * @returns what stops it, done once nothing is on its way any more: then another tab may go on.
 */
export function runTwaps(authority: string, markets: readonly string[]): () => Promise<void> {
  const busy = new Map<string, Promise<void>>()
  const recalled = new Set<string>()
  let lookedAt = 0
  const step = async (id: string): Promise<void> => {
    const twap = findTwap(id)
    if (twap === undefined) return
    if (twap.current !== null) return followSlice(twap, twap.current)
    if (!recalled.has(id)) {
      if (!(await recallSlice(twap))) recalled.add(id)
      return
    }
    const world = worldOf(twap)
    const next = nextStep(twap, world)
    if (next.do === 'end') {
      changeTwap(id, (now) => ends(now, next.reason))
      tellEnd(id)
    }
    if (next.do === 'send' && world.market !== null) await sendSlice(twap, world.market.index, next)
    const after = findTwap(id)
    if (twap.status === 'running' && after?.status === 'paused' && after.reason !== 'trader') tellPaused(after)
  }
  const look = (): void => {
    const now = Date.now()
    if (now - lookedAt < LOOK_MS) return
    lookedAt = now
    for (const { id, authority: owner, status, current } of useTwaps.getState().twaps) {
      if (owner !== authority || busy.has(id) || (status === 'ended' && current === null)) continue
      // What cannot be asked now is asked at the next look.
      const done = step(id).catch(() => undefined)
      busy.set(
        id,
        done.finally(() => busy.delete(id)),
      )
    }
  }
  const stops = markets.flatMap((market) => [
    // A store is filled only while somebody reads it.
    marketStore(market).subscribe(() => undefined),
    priceStore(market).subscribe(() => undefined),
    onPrice(market, look),
  ])
  const timer = setInterval(look, TICK_MS)
  return async () => {
    clearInterval(timer)
    for (const stop of stops) stop()
    await Promise.all(busy.values())
  }
}

function tellEnd(id: string): void {
  const twap = findTwap(id)
  if (twap === undefined) return
  const [title, text] = [resultWords(twap), reasonWords(twap)]
  notice(twap, title, text, 'info')
  toast.success(title, { description: text })
}

function tellPaused(twap: Twap): void {
  const title = t('TWAP of {market} is paused', { market: twap.market })
  notice(twap, title, reasonWords(twap), 'warning')
  toast.warning(title, { description: reasonWords(twap), duration: Number.POSITIVE_INFINITY, closeButton: true })
}

function notice({ id, market }: Twap, title: string, text: string, severity: 'info' | 'warning'): void {
  const at = serverNow()
  tell({ id: `twap-${id}-${at}`, at, kind: 'fill', severity, market, title, text })
}

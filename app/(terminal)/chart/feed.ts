import { onPrice, onTrade } from '../../data/market.tsx'
import type { Interval } from '../../data/settings.ts'
import { createStore } from '../../data/store.ts'
import { api } from '../../data/trpc.ts'
import {
  type Bar,
  barStart,
  FIRST_CANDLES,
  growBar,
  hasGap,
  mergeBars,
  mergeTail,
  PAGE_CANDLES,
  retryDelay,
  toBar,
  wasSilent,
} from './candles.ts'

export type FeedState = { status: 'loading' | 'ready' | 'empty' | 'error'; error?: string }

/** What the chart draws: everything again, or only the newest of them. */
export type FeedListener = { all: (bars: readonly Bar[]) => void; last: (bars: readonly Bar[]) => void }

const REFRESH_BARS = 120
const REFRESH_PAUSE_MS = 3_000
const ANSWER_WITHIN_MS = 15_000

/**
 * Bars of one market and interval: history by pages, the newest bar live from every price and trade. After a hole (a
 * sleeping computer, a lost line) the tail is asked for again; what fails is tried again, each time a little later.
 */
export function openFeed(
  market: string,
  interval: Interval,
  first: readonly Bar[] | undefined,
  listener: FeedListener,
) {
  const state = createStore<FeedState>({ status: first === undefined ? 'loading' : 'ready' })
  const abort = new AbortController()
  let bars: Bar[] = [...(first ?? [])]
  let complete = false
  let loadingOlder = false
  let refreshedAt = 0
  let pricedAt = Date.now()
  let failures = 0
  let retrying: ReturnType<typeof setTimeout> | undefined

  const load = (limit: number, before?: number) =>
    api.market.candles
      .query(
        { market, interval, limit, ...(before === undefined ? {} : { before }) },
        { signal: AbortSignal.any([abort.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]) },
      )
      .then((candles) => candles.map(toBar))

  const hasLoaded = () => state.get().status === 'ready' || state.get().status === 'empty'

  async function refresh(limit: number): Promise<void> {
    clearTimeout(retrying)
    refreshedAt = Date.now()
    try {
      const loaded = await load(limit)
      bars = mergeTail(bars, loaded)
      failures = 0
      state.set({ status: bars.length === 0 ? 'empty' : 'ready' })
      listener.all(bars)
    } catch (error) {
      if (abort.signal.aborted) return
      failures += 1
      clearTimeout(retrying)
      retrying = setTimeout(() => void refresh(limit), retryDelay(failures))
      // What is drawn stays; only a chart that has nothing says why.
      if (hasLoaded()) return
      state.set({ status: 'error', error: error instanceof Error ? error.message : String(error) })
    }
  }

  async function loadOlder(): Promise<void> {
    const oldest = bars[0]
    if (loadingOlder || complete || oldest === undefined) return
    loadingOlder = true
    try {
      const older = await load(PAGE_CANDLES, oldest.t)
      complete = older.every((bar) => bar.t >= oldest.t)
      bars = mergeBars(older, bars)
      if (!complete) listener.all(bars)
    } catch {
      // The next scroll to the left tries again.
    } finally {
      loadingOlder = false
    }
  }

  function replaceLast(bar: Bar): void {
    const last = bars.at(-1)
    if (last?.t === bar.t) bars[bars.length - 1] = bar
    else bars.push(bar)
    if (state.get().status === 'empty') state.set({ status: 'ready' })
    listener.last(bars)
  }

  const leavePrice = onPrice(market, ({ price, publishedAt }) => {
    if (!hasLoaded()) return
    const last = bars.at(-1)
    const now = Date.now()
    const missed = hasGap(last, publishedAt, interval) || wasSilent(now - pricedAt)
    pricedAt = now
    if (missed && now - refreshedAt > REFRESH_PAUSE_MS) void refresh(REFRESH_BARS)
    const grown = growBar(last, Number(price), publishedAt, interval)
    if (grown !== undefined) replaceLast(grown)
  })

  const leaveTrade = onTrade(market, ({ size, at }) => {
    const last = bars.at(-1)
    if (last !== undefined && last.t === barStart(at, interval)) replaceLast({ ...last, v: last.v + Number(size) })
  })

  if (first === undefined) void refresh(FIRST_CANDLES)
  else listener.all(bars)

  return {
    state,
    loadOlder,
    retry: () => {
      failures = 0
      state.set({ status: 'loading' })
      void refresh(FIRST_CANDLES)
    },
    close: () => {
      abort.abort()
      clearTimeout(retrying)
      leavePrice()
      leaveTrade()
    },
  }
}

export type Feed = ReturnType<typeof openFeed>

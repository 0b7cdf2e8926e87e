import { onPrice, onTrade } from '../../data/market.tsx'
import type { Interval } from '../../data/settings.ts'
import { createStore } from '../../data/store.ts'
import { api } from '../../data/trpc.ts'
import { type Bar, barStart, FIRST_CANDLES, growBar, hasGap, mergeBars, PAGE_CANDLES, toBar } from './candles.ts'

export type FeedState = { status: 'loading' | 'ready' | 'empty' | 'error'; error?: string }

/** What the chart draws: everything again, or only the newest bar. */
export type FeedListener = { all: (bars: readonly Bar[]) => void; last: (bar: Bar) => void }

const REFRESH_BARS = 120
const REFRESH_PAUSE_MS = 3_000

/**
 * Bars of one market and interval: history by pages, the newest bar live from every price and trade. After a hole (a
 * sleeping computer, a lost line) the tail is asked for again.
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

  const load = (limit: number, before?: number) =>
    api.market.candles
      .query({ market, interval, limit, ...(before === undefined ? {} : { before }) }, { signal: abort.signal })
      .then((candles) => candles.map(toBar))

  async function refresh(limit: number): Promise<void> {
    refreshedAt = Date.now()
    try {
      bars = mergeBars(bars, await load(limit))
      state.set({ status: bars.length === 0 ? 'empty' : 'ready' })
      listener.all(bars)
    } catch (error) {
      if (abort.signal.aborted || bars.length > 0) return
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
    listener.last(bar)
  }

  const leavePrice = onPrice(market, ({ price, publishedAt }) => {
    if (state.get().status === 'loading') return
    const last = bars.at(-1)
    if (hasGap(last, publishedAt, interval) && Date.now() - refreshedAt > REFRESH_PAUSE_MS) void refresh(REFRESH_BARS)
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
      state.set({ status: 'loading' })
      void refresh(FIRST_CANDLES)
    },
    close: () => {
      abort.abort()
      leavePrice()
      leaveTrade()
    },
  }
}

export type Feed = ReturnType<typeof openFeed>

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SourcePrice } from '../price.ts'
import { replaySource } from './source.ts'

const START = Date.UTC(2026, 10, 21, 12)
const feeds = [
  { market: 'SOL-PERP', feedId: 'sol', symbol: 'SOL' },
  { market: 'BTC-PERP', feedId: 'btc', symbol: 'BTC' },
]

describe('the replay source', () => {
  beforeEach(() => vi.useFakeTimers({ now: START + 130 }))
  afterEach(() => vi.useRealTimers())

  const play = () => {
    const heard: SourcePrice[] = []
    const stopping = new AbortController()
    const { source, history } = replaySource(feeds, { now: () => Date.now() })
    const ended = source.connect(
      { onPrice: (price) => heard.push(price), onAlive: () => {}, onRefused: () => {}, isNeeded: () => true },
      stopping.signal,
    )
    const times = (feedId = 'sol') =>
      heard.filter((price) => price.feedId === feedId).map(({ publishedAt }) => publishedAt - START)
    return { history, heard, times, stop: () => stopping.abort(), ended }
  }

  it('gives every market a price at once, then two a second on the half second', async () => {
    const { times, stop } = play()
    expect([times('sol'), times('btc')]).toEqual([[0], [0]])
    await vi.advanceTimersByTimeAsync(1_500)
    expect([times('sol'), times('btc')]).toEqual([
      [0, 500, 1_000, 1_500],
      [0, 500, 1_000, 1_500],
    ])
    stop()
  })

  it('makes up for a busy moment and skips what a sleeping machine missed', async () => {
    const { times, stop } = play()
    vi.setSystemTime(START + 2_000)
    await vi.advanceTimersToNextTimerAsync()
    expect(times().slice(0, 5)).toEqual([0, 500, 1_000, 1_500, 2_000])
    vi.setSystemTime(START + 3_600_000)
    await vi.advanceTimersToNextTimerAsync()
    const afterSleep = times().filter((at) => at > 3_000)
    expect(afterSleep[0]).toBeGreaterThan(3_600_000 - 10_000)
    expect(afterSleep.at(-1)).toBeGreaterThanOrEqual(3_600_000)
    stop()
  })

  it('plays what its history tells', async () => {
    const { history, heard, stop } = play()
    await vi.advanceTimersByTimeAsync(60_000)
    stop()
    const told = [...history.ticks('BTC-PERP', START, START + 60_001)]
    expect(
      heard.filter(({ feedId }) => feedId === 'btc').map(({ publishedAt, price }) => ({ publishedAt, price })),
    ).toEqual(told)
  })

  it('ends when it is told to', async () => {
    const { heard, stop, ended } = play()
    stop()
    await ended
    const count = heard.length
    await vi.advanceTimersByTimeAsync(5_000)
    expect(heard.length).toBe(count)
  })

  it('names what it has no recording of', async () => {
    const { history, stop } = play()
    await expect(history.minutes('DOGE-PERP', START, START + 1)).rejects.toThrow(/no recording of DOGE-PERP/)
    stop()
  })
})

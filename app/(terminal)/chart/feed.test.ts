import { afterEach, beforeEach, expect, test, vi } from 'vitest'

type Price = { price: string; publishedAt: number }
const fake = vi.hoisted(() => ({ query: vi.fn(), price: (_: Price) => {} }))

vi.mock('../../data/trpc.ts', () => ({ api: { market: { candles: { query: fake.query } } } }))
vi.mock('../../data/market.tsx', () => ({
  onPrice: (_: string, handler: (price: Price) => void) => {
    fake.price = handler
    return () => {}
  },
  onTrade: () => () => {},
}))

const { openFeed } = await import('./feed.ts')

const candle = (h: string) => ({ t: 60_000, o: '9', h, l: '8', c: '10', v: '1' })
const say = (price: string) => fake.price({ price, publishedAt: 61_000 })
const listener = { all: vi.fn(), last: vi.fn() }

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', () => 0)
  fake.query.mockReset()
  listener.all.mockReset()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a failed first load says so, draws no lone candle, and mends itself', async () => {
  fake.query.mockRejectedValueOnce(new Error('no line')).mockRejectedValueOnce(new Error('still no line'))
  fake.query.mockResolvedValue([candle('12')])
  const feed = openFeed('X', '1m', undefined, listener)
  await vi.advanceTimersByTimeAsync(0)
  expect(feed.state.get()).toEqual({ status: 'error', error: 'no line' })
  say('11')
  feed.retry()
  expect(feed.state.get().status).toBe('loading')
  await vi.advanceTimersByTimeAsync(0)
  expect(feed.state.get()).toEqual({ status: 'error', error: 'still no line' })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(feed.state.get().status).toBe('ready')
  expect(listener.all).toHaveBeenCalledOnce()
  feed.close()
})

test('after a silence the tail is asked for again, so the candle has its true extremes', async () => {
  fake.query.mockResolvedValueOnce([candle('12')]).mockResolvedValue([candle('20')])
  const feed = openFeed('X', '1m', undefined, listener)
  await vi.advanceTimersByTimeAsync(4_000)
  say('11')
  await vi.advanceTimersByTimeAsync(4_000)
  say('11')
  expect(fake.query).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(6_000)
  say('11')
  await vi.advanceTimersByTimeAsync(0)
  expect(fake.query).toHaveBeenCalledTimes(2)
  expect(listener.all.mock.lastCall?.[0]).toEqual([{ t: 60_000, o: 9, h: 20, l: 8, c: 11, v: 1 }])
  feed.close()
})

test('a closed feed tries nothing more', async () => {
  fake.query.mockRejectedValue(new Error('no line'))
  const feed = openFeed('X', '1m', undefined, listener)
  await vi.advanceTimersByTimeAsync(0)
  feed.close()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(fake.query).toHaveBeenCalledOnce()
})

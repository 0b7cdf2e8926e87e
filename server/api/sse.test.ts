import { Hono } from 'hono'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { memoryBus } from '#server/platform/bus.ts'
import { manualClock } from '#server/platform/clock.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import type { ApiContext } from '#server/platform/procedures.ts'
import { createHub } from './hub.ts'
import type { ApiEnv } from './rest.ts'
import { plainStream, trpcStream } from './sse.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it.each([
  ['plain', plainStream, '/?topics=price.SOL-PERP', ': open\n\n', ': ping\n\n'],
  [
    "tRPC's",
    trpcStream,
    `/?input=${encodeURIComponent('{"topics":["price.SOL-PERP"]}')}`,
    'event: connected\ndata: {"reconnectAfterInactivityMs":40000}\n\n',
    'event: ping\ndata: \n\n',
  ],
] as const)(
  'a silent stream (%s) carries a heartbeat every 15 s, so that nobody between takes it for dead',
  async (_, stream, path, opening, ping) => {
    const bus = memoryBus()
    const sourceOf = () => ({ kind: 'state', snapshotKeptMs: 0, load: async () => 'now' }) as const
    const hub = createHub({
      bus,
      clock: manualClock(),
      log: silentLog,
      metrics: createMetrics({ role: 'test' }),
      patterns: ['price.*'],
      sourceOf,
    })
    const app = new Hono<ApiEnv>().get('/', (c) => {
      c.set('api', { requestId: 'request-1', principal: null } as ApiContext)
      return stream(c, hub)
    })
    const response = await app.request(path)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    const next = async () => (await reader.read()).value
    expect(await next()).toBe(opening)
    expect(await next()).toMatch(
      /^id: .*-1\ndata: \{"topic":"price.SOL-PERP","seq":0,"kind":"snapshot","data":"now"\}\n\n$/,
    )

    const waiting = next()
    await vi.advanceTimersByTimeAsync(14_999)
    await bus.publish('price.SOL-PERP', 'later')
    expect(await waiting).toContain('"seq":1')
    for (let times = 0; times < 2; times++) {
      const beat = next()
      await vi.advanceTimersByTimeAsync(15_000)
      expect(await beat).toBe(ping)
    }
    await reader.cancel()
    await vi.waitFor(() => expect(hub.stats().subscriptions).toBe(0))
  },
)

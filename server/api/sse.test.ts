import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
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

const DIALECTS = [
  ['plain', plainStream, '/?topics=price.SOL-PERP', ': open\n\n', ': ping\n\n'],
  [
    "tRPC's",
    trpcStream,
    `/?input=${encodeURIComponent('{"topics":["price.SOL-PERP"]}')}`,
    'event: connected\ndata: {"reconnectAfterInactivityMs":40000}\n\n',
    'event: ping\ndata: \n\n',
  ],
] as const

function serve(stream: typeof plainStream) {
  const bus = memoryBus()
  const sourceOf = () => ({ kind: 'state', snapshotKeptMs: 0, load: async () => 'now' }) as const
  const metrics = createMetrics({ role: 'test' })
  const hub = createHub({ bus, clock: manualClock(), log: silentLog, metrics, patterns: ['price.*'], sourceOf })
  const app = new Hono<ApiEnv>().get('/', (c) => {
    c.set('api', { requestId: 'request-1', principal: null } as ApiContext)
    return stream(c, hub)
  })
  return { app, hub, bus }
}

describe.each(DIALECTS)('a stream (%s)', (_, stream, path, opening, ping) => {
  it('that is silent carries a heartbeat every 15 s, so that nobody between takes it for dead', async () => {
    const { app, hub, bus } = serve(stream)
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
  })

  it('that nobody takes anything of is cut after two heartbeats', async () => {
    const { app, hub } = serve(stream)
    const destroy = vi.fn()
    await app.request(path, {}, { outgoing: { destroy } })
    await vi.advanceTimersByTimeAsync(29_999)
    expect(hub.stats().subscriptions).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(hub.stats().subscriptions).toBe(0)
    expect(destroy).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})

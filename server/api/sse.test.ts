import { Hono } from 'hono'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { memoryBus } from '#server/platform/bus.ts'
import { manualClock } from '#server/platform/clock.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import type { ApiContext } from '#server/platform/procedures.ts'
import { createHub } from './hub.ts'
import type { ApiEnv } from './rest.ts'
import { serverSentEvents } from './sse.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('a silent stream carries a heartbeat every 15 s, so that nobody between takes it for dead', async () => {
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
    return serverSentEvents(c, hub)
  })
  const response = await app.request('/?topics=price.SOL-PERP')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const next = async () => (await reader.read()).value
  expect(await next()).toBe(': open\n\n')
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
    expect(await beat).toBe(': ping\n\n')
  }
  await reader.cancel()
  await vi.waitFor(() => expect(hub.stats().clients.sse).toBe(0))
})

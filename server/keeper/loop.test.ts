import { expect, it } from 'vitest'
import { manualClock } from '#server/platform/clock.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { createLoops } from './loop.ts'
import { createKeeperMetrics } from './metrics.ts'

function loopsOf(clock = manualClock(1_000_000)) {
  const stop = new AbortController()
  const metrics = createKeeperMetrics(createMetrics({ role: 'keeper' }))
  return { loops: createLoops({ clock, log: silentLog, metrics, signal: stop.signal }), stop, clock }
}
const OPTIONS = { name: 'orders', everyMs: 2 ** 30, lateAfterMs: 5_000 }

it('works at once, when woken, and not otherwise', async () => {
  const { loops, stop } = loopsOf()
  let rounds = 0
  const sleeper = loops.start(OPTIONS, async () => {
    rounds += 1
  })
  await pollUntil(() => rounds === 1, { timeoutMs: 5_000 })
  sleeper.wake()
  expect(await pollUntil(() => rounds === 2, { timeoutMs: 5_000 })).toBe(true)
  stop.abort()
  await loops.ended()
  expect(rounds).toBe(2)
})

it('goes on after a failure and says what it was', async () => {
  const { loops, stop } = loopsOf()
  let rounds = 0
  loops.start(OPTIONS, async () => {
    rounds += 1
    if (rounds === 1) throw new Error('the chain is away')
  })
  await pollUntil(() => rounds === 1, { timeoutMs: 5_000 })
  expect(loops.health().loops.orders).toMatchObject({ lastOkAt: null, error: 'the chain is away' })
  expect(await pollUntil(() => rounds === 2, { timeoutMs: 5_000 })).toBe(true)
  expect(await pollUntil(() => loops.health().loops.orders?.error === null, { timeoutMs: 5_000 })).toBe(true)
  stop.abort()
  await loops.ended()
})

it('is late, then down, when a loop has not succeeded for long', async () => {
  const { loops, stop, clock } = loopsOf()
  loops.start(OPTIONS, async () => undefined)
  expect(await pollUntil(() => loops.health().loops.orders?.lastOkAt !== null, { timeoutMs: 5_000 })).toBe(true)
  expect(loops.health().status).toBe('ok')
  clock.advance(5_001)
  expect(loops.health().status).toBe('late')
  clock.advance(10_000)
  expect(loops.health().status).toBe('down')
  stop.abort()
  await loops.ended()
})

import { expect, it } from 'vitest'
import { memoryBus } from '#server/platform/bus.ts'
import { systemClock } from '#server/platform/clock.ts'
import { loadConfig } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { createMetrics, type Metrics } from '#server/platform/metrics.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { start } from './index.ts'
import { runJob } from './run-job.ts'

const db = await testDatabase()
const WAIT = { timeoutMs: 15_000 }

function role(metrics: Metrics) {
  // No chain answers there: the job that needs one fails and comes again, the others go on.
  const config = loadConfig({ RPC_URL: 'http://127.0.0.1:9', RPC_WS_URL: 'ws://127.0.0.1:9' })
  return start({ config, log, metrics, db, bus: memoryBus(), clock: systemClock, signal: new AbortController().signal })
}

const ran = async (metrics: Metrics) => (await metrics.expose()).includes('job="partitions",outcome="ok"')

it('has one leader at a time, and another when it goes', async () => {
  const [first, second] = [createMetrics({ role: 'first' }), createMetrics({ role: 'second' })]
  const stopFirst = await role(first)
  expect(await pollUntil(() => ran(first), WAIT)).toBe(true)
  const stopSecond = await role(second)
  expect(await ran(second)).toBe(false)
  await stopFirst()
  expect(await pollUntil(() => ran(second), WAIT)).toBe(true)
  await stopSecond()
  const partitions = await db.selectFrom('app.partition_plans').select('parent').execute()
  const text = await second.expose()
  for (const { parent } of partitions) expect(text).toContain(`quantdesk_partitions{table="${parent}",role="second"}`)
})

it('counts a run that failed, and runs the job again until it is told to stop', async () => {
  const metrics = createMetrics({ role: 'jobs' })
  const stop = new AbortController()
  let runs = 0
  const job = {
    name: 'flaky',
    everyMs: 1,
    run: async () => {
      runs += 1
      if (runs === 1) throw new Error('not this time')
      if (runs === 3) stop.abort()
    },
  }
  await runJob({ clock: systemClock, log, metrics }, job, stop.signal)
  const text = await metrics.expose()
  expect(text).toContain('quantdesk_job_runs_total{job="flaky",outcome="failed",role="jobs"} 1')
  expect(text).toContain('quantdesk_job_runs_total{job="flaky",outcome="ok",role="jobs"} 2')
})

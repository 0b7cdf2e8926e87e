import { afterAll, expect, it } from 'vitest'
import { startTestChain } from '#server/chain/testing.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { poolValueJob } from './pool-values.ts'

const NOW = Date.UTC(2026, 10, 21, 18)
const db = await testDatabase()
const chain = await startTestChain()
afterAll(() => chain.stop())
const job = poolValueJob({ db, clock: { now: () => NOW } }, chain.connection)

it('keeps what the pool of the chain is worth, and what its shares are', async () => {
  await chain.launch()
  await job.run(new AbortController().signal)
  const [snapshot, ...others] = await db.selectFrom('pool_snapshots').selectAll().execute()
  expect(others).toEqual([])
  // Launched with $50 000 000, a dollar a share, and nobody has traded.
  expect(snapshot).toMatchObject({ epoch: 0n, shares: 50_000_000_000_000n, net_asset_value: 50_000_000_000_000n })
  expect(snapshot?.at.getTime()).toBe(NOW)
})

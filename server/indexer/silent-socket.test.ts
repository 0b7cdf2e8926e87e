import { afterAll, expect, it } from 'vitest'
import { connectChain } from '#server/chain/index.ts'
import { startTestChain } from '#server/chain/testing.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { systemClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { openProxy } from '../../tests/chaos/proxy.ts'
import { programAddresses } from './addresses.ts'
import { followProgram } from './follow.ts'
import { createIndexerMetrics } from './metrics.ts'

const db = await testDatabase()
const local = await startTestChain()
afterAll(() => local.stop())

it('ends when it is told to, though its socket does not answer any more', async () => {
  const proxy = await openProxy(Number(new URL(local.rpcWsUrl).port))
  const endpoint = { url: local.rpcUrl, wsUrl: `ws://127.0.0.1:${proxy.port}` }
  const { connection, close } = connectChain({ endpoints: [endpoint], clock: systemClock })
  const ending = new AbortController()
  const following = followProgram(
    {
      connection,
      db,
      bus: memoryBus(),
      clock: systemClock,
      log: silentLog,
      metrics: createIndexerMetrics(createMetrics({ role: 'indexer' }), systemClock.now()),
      addresses: programAddresses(),
    },
    ending.signal,
  )
  // Asked for after the logs, so the socket stands and both subscriptions are made.
  await new Promise<void>((resolve) => {
    connection.onSlotChange(() => resolve())
  })

  proxy.set({ blackhole: true })
  ending.abort()
  await expect(following).resolves.toBeUndefined()
  close()
  await proxy.close()
})

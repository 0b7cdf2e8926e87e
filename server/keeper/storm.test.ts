import { afterAll, expect, it } from 'vitest'
import { startTestChain } from '#server/chain/testing.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { startFeed, startKeeper } from './testing.ts'
import { STORM_PRICES, storm } from './testing-storm.ts'

const chain = await startTestChain()
const bus = memoryBus()
const feed = startFeed(bus, STORM_PRICES)
await chain.launch()
const stopKeeper = startKeeper(chain, bus)
afterAll(async () => {
  feed.stop()
  await stopKeeper()
  await chain.stop()
})

it('handles every account that a fall puts under water, to the last debt', { timeout: 120_000 }, async () => {
  const { underWater, left, broken } = await storm(chain, feed, { count: 24, patienceMs: 45_000 })
  expect({ underWater, left, broken }).toEqual({ underWater: 24, left: 0, broken: [] })
})

import { startTestChain } from '#server/chain/testing.ts'
import { startFeed, startKeeper } from '#server/keeper/testing.ts'
import { STORM_PRICES, storm } from '#server/keeper/testing-storm.ts'
import { memoryBus } from '#server/platform/bus.ts'

export const name = 'Liquidation storm (the real keeper over RPC, a local chain in the same process)'

const ACCOUNTS = 300
const TARGET_S = 60

/** Every price falls by a quarter at once over 300 accounts at 5 to 16 times their equity. */
export async function run() {
  const chain = await startTestChain()
  const bus = memoryBus()
  const feed = startFeed(bus, STORM_PRICES)
  let stopKeeper = async () => {}
  try {
    await chain.launch()
    stopKeeper = startKeeper(chain, bus)
    const { underWater, left, seconds, broken } = await storm(chain, feed, { count: ACCOUNTS, patienceMs: 120_000 })
    const isDone = underWater === ACCOUNTS && left === 0
    return [
      {
        what: 'accounts under water → all handled',
        value: `${underWater - left} of ${underWater} in ${seconds.toFixed(1)} s`,
        target: `${ACCOUNTS} in ≤ ${TARGET_S} s`,
        met: isDone && seconds <= TARGET_S,
      },
      {
        what: 'ledger afterwards',
        value: broken.length === 0 ? 'exact' : broken.join(', '),
        target: 'exact',
        met: broken.length === 0,
      },
    ]
  } finally {
    feed.stop()
    await stopKeeper()
    await chain.stop()
  }
}

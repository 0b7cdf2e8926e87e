import { expect, test } from 'vitest'
import { decodeMarket, decodePool, decodeTokenVault } from '../client/accounts.ts'
import { poolValue } from '../client/pool-value.ts'
import { addresses, succeeded, type Trader, World } from './harness.ts'
import { BASE, USD } from './params.ts'

const MARKETS = 2
const world = World.open(MARKETS)
const lp = world.trader(3_000_000n * USD)
succeeded(world.requestDeposit(lp, 0n, 10_000n * USD))
world.pass(2)
succeeded(world.mintShares(lp, 0n))
const trader = world.trader(200_000n * USD)

/** As the program values it for a request at this moment. */
function byProgram(owner: Trader): unknown {
  return succeeded(world.fork().requestExit(owner, 9_999n, 1n)).events[0]?.data.netAssetValue
}

function byClient(): bigint {
  const data = (key: Parameters<typeof world.svm.account>[0]) => world.svm.account(key)?.data ?? Buffer.alloc(0)
  return poolValue(
    decodePool(data(addresses.pool)),
    decodeTokenVault(data(addresses.tokenVault(world.usdcMint))),
    Array.from({ length: MARKETS }, (_, index) => decodeMarket(data(addresses.market(index)))),
    BigInt(world.svm.now),
  )
}

test('the client values the pool to the unit as the program does: flat, skewed, moved, with funding under way', () => {
  expect(byClient()).toBe(byProgram(lp))
  world.enter(trader, 0, 'buy', 90n * BASE)
  world.enter(trader, 1, 'sell', BASE / 10n)
  expect(byClient()).toBe(byProgram(lp))
  world.pass(1, { SOL: 151_000_000n })
  expect(byClient()).toBe(byProgram(lp))
  // The price is still good enough for a request, and nobody has accrued these seconds.
  world.svm.setTime(world.svm.now + 8)
  const withFunding = byClient()
  expect(withFunding).toBe(byProgram(lp))
  world.svm.setTime(world.svm.now - 8)
  expect(byClient()).not.toBe(withFunding)
})

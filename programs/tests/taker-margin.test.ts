/** What an order in flight keeps of its owner's margin: whatever it does meanwhile, the fill cannot be made to fail. */
import { expect, test } from 'vitest'
import { filledOf, rest } from './fill-events.ts'
import { addresses, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { modify } from './order-calls.ts'
import { BASE, USD } from './params.ts'
import type { Fields } from './program.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)
const CENT = USD / 100n
const SIZE = 90n * BASE
const buy = { kind: { market: {} }, timeInForce: { immediateOrCancel: {} }, side: { buy: {} }, size: SIZE }
/** 5 % of $13 500 and a cent. */
const INITIAL = 675n * USD + CENT

/** A second later SOL stands 2 % above its mean. */
function trend(world: World): void {
  world.svm.setTime(world.svm.now + 1)
  world.publishMarket(1)
  const priceUpdate = world.publishPrice('SOL', { emaPrice: 147n * USD })
  world.done('updateOraclePrice', {}, { priceUpdate, market: addresses.market(0), tokenVault: null }, {})
}

/** Everything an owner can move away while its order for 90 SOL is in flight. */
function placed(world: World, usdc: bigint, order: Fields = buy): { alice: Trader; other: Trader } {
  const alice = world.trader(usdc)
  const other = world.addSubAccount(alice)
  succeeded(world.place(alice, 0, order))
  return { alice, other }
}

test('collateral moved away while the price is below its mean undoes no fill', () => {
  const world = base.fork()
  trend(world)
  const { alice, other } = placed(world, 837n * USD)
  trend(world)
  expectRefusal(world.transfer(alice, other, 837n * USD - INITIAL + 1n), 'InsufficientMargin')
  succeeded(world.transfer(alice, other, 837n * USD - INITIAL))
  expect(filledOf(succeeded(world.execute(alice, 0)))).toMatchObject({ positionBase: SIZE })
  checkLedger(world)
})

test('margin taken up by an order in another market undoes no fill', () => {
  const world = base.fork()
  trend(world)
  const { alice } = placed(world, 837n * USD)
  succeeded(world.place(alice, 1, { side: { buy: {} }, size: 50_000_000n, limitPrice: 50_000n * USD }))
  trend(world)
  expect(filledOf(succeeded(world.execute(alice, 0, { orderId: 1n })))).toMatchObject({ positionBase: SIZE })
  checkLedger(world)
})

test('what the fill may cost at its limit stays, beyond what initial margin leaves for it', () => {
  const world = base.fork()
  world.done('setPause', { bits: 2 }, { authority: world.admin.publicKey, exchange: addresses.exchange })
  const ask = rest(world, world.trader(10_000n * USD), 'sell', SIZE, 152_900_000n)
  const { alice, other } = placed(world, 837n * USD, { ...buy, limitPrice: 153n * USD })
  // The mean of both ratios, 4 % of $13 500, with $270 at the limit and 5 bp of $13 770.
  const kept = 540n * USD + 270n * USD + 6_885_000n + CENT
  expectRefusal(world.transfer(alice, other, 837n * USD - kept + 1n), 'InsufficientMargin')
  succeeded(world.transfer(alice, other, 837n * USD - kept))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [ask] })))
  expect(filled).toMatchObject({ positionBase: SIZE, poolSize: 0n })
  checkLedger(world)
})

test('a limit so far that its cost would not leave the mean of both ratios is refused, also by a change', () => {
  const world = base.fork()
  const alice = world.trader(837n * USD)
  expectRefusal(world.place(alice, 0, { ...buy, limitPrice: 154n * USD }), 'InsufficientMargin')
  succeeded(world.place(alice, 0, { side: { buy: {} }, size: SIZE, limitPrice: 140n * USD }))
  expectRefusal(modify(world, alice, 1n, { limitPrice: 154n * USD }), 'InsufficientMargin')
  succeeded(modify(world, alice, 1n, { limitPrice: 153n * USD }))
})

test('a newer price that is cached first undoes no fill at the one price', () => {
  const world = base.fork()
  const { alice, other } = placed(world, 837n * USD)
  succeeded(world.transfer(alice, other, 837n * USD - INITIAL))
  const eligible = Number(world.subAccount(alice).orders[0]?.eligibleFrom)
  world.pass(2, { SOL: 145_500_000n })
  world.publishPrice('SOL', { price: 150n * USD, publishTime: eligible, prevPublishTime: eligible - 1 })
  expect(filledOf(succeeded(world.execute(alice, 0)))).toMatchObject({ positionBase: SIZE, oraclePrice: 150n * USD })
  checkLedger(world)
})

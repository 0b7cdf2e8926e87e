/** One bad maker never stops a fill: it is passed over, or taken off when it can never fill. */
import { Keypair, type PublicKey, SystemProgram } from '@solana/web3.js'
import { beforeEach, expect, test } from 'vitest'
import { filledOf, rest } from './fill-events.ts'
import { addresses, type Maker, type Receipt, readonly, succeeded, type Trader, World, writable } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { PROGRAM_ID } from './program.ts'

const base = World.open(2)
const ASK = 150n * USD + USD / 100n
const GOOD = 150n * USD + USD / 50n
const GTT = { goodTillTime: {} }

let world: World
let alice: Trader
let good: Maker
beforeEach(() => {
  world = base.fork()
  alice = world.trader(10_000n * USD)
  good = rest(world, world.trader(10_000n * USD), 'sell', BASE, GOOD)
})

/** A market order for two, against `bad` and then a good maker: half of it must come from that one. */
function fill(bad: Maker): ReturnType<typeof filledOf> {
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [bad, good] })))
  checkLedger(world)
  return filled
}

/** The same with whatever account in the bad maker's place. */
function fillBeside(account: PublicKey, orderId = 1n): ReturnType<typeof filledOf> {
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  world.pass(1)
  const { makerOrderIds, remaining } = world.makerAccounts(alice, [good])
  const call = { signers: [world.admin], remaining: [writable(account), ...remaining] }
  const args = { orderId: 1n, makerOrderIds: [orderId, ...makerOrderIds] }
  const priceUpdate = world.publishPrice('SOL', { prevPublishTime: world.svm.now - 1 })
  const filled = filledOf(
    succeeded(world.call('executeOrder', args, world.executeAccounts(alice, 0, null, priceUpdate), call)),
  )
  checkLedger(world)
  return filled
}

const passedOver = (filled: ReturnType<typeof filledOf>) => {
  expect(filled).toMatchObject({ size: 2n * BASE, poolSize: BASE })
  expect(filled.makers).toMatchObject([{ size: BASE, party: { subAccount: good.trader.subAccount } }])
}
const takenOff = (filled: ReturnType<typeof filledOf>, bad: Maker, reason: string) => {
  expect(filled).toMatchObject({ size: 2n * BASE, poolSize: BASE })
  expect(filled.makers).toMatchObject([
    { size: 0n, quote: 0n, rebate: 0n, party: { orderId: bad.orderId, cancelReason: { [reason]: {} } } },
    { size: BASE },
  ])
  expect(world.subAccount(bad.trader).orders.some((order) => order.inUse && order.orderId === bad.orderId)).toBe(false)
}
const standsStill = (maker: Maker, filled = 0n) =>
  expect(world.subAccount(maker.trader).orders.find((order) => order.orderId === maker.orderId)).toMatchObject({
    inUse: 1,
    filled,
  })

test('an account that is no sub-account', () => {
  passedOver(fillBeside(addresses.market(1)))
})

test('an account that does not exist, or of another program', () => {
  passedOver(fillBeside(Keypair.generate().publicKey))
})

test('a forged account of another program', () => {
  const bob = world.trader(10_000n * USD)
  const ask = rest(world, bob, 'sell', BASE, ASK)
  const copy = Keypair.generate().publicKey
  const original = world.svm.account(bob.subAccount)
  if (!original) throw new Error('no sub-account')
  world.svm.setAccount(copy, SystemProgram.programId, original.data)
  passedOver(fillBeside(copy, ask.orderId))
  expect(original.owner.equals(PROGRAM_ID)).toBe(true)
})

test('an order that is gone', () => {
  passedOver(fill({ trader: world.trader(10_000n * USD), orderId: 7n }))
})

test('an order of another market, of the same side, or waiting for its trigger', () => {
  const bob = world.trader(10_000n * USD)
  succeeded(world.place(bob, 1, { side: { sell: {} }, size: BASE / 100n, limitPrice: 61_000n * USD }))
  passedOver(fill({ trader: bob, orderId: 1n }))
})

test('an order of the same side', () => {
  passedOver(fill(rest(world, world.trader(10_000n * USD), 'buy', BASE, 150n * USD)))
})

test('an order that waits for its trigger', () => {
  const stop = { triggerDirection: { below: {} }, triggerPrice: 140n * USD }
  passedOver(fill(rest(world, world.trader(10_000n * USD), 'sell', BASE, ASK, stop)))
})

test('an order that is itself a taker within its window', () => {
  const bad = rest(world, world.trader(10_000n * USD), 'sell', BASE, 149n * USD)
  passedOver(fill(bad))
  standsStill(bad)
})

test('an order placed after the taker', () => {
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  world.pass(1)
  const late = rest(world, world.trader(10_000n * USD), 'sell', BASE, ASK)
  passedOver(filledOf(succeeded(world.execute(alice, 0, { makers: [late, good] }))))
  checkLedger(world)
})

test('an order dearer than the pool: a keeper cannot fill against its own worse ask', () => {
  const bad = rest(world, world.trader(10_000n * USD), 'sell', BASE, 150n * USD + USD / 25n)
  passedOver(fill(bad))
  standsStill(bad)
})

test('an order whose margin accounts nobody passed', () => {
  const bob = world.trader(10_000n * USD)
  world.enter(bob, 1, 'buy', BASE / 100n)
  const bad = rest(world, bob, 'sell', BASE, ASK)
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  world.pass(1)
  const { makerOrderIds, remaining } = world.makerAccounts(alice, [bad, good])
  const without = remaining.filter((meta) => !meta.pubkey.equals(addresses.market(1)))
  const accounts = world.executeAccounts(
    alice,
    0,
    null,
    world.publishPrice('SOL', { prevPublishTime: world.svm.now - 1 }),
  )
  const call = (metas: typeof remaining): Receipt =>
    world.call('executeOrder', { orderId: 1n, makerOrderIds }, accounts, { signers: [world.admin], remaining: metas })
  passedOver(filledOf(succeeded(call(without))))
  standsStill(bad)
  checkLedger(world)
})

test('an account passed read-only', () => {
  const bad = rest(world, world.trader(10_000n * USD), 'sell', BASE, ASK)
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  world.pass(1)
  const { makerOrderIds, remaining } = world.makerAccounts(alice, [bad, good])
  const accounts = world.executeAccounts(
    alice,
    0,
    null,
    world.publishPrice('SOL', { prevPublishTime: world.svm.now - 1 }),
  )
  const metas = [readonly(bad.trader.subAccount), ...remaining.slice(1)]
  const receipt = world.call('executeOrder', { orderId: 1n, makerOrderIds }, accounts, {
    signers: [world.admin],
    remaining: metas,
  })
  passedOver(filledOf(succeeded(receipt)))
})

test('the taker itself', () => {
  const own = rest(world, alice, 'sell', BASE, ASK)
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  world.pass(1)
  passedOver(filledOf(succeeded(world.execute(alice, 0, { makers: [own, good] }))))
  standsStill(own)
  checkLedger(world)
})

test('a maker named twice fills once', () => {
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  world.pass(1)
  passedOver(filledOf(succeeded(world.execute(alice, 0, { makers: [good, good] }))))
  checkLedger(world)
})

test('a maker that is the keeper earns both, after each other', () => {
  succeeded(world.open(alice, 0, 'buy', BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [good], keeper: good.trader })))
  const rebate = filled.makers[0]?.rebate ?? 0n
  expect(world.quoteBalance(good.trader)).toBe(10_000n * USD + rebate + (filled.keeperReward ?? 0n))
  expect(world.subAccount(good.trader).sequence).toBe(filled.keeperSequence)
  checkLedger(world)
})

test('an expired order is taken off', () => {
  const expiresAt = BigInt(world.svm.now + 5)
  const bad = rest(world, world.trader(10_000n * USD), 'sell', BASE, ASK, { timeInForce: GTT, expiresAt })
  world.pass(5)
  takenOff(fill(bad), bad, 'expired')
})

test('an order whose margin is gone is taken off', () => {
  const bob = world.trader(500n * USD)
  world.enter(bob, 1, 'buy', 10_000_000n)
  const bad = rest(world, bob, 'sell', 50n * BASE, ASK)
  world.pass(1, { BTC: 31_000n * USD })
  takenOff(fill(bad), bad, 'insufficientMargin')
})

test('an order whose margin is missing only for an old collateral price stays', () => {
  const bob = world.trader(20n * USD, 10n * BASE)
  const bad = rest(world, bob, 'sell', 10n * BASE, ASK)
  world.svm.setTime(world.svm.now + 62)
  world.publishMarket(0)
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  world.svm.setTime(world.svm.now + 1)
  world.publishMarket(0)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [bad, good] })))
  passedOver(filled)
  standsStill(bad)
  checkLedger(world)
})

test('an order that would open while opening is paused stays, where the taker closes', () => {
  world.enter(alice, 0, 'sell', 2n * BASE)
  succeeded(world.close(alice, 0))
  world.done('setPause', { bits: 1 }, { authority: world.admin.publicKey, exchange: addresses.exchange })
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [good] })))
  expect(filled).toMatchObject({ size: 2n * BASE, poolSize: 2n * BASE, makers: [] })
  standsStill(good)
  checkLedger(world)
})

test('a refused taker leaves its makers as they were', () => {
  const [bob, size] = [world.trader(1_600n * USD), 10n * BASE]
  world.enter(bob, 1, 'buy', BASE / 4n)
  succeeded(world.open(bob, 0, 'buy', size))
  const expired = rest(world, world.trader(10_000n * USD), 'sell', BASE, ASK, {
    timeInForce: GTT,
    expiresAt: BigInt(world.svm.now + 1),
  })
  const before = [good, expired].map((maker) => world.subAccount(maker.trader))
  world.pass(1, { BTC: 56_000n * USD })
  const receipt = succeeded(world.execute(bob, 0, { makers: [good, expired] }))
  expect(receipt.events).toMatchObject([
    { name: 'orderCanceled', data: { orders: [{ reason: { insufficientMargin: {} } }] } },
  ])
  expect([good, expired].map((maker) => world.subAccount(maker.trader))).toEqual(before)
  checkLedger(world)
})

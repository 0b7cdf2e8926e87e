/** What a delegate may lose for the owner in a day: against the oracle, with fees and rewards. */
import { expect, test } from 'vitest'
import { canceledOf, filledOf, rest } from './fill-events.ts'
import { addresses, type Maker, type Receipt, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(1)
const CENT = USD / 100n
const NOW = { kind: { market: {} }, timeInForce: { immediateOrCancel: {} } }

function scene(delegateBudget: bigint): { world: World; alice: Trader; friend: Trader } {
  const world = base.fork()
  const [alice, friend] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  const delegateExpiresAt = BigInt(world.svm.now + 200_000)
  const settings = { delegate: friend.keypair.publicKey, delegateExpiresAt, delegateBudget }
  succeeded(world.updateSubAccount(alice, settings))
  return { world, alice, friend }
}

/** The delegate buys for the owner. */
function buys(world: World, alice: Trader, friend: Trader, size: bigint, makers: Maker[] = []): Receipt {
  const order = { ...NOW, side: { buy: {} }, size, limitPrice: 151n * USD }
  succeeded(world.place(alice, 0, order, friend.keypair))
  world.pass(1)
  return succeeded(world.execute(alice, 0, { makers }))
}

test('a fill of a delegate’s order costs the budget its loss against the oracle, the fee and the reward', () => {
  const { world, alice, friend } = scene(100n * USD)
  const order = { ...NOW, side: { buy: {} }, size: 10n * BASE, limitPrice: 151n * USD }
  succeeded(world.place(alice, 0, order, friend.keypair))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { keeper: friend })))
  const loss = (filled.quote ?? 0n) - 1_500n * USD
  expect(loss).toBeGreaterThan(0n)
  const spent = loss + (filled.fee ?? 0n) + (filled.keeperReward ?? 0n)
  expect(world.subAccount(alice)).toMatchObject({ delegateSpent: spent, delegateSpentAt: BigInt(world.svm.now) })
  // The owner's own orders cost it nothing.
  world.enter(alice, 0, 'buy', BASE)
  expect(world.subAccount(alice).delegateSpent).toBe(spent)
  checkLedger(world)
})

test('bleeding an account to a friend ends at the budget', () => {
  const { world, alice, friend } = scene(USD)
  // Two cents against the oracle and a fee of seven and a half: ten of them fit into a dollar, and one is over it.
  const ask = () => rest(world, friend, 'sell', BASE, 150n * USD + 2n * CENT)
  let funding = 0n
  for (let i = 0; i < 11; i++) {
    const filled = filledOf(buys(world, alice, friend, BASE, [ask()]))
    expect(filled).toMatchObject({ quote: 150_020_000n, fee: 75_010n, poolSize: 0n })
    funding += filled.fundingPayment ?? 0n
  }
  const order = { ...NOW, side: { buy: {} }, size: BASE, limitPrice: 151n * USD }
  expectRefusal(world.place(alice, 0, order, friend.keypair), 'DelegateBudgetUsed')
  succeeded(world.place(alice, 0, order))
  expect(world.quoteBalance(alice)).toBe(10_000n * USD - 11n * 75_010n - funding)
  checkLedger(world)
})

test('beyond the budget a delegate’s order meets the pool only, never a friend', () => {
  const { world, alice, friend } = scene(700_000n)
  const ask = rest(world, friend, 'sell', BASE, 150n * USD + 75n * CENT)
  world.done('setPause', { bits: 2 }, { authority: world.admin.publicKey, exchange: addresses.exchange })
  const order = { ...NOW, side: { buy: {} }, size: BASE, limitPrice: 151n * USD }
  succeeded(world.place(alice, 0, order, friend.keypair))
  world.pass(1)
  expectRefusal(world.execute(alice, 0, { makers: [ask] }), 'PoolFillsPaused')
  checkLedger(world)
})

test('a budget taken away once the price is known cancels nothing', () => {
  const { world, alice, friend } = scene(USD)
  const order = { ...NOW, side: { buy: {} }, size: 10n * BASE, limitPrice: 151n * USD }
  succeeded(world.place(alice, 0, order, friend.keypair))
  world.pass(1, { SOL: 149n * USD })
  succeeded(world.updateSubAccount(alice, {}))
  expect(filledOf(succeeded(world.execute(alice, 0)))).toMatchObject({ size: 10n * BASE })
  expect(world.subAccount(alice).delegateSpent).toBeGreaterThan(0n)
  checkLedger(world)
})

test('a delegate’s resting order that takes beyond the budget is dropped', () => {
  const { world, alice, friend } = scene(50_000n)
  const ask = rest(world, world.trader(10_000n * USD), 'sell', BASE, 150n * USD)
  const order = { side: { buy: {} }, size: BASE, limitPrice: 150n * USD }
  succeeded(world.place(alice, 0, order, friend.keypair))
  const receipt = succeeded(world.execute(alice, 0, { makers: [ask] }))
  expect(canceledOf(receipt)).toMatchObject({ reason: { delegateBudget: {} } })
  expect(world.subAccount(alice).delegateSpent).toBe(0n)
  checkLedger(world)
})

test('the budget comes back over a day', () => {
  const { world, alice, friend } = scene(USD)
  filledOf(buys(world, alice, friend, 5n * BASE))
  filledOf(buys(world, alice, friend, 5n * BASE))
  const order = { ...NOW, side: { buy: {} }, size: 5n * BASE, limitPrice: 151n * USD }
  expectRefusal(world.place(alice, 0, order, friend.keypair), 'DelegateBudgetUsed')
  const { delegateSpent: spent, delegateSpentAt: since } = world.subAccount(alice)
  world.pass(43_200)
  const { quote, fee } = filledOf(buys(world, alice, friend, 5n * BASE))
  const cost = (quote ?? 0n) - 750n * USD + (fee ?? 0n)
  // Half of a day gives half of the budget back, rounded down.
  const elapsed = BigInt(world.svm.now) - since
  expect(world.subAccount(alice).delegateSpent).toBe(spent - (USD * elapsed) / 86_400n + cost)
  checkLedger(world)
})

test('a delegate’s resting order is a maker within half a percent only, and its loss is charged', () => {
  const { world, alice, friend } = scene(10n * USD)
  const bob = world.trader(10_000n * USD)
  const low = { side: { sell: {} }, size: BASE }
  // 149.20 is 0.53 % below the oracle by the time somebody comes.
  succeeded(world.place(alice, 0, { ...low, limitPrice: 149_200_000n }, friend.keypair))
  succeeded(world.place(alice, 0, { ...low, limitPrice: 149_300_000n }, friend.keypair))
  world.pass(12)
  const [far, near] = [1n, 2n].map((orderId) => ({ trader: alice, orderId }))
  if (!far || !near) throw new Error('no orders')
  succeeded(world.open(bob, 0, 'buy', 2n * BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(bob, 0, { makers: [far, near] })))
  expect(filled.makers.map((maker) => maker.quote)).toEqual([149_300_000n])
  expect(filled).toMatchObject({ poolSize: BASE })
  expect(world.subAccount(alice).delegateSpent).toBe(700_000n)
  checkLedger(world)
})

test('a delegate’s resting order beyond the budget is taken off', () => {
  const { world, alice, friend } = scene(600_000n)
  const bob = world.trader(10_000n * USD)
  const order = { side: { sell: {} }, size: BASE, limitPrice: 149_300_000n }
  succeeded(world.place(alice, 0, order, friend.keypair))
  const good = rest(world, world.trader(10_000n * USD), 'sell', BASE, 150n * USD + CENT)
  world.pass(12)
  succeeded(world.open(bob, 0, 'buy', 2n * BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(bob, 0, { makers: [{ trader: alice, orderId: 1n }, good] })))
  expect(filled.makers).toMatchObject([{ size: 0n, party: { cancelReason: { delegateBudget: {} } } }, { size: BASE }])
  expect(world.subAccount(alice)).toMatchObject({ delegateSpent: 0n })
  checkLedger(world)
})

/** What a delegate may lose for the owner in a day: against the oracle, with fees and rewards; and before it is lost. */
import { expect, test } from 'vitest'
import { canceledOf, filledOf, rest } from './fill-events.ts'
import { type Maker, type Receipt, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { cancel, modify } from './order-calls.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { takeOver } from './risk.ts'

const base = World.open(2)
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
  const order = { ...NOW, side: { buy: {} }, size, limitPrice: 150n * USD + 5n * CENT }
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
  // Two cents against the oracle and a fee of seven and a half: ten of them fit into a dollar.
  const ask = () => rest(world, friend, 'sell', BASE, 150n * USD + 2n * CENT)
  let funding = 0n
  for (let i = 0; i < 10; i++) {
    const filled = filledOf(buys(world, alice, friend, BASE, [ask()]))
    expect(filled).toMatchObject({ quote: 150_020_000n, fee: 75_010n, poolSize: 0n })
    funding += filled.fundingPayment ?? 0n
  }
  // Not even an order that costs nothing but the fee.
  const order = { ...NOW, side: { buy: {} }, size: BASE, limitPrice: 150n * USD }
  expectRefusal(world.place(alice, 0, order, friend.keypair), 'DelegateBudgetUsed')
  succeeded(world.place(alice, 0, order))
  expect(world.quoteBalance(alice)).toBe(10_000n * USD - 10n * 75_010n - funding)
  checkLedger(world)
})

/** What a buy of ten SOL up to $151 may cost: ten dollars and 5 bp of 1 510. */
const TEN_SOL = 10_755_000n
const tenSol = { ...NOW, side: { buy: {} }, size: 10n * BASE, limitPrice: 151n * USD }

test('what a delegate’s orders may cost together at their limits is within the budget before any of them fills', () => {
  const { world, alice, friend } = scene(3n * TEN_SOL)
  for (let i = 0; i < 2; i++) succeeded(world.place(alice, 0, tenSol, friend.keypair))
  expectRefusal(
    world.place(alice, 0, { ...tenSol, limitPrice: 151n * USD + CENT }, friend.keypair),
    'DelegateBudgetUsed',
  )
  // In another market as well.
  const btc = { ...NOW, side: { buy: {} }, size: BASE / 10n, limitPrice: 60_100n * USD }
  expectRefusal(world.place(alice, 1, btc, friend.keypair), 'DelegateBudgetUsed')
  succeeded(world.place(alice, 0, tenSol, friend.keypair))
  world.pass(1)
  for (const orderId of [1n, 2n, 3n]) filledOf(succeeded(world.execute(alice, 0, { orderId })))
  expect(world.subAccount(alice).delegateSpent).toBeLessThan(3n * TEN_SOL)
  checkLedger(world)
})

test('a stop counts with the market’s default distance from its trigger, a child with what its parent may fill', () => {
  const { world, alice, friend } = scene(8n * USD)
  succeeded(world.open(alice, 0, 'buy', 10n * BASE, 151n * USD))
  world.pass(1)
  succeeded(world.execute(alice, 0))
  const stop = { ...NOW, side: { sell: {} }, size: 10n * BASE, limitPrice: 0n, reduceOnly: true }
  const below = { triggerDirection: { below: {} }, triggerPrice: 148n * USD }
  // Half a percent of 1 480 and 5 bp of 1 472.60: 8.14.
  expectRefusal(world.place(alice, 0, { ...stop, ...below }, friend.keypair), 'DelegateBudgetUsed')
  succeeded(world.place(alice, 0, { ...stop, ...below, size: 9n * BASE }, friend.keypair))
  succeeded(cancel(world, alice, { all: {} }))
  const parent = { side: { buy: {} }, size: 10n * BASE, limitPrice: 149n * USD }
  const child = { ...stop, ...below, size: 0n, parent: 0 }
  expectRefusal(world.place(alice, 0, [parent, child], friend.keypair), 'DelegateBudgetUsed')
  succeeded(world.place(alice, 0, [{ ...parent, size: 9n * BASE }, child], friend.keypair))
  // Nor may the parent grow afterwards.
  const [bracket] = world.subAccount(alice).orders.filter((order) => order.inUse)
  const grow = { size: 10n * BASE }
  expectRefusal(modify(world, alice, bracket?.orderId ?? 0n, grow, friend.keypair), 'DelegateBudgetUsed')
})

test('what orders in flight may cost is not lost by resting ones meanwhile', () => {
  const { world, alice, friend } = scene(TEN_SOL + 600_000n)
  succeeded(world.place(alice, 0, { side: { sell: {} }, size: BASE, limitPrice: 149_300_000n }, friend.keypair))
  world.pass(12)
  succeeded(world.place(alice, 0, tenSol, friend.keypair))
  const bob = world.trader(10_000n * USD)
  succeeded(world.open(bob, 0, 'buy', 2n * BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(bob, 0, { makers: [{ trader: alice, orderId: 1n }] })))
  expect(filled.makers).toMatchObject([{ size: 0n, party: { cancelReason: { delegateBudget: {} } } }])
  filledOf(succeeded(world.execute(alice, 0, { orderId: 2n })))
  checkLedger(world)
})

test('a delegate with nothing left to lose takes nothing over', () => {
  const { world, alice, friend } = scene(USD)
  const debtor = world.trader(800n * USD)
  world.enter(debtor, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 145n * USD })
  succeeded(
    world.updateSubAccount(alice, { delegate: friend.keypair.publicKey, delegateExpiresAt: BigInt(world.svm.now + 9) }),
  )
  const by = { signer: friend.keypair }
  expectRefusal(takeOver(world, debtor, 0, alice, BASE, by), 'DelegateBudgetUsed')
  succeeded(takeOver(world.fork(), debtor, 0, alice, BASE))
  const settings = {
    delegate: friend.keypair.publicKey,
    delegateExpiresAt: BigInt(world.svm.now + 9),
    delegateBudget: 1n,
  }
  succeeded(world.updateSubAccount(alice, settings))
  succeeded(takeOver(world, debtor, 0, alice, BASE, by))
})

test('a budget taken away once the price is known cancels nothing', () => {
  const { world, alice, friend } = scene(TEN_SOL)
  succeeded(world.place(alice, 0, tenSol, friend.keypair))
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
  filledOf(buys(world, alice, friend, 3n * BASE))
  const order = { ...NOW, side: { buy: {} }, size: 5n * BASE, limitPrice: 151n * USD }
  expectRefusal(world.place(alice, 0, order, friend.keypair), 'DelegateBudgetUsed')
  const { delegateSpent: spent, delegateSpentAt: since } = world.subAccount(alice)
  world.pass(43_200)
  const { quote, fee } = filledOf(buys(world, alice, friend, 4n * BASE))
  const cost = (quote ?? 0n) - 600n * USD + (fee ?? 0n)
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
  world.pass(1, { SOL: 149n * USD })
  succeeded(world.place(alice, 0, order, friend.keypair))
  const good = rest(world, world.trader(10_000n * USD), 'sell', BASE, 150n * USD + CENT)
  world.pass(12, { SOL: 150n * USD })
  succeeded(world.open(bob, 0, 'buy', 2n * BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(bob, 0, { makers: [{ trader: alice, orderId: 1n }, good] })))
  expect(filled.makers).toMatchObject([{ size: 0n, party: { cancelReason: { delegateBudget: {} } } }, { size: BASE }])
  expect(world.subAccount(alice)).toMatchObject({ delegateSpent: 0n })
  checkLedger(world)
})

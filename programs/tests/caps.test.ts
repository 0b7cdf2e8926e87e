import { expect, test } from 'vitest'
import { succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const resting = { kind: { limit: {} }, timeInForce: { goodTillCancel: {} } }

test('a resting order waits while the pool is full, and the pool never exceeds its cap', () => {
  const world = World.open(1)
  const whale = world.trader(2_000_000n * USD)
  succeeded(world.place(whale, 0, { ...resting, side: { buy: {} }, size: 4_000n * BASE, limitPrice: 200n * USD }))
  world.pass(1)
  let receipt = world.execute(whale, 0)
  while (receipt.ok) receipt = world.execute(whale, 0)
  expectRefusal(receipt, 'PoolCapacity')
  // 0.45 of a million, and a little more for the fees the pool earned on the way.
  const { openInterestLong } = world.market(0).ledger
  expect(openInterestLong / BASE).toBe(3_000n)
  expect(world.position(whale, 0).openBids).toBe(4_000n * BASE - openInterestLong)
  checkLedger(world)
})

test('the open interest of a side stops at the market’s cap', () => {
  const world = World.open(1, { openInterestCap: 5n * BASE })
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, { ...resting, side: { sell: {} }, size: 6n * BASE, limitPrice: 100n * USD }))
  world.pass(1)
  expectRefusal(world.execute(alice, 0), 'OpenInterestCap')
  expect(world.market(0).ledger.openInterestShort).toBe(0n)
  world.enter(alice, 0, 'sell', 5n * BASE)
  checkLedger(world)
})

test('a reduction far up the curve is refused to an account below maintenance, for it would be worse off', () => {
  const world = World.open(1)
  const alice = world.trader(1_000n * USD)
  const whale = world.trader(2_000_000n * USD)
  world.enter(alice, 0, 'sell', 100n * BASE)
  for (let i = 0; i < 31; i++) world.push(whale, 0, 'buy', 100n * BASE)
  const close = { ...resting, side: { buy: {} }, size: 10n * BASE, limitPrice: 200n * USD, reduceOnly: true }
  succeeded(world.place(alice, 0, close))
  world.pass(1, { SOL: 155_700_000n })
  expectRefusal(world.execute(alice, 0), 'ReduceWorsensMargin')
  // Healthy, the same close is the trader's own choice: it rests once its one price has gone by.
  world.pass(11, { SOL: 150n * USD })
  succeeded(world.execute(alice, 0))
  checkLedger(world)
})

test('an account that owes more than it holds cannot close its way around the waterfall', () => {
  const world = World.open(1)
  const alice = world.trader(1_000n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  const close = { ...resting, side: { sell: {} }, size: 100n * BASE, limitPrice: 100n * USD, reduceOnly: true }
  succeeded(world.place(alice, 0, close))
  world.pass(1, { SOL: 139n * USD })
  expectRefusal(world.execute(alice, 0), 'AccountBankrupt')
  succeeded(world.liquidate(alice, 0))
  expect(world.quoteBalance(alice)).toBe(0n)
  checkLedger(world)
})

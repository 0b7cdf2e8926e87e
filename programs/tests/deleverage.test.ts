/** The last resort: a position nobody can take over is closed against one in profit. */
import { expect, test } from 'vitest'
import { type Receipt, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import {
  type CoveredLoss,
  deleverage,
  eventOf,
  leveraged,
  liquidatedOf,
  marginOf,
  type Party,
  secondSubAccount,
} from './risk.ts'

type Deleveraged = { party: Party; counterparty: Party; covered: CoveredLoss }
const deleveragedOf = (receipt: Receipt): Deleveraged => eventOf(receipt, 'positionDeleveraged')

const PRICE = 136n * USD

/**
 * Sellers at 155, buyers at 150, and a fall to 136. The pool, balanced before, has taken over all it may in an hour, and
 * `broke` is left without equity. `torn` lost most of what it owes in BTC.
 */
function fullPool() {
  const world = World.open(2)
  const winner = world.trader(200_000n * USD)
  const small = world.trader(20_000n * USD)
  world.pass(1, { SOL: 155n * USD })
  for (let i = 0; i < 11; i++) world.push(winner, 0, 'sell', 100n * BASE)
  world.push(small, 0, 'sell', 40n * BASE)
  world.pass(1, { SOL: 150n * USD })
  const broke = leveraged(world, 'buy')
  const torn = world.trader(3_000n * USD)
  world.enter(torn, 0, 'buy', 100n * BASE)
  for (let i = 0; i < 2; i++) world.enter(torn, 1, 'buy', 250_000_000n)
  const holder = world.trader(1_000n * USD, 2n * BASE)
  world.enter(holder, 0, 'buy', 100n * BASE)
  const fallen = Array.from({ length: 9 }, () => leveraged(world, 'buy'))
  world.pass(1, { SOL: PRICE, BTC: 40_000n * USD })
  const late = world.trader(10_000n * USD)
  world.enter(late, 0, 'sell', 50n * BASE)
  for (const trader of fallen) world.liquidate(trader, 0)
  expectRefusal(world.liquidate(broke, 0), 'PoolCapacity')
  checkLedger(world)
  return { world, winner, small, broke, torn, late, holder }
}

const { world: full, winner, small, broke, torn, late, holder } = fullPool()

test('a position without equity closes against an opposite one at its bankruptcy price', () => {
  const world = full.fork()
  const { equity } = marginOf(world, broke)
  expect(equity).toBeLessThan(0n)
  const held = world.position(winner, 0).base
  const { ledger } = world.market(0)
  const { party, counterparty, covered } = deleveragedOf(deleverage(world, broke, 0, winner))
  // What the account lacks is part of the winner's profit that it gives up; nobody else pays.
  expect(party.quoteChange).toBe(100n * PRICE - equity + party.fundingPayment)
  expect(party).toMatchObject({ baseChange: -100n * BASE, quoteBalance: 0n })
  expect(counterparty).toMatchObject({ baseChange: 100n * BASE, quoteChange: -party.quoteChange })
  expect(counterparty.realisedPnl).toBeGreaterThan(0n)
  expect(covered.loss).toBe(0n)
  expect(world.position(winner, 0).base).toBe(held + 100n * BASE)
  expect(world.market(0).ledger.poolBase).toBe(ledger.poolBase)
  expect(world.subAccount(broke).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('a smaller counterparty closes its size, with that part’s share of the hole, and its stop lapses', () => {
  const world = full.fork()
  const stop = { side: { buy: {} }, size: BASE, limitPrice: 100n * USD, reduceOnly: true }
  succeeded(world.place(small, 0, stop))
  const { equity } = marginOf(world, broke)
  const { party, counterparty } = deleveragedOf(deleverage(world, broke, 0, small))
  expect(party.baseChange).toBe(-40n * BASE)
  const hole = party.fundingPayment - equity
  expect(party.quoteChange).toBe(40n * PRICE + (hole * 40n) / 100n)
  expect(counterparty.canceled).toHaveLength(1)
  expect(world.subAccount(small).positions.every((p) => p.inUse === 0)).toBe(true)
  expect(world.position(broke, 0).base).toBe(60n * BASE)
  checkLedger(world)
})

test('a counterparty answers for what its own market lost, not for another’s', () => {
  const world = full.fork()
  const { base, quoteEntry } = world.position(torn, 0)
  const { party } = deleveragedOf(deleverage(world, torn, 0, winner))
  expect(party).toMatchObject({ baseChange: -base, quoteChange: -quoteEntry, realisedPnl: 0n })
  checkLedger(world)
  const last = liquidatedOf(world.liquidate(torn, 1))
  expect(last.covered.loss).toBeGreaterThan(5_000n * USD)
  expect(world.market(1).insuranceUsed + world.market(1).poolLossUsed).toBe(last.covered.loss)
  checkLedger(world)
})

test('a counterparty pays nothing for an account whose tokens still can', () => {
  const world = full.fork()
  const { party, covered } = deleveragedOf(deleverage(world, holder, 0, winner))
  expect(party).toMatchObject({ baseChange: -100n * BASE, quoteChange: 100n * PRICE })
  expect(party.quoteBalance).toBeLessThan(0n)
  expect(covered.loss).toBe(0n)
  checkLedger(world)
})

test('a chosen victim is safe while the pool has room', () => {
  const world = full.fork()
  world.pass(3_600, { SOL: PRICE, BTC: 40_000n * USD })
  expectRefusal(deleverage(world, broke, 0, winner), 'PoolCanTakeOver')
  succeeded(world.liquidate(broke, 0))
  checkLedger(world)
})

test('nobody is deleveraged while the account can pay for its liquidation, or is healthy', () => {
  const world = full.fork()
  const fresh = world.trader(800n * USD)
  world.enter(fresh, 0, 'buy', 100n * BASE)
  expectRefusal(deleverage(world, fresh, 0, winner), 'NotLiquidatable')
  world.pass(1, { SOL: 130n * USD })
  expect(marginOf(world, fresh).ratioBps).toBeGreaterThan(200n)
  expectRefusal(deleverage(world, fresh, 0, winner), 'DeleverageTooEarly')
  checkLedger(world)
})

test('the counterparty is another trader, on the other side, and in profit', () => {
  const world = full.fork()
  expectRefusal(deleverage(world, broke, 0, world.trader(10_000n * USD)), 'NotDeleverageable')
  expectRefusal(deleverage(world, broke, 0, torn), 'NotDeleverageable')
  // Sold at today's price: the hole would be its loss.
  expectRefusal(deleverage(world, broke, 0, late), 'NotDeleverageable')
  const own = secondSubAccount(world, broke, 10_000n * USD)
  expectRefusal(deleverage(world, broke, 0, own), 'SameAuthority')
  expectRefusal(deleverage(world, broke, 0, broke), 'SameSubAccount')
  expectRefusal(deleverage(world, broke, 1, winner), 'NoPosition')
})

test('no deleveraging at an old price', () => {
  const world = full.fork()
  world.svm.setTime(world.svm.now + 11)
  expectRefusal(deleverage(world, broke, 0, winner), 'PriceStale')
})

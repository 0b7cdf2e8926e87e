import { expect, test } from 'vitest'
import { type Receipt, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)
type Legs = Record<LegName, bigint>
type LegName =
  | 'baseChange'
  | 'liquidationFee'
  | 'liquidatorReward'
  | 'insuranceFee'
  | 'quoteBalance'
  | 'loss'
  | `loss${'Insurance' | 'Pool' | 'Socialised' | 'Deficit'}`
const legsOf = (receipt: Receipt) =>
  receipt.events.find((e) => e.name === 'positionLiquidated')?.data as unknown as Legs

/** Equity and maintenance of an account with one position, at the oracle. */
function marginOf(world: World, trader: Trader, market = 0): { equity: bigint; ratioBps: bigint } {
  const position = world.position(trader, market)
  const { price } = world.market(market).price
  const value = (position.base * price) / BASE
  const notional = value < 0n ? -value : value
  const equity = world.quoteBalance(trader) + position.quoteEntry + value
  return { equity, ratioBps: (equity * 10_000n) / notional }
}

/** A trader with 1 000 USDC and 100 SOL, long or short. */
function leveraged(world: World, side: 'buy' | 'sell'): Trader {
  const trader = world.trader(1_000n * USD)
  world.enter(trader, 0, side, 100n * BASE)
  return trader
}

test('a healthy account is not liquidated, nor one without a position', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 146n * USD })
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')
  expectRefusal(world.liquidate(alice, 1), 'NoPosition')
})

test.each([
  ['long', 'buy', 144n],
  ['short', 'sell', 156n],
] as const)('a %s below maintenance is reduced until the buffer holds, and no further', (_, side, price) => {
  const world = base.fork()
  const alice = leveraged(world, side)
  const liquidator = world.trader(0n)
  world.pass(1, { SOL: price * USD })
  const before = marginOf(world, alice)
  expect(before.ratioBps).toBeLessThan(300n)

  const legs = legsOf(succeeded(world.liquidate(alice, 0, liquidator)))
  const size = abs(legs.baseChange)
  expect(size).toBeGreaterThan(0n)
  expect(size).toBeLessThan(100n * BASE)
  const after = marginOf(world, alice)
  // Maintenance 3 % plus buffer 2 %; one step more than needed at most.
  expect(after.ratioBps).toBeGreaterThanOrEqual(499n)
  expect(after.ratioBps).toBeLessThanOrEqual(510n)
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')

  const notional = (size * price * USD) / BASE
  expect(legs.liquidationFee).toBe((notional + 99n) / 100n)
  expect(legs.liquidatorReward).toBe(5n * USD < legs.liquidationFee / 10n ? 5n * USD : legs.liquidationFee / 10n)
  expect(world.quoteBalance(liquidator)).toBe(legs.liquidatorReward)
  expect(world.insurance().balance).toBeGreaterThanOrEqual(legs.insuranceFee)
  checkLedger(world)
})

test('the orders of a liquidated account go first', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  succeeded(world.place(alice, 0, { side: { sell: {} }, size: BASE, limitPrice: 170n * USD }))
  succeeded(world.place(alice, 1, { side: { buy: {} }, size: 1_000_000n, limitPrice: 20_000n * USD }))
  world.pass(1, { SOL: 144n * USD })
  const event = succeeded(world.liquidate(alice, 0)).events[0]
  expect(event?.data.canceledOrders).toMatchObject([{ orderId: 2n }, { orderId: 3n }])
  expect(world.subAccount(alice).orders.every((o) => o.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('a small position goes whole', () => {
  const world = base.fork()
  const alice = world.trader(3n * USD)
  world.enter(alice, 0, 'buy', 330_000_000n)
  world.pass(1, { SOL: 144n * USD })
  expect(legsOf(succeeded(world.liquidate(alice, 0)))).toMatchObject({ baseChange: -330_000_000n, positionBase: 0n })
  expect(world.subAccount(alice).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('no liquidation on an old price of anything the account depends on', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD, BASE / 10n)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 144n * USD })
  world.svm.setTime(world.svm.now + 61)
  expectRefusal(world.liquidate(alice, 0), 'PriceStale')
  world.publish()
  succeeded(world.liquidate(alice, 0))
  checkLedger(world)
})

test('an order in a market with a dead feed shields nobody', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  succeeded(world.place(alice, 1, { side: { buy: {} }, size: 1_000_000n, limitPrice: 20_000n * USD }))
  world.svm.setTime(world.svm.now + 120)
  world.publishMarket(0, { SOL: 144n * USD })
  succeeded(world.liquidate(alice, 0))
  checkLedger(world)
})

test('collateral whose feed died blocks for a quarter of an hour, then loses its weight', () => {
  const world = base.fork()
  // The vault's price of SOL stops while the market's goes on.
  const alice = world.trader(500n * USD, 4n * BASE)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.svm.setTime(world.svm.now + 899)
  world.publishMarket(0, { SOL: 142n * USD })
  expectRefusal(world.liquidate(alice, 0), 'PriceStale')
  world.svm.setTime(world.svm.now + 2_800)
  world.publishMarket(0)
  // At 142 the account holds 500 − 800 and SOL that counts for nothing an hour later.
  succeeded(world.liquidate(alice, 0))
  checkLedger(world)
})

test('no liquidation at a price more than half away from its average', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 70n * USD }, { emaPrice: 150n * USD })
  expectRefusal(world.liquidate(alice, 0), 'PriceVolatile')
})

test('nobody earns from liquidating with the account itself', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 144n * USD })
  expectRefusal(world.liquidate(alice, 0, alice), 'SameSubAccount')
})

test('a loss beyond the account falls on the pool of its market when insurance is empty', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 135n * USD })
  const allocation = world.market(0).ledger.poolAllocation
  const legs = legsOf(succeeded(world.liquidate(alice, 0)))
  expect(legs.loss).toBeGreaterThan(0n)
  expect(legs.lossPool + legs.lossInsurance).toBe(legs.loss)
  expect(legs.quoteBalance).toBe(0n)
  expect(world.market(0).ledger.poolAllocation).toBe(allocation - legs.lossPool)
  checkLedger(world)
})

test('insurance above its floor pays first', () => {
  const world = base.fork()
  const careful = leveraged(world, 'buy')
  world.pass(1, { SOL: 144n * USD })
  succeeded(world.liquidate(careful, 0))
  const insured = world.insurance().balance
  expect(insured).toBeGreaterThan(0n)
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 128n * USD })
  const legs = legsOf(succeeded(world.liquidate(alice, 0)))
  expect(legs.lossInsurance).toBeGreaterThanOrEqual(insured)
  expect(legs.lossPool).toBe(legs.loss - legs.lossInsurance)
  expect(world.insurance().balance).toBe(0n)
  checkLedger(world)
})

test('what neither may pay is shared by everyone in the market, exactly, and dust stays in the pot', () => {
  const world = World.open(1, { poolLossCap: 0n, insuranceCap: 0n })
  const bystanders = [world.trader(50_000n * USD), world.trader(50_000n * USD)]
  for (const bystander of bystanders) world.enter(bystander, 0, 'sell', 100n * BASE)
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 136n * USD })
  const before = world.market(0)
  const legs = legsOf(succeeded(world.liquidate(alice, 0)))
  expect(legs.lossSocialised).toBeGreaterThanOrEqual(legs.loss)
  expect(legs.lossDeficit).toBe(0n)
  const after = world.market(0)
  expect(after.funding.indexShort).toBeLessThan(before.funding.indexShort)
  expect(after.ledger.fundingPot).toBeLessThan(0n)
  checkLedger(world)
  for (const bystander of bystanders) world.exit(bystander, 0)
  expect(world.market(0).ledger.fundingPot).toBe(0n)
  checkLedger(world)
})

test('a loss with nobody to bear it is the market’s deficit, and the next fees repay it', () => {
  const world = World.open(1, { poolLossCap: 0n, insuranceCap: 0n })
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 136n * USD })
  const legs = legsOf(succeeded(world.liquidate(alice, 0)))
  expect(legs.lossDeficit).toBe(legs.loss)
  checkLedger(world)
  const { ledger } = world.market(0)
  const other = world.trader(10_000n * USD)
  world.enter(other, 0, 'buy', 50n * BASE)
  const repaid = ledger.deficit - world.market(0).ledger.deficit
  expect(repaid).toBeGreaterThan(0n)
  expect(world.market(0).ledger.treasuryFees).toBe(ledger.treasuryFees)
  checkLedger(world)
})

test('what insurance earns in a market repays the market’s deficit first', () => {
  const world = World.open(1, { poolLossCap: 0n, insuranceCap: 0n })
  const broke = leveraged(world, 'buy')
  world.pass(1, { SOL: 136n * USD })
  succeeded(world.liquidate(broke, 0))
  const owed = world.market(0).ledger
  expect(owed.deficit).toBeGreaterThan(0n)

  world.pass(1, { SOL: 150n * USD })
  const careful = leveraged(world, 'buy')
  world.pass(1, { SOL: 144n * USD })
  const before = world.market(0).ledger
  const insured = world.insurance().balance
  const legs = legsOf(succeeded(world.liquidate(careful, 0)))
  const income = before.insuranceFees + legs.insuranceFee
  expect(income).toBeLessThan(before.deficit)
  expect(world.market(0).ledger).toMatchObject({ deficit: before.deficit - income, insuranceFees: 0n })
  expect(world.insurance().balance).toBe(insured)
  checkLedger(world)
})

test('take-overs that add skew stop at a tenth of the pool’s equity per hour', () => {
  const world = base.fork()
  // Shorts of traders hedge each other's skew away: d is near zero, each take-over of a short adds to it.
  const longs = world.trader(1_000_000n * USD)
  const shorts = Array.from({ length: 8 }, () => {
    world.enter(longs, 0, 'buy', 100n * BASE)
    return leveraged(world, 'sell')
  })
  world.pass(1, { SOL: 160n * USD })
  for (const trader of shorts) world.liquidate(trader, 0)
  const { ledger } = world.market(0)
  const skew = ledger.openInterestLong - ledger.openInterestShort
  expect((skew * 160n * USD) / BASE).toBeGreaterThan(99_000n * USD)
  expect((skew * 160n * USD) / BASE).toBeLessThanOrEqual(101_000n * USD)
  checkLedger(world)
  world.pass(3_600)
  for (const trader of shorts) world.liquidate(trader, 0)
  expect(world.market(0).ledger.openInterestShort).toBe(0n)
  checkLedger(world)
})

test('a take-over through zero uses up the allowance by all it adds beyond zero', () => {
  const world = base.fork()
  const hedger = world.trader(100_000n * USD)
  world.enter(hedger, 0, 'sell', 50n * BASE)
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 135n * USD })
  // The pool goes from 50 short to 50 long.
  expect(legsOf(succeeded(world.liquidate(alice, 0))).baseChange).toBe(-100n * BASE)
  expect(world.market(0).takeoverBase).toBe(50n * BASE)
  checkLedger(world)
})

test('however skewed the pool, its price takes no more than the liquidated part’s share of the equity', () => {
  const world = World.open(1)
  const alice = leveraged(world, 'sell')
  const whale = world.trader(2_000_000n * USD)
  for (let i = 0; i < 31; i++) world.enter(whale, 0, 'buy', 100n * BASE)
  // The curve is three percent above the oracle; alice has less than that.
  world.pass(1, { SOL: 155_700_000n })
  const { equity, ratioBps } = marginOf(world, alice)
  const first = legsOf(succeeded(world.liquidate(alice, 0)))
  expect(marginOf(world, alice).ratioBps).toBeGreaterThanOrEqual(ratioBps)
  expect(marginOf(world, alice).equity).toBeGreaterThanOrEqual(
    (equity * (100n * BASE - first.baseChange)) / (100n * BASE) - 1n,
  )
  while (world.subAccount(alice).positions.some((p) => p.inUse)) {
    expect(legsOf(succeeded(world.liquidate(alice, 0))).loss).toBe(0n)
  }
  expect(world.quoteBalance(alice)).toBeGreaterThanOrEqual(0n)
  checkLedger(world)
})

test('an account with other collateral keeps its debt: nobody else pays while it can', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD, 2n * BASE)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 135n * USD })
  succeeded(world.liquidate(alice, 0))
  expect(world.quoteBalance(alice)).toBeLessThan(0n)
  checkLedger(world)
})

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}

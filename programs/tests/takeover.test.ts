/** Who takes a liquidated position over: the liquidator's own account, and the pool within its room. */
import { expect, test } from 'vitest'
import { succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { leveraged, liquidatedOf, marginOf, refillInsurance, secondSubAccount, setBalances, takeOver } from './risk.ts'

const base = World.open(2)

test.each([
  ['long', 'buy', 144n, 1n],
  ['short', 'sell', 156n, -1n],
] as const)(
  'a liquidator takes a %s over at the oracle and the fee, up to its size, the pool the rest',
  (_, side, price, sign) => {
    const world = base.fork()
    const alice = leveraged(world, side)
    const bob = world.trader(10_000n * USD)
    world.pass(1, { SOL: price * USD })
    const poolBase = world.market(0).ledger.poolBase
    const event = liquidatedOf(takeOver(world, alice, 0, bob, 30n * BASE + 1n))
    expect(event.takenSize).toBe(30n * BASE)
    expect(event.poolSize).toBeGreaterThan(0n)
    expect(event.party.baseChange).toBe(-sign * (event.takenSize + event.poolSize))
    // 1 % of the oracle's value, and no fee of the exchange on top.
    const notional = 30n * price * USD
    expect(event.taken).toMatchObject({
      baseChange: sign * 30n * BASE,
      quoteChange: -sign * (notional - (sign * notional) / 100n),
      positionBase: sign * 30n * BASE,
    })
    expect(world.position(bob, 0).base).toBe(sign * 30n * BASE)
    expect(world.quoteBalance(bob)).toBe(10_000n * USD + event.liquidatorReward)
    expect(world.market(0).ledger.poolBase).toBe(poolBase + sign * event.poolSize)
    expect(marginOf(world, alice).ratioBps).toBeGreaterThanOrEqual(499n)
    expect(marginOf(world, alice).ratioBps).toBeLessThanOrEqual(510n)
    checkLedger(world)
  },
)

test('a liquidator who takes all of it needs no pool and earns no reward', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  const bob = world.trader(10_000n * USD)
  world.pass(1, { SOL: 144n * USD })
  const event = liquidatedOf(takeOver(world, alice, 0, bob, 100n * BASE))
  expect(event).toMatchObject({ poolSize: 0n, liquidatorReward: 0n, takenSize: -event.party.baseChange })
  checkLedger(world)
})

test('a liquidator who holds the opposite position closes it, and what would reduce it goes', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  const bob = world.trader(10_000n * USD)
  world.enter(bob, 0, 'sell', 20n * BASE)
  const order = { side: { buy: {} }, size: BASE, limitPrice: 100n * USD, reduceOnly: true }
  succeeded(world.place(bob, 0, order))
  world.pass(1, { SOL: 144n * USD })
  const event = liquidatedOf(takeOver(world, alice, 0, bob, 20n * BASE))
  expect(event.taken?.realisedPnl).toBeGreaterThan(0n)
  expect(event.taken?.canceled).toHaveLength(1)
  expect(world.subAccount(bob).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('the liquidator must carry what it takes, may trade for it, and is another trader', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  const poor = world.trader(10n * USD)
  const rich = world.trader(10_000n * USD)
  const second = secondSubAccount(world, alice, 10_000n * USD)
  world.pass(1, { SOL: 144n * USD })
  expectRefusal(takeOver(world, alice, 0, poor, 30n * BASE), 'LiquidatorMargin')
  expectRefusal(takeOver(world, alice, 0, rich, 30n * BASE, { signer: poor.keypair }), 'NotTrader')
  expectRefusal(takeOver(world, alice, 0, second, 30n * BASE), 'SameAuthority')
  succeeded(world.updateSubAccount(rich, { isolatedMarket: 1 }))
  expectRefusal(takeOver(world, alice, 0, rich, 30n * BASE), 'IsolatedMarket')
  checkLedger(world)
})

test('a trader takes nothing over at a price that would not fill an order', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  const bob = world.trader(10_000n * USD)
  world.pass(1, { SOL: 144n * USD })
  succeeded(world.place(bob, 0, { side: { buy: {} }, size: 20n * BASE, limitPrice: 143_500_000n }))
  world.svm.setTime(world.svm.now + 11)
  expectRefusal(takeOver(world, alice, 0, bob, BASE), 'PriceStale')
  const makers = [{ trader: bob, orderId: 1n }]
  expectRefusal(takeOver(world, alice, 0, bob, 0n, { makers }), 'PriceStale')
  succeeded(world.liquidate(alice, 0))
  checkLedger(world)
})

test('taking oneself over with a second wallet gains nothing at anybody else’s expense', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  const other = world.trader(10_000n * USD)
  // Alice has about 0.3 % left: the fee of 1 % would be paid by insurance.
  world.pass(1, { SOL: 140_500_000n })
  const { equity } = marginOf(world, alice)
  expect(equity).toBeGreaterThan(0n)
  const event = liquidatedOf(takeOver(world, alice, 0, other, 100n * BASE))
  expect(event.party.baseChange).toBe(-100n * BASE)
  expect(event.covered.loss).toBe(0n)
  const given = 100n * 140_500_000n - event.party.quoteChange
  expect(given).toBeLessThanOrEqual(equity)
  expect(given + event.insuranceFee).toBeLessThanOrEqual(equity)
  expect(world.quoteBalance(alice)).toBeGreaterThanOrEqual(0n)
  checkLedger(world)

  // Without equity the second wallet pays the oracle's price, and the hole is the same whoever takes it.
  const bust = leveraged(world, 'buy', 50n * BASE)
  world.pass(1, { SOL: 115n * USD })
  const hole = marginOf(world, bust).equity
  expect(hole).toBeLessThan(0n)
  const taken = liquidatedOf(takeOver(world, bust, 0, other, 100n * BASE))
  expect(taken.taken?.quoteChange).toBe((-taken.takenSize * 115n * USD) / BASE)
  expect(taken.covered.loss).toBe(taken.party.fundingPayment - hole)
  checkLedger(world)
})

test('resting orders take a position over at their own price before anybody else', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  const [carol, dave] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  const liquidator = world.trader(10_000n * USD)
  world.pass(1, { SOL: 144n * USD })
  const bid = (limitPrice: bigint) => ({ side: { buy: {} }, size: 20n * BASE, limitPrice })
  succeeded(world.place(carol, 0, bid(143_500_000n)))
  // Below the oracle less the fee: no order for this.
  succeeded(world.place(dave, 0, bid(142_500_000n)))
  const makers = [
    { trader: carol, orderId: 1n },
    { trader: dave, orderId: 1n },
  ]
  const event = liquidatedOf(takeOver(world, alice, 0, liquidator, 10n * BASE, { makers }))
  expect(event.makers).toMatchObject([{ size: 20n * BASE, quote: 20n * 143_500_000n }])
  expect(event).toMatchObject({ takenSize: 10n * BASE, party: { baseChange: -30n * BASE - event.poolSize } })
  expect(event.poolSize).toBeGreaterThan(0n)
  expect(world.position(carol, 0).base).toBe(20n * BASE)
  // A tenth of the fee on what maker and pool took, up to $5, part of it from what the maker's price was better.
  expect(event.liquidatorReward).toBe(5n * USD)
  expect(marginOf(world, alice).ratioBps).toBeGreaterThanOrEqual(499n)
  // The size is what the whole fee would ask for; the better price is the account's.
  expect(marginOf(world, alice).ratioBps).toBeLessThanOrEqual(560n)
  checkLedger(world)
})

test('no resting order stops a liquidation, and none gains at the expense of insurance', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  const broke = world.trader(200n * USD)
  const second = world.trader(10_000n * USD)
  const bid = (limitPrice: bigint) => ({ side: { buy: {} }, size: 20n * BASE, limitPrice })
  succeeded(world.place(broke, 0, bid(140_400_000n)))
  // With what is left, broke cannot carry its order any more.
  succeeded(refillInsurance(world, broke, 45n * USD))
  world.pass(1, { SOL: 140_500_000n })
  succeeded(world.place(second, 0, bid(139_500_000n)))
  setBalances(world, broke, { quote: 10n * USD })
  const makers = [
    { trader: broke, orderId: 1n },
    { trader: second, orderId: 1n },
    { trader: second, orderId: 99n },
  ]
  const event = liquidatedOf(takeOver(world, alice, 0, second, 0n, { makers }))
  // One is taken off; the other asks for more than the account has left, which would be insurance's.
  expect(event.makers).toMatchObject([{ size: 0n, party: { orderStatus: { canceled: {} } } }])
  expect(event.poolSize).toBe(100n * BASE)
  expect(world.subAccount(second).orders.filter((o) => o.inUse)).toHaveLength(1)
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
  const refused = shorts.map((trader) => world.liquidate(trader, 0)).filter((receipt) => !receipt.ok)
  for (const receipt of refused) expectRefusal(receipt, 'PoolCapacity')
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
  expect(liquidatedOf(world.liquidate(alice, 0)).party.baseChange).toBe(-100n * BASE)
  expect(world.market(0).takeoverBase).toBe(50n * BASE)
  checkLedger(world)
})

test('however skewed the pool, its price takes no more than the liquidated part’s share of the equity', () => {
  const world = World.open(1)
  const alice = leveraged(world, 'sell')
  const whale = world.trader(2_000_000n * USD)
  for (let i = 0; i < 31; i++) world.push(whale, 0, 'buy', 100n * BASE)
  // The curve is three percent above the oracle; alice has less than that.
  world.pass(1, { SOL: 155_700_000n })
  const { equity, ratioBps } = marginOf(world, alice)
  const { party } = liquidatedOf(world.liquidate(alice, 0))
  expect(marginOf(world, alice).ratioBps).toBeGreaterThanOrEqual(ratioBps)
  expect(marginOf(world, alice).equity).toBeGreaterThanOrEqual(
    (equity * (100n * BASE - party.baseChange)) / (100n * BASE) - 1n,
  )
  while (world.subAccount(alice).positions.some((p) => p.inUse)) {
    expect(liquidatedOf(world.liquidate(alice, 0)).covered.loss).toBe(0n)
  }
  expect(world.quoteBalance(alice)).toBeGreaterThanOrEqual(0n)
  checkLedger(world)
})

/** What margin asks: the vectors to the unit, crowded markets, and what counts in it. */
import { expect, test } from 'vitest'
import { type Side, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { forceCancel, leveraged, liquidatedOf, refillInsurance, setBalances } from './risk.ts'

type Vector = {
  market: { initialMarginBps: number; maintenanceMarginBps: number }
  usdc: bigint
  side: Side
  size: bigint
  entry: bigint
  orders: { side: Side; size: bigint; reduceOnly?: boolean }[]
  initial: [collateral: bigint, requirement: bigint]
  maintenance: [collateral: bigint, requirement: bigint]
}

/** SOL at 150, its average at 148.5, unsure by 0.15; 10 SOL as collateral at 0.80 and 0.90. */
const VECTORS: [string, Vector][] = [
  [
    'M1',
    {
      market: { initialMarginBps: 1_000, maintenanceMarginBps: 500 },
      usdc: 500n * USD,
      side: 'buy',
      size: 20n * BASE,
      entry: -2_800n * USD,
      orders: [
        { side: 'buy', size: 5n * BASE },
        { side: 'sell', size: 40n * BASE },
      ],
      initial: [1_822_800_000n, 375_000_000n],
      maintenance: [2_048_650_000n, 150_000_000n],
    },
  ],
  [
    'M2',
    {
      market: { initialMarginBps: 500, maintenanceMarginBps: 300 },
      usdc: -120n * USD,
      side: 'sell',
      size: 3_500_000_000n,
      entry: 500n * USD,
      orders: [
        { side: 'buy', size: 6n * BASE },
        { side: 'sell', size: 4_250_000_000n },
        { side: 'buy', size: 3_500_000_000n, reduceOnly: true },
      ],
      initial: [1_041_800_000n, 58_125_000n],
      maintenance: [1_203_650_000n, 15_750_000n],
    },
  ],
]

function prepared(vector: Vector): { world: World; alice: Trader } {
  const world = World.open(1, vector.market)
  const alice = world.trader(5_000n * USD, 10n * BASE)
  world.enter(alice, 0, vector.side, vector.size)
  for (const { side, ...order } of vector.orders) {
    const limitPrice = side === 'buy' ? 100n * USD : 200n * USD
    succeeded(world.place(alice, 0, { side: { [side]: {} }, limitPrice, ...order }))
  }
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 150n * USD }, { emaPrice: 148_500_000n, confidence: 150_000n })
  return { world, alice }
}

/** Funding that is due counts as if it were paid; the vectors have none. */
function fundingDue(world: World, trader: Trader, entry: bigint): bigint {
  const trial = world.fork()
  setBalances(trial, trader, { quote: -100_000n * USD, entry })
  return liquidatedOf(trial.liquidate(trader, 0)).party.fundingPayment
}

test.each(VECTORS)('%s: initial and maintenance margin turn exactly where the vector says', (_, vector) => {
  const { world, alice } = prepared(vector)
  const { entry, usdc } = vector
  const funding = fundingDue(world, alice, entry)
  const free = ([collateral, requirement]: [bigint, bigint]) => collateral - requirement

  // Each open order adds a cent, which the vectors leave out.
  const cents = BigInt(vector.orders.length) * 10_000n
  const atInitial = usdc + funding - free(vector.initial) + cents
  setBalances(world, alice, { quote: atInitial, entry })
  expectRefusal(forceCancel(world, alice), 'MeetsInitialMargin')
  setBalances(world, alice, { quote: atInitial - 1n })
  succeeded(forceCancel(world.fork(), alice))

  const atMaintenance = usdc + funding - free(vector.maintenance)
  setBalances(world, alice, { quote: atMaintenance })
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')
  setBalances(world, alice, { quote: atMaintenance - 1n })
  succeeded(world.liquidate(alice, 0))
})

test('a crowded market asks more initial margin of what adds risk, and of nothing else', () => {
  // 5 % up to $30 000 of open interest, 100 % from $130 000 on.
  const world = World.open(1, { marginScaleFrom: 30_000n * USD, marginScaleTo: 130_000n * USD })
  const whale = world.trader(1_000_000n * USD)
  const alice = world.trader(3_000n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  for (let i = 0; i < 4; i++) world.enter(whale, 0, 'buy', 100n * BASE)
  // $75 000: 5 % + 95 % · 45 / 100 = 47.75 %.
  const bob = world.trader(500n * USD)
  expectRefusal(world.open(bob, 0, 'buy', 7n * BASE), 'InsufficientMargin')
  succeeded(world.open(bob, 0, 'buy', 6n * BASE))
  // Who merely holds may still withdraw down to 5 %, and close.
  succeeded(refillInsurance(world, alice, 2_000n * USD))
  expectRefusal(world.place(alice, 0, { side: { buy: {} }, size: BASE, limitPrice: 100n * USD }), 'InsufficientMargin')
  world.exit(alice, 0)
  checkLedger(world)
})

test('an order placed before the crowd came fills all the same', () => {
  const world = World.open(1, { marginScaleFrom: 15_000n * USD, marginScaleTo: 16_000n * USD })
  const alice = world.trader(1_000n * USD)
  const whale = world.trader(1_000_000n * USD)
  succeeded(world.open(alice, 0, 'buy', 100n * BASE))
  succeeded(world.open(whale, 0, 'buy', 100n * BASE))
  world.pass(1)
  succeeded(world.execute(whale, 0))
  succeeded(world.execute(alice, 0))
  expect(world.position(alice, 0).base).toBe(100n * BASE)
})

test('interest that is due counts as owed before it is charged', () => {
  const world = World.open(1)
  const alice = world.trader(1_000n * USD, 10n * BASE)
  world.enter(alice, 0, 'buy', 10n * BASE)
  world.svm.setTime(world.svm.now + 1)
  world.publish()
  const funding = fundingDue(world, alice, -1_500n * USD)
  // At nine tenths ten SOL count 1 350; maintenance of 1 500 at 3 % is 45.
  const least = funding - 1_350n * USD + 45n * USD
  setBalances(world, alice, { quote: least, entry: -1_500n * USD })
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')
  world.pass(60)
  succeeded(world.liquidate(alice, 0))
  checkLedger(world)
})

test('new profit is margin at once', () => {
  const world = World.open(1)
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 180n * USD })
  world.exit(alice, 0)
  expect(world.subAccount(alice).warmUpLocked).toBeGreaterThan(2_000n * USD)
  // $4 000 carry what $1 000 could not.
  for (let i = 0; i < 3; i++) world.enter(alice, 0, 'buy', 100n * BASE)
  expectRefusal(refillInsurance(world, alice, 1_200n * USD), 'ProfitWarmingUp')
  checkLedger(world)
})

test('a dead feed lets nobody take more risk', () => {
  const world = World.open(2)
  const alice = leveraged(world, 'buy')
  world.svm.setTime(world.svm.now + 3_600)
  world.publishMarket(1)
  expectRefusal(world.open(alice, 1, 'buy', 1_000_000n), 'PriceStale')
  expectRefusal(refillInsurance(world, alice, USD), 'PriceStale')
})

/** Resting orders meet a taker before the pool, each at its own price. */
import { expect, test } from 'vitest'
import { poolQuote } from '#client/math/pool.ts'
import { filledOf, rest } from './fill-events.ts'
import { succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)
const CENT = USD / 100n
/** The pool of an untouched market asks 150.03 and bids 149.97. */
const curve = (userNetBase = 0n) => ({
  price: 150n * USD,
  userNetBase,
  depth: 100_000n * BASE,
  halfSpreadPpm: 200,
})

test('a market order takes a resting order at its price and leaves the rest to the pool, to the unit', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  const ask = rest(world, bob, 'sell', 4n * BASE, 150n * USD + CENT)
  succeeded(world.open(alice, 0, 'buy', 10n * BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [ask] })))

  const poolPart = poolQuote(curve(), 6n * BASE)
  const quote = 600_040_000n + poolPart
  const fee = (quote * 500n + 999_999n) / 1_000_000n
  expect(filled).toMatchObject({ size: 10n * BASE, quote, fee, poolSize: 6n * BASE, poolQuoteTraded: poolPart })
  expect(filled).toMatchObject({ positionBase: 10n * BASE, positionQuoteEntry: -quote, orderStatus: { filled: {} } })
  const rebate = (600_040_000n * 100n) / 1_000_000n
  expect(filled.makers).toMatchObject([
    {
      size: 4n * BASE,
      quote: 600_040_000n,
      rebate,
      party: { orderStatus: { filled: {} }, positionBase: -4n * BASE, positionQuoteEntry: 600_040_000n },
    },
  ])
  expect(world.quoteBalance(alice)).toBe(10_000n * USD - fee)
  expect(world.quoteBalance(bob)).toBe(10_000n * USD + rebate)
  expect(world.market(0).ledger).toMatchObject({
    openInterestLong: 10n * BASE,
    openInterestShort: 4n * BASE,
    poolBase: -6n * BASE,
    poolQuote: poolPart,
  })
  expect(world.subAccount(bob)).toMatchObject({ makerVolume: 600_040_000n, sequence: filled.makers[0]?.party.sequence })
  checkLedger(world)
})

test('two limit orders between the pool’s quotes meet at once, at the elder’s price, without a keeper’s price', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  const ask = rest(world, bob, 'sell', 4n * BASE, 150n * USD - CENT)
  const bid = rest(world, alice, 'buy', 10n * BASE, 150n * USD + CENT)
  const filled = filledOf(succeeded(world.execute(alice, 0, { ...bid, makers: [ask] })))
  expect(filled).toMatchObject({ size: 4n * BASE, quote: 599_960_000n, poolSize: 0n, orderStatus: { open: {} } })
  // What is left rests: too young for the pool now, and below its ask afterwards.
  expectRefusal(world.execute(alice, 0, bid), 'OrderNotEligible')
  world.pass(1)
  expectRefusal(world.execute(alice, 0, bid), 'PriceLimit')
  expect(world.position(alice, 0)).toMatchObject({ base: 4n * BASE, openBids: 6n * BASE })
  checkLedger(world)
})

test('the elder order is the maker', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  const bid = rest(world, alice, 'buy', BASE, 150n * USD + CENT)
  world.pass(1)
  const ask = rest(world, bob, 'sell', BASE, 150n * USD - CENT)
  expectRefusal(world.execute(alice, 0, { ...bid, makers: [ask] }), 'PriceLimit')
  expect(filledOf(succeeded(world.execute(bob, 0, { ...ask, makers: [bid] })))).toMatchObject({ quote: 150_010_000n })
  checkLedger(world)
})

test('a maker stays for its rest, and up to four fill one order', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const makers = [0n, 1n, 2n, 3n].map((n) =>
    rest(world, world.trader(1_000n * USD), 'sell', BASE, 150n * USD + n * CENT),
  )
  const last = makers.at(-1)
  if (!last) throw new Error('no makers')
  succeeded(world.open(alice, 0, 'buy', 3n * BASE + BASE / 2n))
  world.pass(1)
  expectRefusal(world.execute(alice, 0, { makers: [...makers, last] }), 'MakerAccounts')
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers })))
  expect(filled.makers.map((maker) => maker.size)).toEqual([BASE, BASE, BASE, BASE / 2n])
  expect(filled).toMatchObject({ quote: 150_000_000n + 150_010_000n + 150_020_000n + 75_015_000n, poolSize: 0n })
  expect(world.subAccount(last.trader).orders[0]).toMatchObject({ filled: BASE / 2n, quoteFilled: 75_015_000n })
  checkLedger(world)
})

test('a post-only order fills as maker and never as taker', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  const ask = rest(world, bob, 'sell', BASE, 150n * USD + CENT, { postOnly: true })
  const bid = rest(world, alice, 'buy', BASE, 150n * USD + CENT)
  world.pass(1)
  expectRefusal(world.execute(bob, 0, { ...ask, makers: [bid] }), 'PostOnlyAgainstPool')
  expect(filledOf(succeeded(world.execute(alice, 0, { ...bid, makers: [ask] })))).toMatchObject({ size: BASE })
  checkLedger(world)
})

test('a pegged maker follows the oracle, and only a price newer than both orders moves it', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  const ask = rest(world, bob, 'sell', 2n * BASE, 0n, { pegOffset: CENT })
  world.pass(3, { SOL: 160n * USD })
  const bid = rest(world, alice, 'buy', BASE, 160n * USD + CENT)
  expectRefusal(world.execute(alice, 0, { ...bid, makers: [ask] }), 'OrderNotEligible')
  world.pass(1)
  expect(filledOf(succeeded(world.execute(alice, 0, { ...bid, makers: [ask] })))).toMatchObject({ quote: 160_010_000n })
  // With a bound it follows no further than that.
  const bounded = rest(world, bob, 'sell', BASE, 170n * USD, { pegOffset: CENT })
  succeeded(world.open(alice, 0, 'buy', BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [bounded, ask] })))
  expect(filled.makers.map((maker) => maker.quote)).toEqual([160_010_000n])
  checkLedger(world)
})

test('a reduce-only maker is cut to its position and gone with it', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  world.enter(bob, 0, 'buy', BASE)
  const ask = rest(world, bob, 'sell', 3n * BASE, 150n * USD + CENT, { reduceOnly: true })
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [ask] })))
  expect(filled).toMatchObject({ size: 2n * BASE, poolSize: BASE })
  expect(filled.makers).toMatchObject([
    { size: BASE, party: { positionBase: 0n, cancelReason: { nothingToReduce: {} } } },
  ])
  expect(world.subAccount(bob).orders.every((order) => !order.inUse)).toBe(true)
  checkLedger(world)
})

test('fill-or-kill fills whole, from makers and the pool together, or not at all', () => {
  const world = base.fork()
  const [whale, bob] = [world.trader(100_000n * USD), world.trader(100_000n * USD)]
  const kill = { side: { buy: {} }, timeInForce: { fillOrKill: {} }, limitPrice: 151n * USD }
  const ask = rest(world, bob, 'sell', 50n * BASE, 150n * USD + CENT)
  // The pool gives one order 100 at most; the market is nearly at its cap after 29 of them.
  succeeded(world.place(whale, 0, { ...kill, size: 100n * BASE }))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(whale, 0, { makers: [ask] })))
  expect(filled).toMatchObject({ size: 100n * BASE, poolSize: 50n * BASE, orderStatus: { filled: {} } })
  checkLedger(world)
})

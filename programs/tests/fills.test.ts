import { NATIVE_MINT } from '@solana/spl-token'
import { expect, test } from 'vitest'
import { poolQuote } from '#client/math/pool.ts'
import { canceledOf, filledOf } from './fill-events.ts'
import { addresses, priceAccount, type Receipt, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)

test('a market order opens and closes at the pool curve around the oracle, and every unit is somewhere', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const opened = filledOf(world.enter(alice, 0, 'buy', 10n * BASE))
  const quote = poolQuote(
    { price: 150n * USD, userNetBase: 0n, depth: 100_000n * BASE, halfSpreadPpm: 200 },
    10n * BASE,
  )
  expect(opened).toMatchObject({ size: 10n * BASE, quote, positionBase: 10n * BASE, positionQuoteEntry: -quote })
  checkLedger(world)

  world.pass(60, { SOL: 156n * USD })
  const closed = filledOf(world.exit(alice, 0))
  expect(closed).toMatchObject({ positionBase: 0n, openInterestLong: 0n, poolBase: 0n })
  const { realisedPnl, fee, fundingPayment, quote: received } = closed as Record<string, bigint>
  expect(realisedPnl).toBe((received ?? 0n) - quote)
  const openFee = (opened as Record<string, bigint>).fee ?? 0n
  expect(world.quoteBalance(alice)).toBe(
    10_000n * USD + (realisedPnl ?? 0n) - (fee ?? 0n) - openFee - (fundingPayment ?? 0n),
  )
  expect(world.subAccount(alice).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('exactly one price can fill a market order: not an earlier one, not a later one', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.open(alice, 0, 'buy', BASE))
  const eligible = Number(world.subAccount(alice).orders[0]?.eligibleFrom)
  expect(eligible).toBe(world.svm.now + 1)

  expectRefusal(world.execute(alice, 0), 'PriceNotTheOne')
  world.svm.setTime(eligible + 2)
  world.publishPrice('SOL', { publishTime: eligible + 2, prevPublishTime: eligible + 1 })
  expectRefusal(world.execute(alice, 0), 'PriceNotTheOne')
  world.publishPrice('SOL', { publishTime: eligible + 1, prevPublishTime: eligible - 1 })
  succeeded(world.execute(alice, 0))
  checkLedger(world)
})

test('the fill caches a newer price and accrues funding before it', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.open(alice, 0, 'buy', BASE))
  world.svm.setTime(world.svm.now + 1)
  const before = world.market(0)
  world.publishPrice('SOL')
  succeeded(world.execute(alice, 0))
  const after = world.market(0)
  expect(after.price.publishTime).toBe(BigInt(world.svm.now))
  expect(after.funding.indexLong).toBeGreaterThan(before.funding.indexLong)
})

test('a market order needs its price account, of the right feed and owner', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.open(alice, 0, 'buy', BASE))
  world.pass(1)
  const orderId = 1n
  const remaining = world.marginAccounts(alice)
  const call = { signers: [world.admin], remaining }
  expectRefusal(
    world.call('executeOrder', { orderId, makerOrderIds: [] }, world.executeAccounts(alice, 0, null, null), call),
    'PriceAccountNeeded',
  )
  const other = world.executeAccounts(alice, 0, null, priceAccount('BTC'))
  expectRefusal(world.call('executeOrder', { orderId, makerOrderIds: [] }, other, call), 'PriceWrongFeed')
  const forged = world.executeAccounts(alice, 0, null, addresses.pool)
  expectRefusal(world.call('executeOrder', { orderId, makerOrderIds: [] }, forged, call), 'PriceWrongOwner')
})

test('an order that nobody filled in time lapses, whoever asks, and costs nothing', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.open(alice, 0, 'buy', BASE))
  world.pass(11)
  expect(canceledOf(succeeded(world.execute(alice, 0)))).toMatchObject({ reason: { lapsed: {} } })
  expect(world.quoteBalance(alice)).toBe(10_000n * USD)
  expect(world.subAccount(alice).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('a market order whose one price is beyond its limit waits for nobody but makers, and lapses', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.open(alice, 0, 'buy', BASE, 151n * USD))
  world.pass(1, { SOL: 152n * USD })
  expectRefusal(world.execute(alice, 0), 'PriceLimit')
  world.pass(1)
  expectRefusal(world.execute(alice, 0), 'PriceNotTheOne')
  world.pass(10)
  expect(canceledOf(succeeded(world.execute(alice, 0)))).toMatchObject({ reason: { lapsed: {} } })
  checkLedger(world)
})

test('a fill that would break its margin is undone and the order dropped', () => {
  const world = base.fork()
  const alice = world.trader(1_600n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  succeeded(world.open(alice, 1, 'buy', BASE / 5n))
  const balance = world.quoteBalance(alice)
  // About 880 left; the mean of initial and maintenance is 4 % of 14 300 and of 12 000.
  world.pass(1, { SOL: 143n * USD })
  expect(canceledOf(succeeded(world.execute(alice, 1)))).toMatchObject({ reason: { insufficientMargin: {} } })
  expect(world.quoteBalance(alice)).toBe(balance)
  expect(world.market(1).ledger.openInterestLong).toBe(0n)
  checkLedger(world)
})

/** An account that holds the initial margin of its order for 100 SOL, to the unit. */
function atInitial(world: World, place: (alice: Trader) => Receipt): Trader {
  const alice = world.trader(1_000n * USD)
  succeeded(place(alice))
  const withdraw = (amount: bigint) =>
    world.call('withdrawTokens', { amount }, world.withdrawAccounts(alice), {
      signers: [alice.keypair],
      remaining: world.marginAccounts(alice),
    })
  // 5 % of 15 000, and a cent for the open order.
  const spare = 1_000n * USD - 750_010_000n
  expectRefusal(withdraw(spare + 1n), 'InsufficientMargin')
  succeeded(withdraw(spare))
  return alice
}

test('withdrawing down to initial margin does not undo a market order: its fee and spread may use up some', () => {
  const world = base.fork()
  const alice = atInitial(world, (trader) => world.open(trader, 0, 'buy', 100n * BASE))
  world.pass(1)
  expect(filledOf(succeeded(world.execute(alice, 0)))).toMatchObject({ positionBase: 100n * BASE })
  checkLedger(world)
})

test('a resting order needs initial margin after its fill', () => {
  const world = base.fork()
  const order = { side: { buy: {} }, size: 100n * BASE, limitPrice: 150n * USD }
  const alice = atInitial(world, (trader) => world.place(trader, 0, order))
  world.pass(1, { SOL: 149_500_000n })
  expect(canceledOf(succeeded(world.execute(alice, 0)))).toMatchObject({ reason: { insufficientMargin: {} } })
  checkLedger(world)
})

test('an old price of a collateral drops no resting order, however old: it waits until the price is refreshed', () => {
  const world = base.fork()
  const alice = world.trader(100n * USD, 10n * BASE)
  const start = world.svm.now
  // The vault's price of SOL stops while the market's goes on.
  const onlyMarket = (seconds: number, price = 150n * USD) => {
    world.svm.setTime(start + seconds)
    world.publishMarket(0, { SOL: price })
  }
  onlyMarket(55)
  succeeded(world.place(alice, 0, { side: { buy: {} }, size: 50n * BASE, limitPrice: 149n * USD }))
  succeeded(world.open(alice, 0, 'buy', 50n * BASE))
  onlyMarket(62, 148_800_000n)
  expectRefusal(world.execute(alice, 0, { orderId: 1n }), 'PriceStale')
  // A taker's fill asks maintenance weights of what its account showed when placing, and does not wait.
  const taken = world.fork()
  expect(filledOf(succeeded(taken.execute(alice, 0, { orderId: 2n })))).toMatchObject({ positionBase: 50n * BASE })

  const later = world.fork()
  later.svm.setTime(start + 1_000)
  later.publishMarket(0)
  expectRefusal(later.execute(alice, 0, { orderId: 1n }), 'PriceStale')

  const tokenVault = addresses.tokenVault(NATIVE_MINT)
  world.done('updateOraclePrice', {}, { priceUpdate: priceAccount('SOL'), market: null, tokenVault }, {})
  expect(filledOf(succeeded(world.execute(alice, 0, { orderId: 2n })))).toMatchObject({ positionBase: 50n * BASE })
  succeeded(world.execute(alice, 0, { orderId: 1n }))
  checkLedger(world)
})

test('an unsure price drops a market order that opens and still fills one that closes', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'buy', 2n * BASE)
  succeeded(world.open(alice, 0, 'buy', BASE))
  succeeded(world.close(alice, 0))
  world.svm.setTime(world.svm.now + 1)
  world.publish({}, { confidence: 2n * USD })
  expect(canceledOf(succeeded(world.execute(alice, 0, { orderId: 2n })))).toMatchObject({
    reason: { priceRefused: {} },
  })
  expect(filledOf(succeeded(world.execute(alice, 0, { orderId: 3n })))).toMatchObject({ positionBase: 0n })
  checkLedger(world)
})

test('a resting limit order waits for its price and fills at the cached one', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, { side: { buy: {} }, size: 3n * BASE, limitPrice: 149n * USD }))
  expectRefusal(world.execute(alice, 0), 'OrderNotEligible')
  world.pass(1)
  expectRefusal(world.execute(alice, 0), 'PriceLimit')
  world.pass(1, { SOL: 148n * USD })
  world.svm.setTime(world.svm.now + 4)
  expectRefusal(world.execute(alice, 0), 'PriceStale')
  world.publish()
  expect(filledOf(succeeded(world.execute(alice, 0)))).toMatchObject({
    orderStatus: { filled: {} },
    positionBase: 3n * BASE,
  })
  checkLedger(world)
})

test('a keeper earns flat and proportional reward from the taker, and cannot be the taker', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const keeper = world.trader(0n)
  const filled = filledOf(world.enter(alice, 0, 'buy', 10n * BASE, keeper)) as Record<string, bigint>
  expect(filled.keeperReward).toBe(10_000n + ((filled.quote ?? 0n) * 10n) / 1_000_000n)
  expect(world.quoteBalance(keeper)).toBe(filled.keeperReward)
  expect(filled.keeperSequence).toBe(world.subAccount(keeper).sequence)
  succeeded(world.close(alice, 0))
  world.pass(1)
  expectRefusal(world.execute(alice, 0, { keeper: alice }), 'SameSubAccount')
  checkLedger(world)
})

test('one fill takes at most ten basis points of the depth, and the pool holds at most its cap', () => {
  const world = base.fork()
  const whale = world.trader(2_000_000n * USD)
  // K is 100 000 SOL: one fill 100 SOL. The cap is 0.45 of equity: about 3 000 SOL.
  expectRefusal(world.open(whale, 0, 'buy', 101n * BASE), 'OrderTooLarge')
  for (let i = 0; i < 30; i++) world.push(whale, 0, 'buy', 100n * BASE)
  const last = filledOf(world.push(whale, 0, 'buy', 100n * BASE)) as Record<string, bigint>
  expect(last.size).toBeLessThan(100n * BASE)
  expect(last).toMatchObject({ orderStatus: { canceled: {} }, cancelReason: { poolCapacity: {} } })
  succeeded(world.open(whale, 0, 'buy', BASE, 160n * USD))
  world.pass(1)
  expectRefusal(world.execute(whale, 0), 'PoolCapacity')
  world.exit(whale, 0, 300)
  checkLedger(world)
})

test('a reduce-only order never opens: it is cut to the position and dropped when there is none', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'buy', 2n * BASE)
  const order = { side: { sell: {} }, size: 5n * BASE, reduceOnly: true, kind: { market: {} } }
  succeeded(world.place(alice, 0, order))
  succeeded(world.place(alice, 0, { ...order, kind: { limit: {} }, limitPrice: 160n * USD }))
  world.pass(1)
  const first = filledOf(succeeded(world.execute(alice, 0, { orderId: 2n })))
  expect(first).toMatchObject({ size: 2n * BASE, positionBase: 0n, cancelReason: { nothingToReduce: {} } })
  expect(first.canceled).toMatchObject([{ orderId: 3n, reason: { nothingToReduce: {} } }])
  checkLedger(world)
})

test('a fraction of a position closes, rounded up to the step', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'sell', 3n * BASE)
  const part = filledOf(world.exit(alice, 0, 3_333)) as Record<string, bigint>
  expect(part.size).toBe(1_000_000_000n)
  expect(part.positionBase).toBe(-2n * BASE)
  checkLedger(world)
})

test('an order through zero turns the position and counts as new risk', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD)
  world.enter(alice, 0, 'buy', 10n * BASE)
  const turned = filledOf(world.enter(alice, 0, 'sell', 25n * BASE))
  expect(turned).toMatchObject({ positionBase: -15n * BASE, openInterestLong: 0n, openInterestShort: 15n * BASE })
  checkLedger(world)
})

test('funding flows from longs to the pool over time, and the pot never keeps what it owes', () => {
  const world = base.fork()
  const alice = world.trader(50_000n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  for (let i = 0; i < 10; i++) world.pass(50)
  const closed = filledOf(world.exit(alice, 0)) as Record<string, bigint>
  expect(closed.fundingPayment).toBeGreaterThan(0n)
  const { ledger } = world.market(0)
  expect(ledger.fundingPot).toBe(0n)
  checkLedger(world)
})

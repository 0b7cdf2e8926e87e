/** What a keeper, a maker or a clever limit could try with a fill. */
import { expect, test } from 'vitest'
import { canceledOf, filledOf, rest } from './fill-events.ts'
import { addresses, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)
const CENT = USD / 100n
const KILL = { kind: { market: {} }, timeInForce: { fillOrKill: {} } }

test('a taker that is its own keeper cannot choose among ten updates: one fills, whichever comes when', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.open(alice, 0, 'buy', BASE))
  const eligible = Number(world.subAccount(alice).orders[0]?.eligibleFrom)
  world.svm.setTime(eligible + 5)
  const filledAt: number[] = []
  for (let i = -4; i < 6; i++) {
    const fork = world.fork()
    fork.publishPrice('SOL', { publishTime: eligible + i, prevPublishTime: eligible + i - 1 })
    const receipt = fork.execute(alice, 0)
    if (receipt.ok) filledAt.push(i)
    else expectRefusal(receipt, 'PriceNotTheOne')
  }
  expect(filledAt).toEqual([0])
})

test('a keeper that fills an order in parts earns the flat reward once', () => {
  const world = base.fork()
  const [alice, keeper] = [world.trader(100_000n * USD), world.trader(10_000n * USD)]
  const asks = [1n, 2n].map(() => rest(world, world.trader(10_000n * USD), 'sell', BASE, 150n * USD))
  const bid = rest(world, alice, 'buy', 10n * BASE, 150n * USD)
  const rewards = asks.map(
    (ask) => filledOf(succeeded(world.execute(alice, 0, { ...bid, makers: [ask], keeper }))).keeperReward,
  )
  // A cent and 0.1 bp of $150.
  expect(rewards).toEqual([11_500n, 1_500n])
  checkLedger(world)
})

test('fill-or-kill fills nothing when makers and pool cannot fill it whole, and lapses', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(100_000n * USD), world.trader(100_000n * USD)]
  world.enter(alice, 0, 'buy', 2n * BASE)
  const bid = rest(world, bob, 'buy', BASE, 150n * USD)
  const size = 3n * BASE
  succeeded(world.place(alice, 0, { ...KILL, side: { sell: {} }, size, limitPrice: 149n * USD, reduceOnly: true }))
  world.pass(1)
  const before = world.subAccount(bob)
  expectRefusal(world.execute(alice, 0, { makers: [bid] }), 'PoolCapacity')
  expect(world.subAccount(bob)).toEqual(before)
  expect(world.position(alice, 0).base).toBe(2n * BASE)
  checkLedger(world)
})

test('limits and sizes at the edge of numbers stop no fill', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  const tick = 10_000n
  const highest = (1n << 64n) - 1n - (((1n << 64n) - 1n) % tick)
  const absurd = rest(world, bob, 'sell', 10n * BASE, highest)
  const far = rest(world, world.trader(10_000n * USD), 'sell', 10n * BASE, 0n, { pegOffset: (1n << 63n) - 1n })
  const low = rest(world, world.trader(10_000n * USD), 'sell', 10n * BASE, 0n, { pegOffset: -150n * USD + tick })
  expectRefusal(world.open(alice, 0, 'buy', BASE, (1n << 64n) - 1n), 'MathOverflow')
  succeeded(world.open(alice, 0, 'buy', BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [absurd, far, low] })))
  expect(filled).toMatchObject({ size: BASE, poolSize: BASE, makers: [] })
  checkLedger(world)
})

test('an order waiting for its trigger cannot be filled, an expired one is taken off by whoever comes', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const stop = { triggerDirection: { above: {} }, triggerPrice: 160n * USD }
  const waiting = rest(world, alice, 'buy', BASE, 170n * USD, stop)
  expectRefusal(world.execute(alice, 0, waiting), 'OrderNotActive')
  const timed = { timeInForce: { goodTillTime: {} }, expiresAt: BigInt(world.svm.now + 2) }
  const expiring = rest(world, alice, 'buy', BASE, 149n * USD, timed)
  world.pass(2, { SOL: 148n * USD })
  expect(canceledOf(succeeded(world.execute(alice, 0, expiring)))).toMatchObject({ reason: { expired: {} } })
  checkLedger(world)
})

test('a pegged order takes only at a price newer than itself', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  const ask = rest(world, bob, 'sell', BASE, 150n * USD)
  const pegged = rest(world, alice, 'buy', BASE, 0n, { pegOffset: CENT })
  expectRefusal(world.execute(alice, 0, { ...pegged, makers: [ask] }), 'OrderNotEligible')
  world.pass(1, { SOL: 149n * USD })
  // The oracle fell, and its limit with it.
  expectRefusal(world.execute(alice, 0, { ...pegged, makers: [ask] }), 'PriceLimit')
  world.pass(1, { SOL: 150n * USD })
  expect(filledOf(succeeded(world.execute(alice, 0, { ...pegged, makers: [ask] })))).toMatchObject({
    quote: 150n * USD,
  })
  checkLedger(world)
})

test('without the pool an order still meets makers, within two percent of the oracle', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  const [far, near] = [153_010_000n, 153n * USD].map((price) => rest(world, bob, 'sell', BASE, price))
  if (!far || !near) throw new Error('no orders')
  // 4: fills by the pool.
  world.done('setPause', { bits: 2 }, { authority: world.admin.publicKey, exchange: addresses.exchange })
  succeeded(world.open(alice, 0, 'buy', 2n * BASE, 154n * USD))
  world.pass(1)
  expectRefusal(world.execute(alice, 0, { makers: [far] }), 'PoolFillsPaused')
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [near] })))
  expect(filled).toMatchObject({ quote: 153n * USD, poolSize: 0n, cancelReason: { riskRefused: {} } })
  checkLedger(world)
})

test('open interest beyond the cap is a maker’s to lose, not the taker’s', () => {
  const world = World.open(1, { openInterestCap: 10n * BASE })
  const [alice, bob, carol] = [1, 2, 3].map(() => world.trader(10_000n * USD))
  if (!alice || !bob || !carol) throw new Error('no traders')
  world.enter(bob, 0, 'sell', 9n * BASE)
  const ask = rest(world, bob, 'sell', 2n * BASE, 150n * USD)
  const other = rest(world, carol, 'sell', BASE, 150n * USD)
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  world.pass(1)
  // The pool sells back what it bought, dearer makers aside: shorts may grow by one.
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [ask, other] })))
  expect(filled.makers.map((maker) => maker.party.subAccount)).not.toContainEqual(bob.subAccount)
  expect(filled).toMatchObject({ size: 2n * BASE })
  checkLedger(world)
})

test('at the open interest’s cap a position can be handed on to a maker, once, and never grow', () => {
  const world = World.open(1, { openInterestCap: 10n * BASE })
  const [alice, bob, carol] = [1, 2, 3].map(() => world.trader(10_000n * USD))
  if (!alice || !bob || !carol) throw new Error('no traders')
  world.enter(alice, 0, 'buy', 10n * BASE)
  const bid = rest(world, bob, 'buy', 5n * BASE, 150n * USD)
  succeeded(world.close(alice, 0))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [bid] })))
  expect(filled).toMatchObject({ size: 10n * BASE, poolSize: 5n * BASE, openInterestLong: 5n * BASE })
  expect(filled.makers).toMatchObject([{ size: 5n * BASE, party: { positionBase: 5n * BASE } }])
  // What the seller opens counts: a short of six beside the five that bob holds is within the cap, eleven are not.
  const large = rest(world, carol, 'buy', 11n * BASE, 150n * USD)
  succeeded(world.open(alice, 0, 'sell', 11n * BASE))
  world.pass(1)
  expectRefusal(world.execute(alice, 0, { makers: [large] }), 'OpenInterestCap')
  checkLedger(world)
})

test('makers with many orders that depend on each other cannot overflow a fill: those too many wait', () => {
  const world = base.fork()
  const crowd = [1, 2, 3, 4].map(() => {
    const trader = world.trader(500_000n * USD)
    const group = { side: { sell: {} }, limitPrice: 150n * USD, groupId: 1, oneCancelsOther: true }
    for (let i = 0; i < 4; i++) {
      const sizes = [i === 0 ? BASE : 10n * BASE, 10n * BASE, 10n * BASE, 10n * BASE]
      succeeded(
        world.place(
          trader,
          0,
          sizes.map((size) => ({ ...group, size })),
        ),
      )
    }
    return { trader, orderId: 1n }
  })
  const plain = rest(world, world.trader(10_000n * USD), 'sell', BASE, 150n * USD)
  const alice = world.trader(10_000n * USD)
  succeeded(world.open(alice, 0, 'buy', 4n * BASE))
  world.pass(1)
  const makers = [...crowd.slice(0, 3), plain]
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers, keeper: plain.trader })))
  expect(filled.makers.map((maker) => maker.size)).toEqual([BASE, BASE])
  expect(filled.makers[0]?.party.changed).toHaveLength(15)
  expect(filled).toMatchObject({ size: 4n * BASE, poolSize: 2n * BASE })
  checkLedger(world)
})

test('an account that loses more than it has sells nothing to its owner’s other wallet', () => {
  const world = base.fork()
  const [mallory, friend] = [world.trader(7_600n * USD), world.trader(20_000n * USD)]
  const size = 900n * BASE
  for (let i = 0; i < 9; i++) {
    world.enter(mallory, 0, 'buy', 100n * BASE)
    world.enter(friend, 0, 'sell', 100n * BASE)
  }
  const bids = [139n, 140n].map((price) => rest(world, friend, 'buy', size, price * USD, { reduceOnly: true }))
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 142_500_000n }, { confidence: 3_500_000n })
  const sell = { side: { sell: {} }, size: size - BASE, limitPrice: 140n * USD, reduceOnly: true }
  succeeded(world.place(mallory, 0, sell))
  world.svm.setTime(world.svm.now + 1)
  world.publish({}, { confidence: 3_500_000n })
  const attack = (maker = bids[1]) => world.execute(mallory, 0, { makers: maker ? [maker] : [] })
  expectRefusal(attack(), 'ReduceWorsensMargin')
  expect(world.position(mallory, 0).base).toBe(size)
  expect(world.quoteBalance(mallory)).toBeGreaterThan(0n)
  checkLedger(world)
})

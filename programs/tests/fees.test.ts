/** Fees by volume, rebates by the tier an account was told, and why trading with a friend never pays. */
import { expect, test } from 'vitest'
import { filledOf, rest } from './fill-events.ts'
import { succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const CENT = USD / 100n
const DAY = 86_400
const TIERS = [
  { volume: 0n, takerShareBps: 10_000, rebateShareBps: 10_000 },
  { volume: 10_000n * USD, takerShareBps: 8_000, rebateShareBps: 10_500 },
  { volume: 20_000n * USD, takerShareBps: 6_000, rebateShareBps: 10_800 },
]

const base = World.open(1)
base.change({ feeTiers: [TIERS] })

/** ⌈quote · 5 bp · share⌉ */
const feeOf = (quote: bigint, share: bigint) => (quote * 500n * share + 9_999_999_999n) / 10_000_000_000n

test('a taker pays by the volume before the fill, and the fill counts for the next', () => {
  const world = base.fork()
  const alice = world.trader(100_000n * USD)
  const quotes: bigint[] = []
  for (const share of [10_000n, 8_000n, 6_000n]) {
    const filled = filledOf(world.enter(alice, 0, 'buy', 80n * BASE))
    expect(filled.fee).toBe(feeOf(filled.quote ?? 0n, share))
    quotes.push(filled.quote ?? 0n)
  }
  // A second or two of the month have passed since each.
  const volume = quotes.reduce((sum, quote) => sum + quote, 0n)
  expect(world.userAccount(alice).volume).toBeLessThan(volume)
  expect(world.userAccount(alice).volume).toBeGreaterThan(volume - USD / 10n)
  expect(world.subAccount(alice)).toMatchObject({ feeTier: 2, feeTierUntil: BigInt(world.svm.now + 30 * DAY) })

  world.pass(15 * DAY)
  const later = filledOf(world.exit(alice, 0, 100))
  expect(later.fee).toBe(feeOf(later.quote ?? 0n, 8_000n))
  world.pass(30 * DAY)
  const last = filledOf(world.exit(alice, 0, 100))
  expect(last.fee).toBe(feeOf(last.quote ?? 0n, 10_000n))
  expect(world.userAccount(alice)).toMatchObject({ volume: last.quote, volumeAt: BigInt(world.svm.now) })
  checkLedger(world)
})

/** `maker` sells one to a new taker for 150.01; returns the rebate. */
function rebateOf(world: World, maker: Trader): bigint {
  const ask = rest(world, maker, 'sell', BASE, 150n * USD + CENT)
  const taker = world.trader(10_000n * USD)
  succeeded(world.open(taker, 0, 'buy', BASE))
  world.pass(1)
  return filledOf(succeeded(world.execute(taker, 0, { makers: [ask] }))).makers[0]?.rebate ?? 0n
}

test('a maker’s volume counts when its account takes, and raises its rebates for 30 days', () => {
  const world = base.fork()
  const [maker, taker] = [world.trader(50_000n * USD), world.trader(50_000n * USD)]
  const ask = rest(world, maker, 'sell', 80n * BASE, 150n * USD + CENT)
  succeeded(world.open(taker, 0, 'buy', 80n * BASE))
  world.pass(1)
  succeeded(world.execute(taker, 0, { makers: [ask] }))
  expect(world.subAccount(maker).makerVolume).toBe(12_000_800_000n)
  // 150.01 · 1 bp, rounded down, until its owner is told.
  expect(rebateOf(world, maker)).toBe(15_001n)
  const filled = filledOf(world.enter(maker, 0, 'buy', BASE))
  expect(filled.fee).toBe(feeOf(filled.quote ?? 0n, 8_000n))
  expect(world.userAccount(maker).volume).toBe(12_000_800_000n + 150_010_000n + (filled.quote ?? 0n))
  expect(world.subAccount(maker)).toMatchObject({ makerVolume: 0n, feeTier: 1 })
  expect(rebateOf(world, maker)).toBe(15_751n)
  world.pass(30 * DAY)
  expect(rebateOf(world, maker)).toBe(15_001n)
  checkLedger(world)
})

test('the fee pays the rebates first and is split after them', () => {
  const world = base.fork()
  const before = world.market(0).ledger
  expect(rebateOf(world, world.trader(10_000n * USD))).toBe(15_001n)
  const { poolAllocation, treasuryFees, insuranceFees } = world.market(0).ledger
  const fee = feeOf(150_010_000n, 10_000n)
  const left = fee - 15_001n
  expect(poolAllocation - before.poolAllocation).toBe((left * 6n) / 10n)
  expect(treasuryFees - before.treasuryFees).toBe((left * 3n) / 10n)
  expect(insuranceFees - before.insuranceFees).toBe(left - (left * 6n) / 10n - (left * 3n) / 10n)
  checkLedger(world)
})

test('washing for volume costs at every pair of tiers', () => {
  for (const takerVolume of [0n, 12_000n, 24_000n]) {
    for (const makerVolume of [0n, 12_000n, 24_000n]) {
      const world = base.fork()
      const [alice, bob] = [world.trader(100_000n * USD), world.trader(100_000n * USD)]
      for (const [trader, volume] of [
        [alice, takerVolume],
        [bob, makerVolume],
      ] as const) {
        // One to reach the tier and one to be told of it.
        for (let left = volume; left > 0n; left -= 12_000n) world.enter(trader, 0, 'buy', 80n * BASE)
        if (volume > 0n) world.enter(trader, 0, 'buy', BASE / 10n)
      }
      const wealth = () => world.quoteBalance(alice) + world.quoteBalance(bob)
      const before = wealth()
      // At the pool's mid, wherever that is by now.
      const skew = -world.market(0).ledger.poolBase
      const mid = 150n * USD + (150n * USD * skew) / (100_000n * BASE)
      const ask = rest(world, bob, 'sell', BASE, mid - (mid % CENT))
      succeeded(world.open(alice, 0, 'buy', BASE))
      world.pass(1)
      const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [ask], keeper: bob })))
      const [rebate, fee] = [filled.makers[0]?.rebate ?? 0n, filled.fee ?? 0n]
      expect(fee - rebate).toBeGreaterThan(0n)
      const pnl = (filled.makers[0]?.party.realisedPnl as bigint) + (filled.realisedPnl ?? 0n)
      const funding = (filled.makers[0]?.party.fundingPayment as bigint) + (filled.fundingPayment ?? 0n)
      expect(wealth() - before).toBe(rebate - fee + pnl - funding)
      checkLedger(world)
    }
  }
})

test('a dust fill is none: tiny makers cannot earn a keeper its flat reward over and over', () => {
  const world = base.fork()
  const [alice, keeper] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  // What is left of this maker is a hundredth: $1.50.
  const ask = rest(world, keeper, 'sell', BASE, 150n * USD)
  const first = rest(world, world.trader(10_000n * USD), 'buy', 990_000_000n, 150n * USD)
  succeeded(world.execute(first.trader, 0, { ...first, makers: [ask] }))
  const bid = rest(world, alice, 'buy', BASE, 150n * USD)
  expectRefusal(world.execute(alice, 0, { ...bid, makers: [ask], keeper }), 'OrderNotEligible')
  expect(world.subAccount(alice).orders[0]).toMatchObject({ filled: 0n })
  // Beside others it fills.
  const other = rest(world, world.trader(10_000n * USD), 'sell', 990_000_000n, 150n * USD)
  const filled = filledOf(succeeded(world.execute(alice, 0, { ...bid, makers: [ask, other], keeper })))
  expect(filled.makers.map((maker) => maker.size)).toEqual([10_000_000n, 990_000_000n])
  checkLedger(world)
})

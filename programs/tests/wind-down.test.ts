/** Markets that end: why, at which price, and who pays what their pool cannot. */
import { expect, test } from 'vitest'
import { addresses, type Receipt, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, MARKET_STATUS, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import {
  type CoveredLoss,
  changeMarket,
  deleverage,
  eventOf,
  leveraged,
  liquidatedOf,
  type Party,
  refillInsurance,
  settleMarket,
  settlePosition,
} from './risk.ts'

type Settled = { settlementPrice: bigint; covered: CoveredLoss; insuranceBalance: bigint }
const settledOf = (receipt: Receipt): Settled => eventOf(receipt, 'marketSettled')
const partyOf = (receipt: Receipt): Party => eventOf<{ party: Party }>(receipt, 'positionSettled').party

const DAY = 86_400
const base = World.open(2)

/** A long of 100 SOL and a short of 40, and the market announced to end. */
function announced() {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const bob = world.trader(10_000n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.enter(bob, 0, 'sell', 40n * BASE)
  changeMarket(world, 0, {}, MARKET_STATUS.settling)
  return { world, alice, bob }
}

test('a sound market is not wound down, nor one whose price is merely old', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 160n * USD })
  expectRefusal(settleMarket(world, 0), 'MarketSound')
  expectRefusal(settlePosition(world, alice, 0), 'MarketNotSettling')
  world.svm.setTime(world.svm.now + DAY - 1)
  expectRefusal(settleMarket(world, 0), 'PriceStale')
  world.publish({}, { confidence: 5n * USD })
  expectRefusal(settleMarket(world, 0), 'PriceUncertain')
  expect(world.market(0)).toMatchObject({ status: MARKET_STATUS.active, settlementPrice: 0n })
})

test('an announced market closes every position at one price, without fees, and its orders', () => {
  const { world, alice, bob } = announced()
  world.pass(1, { SOL: 160n * USD })
  expectRefusal(settlePosition(world, alice, 0), 'MarketNotSettling')
  const settled = settledOf(settleMarket(world, 0))
  expect(settled).toMatchObject({ settlementPrice: 160n * USD, covered: { loss: 0n } })
  checkLedger(world)

  // Later prices change nothing any more, and no time costs funding.
  world.pass(3_600, { SOL: 90n * USD })
  const fees = world.market(0).ledger.insuranceFees + world.market(0).ledger.treasuryFees
  const { quoteEntry } = world.position(alice, 0)
  const long = partyOf(settlePosition(world, alice, 0))
  expect(long).toMatchObject({ baseChange: -100n * BASE, quoteChange: 16_000n * USD, positionBase: 0n })
  expect(long.realisedPnl).toBe(16_000n * USD + quoteEntry)
  const short = partyOf(settlePosition(world, bob, 0))
  expect(short).toMatchObject({ baseChange: 40n * BASE, quoteChange: -6_400n * USD })
  const { ledger } = world.market(0)
  expect(ledger).toMatchObject({ openInterestLong: 0n, openInterestShort: 0n, poolBase: 0n, fundingPot: 0n })
  expect(ledger.insuranceFees + ledger.treasuryFees - fees).toBeLessThan(10n)
  for (const trader of [alice, bob]) expect(world.subAccount(trader).positions.every((p) => p.inUse === 0)).toBe(true)
  expectRefusal(settlePosition(world, alice, 0), 'NoPosition')
  expectRefusal(settleMarket(world, 0), 'MarketSettling')
  checkLedger(world)
})

test('an announced market lets positions close while its price is too unsure to end it', () => {
  const { world, alice } = announced()
  const unsure = () => {
    world.svm.setTime(world.svm.now + 1)
    world.publish({}, { confidence: USD })
  }
  unsure()
  expectRefusal(settleMarket(world, 0), 'PriceUncertain')
  expectRefusal(world.open(alice, 0, 'buy', BASE), 'MarketReduceOnly')
  const stop = { side: { sell: {} }, size: BASE, limitPrice: 0n, reduceOnly: true }
  const trigger = { kind: { market: {} }, triggerPrice: 149n * USD, triggerDirection: { below: {} } }
  succeeded(world.place(alice, 0, { ...stop, ...trigger }))
  succeeded(world.close(alice, 0, 5_000))
  unsure()
  succeeded(world.execute(alice, 0))
  expect(world.position(alice, 0).base).toBe(50n * BASE)
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 149n * USD }, { confidence: USD })
  succeeded(world.call('triggerOrder', { orderId: 2n }, { market: addresses.market(0), subAccount: alice.subAccount }))
  world.pass(1, { SOL: 150n * USD })
  succeeded(settleMarket(world, 0))
  checkLedger(world)
})

test('a settled market trades, liquidates and deleverages no more; its orders go with the position', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  const bob = world.trader(10_000n * USD)
  world.enter(bob, 0, 'sell', 40n * BASE)
  succeeded(world.place(bob, 0, { side: { sell: {} }, size: BASE, limitPrice: 170n * USD }))
  const carol = world.trader(1_000n * USD)
  succeeded(world.place(carol, 0, { side: { sell: {} }, size: BASE, limitPrice: 170n * USD }))
  changeMarket(world, 0, {}, MARKET_STATUS.settling)
  world.pass(1, { SOL: 143n * USD })
  succeeded(settleMarket(world, 0))
  expectRefusal(world.open(bob, 0, 'sell', BASE), 'MarketSettling')
  expectRefusal(world.liquidate(alice, 0), 'MarketSettling')
  expectRefusal(deleverage(world, alice, 0, bob), 'MarketSettling')
  expect(partyOf(settlePosition(world, bob, 0)).canceled).toHaveLength(1)
  expect(partyOf(settlePosition(world, carol, 0))).toMatchObject({ baseChange: 0n, canceled: [{ orderId: 1n }] })
  expect(world.subAccount(carol).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('a settled position is worth one price and needs no margin: it shields nobody and endangers nobody', () => {
  const world = base.fork()
  const alice = world.trader(2_000n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.enter(alice, 1, 'buy', 250_000_000n)
  changeMarket(world, 0, {}, MARKET_STATUS.settling)
  world.pass(1, { SOL: 140n * USD })
  succeeded(settleMarket(world, 0))
  // $1 000 lost for good leave $1 000 for $15 000 of BTC, whatever becomes of SOL's price.
  world.pass(DAY / 24, { SOL: 10n * USD })
  expectRefusal(world.liquidate(alice, 1), 'NotLiquidatable')
  world.svm.setTime(world.svm.now + 1)
  world.publishMarket(1, { BTC: 57_000n * USD })
  expect(liquidatedOf(world.liquidate(alice, 1)).party.baseChange).toBeLessThan(0n)
  checkLedger(world)
})

test('a debt that a settlement leaves goes down the waterfall of its market', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  changeMarket(world, 0, {}, MARKET_STATUS.settling)
  world.pass(1, { SOL: 130n * USD })
  succeeded(settleMarket(world, 0))
  const { party, covered } = eventOf<{ party: Party; covered: CoveredLoss }>(
    settlePosition(world, alice, 0),
    'positionSettled',
  )
  const { quoteBalance } = party
  expect(quoteBalance).toBe(0n)
  expect(covered.loss).toBeGreaterThan(0n)
  expect(covered.insurance + covered.pool).toBe(covered.loss)
  expect(world.quoteBalance(alice)).toBe(0n)
  checkLedger(world)
})

test('a market whose pool is nearly gone may be wound down by anyone, at a sure price', () => {
  const world = World.open(1)
  const whale = world.trader(2_000_000n * USD)
  for (let i = 0; i < 29; i++) world.push(whale, 0, 'buy', 100n * BASE)
  // $435 000 of skew against $1 000 000.
  world.pass(1, { SOL: 400n * USD })
  expectRefusal(settleMarket(world, 0), 'MarketSound')
  world.pass(1, { SOL: 430n * USD })
  const { settlementPrice, covered } = settledOf(settleMarket(world, 0))
  expect(settlementPrice).toBe(430n * USD)
  expect(covered.loss).toBe(0n)
  expect(partyOf(settlePosition(world, whale, 0)).realisedPnl).toBeGreaterThan(800_000n * USD)
  const { ledger } = world.market(0)
  expect(ledger.poolAllocation + ledger.poolQuote).toBeGreaterThan(0n)
  checkLedger(world)
})

test('what a pool cannot pay at the settlement goes down the waterfall at once, and never costs another market', () => {
  const world = World.open(2, { insuranceCap: 50_000n * USD })
  const whale = world.trader(2_000_000n * USD)
  for (let i = 0; i < 29; i++) world.push(whale, 0, 'buy', 100n * BASE)
  succeeded(refillInsurance(world, world.trader(200_000n * USD), 80_000n * USD))
  world.pass(1, { SOL: 600n * USD })
  const other = world.market(1).ledger
  const { covered } = settledOf(settleMarket(world, 0))
  // Insurance up to its cap, nothing of a pool that has nothing, 2.5 % of the price from 2 900 SOL; nobody has the rest.
  expect(covered).toMatchObject({ insurance: 50_000n * USD, pool: 0n, socialised: 2_900n * 15n * USD })
  expect(covered.deficit).toBe(covered.loss - covered.insurance - covered.socialised)
  checkLedger(world)
  expectRefusal(settleMarket(world, 0), 'MarketSettling')
  const before = world.position(whale, 0)
  const party = partyOf(settlePosition(world, whale, 0))
  expect(party.fundingPayment).toBeGreaterThanOrEqual(2_900n * 15n * USD)
  expect(party.realisedPnl).toBe(2_900n * 600n * USD + before.quoteEntry)
  const { ledger } = world.market(0)
  expect(ledger.deficit).toBeGreaterThan(0n)
  expect(ledger.poolAllocation + ledger.poolQuote).toBeLessThan(100n)
  expect(world.market(1).ledger).toEqual(other)
  checkLedger(world)

  // Insurance refilled and its cap raised, the deficit is covered later.
  expectRefusal(settleMarket(world, 0), 'MarketSettling')
  succeeded(refillInsurance(world, world.trader(1_000_000n * USD), 1_000_000n * USD))
  changeMarket(world, 0, { insuranceCap: 10_000_000n * USD }, MARKET_STATUS.settling)
  const later = settledOf(settleMarket(world, 0))
  expect(later.covered.loss).toBeLessThanOrEqual(ledger.deficit)
  expect(world.market(0).ledger.deficit).toBe(0n)
  checkLedger(world)
})

test('a market whose feed is silent for a day is announced, and ends an hour later at its last price', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 152n * USD })
  world.svm.setTime(world.svm.now + DAY)
  expect(succeeded(settleMarket(world, 0)).events).toMatchObject([
    { name: 'marketAbandoned', data: { settlesFrom: BigInt(world.svm.now + 3_600) } },
  ])
  expectRefusal(settleMarket(world, 0), 'WindDownNotice')
  world.svm.setTime(world.svm.now + 3_599)
  expectRefusal(settleMarket(world, 0), 'WindDownNotice')
  world.svm.setTime(world.svm.now - 7_200)
  expectRefusal(settleMarket(world, 0), 'PriceStale')
  world.svm.setTime(world.svm.now + 7_201)
  expect(settledOf(settleMarket(world, 0)).settlementPrice).toBe(152n * USD)
  expect(partyOf(settlePosition(world, alice, 0)).quoteChange).toBe(15_200n * USD)
  checkLedger(world)
})

test('a feed that fell silent after an unbelievable price leaves its average behind', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 400n * USD }, { emaPrice: 155n * USD })
  world.svm.setTime(world.svm.now + DAY)
  succeeded(settleMarket(world, 0))
  world.svm.setTime(world.svm.now + 3_600)
  expect(settledOf(settleMarket(world, 0)).settlementPrice).toBe(155n * USD)
  expect(partyOf(settlePosition(world, alice, 0)).quoteChange).toBe(15_500n * USD)
  checkLedger(world)
})

test('nobody leaves the pool between a settlement’s loss and its booking', () => {
  const world = base.fork()
  const lp = world.trader(100_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 100_000n * USD))
  world.pass(2)
  succeeded(world.mintShares(lp, 1n))
  const alice = leveraged(world, 'buy')
  succeeded(world.requestExit(lp, 2n, 50_000n * USD))
  changeMarket(world, 0, {}, MARKET_STATUS.settling)
  world.pass(62, { SOL: 130n * USD })
  succeeded(settleMarket(world, 0))
  const rich = succeeded(world.fork().exitPool(lp, 2n)).events[0]?.data.netAssetValue as bigint
  const { covered } = eventOf<{ covered: CoveredLoss }>(settlePosition(world, alice, 0), 'positionSettled')
  const poor = succeeded(world.exitPool(lp, 2n)).events[0]?.data.netAssetValue as bigint
  expect(covered.pool).toBeGreaterThan(0n)
  expect(rich - poor).toBeGreaterThanOrEqual(covered.pool)
  checkLedger(world)
})

test('nobody winds a market down at an old price only because nobody has posted a newer one', () => {
  const world = base.fork()
  leveraged(world, 'buy')
  world.svm.setTime(world.svm.now + DAY)
  succeeded(settleMarket(world, 0))
  // Within the hour somebody posts: the market goes on, and the announcement counts for nothing.
  world.pass(3_599, { SOL: 120n * USD })
  expectRefusal(settleMarket(world, 0), 'MarketSound')
  world.svm.setTime(world.svm.now + DAY)
  expect(succeeded(settleMarket(world, 0)).events).toMatchObject([{ name: 'marketAbandoned' }])
  expect(world.market(0).settlementPrice).toBe(0n)
})

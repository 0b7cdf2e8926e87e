/** Losses beyond an account, and who bears them. */
import { expect, test } from 'vitest'
import { succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import {
  type CoveredLoss,
  eventOf,
  leveraged,
  liquidatedOf,
  refillInsurance,
  resolveBankruptcy,
  setBalances,
} from './risk.ts'
import { checkSequences } from './sequences.ts'

const base = World.open(2)

type Resolved = { quoteBalance: bigint; interest: bigint; covered: CoveredLoss }
const resolvedOf = (world: World, trader: Trader, market: number): Resolved =>
  eventOf(resolveBankruptcy(world, trader, market), 'bankruptcyResolved')

test('a loss beyond the account falls on the pool of its market when insurance is empty', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 135n * USD })
  const allocation = world.market(0).ledger.poolAllocation
  const { covered, party } = liquidatedOf(world.liquidate(alice, 0))
  expect(covered.loss).toBeGreaterThan(0n)
  expect(covered.pool + covered.insurance).toBe(covered.loss)
  expect(party.quoteBalance).toBe(0n)
  expect(world.market(0).ledger.poolAllocation).toBe(allocation - covered.pool)
  expectEmpty(world, alice)
  checkLedger(world)
})

test('insurance above its floor pays first', () => {
  const world = base.fork()
  succeeded(refillInsurance(world, world.trader(100n * USD), 100n * USD))
  world.change({ insuranceFloor: [40n * USD] })
  // Somebody stays in the market, so that no dust of funding falls to insurance.
  world.enter(world.trader(1_000n * USD), 0, 'sell', BASE)
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 128n * USD })
  // What insurance has earned in the market comes to it first.
  const above = 60n * USD + world.market(0).ledger.insuranceFees
  const { covered } = liquidatedOf(world.liquidate(alice, 0))
  expect(covered).toMatchObject({ insurance: above, pool: covered.loss - above })
  expect(world.insurance().balance).toBe(40n * USD)
  checkLedger(world)
})

test('the pool bears no more than its cap in a market, insurance no more than its own', () => {
  const world = World.open(1, { insuranceCap: 30n * USD, poolLossCap: 50n * USD })
  succeeded(refillInsurance(world, world.trader(100n * USD), 100n * USD))
  const alice = leveraged(world, 'buy')
  const bob = leveraged(world, 'buy')
  world.pass(1, { SOL: 128n * USD })
  expect(liquidatedOf(world.liquidate(alice, 0)).covered).toMatchObject({ insurance: 30n * USD, pool: 50n * USD })
  expect(liquidatedOf(world.liquidate(bob, 0)).covered).toMatchObject({ insurance: 0n, pool: 0n })
  expect(world.market(0)).toMatchObject({ insuranceUsed: 30n * USD, poolLossUsed: 50n * USD })
  checkLedger(world)
})

test('what neither may pay is shared by everyone in the market, exactly, and dust stays in the pot', () => {
  const world = World.open(1, { poolLossCap: 0n, insuranceCap: 0n })
  const bystanders = [world.trader(50_000n * USD), world.trader(50_000n * USD)]
  for (const bystander of bystanders) world.enter(bystander, 0, 'sell', 100n * BASE)
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 136n * USD })
  const before = world.market(0)
  const { covered } = liquidatedOf(world.liquidate(alice, 0))
  expect(covered.socialised).toBeGreaterThanOrEqual(covered.loss)
  expect(covered.deficit).toBe(0n)
  const after = world.market(0)
  expect(after.funding.indexShort).toBeLessThan(before.funding.indexShort)
  expect(after.ledger.fundingPot).toBeLessThan(0n)
  checkLedger(world)
  for (const bystander of bystanders) world.exit(bystander, 0)
  expect(world.market(0).ledger.fundingPot).toBe(0n)
  checkLedger(world)
})

/** B1 and B3 of the vectors: a loss of $1 000, insurance 300 with a floor of 100, caps of 150 and 250. */
test.each([
  ['longs of 700 and shorts of 400', 7, 4, { socialised: 600_000_500n, deficit: 0n }, 545_455_000n],
  ['nobody', 0, 0, { socialised: 0n, deficit: 600n * USD }, 0n],
] as const)('the vectors of the waterfall hold to the unit: %s', (_, longs, shorts, rest, indexDelta) => {
  const world = World.open(1, { insuranceCap: 150n * USD, poolLossCap: 250n * USD })
  const crowd = world.trader(1_000_000n * USD)
  for (let i = 0; i < longs; i++) world.enter(crowd, 0, 'buy', 100n * BASE)
  const bears = world.trader(1_000_000n * USD)
  for (let i = 0; i < shorts; i++) world.enter(bears, 0, 'sell', 100n * BASE)
  const alice = leveraged(world, 'buy', BASE)
  world.exit(alice, 0)
  succeeded(world.place(alice, 0, { side: { buy: {} }, size: BASE, limitPrice: 100n * USD }))
  setBalances(world, alice, { quote: -1_000n * USD, debtLoss: 1_000n * USD })
  const insured = world.insurance().balance + world.market(0).ledger.insuranceFees
  succeeded(refillInsurance(world, world.trader(300n * USD), 300n * USD - insured))
  world.change({ insuranceFloor: [100n * USD] })

  const { funding } = world.market(0)
  const { balance } = world.insurance()
  const { covered, quoteBalance } = resolvedOf(world, alice, 0)
  expect(covered).toEqual({ loss: 1_000n * USD, insurance: 150n * USD, pool: 250n * USD, ...rest })
  expect(quoteBalance).toBe(0n)
  const after = world.market(0)
  expect(after.funding.indexLong - funding.indexLong).toBe(indexDelta)
  expect(funding.indexShort - after.funding.indexShort).toBe(indexDelta)
  // The residue of 500 is insurance's, as are the fees it had not collected.
  const residue = longs > 0 ? 500n : 0n
  expect(world.insurance().balance).toBe(150n * USD + residue)
  expect(balance).toBeLessThan(300n * USD)
  expectEmpty(world, alice)
  checkLedger(world)
})

test('a loss with nobody to bear it is the market’s deficit, and the next fees repay it', () => {
  const world = World.open(1, { poolLossCap: 0n, insuranceCap: 0n })
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 136n * USD })
  const { covered } = liquidatedOf(world.liquidate(alice, 0))
  expect(covered.deficit).toBe(covered.loss)
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
  const { insuranceFee } = liquidatedOf(world.liquidate(careful, 0))
  const income = before.insuranceFees + insuranceFee
  expect(income).toBeLessThan(before.deficit)
  expect(world.market(0).ledger).toMatchObject({ deficit: before.deficit - income, insuranceFees: 0n })
  expect(world.insurance().balance).toBe(insured)
  checkLedger(world)
})

test('each market bears the part of a debt that it made, whichever closes last', () => {
  const world = base.fork()
  const alice = world.trader(1_600n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.enter(alice, 1, 'buy', 250_000_000n)
  // $3 000 lost in SOL, $1 000 in BTC.
  world.pass(1, { SOL: 120n * USD, BTC: 56_000n * USD })
  const first = liquidatedOf(world.liquidate(alice, 0))
  expect(first.covered.loss).toBe(0n)
  const debtOfSol = world.position(alice, 0).debtLoss
  const last = liquidatedOf(world.liquidate(alice, 1))
  const debtOfBtc = last.covered.loss
  expect(debtOfSol).toBe(-first.party.quoteBalance)
  expect(debtOfBtc).toBeLessThan(debtOfSol)
  // The market that closed last paid its own part; the account still owes what SOL made.
  expect(-last.party.quoteBalance).toBe(debtOfSol)
  checkLedger(world)

  expectRefusal(resolveBankruptcy(world, alice, 1), 'NoDebtInMarket')
  const resolved = resolvedOf(world, alice, 0)
  expect(resolved.covered.loss).toBe(debtOfSol + resolved.interest)
  expect(resolved.quoteBalance).toBe(0n)
  expect(world.market(0).poolLossUsed + world.market(0).insuranceUsed).toBe(resolved.covered.loss)
  expect(world.market(1).poolLossUsed + world.market(1).insuranceUsed).toBe(debtOfBtc)
  expectEmpty(world, alice)
  checkLedger(world)
})

test('an account with other collateral keeps its debt: nobody else pays while it can', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD, 2n * BASE)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 135n * USD })
  expect(liquidatedOf(world.liquidate(alice, 0)).covered.loss).toBe(0n)
  expect(world.quoteBalance(alice)).toBeLessThan(0n)
  expectRefusal(resolveBankruptcy(world, alice, 0), 'NotBankrupt')
  checkLedger(world)
})

test('a grain of a token nobody can price does not keep a debt from the waterfall, tokens worth a part of it do', () => {
  const world = base.fork()
  // The vault's price of SOL stops while the market's goes on.
  const [grain, part] = [world.trader(1_000n * USD, 1n), world.trader(1_000n * USD, BASE)]
  for (const trader of [grain, part]) world.enter(trader, 0, 'buy', 100n * BASE)
  const at = world.svm.now
  const silence = (seconds: number) => {
    world.svm.setTime(at + seconds)
    world.publishMarket(0, { SOL: 130n * USD })
  }
  silence(3_599)
  for (const trader of [grain, part]) expect(liquidatedOf(world.liquidate(trader, 0)).covered.loss).toBe(0n)
  expectRefusal(resolveBankruptcy(world, grain, 0), 'NotBankrupt')
  silence(3_600)
  const debt = -world.quoteBalance(grain)
  expect(resolvedOf(world, grain, 0).covered.loss).toBeGreaterThanOrEqual(debt)
  expect(world.quoteBalance(grain)).toBe(0n)
  // At its last price of 150 one SOL could pay more than a twentieth of some $1 000.
  expectRefusal(resolveBankruptcy(world, part, 0), 'NotBankrupt')
  checkLedger(world)
})

test('whoever covers a debt does not wait for an old price at which the pool bears less', () => {
  const world = base.fork()
  const alice = world.trader(1_600n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.enter(alice, 1, 'buy', 250_000_000n)
  world.pass(1, { SOL: 120n * USD, BTC: 56_000n * USD })
  succeeded(world.liquidate(alice, 0))
  succeeded(world.liquidate(alice, 1))
  const old = world.fork()
  old.svm.setTime(old.svm.now + 61)
  expectRefusal(resolveBankruptcy(old, alice, 0), 'PriceStale')
  // A dead feed has no other price.
  old.svm.setTime(old.svm.now + 839)
  expect(resolvedOf(old, alice, 0).covered.loss).toBeGreaterThan(0n)
  checkLedger(old)
})

test('anyone may repay the deficit of a market, and what is more than it goes to insurance', () => {
  const world = World.open(1, { poolLossCap: 0n, insuranceCap: 0n })
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 136n * USD })
  succeeded(world.liquidate(alice, 0))
  const giver = world.trader(10_000n * USD)
  world.enter(giver, 0, 'buy', BASE)
  const { deficit } = world.market(0).ledger
  expect(deficit).toBeGreaterThan(0n)
  const { balance } = world.insurance()
  const refilled = succeeded(refillInsurance(world, giver, deficit + 5n * USD, { market: 0 }))
  expect(refilled.events).toMatchObject([{ data: { deficitRepaid: deficit, market: { deficit: 0n } } }])
  expect(world.insurance().balance).toBe(balance + 5n * USD)
  checkLedger(world)
  checkSequences(world.log)
})

test('insurance is refilled from what is free of the giver’s margin', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  const mallory = world.trader(0n)
  expectRefusal(refillInsurance(world, alice, 0n), 'ZeroAmount')
  expectRefusal(refillInsurance(world, alice, 900n * USD), 'InsufficientMargin')
  expectRefusal(refillInsurance(world, alice, 2_000n * USD), 'InsufficientBalance')
  expectRefusal(refillInsurance(world, alice, USD, { signer: mallory.keypair }), 'NotOwner')
  const { balance } = world.insurance()
  succeeded(refillInsurance(world, alice, 10n * USD))
  expect(world.insurance().balance).toBe(balance + 10n * USD)
  checkLedger(world)
})

/** Invariant 6: nothing held, nothing owed. */
function expectEmpty(world: World, trader: Trader): void {
  const sub = world.subAccount(trader)
  expect(sub.positions.every((p) => p.inUse === 0)).toBe(true)
  expect(sub.orders.every((o) => o.inUse === 0)).toBe(true)
  expect(sub.collaterals.every((c) => c.amount === 0n)).toBe(true)
}

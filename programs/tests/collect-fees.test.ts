/** Fees leave a market when somebody asks, and never before its losses are paid. */
import { NATIVE_MINT } from '@solana/spl-token'
import { expect, test } from 'vitest'
import { addresses, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, exchangeParams, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { checkSequences } from './sequences.ts'

/** A world whose treasury is a trader without money. */
function withTreasury(world: World): Trader {
  const treasury = world.trader(0n)
  world.change({ exchange: [exchangeParams(world.admin.publicKey, { treasury: treasury.keypair.publicKey })] })
  return treasury
}

function traded(world: World): void {
  world.enter(world.trader(10_000n * USD), 0, 'buy', 10n * BASE)
}

test('fees go to insurance and treasury, once', () => {
  const world = World.open(1)
  const treasury = withTreasury(world)
  traded(world)
  const before = world.market(0)
  const { insuranceFees, treasuryFees } = before.ledger
  const insured = world.insurance()
  expect([insuranceFees > 0n, treasuryFees > 0n]).toEqual([true, true])
  const receipt = succeeded(world.collectFees(0, treasury.subAccount))
  expect(receipt.events).toMatchObject([
    {
      name: 'feesCollected',
      data: {
        marketIndex: 0,
        marketSequence: before.sequence + 1n,
        toInsurance: insuranceFees,
        toTreasury: treasuryFees,
        toPool: 0n,
        deficitRepaid: 0n,
        insuranceSequence: insured.sequence + 1n,
        insuranceBalance: insured.balance + insuranceFees,
        treasuryQuoteBalance: treasuryFees,
      },
    },
  ])
  expect(world.quoteBalance(treasury)).toBe(treasuryFees)
  expect(world.insurance().balance).toBe(insured.balance + insuranceFees)
  expect(world.market(0).ledger).toMatchObject({ insuranceFees: 0n, treasuryFees: 0n })
  expectRefusal(world.collectFees(0, treasury.subAccount), 'NothingToCollect')
  checkLedger(world)
  checkSequences(world.log)
})

test('a market’s deficit is repaid before any fee leaves, the treasury’s part first', () => {
  const world = World.open(1, { poolLossCap: 0n, insuranceCap: 0n })
  const treasury = withTreasury(world)
  const broke = world.trader(800n * USD)
  world.enter(broke, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 136n * USD })
  succeeded(world.liquidate(broke, 0))
  world.pass(1, { SOL: 150n * USD })
  const before = world.market(0).ledger
  expect(before.deficit).toBeGreaterThan(before.treasuryFees)
  expect(before.treasuryFees).toBeGreaterThan(0n)
  const receipt = succeeded(world.collectFees(0, treasury.subAccount))
  const repaid = before.treasuryFees + before.insuranceFees
  expect(receipt.events).toMatchObject([
    { data: { toInsurance: 0n, toTreasury: 0n, deficitRepaid: repaid, deficit: before.deficit - repaid } },
  ])
  expect(world.quoteBalance(treasury)).toBe(0n)
  checkLedger(world)
})

test('what debtors paid is the pool’s, and the treasury pays like everybody', () => {
  const world = World.open(1)
  const treasury = world.trader(100n * USD, 20n * BASE)
  world.change({ exchange: [exchangeParams(world.admin.publicKey, { treasury: treasury.keypair.publicKey })] })
  const debtor = world.trader(100n * USD, 20n * BASE)
  for (const trader of [treasury, debtor]) world.enter(trader, 0, 'buy', 20n * BASE)
  world.pass(1, { SOL: 140n * USD })
  for (const trader of [treasury, debtor]) world.exit(trader, 0)
  expect(world.quoteBalance(debtor)).toBeLessThan(0n)
  world.pass(86_400)
  const more = world.createTokens(world.usdcMint, debtor.keypair.publicKey, USD)
  const deposit = { ...world.depositAccounts(debtor), userTokens: more }
  world.done('depositTokens', { amount: USD }, deposit, { signers: [debtor.keypair] })

  const paid = world.vault().poolInterest
  expect(paid).toBeGreaterThan(0n)
  const [{ idle }, { treasuryFees }, owed] = [world.pool(), world.market(0).ledger, world.quoteBalance(treasury)]
  const receipt = succeeded(world.collectFees(0, treasury.subAccount))
  const own = owed + treasuryFees - world.quoteBalance(treasury)
  expect(own).toBeGreaterThan(0n)
  expect(receipt.events).toMatchObject([{ data: { toPool: paid + own, poolIdle: idle + paid + own } }])
  expect(world.vault().poolInterest).toBe(0n)
  expect(world.pool().idle).toBe(idle + paid + own)
  checkLedger(world)
})

test('only a sub-account of the treasury, and only the quote vault', () => {
  const world = World.open(1)
  const treasury = withTreasury(world)
  const mallory = world.trader(0n)
  traded(world)
  expectRefusal(world.collectFees(0, mallory.subAccount), 'WrongAccount')
  const accounts = {
    ...world.collectFeesAccounts(0, treasury.subAccount),
    quoteVault: addresses.tokenVault(NATIVE_MINT),
  }
  expectRefusal(world.call('collectFees', {}, accounts, {}), 'WrongAccount')
  succeeded(world.collectFees(0, treasury.subAccount))
})

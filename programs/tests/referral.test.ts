/** A referred taker pays less, and its referrer earns a part of what it pays. */
import { PublicKey } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { filledOf } from './fill-events.ts'
import { addresses, type Receipt, succeeded, type Trader, World, writable } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { checkSequences } from './sequences.ts'

const base = World.open(1)

function refer(world: World, user: Trader, referrer: Trader): Receipt {
  const accounts = {
    authority: user.keypair.publicKey,
    userAccount: user.userAccount,
    referrer: referrer.userAccount,
  }
  return world.call('updateUserAccount', { name: new Uint8Array(32) }, accounts, { signers: [user.keypair] })
}

function collect(world: World, referrer: Trader, referred: Trader[], change: Record<string, PublicKey> = {}): Receipt {
  const accounts = {
    authority: referrer.keypair.publicKey,
    userAccount: referrer.userAccount,
    subAccount: referrer.subAccount,
    quoteVault: addresses.tokenVault(world.usdcMint),
    ...change,
  }
  return world.call('collectReferralRewards', {}, accounts, {
    signers: [referrer.keypair],
    remaining: referred.map((user) => writable(user.userAccount)),
  })
}

test('a referred taker pays a tenth less, a fifth of it is the referrer’s, and both to the unit', () => {
  const world = base.fork()
  const [alice, carol, referrer] = [world.trader(10_000n * USD), world.trader(10_000n * USD), world.trader(0n)]
  for (const user of [alice, carol]) succeeded(refer(world, user, referrer))
  const before = world.market(0).ledger
  const fills = [alice, carol].map((user) => filledOf(world.enter(user, 0, 'buy', 10n * BASE)))
  for (const { quote, fee, referrerFee } of fills) {
    expect(fee).toBe(((quote ?? 0n) * 450n + 999_999n) / 1_000_000n)
    expect(referrerFee).toBe((fee ?? 0n) / 5n)
  }
  const kept = (name: 'poolAllocation' | 'treasuryFees' | 'insuranceFees') =>
    world.market(0).ledger[name] - before[name]
  const sum = (name: string) => fills.reduce((total, fill) => total + (fill[name] ?? 0n), 0n)
  expect(kept('poolAllocation') + kept('treasuryFees') + kept('insuranceFees')).toBe(sum('fee') - sum('referrerFee'))
  expect(world.userAccount(alice).referralOwed).toBe(fills[0]?.referrerFee)
  checkLedger(world)

  const receipt = succeeded(collect(world, referrer, [alice, carol]))
  expect(receipt.events).toMatchObject([
    {
      name: 'referralRewardsCollected',
      data: { amount: sum('referrerFee'), interest: 0n, quoteBalance: sum('referrerFee') },
    },
  ])
  expect(world.quoteBalance(referrer)).toBe(sum('referrerFee'))
  expect([alice, carol].map((user) => world.userAccount(user).referralOwed)).toEqual([0n, 0n])
  expectRefusal(collect(world, referrer, [alice, carol]), 'NothingToCollect')
  checkLedger(world)
  checkSequences(world.log)
})

test('an account named twice pays once', () => {
  const world = base.fork()
  const [alice, referrer] = [world.trader(10_000n * USD), world.trader(0n)]
  succeeded(refer(world, alice, referrer))
  const { referrerFee } = filledOf(world.enter(alice, 0, 'buy', 10n * BASE))
  succeeded(collect(world, referrer, [alice, alice]))
  expect(world.quoteBalance(referrer)).toBe(referrerFee)
  checkLedger(world)
})

test('nobody collects what others referred, into others’ accounts, or out of accounts that are none', () => {
  const world = base.fork()
  const [alice, referrer, mallory] = [world.trader(10_000n * USD), world.trader(0n), world.trader(0n)]
  succeeded(refer(world, alice, referrer))
  world.enter(alice, 0, 'buy', 10n * BASE)
  expectRefusal(collect(world, mallory, [alice]), 'WrongAccount')
  expectRefusal(collect(world, mallory, [alice], { userAccount: referrer.userAccount }), 'NotOwner')
  expectRefusal(collect(world, referrer, [alice], { subAccount: mallory.subAccount }), 'NotOwner')
  const solVault = addresses.tokenVault(new PublicKey('So11111111111111111111111111111111111111112'))
  expectRefusal(collect(world, referrer, [alice], { quoteVault: solVault }), 'WrongAccount')
  const notUser = { ...alice, userAccount: alice.subAccount }
  expect(collect(world, referrer, [notUser]).ok).toBe(false)
  expectRefusal(collect(world, referrer, []), 'NothingToCollect')
  succeeded(collect(world, referrer, [alice]))
  checkLedger(world)
})

test('trading with oneself through a referrer and a maker costs more than it brings', () => {
  const world = base.fork()
  const [alice, friend] = [world.trader(10_000n * USD), world.trader(10_000n * USD)]
  succeeded(refer(world, alice, friend))
  const order = { side: { sell: {} }, size: 10n * BASE, limitPrice: 150_010_000n }
  succeeded(world.place(friend, 0, order))
  succeeded(world.open(alice, 0, 'buy', 10n * BASE))
  world.pass(1)
  const makers = [{ trader: friend, orderId: 1n }]
  const {
    fee,
    referrerFee,
    keeperReward,
    makers: legs,
  } = filledOf(succeeded(world.execute(alice, 0, { makers, keeper: friend })))
  const back = (referrerFee ?? 0n) + (legs[0]?.rebate ?? 0n)
  expect((fee ?? 0n) - back).toBeGreaterThan(0n)
  succeeded(collect(world, friend, [alice]))
  expect(world.quoteBalance(alice) + world.quoteBalance(friend)).toBe(20_000n * USD - (fee ?? 0n) + back)
  expect(keeperReward).toBeGreaterThan(0n)
  checkLedger(world)
})

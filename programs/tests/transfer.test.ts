import { NATIVE_MINT } from '@solana/spl-token'
import { Keypair } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, feedId, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { checkSequences } from './sequences.ts'

const COIN = 100_000n
const coin = Keypair.generate().publicKey
const base = World.open(2)
base.createMint(coin, 5)
base.initializeVault(coin, 2, { feedId: feedId('JUP'), initialWeightBps: 5_000, maintenanceWeightBps: 7_000 })
const tokenVault = addresses.tokenVault(coin)
base.done('updateOraclePrice', {}, { priceUpdate: base.publishPrice('JUP'), market: null, tokenVault }, {})

const owner = (world: World): [Trader, Trader] => {
  const first = world.trader(10_000n * USD, 10n * BASE)
  return [first, world.addSubAccount(first)]
}

test('quote and tokens move between two sub-accounts of one owner, and stay in the vault', () => {
  const world = base.fork()
  const [main, side] = owner(world)
  succeeded(world.deposit(main, 500n * COIN, coin))
  const before = world.vault()
  const moved = succeeded(world.transfer(main, side, 4_000n * USD))
  expect(moved.events).toMatchObject([
    {
      name: 'collateralTransferred',
      data: { fromBalance: 6_000n * USD, toBalance: 4_000n * USD, interest: 0n, toSequence: 2n },
    },
  ])
  succeeded(world.transfer(main, side, 4n * BASE, NATIVE_MINT))
  succeeded(world.transfer(main, side, 500n * COIN, coin))
  expect([0, 1, 2].map((index) => world.balance(main, index))).toEqual([6_000n * USD, 6n * BASE, 0n])
  expect([0, 1, 2].map((index) => world.balance(side, index))).toEqual([4_000n * USD, 4n * BASE, 500n * COIN])
  // The slot of an emptied token is free again.
  expect(world.subAccount(main).collaterals.filter((c) => c.inUse)).toHaveLength(2)
  succeeded(world.transfer(side, main, 500n * COIN, coin))
  expect(world.vault()).toMatchObject({ ledgerTotal: before.ledgerTotal, meanTotal: before.meanTotal })
  checkLedger(world)
  checkSequences(world.log)
})

test('nothing more than the balance, nothing at all, nothing to itself', () => {
  const world = base.fork()
  const [main, side] = owner(world)
  expectRefusal(world.transfer(main, side, 0n), 'ZeroAmount')
  expectRefusal(world.transfer(main, side, 10_000n * USD + 1n), 'InsufficientBalance')
  expectRefusal(world.transfer(main, side, 10n * BASE + 1n, NATIVE_MINT), 'InsufficientBalance')
  expectRefusal(world.transfer(main, side, 1n, coin), 'InsufficientBalance')
  expectRefusal(world.transfer(main, main, 1n), 'SameSubAccount')
})

test('what the source needs as initial margin stays, the target needs none', () => {
  const world = base.fork()
  const [main, side] = owner(world)
  world.enter(main, 0, 'buy', 100n * BASE)
  // 15 000 at 5 % need 750; 10 SOL count 1 200.
  succeeded(world.transfer(main, side, 9_000n * USD))
  succeeded(world.transfer(main, side, 4n * BASE, NATIVE_MINT))
  expectRefusal(world.transfer(main, side, world.quoteBalance(main)), 'InsufficientMargin')
  const call = { signers: [main.keypair], remaining: [] }
  const bare = world.call('transferCollateral', { amount: USD }, world.transferAccounts(main, side), call)
  expectRefusal(bare, 'MarginAccountMissing')
  checkLedger(world)
})

test('a stranger’s sub-account is neither source nor target', () => {
  const world = base.fork()
  const [main] = owner(world)
  const mallory = world.trader(1_000n * USD)
  expectRefusal(world.transfer(main, mallory, USD), 'NotOwner')
  expectRefusal(world.transfer({ ...main, keypair: mallory.keypair }, mallory, USD), 'NotOwner')
})

test('a delegate moves nothing, not even between the accounts it trades', () => {
  const world = base.fork()
  const [main, side] = owner(world)
  const bot = Keypair.generate()
  world.svm.airdrop(bot.publicKey, BASE)
  const settings = { delegate: bot.publicKey, delegateExpiresAt: BigInt(world.svm.now + 3_600), delegateBudget: USD }
  for (const each of [main, side]) succeeded(world.updateSubAccount(each, settings))
  expectRefusal(world.transfer({ ...main, keypair: bot }, side, USD), 'NotOwner')
})

test('a token needs a free slot in the target', () => {
  const world = World.open(1)
  const main = world.trader(0n)
  const side = world.addSubAccount(main)
  const mints = Array.from({ length: 8 }, () => Keypair.generate().publicKey)
  for (const [i, mint] of mints.entries()) {
    world.createMint(mint, 6)
    world.initializeVault(mint, i + 2, { feedId: new Uint8Array(32).fill(i + 1) })
    succeeded(world.deposit(i < 7 ? side : main, USD, mint))
  }
  expectRefusal(world.transfer(main, side, USD, mints[7]), 'CollateralSlotsFull')
  succeeded(world.transfer(side, main, USD, mints[0]))
  succeeded(world.transfer(main, side, USD, mints[7]))
})

import { NATIVE_MINT } from '@solana/spl-token'
import { Keypair } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { budgetSpent, meanBalance, withdrawFloor } from '#client/math/index.ts'
import { addresses, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, feedId, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const DAY = 86_400
const COIN = 100_000n
const coin = Keypair.generate().publicKey

/** A USDC vault of $1 100 000 and SOL and a third token (5 decimals, $1) of $300 000 each, a day old. */
const base = World.open(1)
base.createMint(coin, 5)
base.initializeVault(coin, 2, { feedId: feedId('JUP'), initialWeightBps: 5_000, maintenanceWeightBps: 7_000 })
const whale = base.trader(100_000n * USD, 2_000n * BASE)
succeeded(base.deposit(whale, 300_000n * COIN, coin))
later(base, DAY)

/** Time passes; every collateral has a price. */
function later(world: World, seconds: number): void {
  world.pass(seconds)
  publishCoin(world)
}

function publishCoin(world: World): void {
  const tokenVault = addresses.tokenVault(coin)
  world.done('updateOraclePrice', {}, { priceUpdate: world.publishPrice('JUP'), market: null, tokenVault }, {})
}

/** Other wallets with a balance of their own that is as old as the vault's mean. */
function friends(world: World, count: number, amount: bigint): Trader[] {
  const found = Array.from({ length: count }, () => world.trader(0n))
  for (const friend of found) succeeded(world.deposit(friend, amount, coin))
  return found
}

test('a withdrawal leaves 75 % of the vault’s daily mean, to the unit', () => {
  const world = base.fork()
  const { ledgerTotal } = world.vault(coin)
  const most = ledgerTotal - withdrawFloor(ledgerTotal)
  // Beyond the level only small withdrawals pass.
  expectRefusal(world.withdraw(whale, most + 10_001n * COIN, coin), 'WithdrawLevel')
  succeeded(world.withdraw(whale, most, coin))
  expect(world.vault(coin)).toMatchObject({ meanTotal: ledgerTotal, ledgerTotal: ledgerTotal - most })
  expect(world.vault(coin).exemptWithdrawn).toBe(0n)
  succeeded(world.withdraw(whale, 1n, coin))
  expect(world.vault(coin).exemptWithdrawn).toBe(1n)
  checkLedger(world)
})

test('what has just come may go at once: the mean does not know it yet', () => {
  const world = base.fork()
  const rich = world.trader(0n)
  succeeded(world.deposit(rich, 900_000n * USD))
  succeeded(world.withdraw(rich, 900_000n * USD))
  succeeded(world.deposit(rich, 900_000n * USD))
  later(world, DAY)
  expectRefusal(world.withdraw(rich, 900_000n * USD), 'WithdrawLevel')
})

test('the level falls with the mean, as fast as the money has left', () => {
  const world = base.fork()
  const { ledgerTotal: before } = world.vault(coin)
  const quarter = before - withdrawFloor(before)
  succeeded(world.withdraw(whale, quarter, coin))
  later(world, 6 * 3_600)
  const mean = meanBalance(before, before - quarter, 6n * 3_600n)
  const most = before - quarter - withdrawFloor(mean)
  expectRefusal(world.withdraw(whale, most + 10_001n * COIN, coin), 'WithdrawLevel')
  succeeded(world.withdraw(whale, most, coin))
  expect(world.vault(coin).meanTotal).toBe(mean)
})

test('native SOL and wrapped SOL leave by the same level', () => {
  const world = base.fork()
  succeeded(world.withdrawSol(whale, 400n * BASE))
  succeeded(world.withdraw(whale, 100n * BASE, NATIVE_MINT))
  expect(world.vault(NATIVE_MINT).ledgerTotal).toBe(1_500n * BASE)
  // 66.7 SOL are $10 000.
  expectRefusal(world.withdraw(whale, 67n * BASE, NATIVE_MINT), 'WithdrawLevel')
  expectRefusal(world.withdrawSol(whale, 67n * BASE), 'WithdrawLevel')
  succeeded(world.withdrawSol(whale, 40n * BASE))
  expectRefusal(world.withdraw(whale, 27n * BASE, NATIVE_MINT), 'WithdrawLevel')
  succeeded(world.withdraw(whale, 26n * BASE, NATIVE_MINT))
  checkLedger(world)
})

test('small withdrawals pass: $10 000 a day of one owner, whatever sub-accounts and tokens they come from', () => {
  const world = base.fork()
  const second = world.addSubAccount(whale)
  succeeded(world.transfer(whale, second, 40_000n * COIN, coin))
  succeeded(world.withdraw(whale, 75_000n * COIN, coin))
  succeeded(world.withdrawSol(whale, 500n * BASE))
  succeeded(world.withdraw(whale, 4_000n * COIN, coin))
  succeeded(world.withdraw(second, 3_000n * COIN, coin))
  expectRefusal(world.withdraw(second, 3_001n * COIN, coin), 'WithdrawLevel')
  // 20 SOL × 150 are the last 3 000.
  expectRefusal(world.withdrawSol(whale, 20n * BASE + 10_000n), 'WithdrawLevel')
  succeeded(world.withdrawSol(whale, 20n * BASE))
  expect(world.userAccount(whale).exemptWithdrawn).toBe(10_000n * USD)
  expectRefusal(world.withdraw(second, 1n, coin), 'WithdrawLevel')
  checkLedger(world)
})

test('the allowance comes back evenly over a day', () => {
  const world = base.fork()
  succeeded(world.withdraw(whale, 75_000n * COIN, coin))
  succeeded(world.withdraw(whale, 10_000n * COIN, coin))
  // The mean, and with it the level, has hardly moved in this hour: 417 dollars are back, and no more.
  later(world, 3_600)
  const spent = budgetSpent(10_000n * USD, 10_000n * USD, 3_600n)
  const { ledgerTotal, meanTotal } = world.vault(coin)
  const free = ledgerTotal - withdrawFloor(meanBalance(meanTotal, ledgerTotal, 3_600n))
  expect(free).toBeLessThan(0n)
  expectRefusal(world.withdraw(whale, 417n * COIN, coin), 'WithdrawLevel')
  succeeded(world.withdraw(whale, 416n * COIN, coin))
  expect(world.userAccount(whale).exemptWithdrawn).toBe(spent + 416n * USD)
})

test('many wallets together pass no more than 5 % of the vault in a day, and $10 000 of a small one', () => {
  const world = base.fork()
  const [first, second, third] = friends(world, 3, 8_000n * COIN)
  if (!first || !second || !third) throw new Error('three friends expected')
  later(world, DAY)
  // Of 324 000; small withdrawals are 5 % of the 243 000 that are left, and of less with each that leaves.
  succeeded(world.withdraw(whale, 81_000n * COIN, coin))
  succeeded(world.withdraw(first, 6_000n * COIN, coin))
  expectRefusal(world.withdraw(second, 6_000n * COIN, coin), 'WithdrawLevel')
  expect(world.vault(coin).exemptWithdrawn).toBe(6_000n * COIN)
  succeeded(world.withdraw(second, 5_800n * COIN, coin))
  expectRefusal(world.withdraw(third, 100n * COIN, coin), 'WithdrawLevel')
  checkLedger(world)

  const small = World.open(1)
  const [one, two] = [small.trader(0n, 30n * BASE), small.trader(0n, 60n * BASE)]
  small.pass(DAY)
  succeeded(small.withdrawSol(one, 30n * BASE))
  succeeded(small.withdrawSol(two, 36n * BASE))
  expectRefusal(small.withdrawSol(two, 24n * BASE), 'WithdrawLevel')
  small.pass(DAY)
  succeeded(small.withdrawSol(two, 24n * BASE))
  expect(small.vault(NATIVE_MINT).ledgerTotal).toBe(0n)
})

test('a token without a fresh price has no allowance', () => {
  const world = base.fork()
  succeeded(world.withdraw(whale, 75_000n * COIN, coin))
  world.pass(61)
  expectRefusal(world.withdraw(whale, 5_000n * COIN, coin), 'WithdrawLevel')
  publishCoin(world)
  succeeded(world.withdraw(whale, 5_000n * COIN, coin))
})

test('a deposit that leaves again neither lowers the level nor widens the allowance', () => {
  const world = base.fork()
  succeeded(world.deposit(whale, 1_000_000n * COIN, coin))
  succeeded(world.withdraw(whale, 1_000_000n * COIN, coin))
  expect(world.vault(coin)).toMatchObject({ ledgerTotal: 300_000n * COIN, meanTotal: 300_000n * COIN })
  succeeded(world.withdraw(whale, 75_000n * COIN, coin))
  // Large again for a moment: the mean does not see it, and what is above the level is the whale's own.
  succeeded(world.deposit(whale, 1_000_000n * COIN, coin))
  succeeded(world.withdraw(whale, 1_000_000n * COIN, coin))
  expectRefusal(world.withdraw(whale, 10_001n * COIN, coin), 'WithdrawLevel')
})

test('touching the vault every second holds its mean no longer than a daily average would', () => {
  const world = base.fork()
  const { meanTotal } = succeededWithdrawal(world)
  let expected = meanTotal
  for (let second = 0; second < 60; second++) {
    expected = meanBalance(expected, world.vault(coin).ledgerTotal, 1n)
    world.svm.setTime(world.svm.now + 1)
    succeeded(world.deposit(whale, 1n, coin))
  }
  expect(world.vault(coin).meanTotal).toBe(expected)
  // A day of it, by the formula that was just followed: 1/e of what left is still in the mean, never more.
  const gone = 75_000n * COIN
  let held = gone
  for (let second = 0; second < DAY; second++) held = meanBalance(held, 0n, 1n)
  expect(held).toBeLessThan((gone * 368n) / 1_000n + 86_400n)
})

function succeededWithdrawal(world: World): { meanTotal: bigint } {
  succeeded(world.withdraw(whale, 75_000n * COIN, coin))
  return world.vault(coin)
}

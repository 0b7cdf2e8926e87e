import { expect, test } from 'vitest'
import { debtInterest } from '#client/math/index.ts'
import { addresses, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, exchangeParams, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { checkSequences } from './sequences.ts'

const COOLDOWN = 60
const base = World.open(2)
// Idle quote beside the markets'.
base.seedPool(50_000n * USD)

/** A liquidity provider with 100 000 shares, which cost a dollar each. */
function provider(world: World): Trader {
  const lp = world.trader(100_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 100_000n * USD))
  world.pass(2)
  succeeded(world.mintShares(lp, 1n))
  expect(world.userAccount(lp).poolShares).toBe(100_000n * USD)
  return lp
}

const pauseExits = (world: World) =>
  world.done('setPause', { bits: 16 }, { authority: world.admin.publicKey, exchange: addresses.exchange })

test('shares leave at the request, and are paid after the cooldown', () => {
  const world = base.fork()
  const lp = provider(world)
  const { shares, idle } = world.pool()
  const asked = succeeded(world.requestExit(lp, 2n, 40_000n * USD))
  expect(asked.events).toMatchObject([
    {
      name: 'poolExitRequested',
      data: { shares: 40_000n * USD, netAssetValue: 2_150_000n * USD, executableAt: BigInt(world.svm.now + COOLDOWN) },
    },
  ])
  expect(world.userAccount(lp).poolShares).toBe(60_000n * USD)
  expect(world.pool().shares).toBe(shares)
  expectRefusal(world.requestExit(lp, 3n, 60_000n * USD + 1n), 'PoolShares')
  expectRefusal(world.exitPool(lp, 2n), 'PoolCooldown')
  world.pass(COOLDOWN - 1)
  expectRefusal(world.exitPool(lp, 2n), 'PoolCooldown')
  world.pass(1)
  const left = succeeded(world.exitPool(lp, 2n))
  expect(left.events).toMatchObject([
    { name: 'poolExited', data: { shares: 40_000n * USD, amount: 40_000n * USD, quoteBalance: 40_000n * USD } },
  ])
  expect(world.pool()).toMatchObject({ shares: shares - 40_000n * USD, idle: idle - 40_000n * USD })
  expect(world.svm.account(addresses.ticket(lp.keypair.publicKey, 2n))).toBeNull()
  checkLedger(world)
  checkSequences(world.log)
})

test('a market with skew needs a price of two seconds after the cooldown', () => {
  const world = base.fork()
  const lp = provider(world)
  world.enter(world.trader(10_000n * USD), 0, 'buy', 10n * BASE)
  succeeded(world.requestExit(lp, 2n, 1_000n * USD))
  world.pass(COOLDOWN + 1)
  expectRefusal(world.exitPool(lp, 2n), 'PoolPriceTooOld')
  world.pass(1)
  const aside = world.fork()
  aside.svm.setTime(aside.svm.now + 11)
  expectRefusal(aside.exitPool(lp, 2n), 'PriceStale')
  succeeded(world.exitPool(lp, 2n))
  checkLedger(world)
})

test('it pays the lower of the value then and now, per share', () => {
  const world = base.fork()
  const lp = provider(world)
  const alice = world.trader(100_000n * USD)
  for (let i = 0; i < 3; i++) world.enter(alice, 0, 'buy', 100n * BASE)
  const [up, down] = [world.fork(), world.fork()]
  for (const [each, price] of [
    [up, 140n * USD],
    [down, 160n * USD],
  ] as const) {
    const asked = succeeded(each.requestExit(lp, 2n, 100_000n * USD)).events[0]?.data
    each.pass(COOLDOWN + 2, { SOL: price })
    const { shares } = each.pool()
    const left = succeeded(each.exitPool(lp, 2n)).events[0]?.data
    const nav = (left?.netAssetValue as bigint) + (left?.amount as bigint)
    const [then, now] = [asked?.netAssetValue as bigint, nav].map((value) => (100_000n * USD * value) / shares)
    expect(left?.amount).toBe((then as bigint) < (now as bigint) ? then : now)
    expect((then as bigint) < (now as bigint)).toBe(each === up)
    checkLedger(each)
  }
})

test('nothing is paid beyond idle quote, and the request lives on', () => {
  const world = base.fork()
  const lp = provider(world)
  succeeded(world.requestExit(lp, 2n, 100_000n * USD))
  world.allocate(0, 50_000n * USD + 1n)
  world.pass(COOLDOWN)
  expectRefusal(world.exitPool(lp, 2n), 'PoolIdle')
  world.allocate(0, -1n)
  succeeded(world.exitPool(lp, 2n))
})

test('an hour after its cooldown a request lapses, and the shares return', () => {
  const world = base.fork()
  const lp = provider(world)
  succeeded(world.requestExit(lp, 2n, 40_000n * USD))
  world.pass(COOLDOWN + 3_600)
  pauseExits(world)
  const returned = succeeded(world.exitPool(lp, 2n))
  expect(returned.events).toMatchObject([{ data: { shares: 0n, amount: 0n, returnedShares: 40_000n * USD } }])
  expect(world.userAccount(lp).poolShares).toBe(100_000n * USD)
  expect(world.subAccount(lp).poolTickets).toBe(0)
  checkLedger(world)
  checkSequences(world.log)
})

test('a pause of exits holds requests and those under way', () => {
  const world = base.fork()
  const lp = provider(world)
  succeeded(world.requestExit(lp, 2n, 40_000n * USD))
  world.pass(COOLDOWN)
  pauseExits(world)
  expectRefusal(world.exitPool(lp, 2n), 'PoolExitsPaused')
  expectRefusal(world.requestExit(lp, 3n, 1n), 'PoolExitsPaused')
})

test('a longer cooldown does not reach back to requests under way', () => {
  const world = base.fork()
  const lp = provider(world)
  succeeded(world.requestExit(lp, 2n, USD))
  const exchange = [exchangeParams(world.admin.publicKey, { poolExitCooldownS: 86_400 })]
  world.change({ exchange })
  world.pass(COOLDOWN)
  succeeded(world.exitPool(lp, 2n))
})

test('only who holds shares can ask for them, and a ticket is its owner’s', () => {
  const world = base.fork()
  const lp = provider(world)
  const mallory = world.trader(1_000n * USD)
  expectRefusal(world.requestExit(lp, 2n, 0n), 'ZeroAmount')
  expectRefusal(world.requestExit(mallory, 2n, 1n), 'PoolShares')
  const theft = { ...lp, keypair: mallory.keypair }
  expectRefusal(world.requestExit(theft, 2n, 1n), 'NotOwner')
  expectRefusal(world.requestExit({ ...lp, subAccount: mallory.subAccount }, 2n, 1n), 'NotOwner')
  succeeded(world.requestExit(lp, 2n, USD))
  world.pass(COOLDOWN)
  const accounts = world.exitPoolAccounts(lp, 2n)
  const call = { remaining: world.allMarkets() }
  expectRefusal(world.call('exitPool', {}, { ...accounts, owner: mallory.keypair.publicKey }, call), 'PoolTicket')
  expectRefusal(world.call('exitPool', {}, { ...accounts, subAccount: mallory.subAccount }, call), 'PoolTicket')
  expectRefusal(world.call('exitPool', {}, { ...accounts, userAccount: mallory.userAccount }, call), 'PoolTicket')
  expectRefusal(
    world.call('exitPool', {}, accounts, { remaining: world.allMarkets().slice(1) }),
    'MarginAccountMissing',
  )
  const keeper = { ...accounts, keeper: world.admin.publicKey }
  expectRefusal(world.call('mintPoolShares', {}, keeper, { signers: [world.admin], ...call }), 'PoolTicket')
})

test('a deposit’s ticket is not an exit’s', () => {
  const world = base.fork()
  const lp = provider(world)
  succeeded(world.deposit(lp, 1_000n * USD))
  succeeded(world.requestDeposit(lp, 2n, 1_000n * USD))
  world.pass(COOLDOWN)
  expectRefusal(world.exitPool(lp, 2n), 'PoolTicket')
})

test('a fraction of a unit is not paid out', () => {
  const world = base.fork()
  const lp = provider(world)
  const alice = world.trader(100_000n * USD)
  for (let i = 0; i < 3; i++) world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 160n * USD })
  succeeded(world.requestExit(lp, 2n, 1n))
  world.pass(COOLDOWN + 2)
  expectRefusal(world.exitPool(lp, 2n), 'PoolZeroShares')
})

test('the quote of an exit pays a debt’s interest before it counts', () => {
  const world = base.fork()
  const lp = provider(world)
  const sol = { lamports: 20n * BASE }
  world.done('depositNativeSol', sol, world.nativeDepositAccounts(lp), { signers: [lp.keypair] })
  world.enter(lp, 1, 'buy', BASE / 5n)
  world.pass(1, { BTC: 58_000n * USD })
  world.exit(lp, 1)
  const debt = -world.quoteBalance(lp)
  expect(debt).toBeGreaterThan(400n * USD)
  const since = world.subAccount(lp).interestAt
  succeeded(world.requestExit(lp, 2n, 10_000n * USD))
  world.pass(3_600)
  const left = succeeded(world.exitPool(lp, 2n)).events[0]?.data
  const interest = debtInterest(debt, BigInt(world.svm.now) - since)
  expect(left).toMatchObject({ interest, quoteBalance: (left?.amount as bigint) - debt - interest })
  checkLedger(world)
})

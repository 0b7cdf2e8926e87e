import { expect, test } from 'vitest'
import { addresses, type Receipt, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, MARKET_STATUS, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { changeMarket, settleMarket } from './risk.ts'

const base = World.open(2)

const allocate = (world: World, market: number, amount: bigint): Receipt =>
  world.call(
    'allocatePool',
    { amount },
    {
      authority: world.admin.publicKey,
      exchange: addresses.exchange,
      pool: addresses.pool,
      market: addresses.market(market),
    },
    { signers: [world.admin] },
  )

test('the first deposit is at least 1 000 and locks shares that nobody owns', () => {
  const world = World.open(0)
  const lp = world.trader(5_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 999n * USD))
  expectRefusal(world.mintShares(lp, 1n), 'PoolFirstDeposit')
  succeeded(world.requestDeposit(lp, 2n, 1_000n * USD))
  const minted = succeeded(world.mintShares(lp, 2n))
  expect(minted.events).toMatchObject([
    {
      name: 'poolSharesMinted',
      data: { amount: 1_000n * USD, shares: 999n * USD, totalShares: 1_000n * USD, returned: 0n },
    },
  ])
  expect(world.userAccount(lp).poolShares).toBe(999n * USD)
  expect(world.svm.account(addresses.ticket(lp.keypair.publicKey, 2n))).toBeNull()
  checkLedger(world)
})

test('a later deposit buys at the pool’s worth with its profits and skew', () => {
  const world = base.fork()
  const alice = world.trader(100_000n * USD)
  for (let i = 0; i < 3; i++) world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 140n * USD })
  const lp = world.trader(10_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 10_000n * USD))
  expect(world.pool().pendingDeposits).toBe(10_000n * USD)
  checkLedger(world)
  world.pass(2)
  const { shares: before } = world.pool()
  const [event] = succeeded(world.mintShares(lp, 1n)).events
  // The pool won about 3 000 on the longs: a share costs more than 1.
  expect(event?.data.shares).toBeLessThan(10_000n * USD)
  expect(world.pool().shares).toBe(before + world.userAccount(lp).poolShares)
  checkLedger(world)
})

test('a deposit waits for newer prices of the markets that have skew', () => {
  const world = base.fork()
  const alice = world.trader(100_000n * USD)
  world.enter(alice, 0, 'buy', BASE)
  const lp = world.trader(10_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 10_000n * USD))
  expectRefusal(world.mintShares(lp, 1n), 'PoolPriceTooOld')
  world.pass(1)
  expectRefusal(world.mintShares(lp, 1n), 'PoolPriceTooOld')
  world.pass(1)
  world.svm.setTime(world.svm.now + 11)
  expectRefusal(world.mintShares(lp, 1n), 'PriceStale')
  world.pass(0)
})

test('every market must be shown, and no false one', () => {
  const world = base.fork()
  const lp = world.trader(10_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 10_000n * USD))
  const withMarkets = (remaining: ReturnType<World['allMarkets']>) =>
    world.call('mintPoolShares', {}, world.mintSharesAccounts(lp, 1n), { signers: [world.admin], remaining })
  const [first, second] = world.allMarkets()
  if (!first || !second) throw new Error('two markets expected')
  expectRefusal(withMarkets([first]), 'MarginAccountMissing')
  expectRefusal(withMarkets([first, first]), 'MarginAccountMissing')
  expectRefusal(withMarkets([first, { ...second, pubkey: addresses.insurance }]), 'WrongAccount')
  succeeded(withMarkets([second, first]))
})

test('a request that nobody executed returns to the sub-account', () => {
  const world = base.fork()
  const lp = world.trader(10_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 4_000n * USD))
  world.svm.setTime(world.svm.now + 3_600)
  expect(succeeded(world.mintShares(lp, 1n)).events).toMatchObject([
    { data: { returned: 4_000n * USD, shares: 0n, quoteBalance: 10_000n * USD } },
  ])
  expect(world.pool().pendingDeposits).toBe(0n)
  checkLedger(world)
})

test('a pause of deposits holds requests under way, and lets what expired return', () => {
  const world = base.fork()
  const lp = world.trader(10_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 4_000n * USD))
  world.done('setPause', { bits: 8 }, { authority: world.admin.publicKey, exchange: addresses.exchange })
  world.pass(2)
  expectRefusal(world.mintShares(lp, 1n), 'PoolDepositsPaused')
  world.svm.setTime(world.svm.now + 3_600)
  expect(succeeded(world.mintShares(lp, 1n)).events).toMatchObject([{ data: { returned: 4_000n * USD, shares: 0n } }])
  checkLedger(world)
})

test('a sub-account with a request under way stays open until it is settled', () => {
  const world = base.fork()
  const lp = world.trader(1_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 1_000n * USD))
  const close = () =>
    world.call(
      'closeSubAccount',
      {},
      { authority: lp.keypair.publicKey, userAccount: lp.userAccount, subAccount: lp.subAccount },
      { signers: [lp.keypair] },
    )
  expectRefusal(close(), 'SubAccountNotEmpty')
  succeeded(world.mintShares(lp, 1n))
  succeeded(close())
})

test('a ticket is executed only for its owner and sub-account', () => {
  const world = base.fork()
  const lp = world.trader(10_000n * USD)
  const mallory = world.trader(10_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 1_000n * USD))
  const accounts = world.mintSharesAccounts(lp, 1n)
  const call = { signers: [world.admin], remaining: world.allMarkets() }
  expectRefusal(world.call('mintPoolShares', {}, { ...accounts, owner: mallory.keypair.publicKey }, call), 'PoolTicket')
  expectRefusal(world.call('mintPoolShares', {}, { ...accounts, subAccount: mallory.subAccount }, call), 'PoolTicket')
  expectRefusal(world.call('mintPoolShares', {}, { ...accounts, userAccount: mallory.userAccount }, call), 'PoolTicket')
})

test('a deposit needs the balance, an amount, and leaves initial margin', () => {
  const world = base.fork()
  const lp = world.trader(1_000n * USD)
  expectRefusal(world.requestDeposit(lp, 1n, 0n), 'ZeroAmount')
  expectRefusal(world.requestDeposit(lp, 1n, 1_001n * USD), 'InsufficientBalance')
  world.enter(lp, 0, 'buy', 100n * BASE)
  expectRefusal(world.requestDeposit(lp, 1n, 300n * USD), 'InsufficientMargin')
  succeeded(world.requestDeposit(lp, 1n, 200n * USD))
  checkLedger(world)
})

test('a dust deposit mints nothing and is refused', () => {
  const world = base.fork()
  const alice = world.trader(100_000n * USD)
  for (let i = 0; i < 3; i++) world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 140n * USD })
  const lp = world.trader(1_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 1n))
  world.pass(2)
  expectRefusal(world.mintShares(lp, 1n), 'PoolZeroShares')
})

test('allocation moves idle quote, no more than there is and no more than the skew can spare', () => {
  const world = base.fork()
  expectRefusal(allocate(world, 0, 0n), 'ZeroAmount')
  expectRefusal(allocate(world, 0, 1n), 'PoolIdle')
  expectRefusal(allocate(world, 0, -1_000_001n * USD), 'PoolAllocation')
  const alice = world.trader(100_000n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  expectRefusal(allocate(world, 0, -990_000n * USD), 'PoolAllocation')
  const moved = succeeded(allocate(world, 0, -900_000n * USD))
  expect(moved.events).toMatchObject([{ name: 'poolAllocated', data: { idleAfter: 900_000n * USD } }])
  world.exit(alice, 0)
  checkLedger(world)
  const { ledger } = world.market(0)
  succeeded(allocate(world, 0, -1n * USD))
  // Flat again: the market's cash became allocation.
  expect(world.market(0).ledger).toMatchObject({
    poolQuote: 0n,
    poolAllocation: ledger.poolAllocation + ledger.poolQuote - USD,
  })
  checkLedger(world)
})

test('allocation leaves a skewed market only at a fresh price', () => {
  const world = base.fork()
  const alice = world.trader(100_000n * USD)
  world.enter(alice, 0, 'buy', 10n * BASE)
  world.svm.setTime(world.svm.now + 11)
  expectRefusal(allocate(world, 0, -1n * USD), 'PriceStale')
})

test('a market whose equity no longer covers half its skew takes no new risk, and lets out', () => {
  const world = base.fork()
  const alice = world.trader(200_000n * USD)
  for (let i = 0; i < 20; i++) world.push(alice, 0, 'buy', 100n * BASE)
  // Users won: 2 000 SOL × 400 = 800 000 of the million, against a skew worth 1 100 000.
  world.pass(1, { SOL: 550n * USD })
  succeeded(world.place(alice, 0, { side: { buy: {} }, size: BASE, limitPrice: 600n * USD }))
  world.pass(1)
  expectRefusal(world.execute(alice, 0), 'MarketReduceOnly')
  world.exit(alice, 0, 300)
  checkLedger(world)
})

test('a market that is wound down counts at its one price, and needs no other', () => {
  const world = base.fork()
  const lp = world.trader(10_000n * USD)
  world.enter(world.trader(100_000n * USD), 0, 'buy', 100n * BASE)
  changeMarket(world, 0, {}, MARKET_STATUS.settling)
  world.pass(1, { SOL: 140n * USD })
  succeeded(settleMarket(world, 0))
  const { poolAllocation, poolQuote, poolBase } = world.market(0).ledger
  const settled = poolAllocation + poolQuote + (poolBase * 140n * USD) / BASE
  succeeded(world.requestDeposit(lp, 1n, 10_000n * USD))
  // Nobody publishes any more.
  world.svm.setTime(world.svm.now + 600)
  const minted = succeeded(world.mintShares(lp, 1n)).events[0]?.data
  expect(minted?.netAssetValue).toBe(settled + 1_000_000n * USD + 10_000n * USD)
  checkLedger(world)
})

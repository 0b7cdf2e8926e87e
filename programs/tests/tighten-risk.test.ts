/** The risk key works at once, so it works one way, and cannot make anybody liquidatable. */
import { NATIVE_MINT } from '@solana/spl-token'
import { Keypair } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, exchangeParams, MARKET_STATUS, marketParams, symbolBytes, USD } from './params.ts'
import type { Fields } from './program.ts'
import { expectRefusal } from './refusals.ts'

const risk = Keypair.generate()
const base = World.open(1)
base.change({ exchange: [exchangeParams(base.admin.publicKey, { riskAuthority: risk.publicKey })] })

const market = { market: 0 }
const vault = { tokenVault: NATIVE_MINT }

test.each([
  ['openInterestCap', market, [66_666n * BASE, 1n, 0n], 1_000_000_000n * BASE],
  ['initialMarginBps', market, [501, 2_000, 10_000], 499],
  ['spreadPpm', market, [201, 5_000, 10_000], 199],
  ['depositCap', vault, [10n ** 16n - 1n, 1n, 0n], 10n ** 16n],
  ['initialWeightBps', vault, [7_999, 1, 0], 8_001],
] as const)('%s is tightened step by step, never kept and never loosened', (field, target, steps, looser) => {
  const world = base.fork()
  const params = (): Fields => ('market' in target ? world.market(0).params : world.vault(NATIVE_MINT).params)
  expectRefusal(world.tightenRisk({ [field]: looser }, target, risk), 'NotTighter')
  for (const value of steps) {
    succeeded(world.tightenRisk({ [field]: value }, target, risk))
    expect(params()[field]).toBe(value)
    expectRefusal(world.tightenRisk({ [field]: value }, target, risk), 'NotTighter')
  }
  expectRefusal(world.tightenRisk({ [field]: steps[0] }, target, risk), 'NotTighter')
})

test('reduce-only stops new risk, and what it names is told with the sequences', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'buy', BASE)
  const [exchange, sol, vaultOfSol] = [world.exchange(), world.market(0), world.vault(NATIVE_MINT)]
  const both = { reduceOnly: true, spreadPpm: 300, depositCap: 5n }
  const receipt = succeeded(world.tightenRisk(both, { ...market, ...vault }, risk))
  expect(receipt.events).toMatchObject([
    {
      name: 'riskTightened',
      data: {
        sequence: exchange.sequence + 1n,
        authority: risk.publicKey,
        market: { index: 0, sequence: sol.sequence + 1n, status: MARKET_STATUS.reduceOnly, spreadPpm: 300 },
        tokenVault: { index: 1, sequence: vaultOfSol.sequence + 1n, depositCap: 5n, initialWeightBps: 8_000 },
      },
    },
  ])
  expectRefusal(world.open(alice, 0, 'buy', BASE), 'MarketReduceOnly')
  expectRefusal(world.tightenRisk({ reduceOnly: true }, market, risk), 'NotTighter')
  world.exit(alice, 0)
  checkLedger(world)
})

test('a market being wound down stays so', () => {
  const world = base.fork()
  const { params } = world.market(0)
  world.change({ market: [{ index: 0, status: MARKET_STATUS.settling, params: params as unknown as Fields }] })
  expectRefusal(world.tightenRisk({ reduceOnly: true }, market, risk), 'NotTighter')
  expect(world.market(0).status).toBe(MARKET_STATUS.settling)
})

test('it needs the risk key, something to tighten, and the account it names', () => {
  const world = base.fork()
  expectRefusal(world.tightenRisk({ reduceOnly: true }, market, Keypair.generate()), 'Unauthorized')
  expectRefusal(world.tightenRisk({}, {}, risk), 'NotTighter')
  expectRefusal(world.tightenRisk({ reduceOnly: true }, {}, risk), 'WrongAccount')
  expectRefusal(world.tightenRisk({ reduceOnly: true }, { ...market, ...vault }, risk), 'WrongAccount')
  expectRefusal(world.tightenRisk({ depositCap: 0n }, market, risk), 'WrongAccount')
  succeeded(world.tightenRisk({ reduceOnly: true }, market))
})

test('bounds that a change has are there at once too, and the spread has a closer one', () => {
  const world = base.fork()
  expectRefusal(world.tightenRisk({ initialMarginBps: 10_001 }, market, risk), 'InvalidParameter')
  expectRefusal(world.tightenRisk({ spreadPpm: 10_001 }, market, risk), 'InvalidParameter')
})

test('nobody can be kept from adding margin in the quote token', () => {
  const world = base.fork()
  const quote = { tokenVault: world.usdcMint }
  expectRefusal(world.tightenRisk({ depositCap: 0n }, quote, risk), 'InvalidParameter')
  expectRefusal(world.tightenRisk({ initialWeightBps: 0 }, quote, risk), 'InvalidParameter')
})

test('a stolen risk key cannot make anybody liquidatable', () => {
  const world = base.fork()
  // At maintenance of 3 % this account is 1 % above liquidation; its collateral is half SOL.
  const alice = world.trader(500n * USD, 4n * BASE)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 145_500_000n })
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')
  const everything = {
    reduceOnly: true,
    openInterestCap: 0n,
    initialMarginBps: 10_000,
    spreadPpm: 10_000,
    depositCap: 0n,
    initialWeightBps: 0,
  }
  succeeded(world.tightenRisk(everything, { ...market, ...vault }, risk))
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')
  // What she may still do is what she could before: close, and add margin.
  const more = world.createTokens(world.usdcMint, alice.keypair.publicKey, 100n * USD)
  const deposit = { ...world.depositAccounts(alice), userTokens: more }
  world.done('depositTokens', { amount: 100n * USD }, deposit, { signers: [alice.keypair] })
  world.exit(alice, 0)
  checkLedger(world)
  expect(world.subAccount(alice).positions.every((p) => p.base === 0n)).toBe(true)
})

test('roles are nested: what the pause key may, the risk key may, and what that may, the cold one', () => {
  const world = base.fork()
  const pauser = Keypair.generate()
  const roles = { riskAuthority: risk.publicKey, pauseAuthority: pauser.publicKey }
  world.change({ exchange: [exchangeParams(world.admin.publicKey, roles)] })
  const keys = [pauser, risk, world.admin]
  for (const key of keys) world.svm.airdrop(key.publicKey, BASE)
  const by = (key: Keypair) => ({ authority: key.publicKey, exchange: addresses.exchange })
  const pauses = keys.map((key) => world.call('setPause', { bits: 1 }, by(key), { signers: [key] }))
  const clears = keys.map((key) => world.call('clearPause', { bits: 1 }, by(key), { signers: [key] }))
  const tightenings = keys.map((key, i) => world.tightenRisk({ initialMarginBps: 600 + i }, market, key))
  const allocations = keys.map((key) =>
    world.call('allocatePool', { amount: -USD }, { ...world.allocateAccounts(0), ...by(key) }, { signers: [key] }),
  )
  const btc = { index: 1, symbol: symbolBytes('BTC'), params: marketParams('BTC') }
  const listings = keys.map((key) => {
    const accounts = { ...world.initializeMarketAccounts(1), admin: key.publicKey }
    return world.call('initializeMarket', btc, accounts, { signers: [key] })
  })
  const allowed = [pauses, tightenings, allocations, clears, listings].map((calls) => calls.map((call) => call.ok))
  expect(allowed).toEqual([
    [true, true, true],
    [false, true, true],
    [false, true, true],
    [false, false, true],
    [false, false, true],
  ])
  for (const call of [pauses, clears, tightenings, allocations, listings].flat().filter((c) => !c.ok)) {
    expectRefusal(call, 'Unauthorized')
  }
})

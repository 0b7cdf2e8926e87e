import { NATIVE_MINT } from '@solana/spl-token'
import { Keypair, PublicKey } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, readonly, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, exchangeParams, feedId, MARKETS, marketParams, symbolBytes, tokenVaultParams, USD } from './params.ts'
import type { Fields } from './program.ts'
import { expectAnchorRefusal, expectRefusal } from './refusals.ts'

const MARKET_INDEX_AT = 10
const bare = World.deployed()
const base = World.open(1)

const initialize = (world: World, change: Fields = {}, signer = world.admin) =>
  world.call(
    'initializeExchange',
    { params: exchangeParams(world.admin.publicKey, change) },
    { ...world.initializeExchangeAccounts(), upgradeAuthority: signer.publicKey },
    { signers: [signer] },
  )

test('only the upgrade authority starts the exchange, and only once', () => {
  const world = bare.fork()
  const mallory = Keypair.generate()
  world.svm.airdrop(mallory.publicKey, 10n * BASE)
  expectRefusal(initialize(world, {}, mallory), 'NotUpgradeAuthority')
  const receipt = succeeded(initialize(world))
  expect(receipt.events).toMatchObject([
    { name: 'exchangeInitialized', data: { sequence: 1n, quoteMint: world.usdcMint } },
  ])
  expect(initialize(world).ok).toBe(false)
})

test('the first parameters are judged like every later change, and fees start without tiers', () => {
  const world = bare.fork()
  expectRefusal(initialize(world, { poolFeeShareBps: 8_000, treasuryFeeShareBps: 2_001 }), 'InvalidParameter')
  expectRefusal(initialize(world, { keeperRewardFlat: 10_001n }), 'InvalidParameter')
  expectRefusal(initialize(world, { admin: PublicKey.default }), 'InvalidParameter')
  expectRefusal(initialize(world, { referrerShareBps: 6_001, refereeDiscountBps: 0 }), 'InvalidParameter')
  succeeded(initialize(world, { referrerShareBps: 6_000, refereeDiscountBps: 0 }))
  expect(world.exchange()).toMatchObject({ feeTierCount: 1, nextChangeId: 0n, marketCount: 0, tokenVaultCount: 0 })
  expect(world.exchange().feeTiers[0]).toEqual({ volume: 0n, takerShareBps: 10_000, rebateShareBps: 10_000 })
})

test('the quote token has six decimals and comes first among the vaults', () => {
  const world = bare.fork()
  const odd = Keypair.generate().publicKey
  world.createMint(odd, 9)
  const params = exchangeParams(world.admin.publicKey)
  const accounts = { ...world.initializeExchangeAccounts(), quoteMint: odd }
  expectRefusal(world.call('initializeExchange', { params }, accounts, { signers: [world.admin] }), 'WrongMint')
  succeeded(initialize(world))
  const vault = (mint = world.usdcMint, index = 0, change: Fields = {}) =>
    world.call(
      'initializeTokenVault',
      { index, params: tokenVaultParams(change) },
      world.initializeVaultAccounts(mint),
      {
        signers: [world.admin],
      },
    )
  expectRefusal(vault(NATIVE_MINT, 0, { feedId: feedId('SOL') }), 'QuoteVaultFirst')
  expectRefusal(vault(world.usdcMint, 1), 'NextIndex')
  expect(succeeded(vault()).events).toMatchObject([{ name: 'tokenVaultInitialized', data: { index: 0, sequence: 1n } }])
  expectRefusal(vault(NATIVE_MINT, 1), 'InvalidParameter')
  // A debtor gets 99 % for a token, so it may count for no more.
  const weighing = (maintenanceWeightBps: number) =>
    vault(NATIVE_MINT, 1, { feedId: feedId('SOL'), initialWeightBps: 8_000, maintenanceWeightBps })
  expectRefusal(weighing(9_901), 'InvalidParameter')
  expectRefusal(weighing(9_900), 'CollateralNotClosed')
})

test('where real USDC is the quote, a timelock under a day is refused', () => {
  const world = bare.fork()
  const quoteMint = new PublicKey('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v')
  world.createMint(quoteMint, 6)
  const start = (timelockS: number) => {
    const params = exchangeParams(world.admin.publicKey, { timelockS })
    const accounts = { ...world.initializeExchangeAccounts(), quoteMint }
    return world.call('initializeExchange', { params }, accounts, { signers: [world.admin] })
  }
  expectRefusal(start(86_399), 'TimelockTooShort')
  succeeded(start(86_400))
})

test('vaults and markets are the admin’s', () => {
  const world = base.fork()
  const mallory = Keypair.generate()
  world.svm.airdrop(mallory.publicKey, 10n * BASE)
  const mint = Keypair.generate().publicKey
  world.createMint(mint, 6)
  const vault = { ...world.initializeVaultAccounts(mint), admin: mallory.publicKey }
  const params = tokenVaultParams({ feedId: feedId('X') })
  expectRefusal(world.call('initializeTokenVault', { index: 2, params }, vault, { signers: [mallory] }), 'Unauthorized')
  const market = { ...world.initializeMarketAccounts(1), admin: mallory.publicKey }
  const args = { index: 1, symbol: symbolBytes('BTC'), params: marketParams('BTC') }
  expectRefusal(world.call('initializeMarket', args, market, { signers: [mallory] }), 'Unauthorized')
  const allocation = { ...world.allocateAccounts(0), authority: mallory.publicKey }
  expectRefusal(world.call('allocatePool', { amount: 1n }, allocation, { signers: [mallory] }), 'Unauthorized')
})

test('a market has the next index and a plain symbol', () => {
  const world = base.fork()
  const create = (index: number, symbol: Uint8Array) =>
    world.call(
      'initializeMarket',
      { index, symbol, params: marketParams('BTC') },
      world.initializeMarketAccounts(index),
      {
        signers: [world.admin],
      },
    )
  expectRefusal(create(2, symbolBytes('BTC')), 'NextIndex')
  expectRefusal(create(1, symbolBytes('btc')), 'InvalidParameter')
  expectRefusal(create(1, new Uint8Array(16)), 'InvalidParameter')
  expect(succeeded(create(1, symbolBytes('BTC'))).events).toMatchObject([
    { name: 'marketInitialized', data: { index: 1, sequence: 1n } },
  ])
})

test('there are 32 markets at most, and the pool can still be left with all of them', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const lp = world.trader(2_000n * USD)
  const markets = Array.from({ length: 32 }, (_, index) => readonly(addresses.market(index)))
  const create = (index: number) => {
    const args = { index, symbol: symbolBytes('SOL'), params: marketParams(MARKETS[index] ?? 'SOL') }
    return world.call('initializeMarket', args, world.initializeMarketAccounts(index), { signers: [world.admin] })
  }
  for (let index = 1; index < 32; index++) succeeded(create(index))
  expectRefusal(create(32), 'InvalidParameter')

  const request = (name: string, id: bigint, args: Fields) =>
    succeeded(
      world.call(name, { ticketId: id, ...args }, world.requestAccounts(lp, id), {
        signers: [lp.keypair],
        remaining: markets,
      }),
    )
  request('depositToPool', 1n, { amount: 2_000n * USD })
  world.pass(2)
  const mint = { signers: [world.admin], remaining: markets }
  succeeded(world.call('mintPoolShares', {}, world.mintSharesAccounts(lp, 1n), mint))
  request('requestPoolExit', 2n, { shares: 500n * USD })
  world.enter(alice, 0, 'buy', BASE)
  world.pass(62)
  // The dearest to value: all as skewed as the first.
  for (let index = 1; index < 32; index++) {
    const skewed = world.svm.account(addresses.market(0))
    if (!skewed) throw new Error('no market')
    skewed.data.writeUInt16LE(index, MARKET_INDEX_AT)
    world.svm.setAccount(addresses.market(index), skewed.owner, skewed.data)
  }
  const accounts = world.exitPoolAccounts(lp, 2n)
  const left = succeeded(world.call('exitPool', {}, accounts, { remaining: markets }))
  // Locks of one transaction: those of the instruction, its program and event authority, payer and compute budget.
  expect(Object.keys(accounts).length + markets.length + 4).toBeLessThanOrEqual(64)
  expect(left.computeUnits * 2.5).toBeLessThan(1_400_000)
})

test('a pause stops what it names, never closing, and only the cold key lifts it', () => {
  const world = base.fork()
  const pauser = Keypair.generate()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'buy', 2n * BASE)
  const change = (name: string, bits: number, signer: Keypair) =>
    world.call(name, { bits }, { authority: signer.publicKey, exchange: addresses.exchange }, { signers: [signer] })

  expectRefusal(change('setPause', 1, pauser), 'Unauthorized')
  expectRefusal(change('setPause', 32, world.admin), 'UnknownPauseBits')
  expectRefusal(change('setPause', 0, world.admin), 'UnknownPauseBits')
  expect(succeeded(change('setPause', 0b11111, world.admin)).events).toMatchObject([
    { name: 'pauseChanged', data: { pauseBits: 31 } },
  ])

  expectRefusal(world.open(alice, 0, 'buy', BASE), 'OpensPaused')
  const withdraw = () =>
    world.call('withdrawTokens', { amount: USD }, world.withdrawAccounts(alice), {
      signers: [alice.keypair],
      remaining: world.marginAccounts(alice),
    })
  expectRefusal(withdraw(), 'WithdrawalsPaused')
  const deposit = world.call('depositToPool', { ticketId: 5n, amount: USD }, world.requestAccounts(alice, 5n), {
    signers: [alice.keypair],
  })
  expectRefusal(deposit, 'PoolDepositsPaused')
  world.exit(alice, 0)

  expectRefusal(change('clearPause', 31, pauser), 'Unauthorized')
  succeeded(change('clearPause', 31, world.admin))
  succeeded(withdraw())
  checkLedger(world)
})

test('pool fills pause only orders that add risk', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'buy', 2n * BASE)
  succeeded(world.open(alice, 0, 'buy', BASE))
  succeeded(world.place(alice, 0, { side: { buy: {} }, size: BASE, limitPrice: 160n * USD }))
  world.done('setPause', { bits: 2 }, { authority: world.admin.publicKey, exchange: addresses.exchange })
  world.pass(1)
  for (const orderId of [2n, 3n]) expectRefusal(world.execute(alice, 0, { orderId }), 'PoolFillsPaused')
  world.exit(alice, 0)
  checkLedger(world)
})

test('a pause of withdrawals or pool exits lapses after 72 hours and cannot be renewed by repeating it', () => {
  const world = base.fork()
  const alice = world.trader(2_000n * USD)
  succeeded(world.requestDeposit(alice, 1n, 1_000n * USD))
  world.pass(2)
  succeeded(world.mintShares(alice, 1n))
  const pause = () =>
    world.done('setPause', { bits: 4 + 16 }, { authority: world.admin.publicKey, exchange: addresses.exchange })
  const withdraw = () =>
    world.call('withdrawTokens', { amount: USD }, world.withdrawAccounts(alice), { signers: [alice.keypair] })
  const leave = () => world.requestExit(alice, 2n, USD)
  pause()
  world.pass(71 * 3_600)
  pause()
  expectRefusal(withdraw(), 'WithdrawalsPaused')
  expectRefusal(leave(), 'PoolExitsPaused')
  world.pass(3_600)
  succeeded(withdraw())
  succeeded(leave())
})

test('a pause is lifted no sooner than its delay where a timelock is set', () => {
  const world = bare.fork()
  succeeded(initialize(world, { timelockS: 86_400 }))
  const accounts = { authority: world.admin.publicKey, exchange: addresses.exchange }
  world.done('setPause', { bits: 1 }, accounts)
  expectRefusal(world.call('clearPause', { bits: 1 }, accounts, { signers: [world.admin] }), 'PauseDelay')
  world.svm.setTime(world.svm.now + 3_000)
  // Repeating it does not start the delay again.
  world.done('setPause', { bits: 1 }, accounts)
  world.svm.setTime(world.svm.now + 600)
  world.done('clearPause', { bits: 1 }, accounts)
})

test('another account in place of the exchange is refused', () => {
  const world = base.fork()
  expectAnchorRefusal(
    world.call('setPause', { bits: 1 }, { authority: world.svm.payer.publicKey, exchange: addresses.pool }),
    3002,
  )
})

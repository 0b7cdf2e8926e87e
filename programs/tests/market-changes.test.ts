/** What an announced change may do to a market or to collateral that is in use. */
import { NATIVE_MINT } from '@solana/spl-token'
import { Keypair } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, type Receipt, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, feedId, MARKET_STATUS, marketParams, NO_CAP, symbolBytes, tokenVaultParams, USD } from './params.ts'
import type { Fields } from './program.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(1)

const { active, reduceOnly, settling } = MARKET_STATUS

function changeMarket(world: World, change: Fields, status: number = active): Receipt {
  const payload = { market: [{ index: 0, status, params: marketParams('SOL', change) }] }
  return world.executeChange(world.propose(payload), payload)
}

function changeVault(world: World, index: number, params: Fields): Receipt {
  const payload = { tokenVault: [{ index, params: tokenVaultParams(params) }] }
  return world.executeChange(world.propose(payload), payload)
}

const sol = { feedId: feedId('SOL'), initialWeightBps: 8_000, maintenanceWeightBps: 9_000 }

/** A market with 10 SOL of open interest on one side. */
function traded(): { world: World; alice: ReturnType<World['trader']> } {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'buy', 10n * BASE)
  return { world, alice }
}

test('a new market takes no new risk until a change activates it', () => {
  const world = base.fork()
  const args = { index: 1, symbol: symbolBytes('BTC'), params: marketParams('BTC') }
  world.done('initializeMarket', args, world.initializeMarketAccounts(1))
  expect(world.market(1).status).toBe(reduceOnly)
  world.pass(1)
  const alice = world.trader(10_000n * USD)
  const order = { side: { buy: {} }, size: 1_000_000n, limitPrice: 59_000n * USD }
  expectRefusal(world.place(alice, 1, order), 'MarketReduceOnly')
  const { sequence } = world.market(1)
  const receipt = world.change({ market: [{ index: 1, status: active, params: marketParams('BTC') }] })
  expect(receipt.events).toMatchObject([{ data: { target: addresses.market(1), targetSequence: sequence + 1n } }])
  succeeded(world.place(alice, 1, order))
})

test.each([
  ['a step of zero', { stepSize: 0n }],
  ['a tick of zero', { tickSize: 0n }],
  ['no depth', { depthK: 0n }],
  ['a step larger than the pool may fill', { depthK: 99_999_999n }],
  ['a depth beyond every position', { depthK: 1n << 63n }],
  ['open interest that may reach the end of the curve', { openInterestCap: 100_000n * BASE }],
  ['margin that starts to scale after it ends', { marginScaleFrom: 2n, marginScaleTo: 1n }],
  ['maintenance at initial', { maintenanceMarginBps: 500 }],
  ['no maintenance', { maintenanceMarginBps: 0, liquidationFeeBps: 0, insuranceFeeBps: 0 }],
  ['initial above 100 %', { initialMarginBps: 10_001 }],
  ['liquidation fees above maintenance', { liquidationFeeBps: 250 }],
  ['liquidation fees of maintenance and buffer', { maintenanceMarginBps: 200, liquidationBufferBps: 0 }],
  ['a rebate above 40 % of the fee', { makerRebatePpm: 201 }],
  ['a fee of a tenth', { takerFeePpm: 100_000 }],
  ['a spread of a tenth', { spreadPpm: 100_000 }],
  ['an unknown funding clamp', { fundingClampDivisor: 34 }],
  ['no fill delay', { fillDelayS: 0 }],
  ['a fill delay over a minute', { fillDelayS: 61 }],
  ['an odd unit', { unitExponent: 1 }],
  ['no feed', { feedId: new Uint8Array(32) }],
  ['no confidence limit', { maxConfBps: 0 }],
  ['a confidence limit of 100 %', { maxConfBps: 10_000 }],
  ['a slippage of 100 %', { defaultSlippageBps: 10_000 }],
])('%s is refused when a market is listed, and when it changes', (_, change) => {
  const world = base.fork()
  const args = { index: 1, symbol: symbolBytes('BTC'), params: marketParams('BTC', change) }
  const listed = world.call('initializeMarket', args, world.initializeMarketAccounts(1), { signers: [world.admin] })
  expectRefusal(listed, 'InvalidParameter')
  expectRefusal(changeMarket(world, change), 'InvalidParameter')
})

test('a rebate of 40 % of the fee is the most there is', () => {
  const world = base.fork()
  succeeded(changeMarket(world, { makerRebatePpm: 200 }))
  expect(world.market(0).params.makerRebatePpm).toBe(200)
})

test('the depth of the curve rises freely and falls only while hardly anybody would notice', () => {
  const { world, alice } = traded()
  const { depthK } = world.market(0).params
  const to = (depth: bigint) => changeMarket(world, { depthK: depth, openInterestCap: 999n * BASE })
  succeeded(to(depthK * 2n))
  // 10 SOL are 10 bp of 10 000.
  expectRefusal(to(10_000n * BASE - 1n), 'DepthInUse')
  succeeded(to(10_000n * BASE))
  world.exit(alice, 0)
  succeeded(to(1_000n * BASE))
  checkLedger(world)
})

test('feed and unit stay while there is open interest, and a new feed forgets the old price', () => {
  const { world, alice } = traded()
  const other = { feedId: feedId('BTC') }
  expectRefusal(changeMarket(world, other), 'ParameterInUse')
  expectRefusal(changeMarket(world, { unitExponent: 3 }), 'ParameterInUse')
  world.exit(alice, 0)
  const { price } = world.market(0)
  succeeded(changeMarket(world, {}))
  expect(world.market(0).price).toEqual(price)
  succeeded(changeMarket(world, other))
  expect(world.market(0).price).toMatchObject({ price: 0n, publishTime: 0n })
  expectRefusal(world.open(alice, 0, 'buy', BASE, 200n * USD), 'PriceMissing')
  checkLedger(world)
})

test('a step may only become a part of itself, so that every position can still be closed', () => {
  const world = base.fork()
  expectRefusal(changeMarket(world, { stepSize: 20_000_000n }), 'ParameterInUse')
  expectRefusal(changeMarket(world, { stepSize: 3_000_000n }), 'ParameterInUse')
  succeeded(changeMarket(world, { stepSize: 5_000_000n }))
  expectRefusal(changeMarket(world, { stepSize: 10_000_000n }), 'ParameterInUse')
})

test('the time until a change accrues funding under the old parameters', () => {
  const { world } = traded()
  const before = world.market(0)
  world.svm.setTime(world.svm.now + 600)
  succeeded(changeMarket(world, { fundingClampDivisor: 10 }))
  const after = world.market(0)
  expect(after.funding.indexLong).toBeGreaterThan(before.funding.indexLong)
  expect(after.funding.updatedAt).toBe(BigInt(world.svm.now))
  checkLedger(world)
})

test('a market may be made reduce-only and active again, but not come back from being wound down', () => {
  const world = base.fork()
  succeeded(changeMarket(world, {}, reduceOnly))
  expect(world.market(0).status).toBe(reduceOnly)
  succeeded(changeMarket(world, {}, active))
  expectRefusal(changeMarket(world, {}, 3), 'InvalidParameter')
  succeeded(changeMarket(world, {}, settling))
  expect(world.market(0).status).toBe(settling)
  expectRefusal(changeMarket(world, {}, active), 'MarketSettling')
  expectRefusal(changeMarket(world, {}, reduceOnly), 'MarketSettling')
  // What insurance may pay for it is still to be decided.
  succeeded(changeMarket(world, { insuranceCap: 7n }, settling))
})

test('new collateral starts closed and is opened by a change', () => {
  const world = base.fork()
  const mint = Keypair.generate().publicKey
  world.createMint(mint, 6)
  const create = (params: Fields) =>
    world.call(
      'initializeTokenVault',
      { index: 2, params: tokenVaultParams({ feedId: feedId('X'), ...params }) },
      world.initializeVaultAccounts(mint),
      { signers: [world.admin] },
    )
  const closed = { depositCap: 0n, initialWeightBps: 0, maintenanceWeightBps: 0 }
  expectRefusal(create({ ...closed, depositCap: 1n }), 'CollateralNotClosed')
  expectRefusal(create({ ...closed, maintenanceWeightBps: 1 }), 'CollateralNotClosed')
  succeeded(create(closed))
})

test('weights ascend to 100 % at most, and the quote token always counts whole', () => {
  const world = base.fork()
  expectRefusal(changeVault(world, 1, { ...sol, initialWeightBps: 9_001 }), 'InvalidParameter')
  expectRefusal(changeVault(world, 1, { ...sol, maintenanceWeightBps: 10_001 }), 'InvalidParameter')
  expectRefusal(changeVault(world, 1, { ...sol, feedId: new Uint8Array(32) }), 'InvalidParameter')
  expectRefusal(changeVault(world, 0, { initialWeightBps: 9_999 }), 'InvalidParameter')
  expectRefusal(changeVault(world, 0, { feedId: feedId('SOL') }), 'InvalidParameter')
  // Whoever filled it would keep others from adding margin.
  expectRefusal(changeVault(world, 0, { depositCap: NO_CAP - 1n }), 'InvalidParameter')
  const { sequence } = world.vault(NATIVE_MINT)
  const receipt = succeeded(changeVault(world, 1, { ...sol, initialWeightBps: 7_000 }))
  const target = addresses.tokenVault(NATIVE_MINT)
  expect(receipt.events).toMatchObject([{ data: { target, targetSequence: sequence + 1n } }])
  expect(world.vault(NATIVE_MINT).params.initialWeightBps).toBe(7_000)
})

test('the feed of collateral somebody holds stays: without a price it would count nothing', () => {
  const world = base.fork()
  succeeded(changeVault(world, 1, { ...sol, feedId: feedId('BTC') }))
  expect(world.vault(NATIVE_MINT).price.price).toBe(0n)
  succeeded(changeVault(world, 1, sol))
  world.publish()
  world.trader(0n, BASE)
  expectRefusal(changeVault(world, 1, { ...sol, feedId: feedId('BTC') }), 'ParameterInUse')
  expect(world.vault(NATIVE_MINT).price.price).toBe(150n * USD)
  // Silent for an hour it counts nothing anyway, and one grain of it must not bind everybody else to a dead feed.
  world.svm.setTime(world.svm.now + 3_599)
  expectRefusal(changeVault(world, 1, { ...sol, feedId: feedId('BTC') }), 'ParameterInUse')
  world.svm.setTime(world.svm.now + 1)
  succeeded(changeVault(world, 1, { ...sol, feedId: feedId('BTC') }))
})

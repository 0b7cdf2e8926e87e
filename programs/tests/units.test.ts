import { NATIVE_MINT } from '@solana/spl-token'
import { expect, test } from 'vitest'
import { addresses, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'

/**
 * Compute units of the committed build, which counts less than half of what the vendor's compiler does: with this
 * factor the design's targets must still hold.
 */
const VENDOR_FACTOR = 2.5
const TARGETS = {
  placed: 40_000,
  filled: 120_000,
  liquidated: 150_000,
  canceled: 40_000,
  priced: 30_000,
  withdrawn: 60_000,
}

test('a full account stays inside the compute targets', () => {
  const world = World.open()
  const alice = world.trader(5_000n * USD, BASE)
  const keeper = world.trader(0n)
  const sizes = [20n * BASE, 50_000_000n, BASE, 1_000n * BASE]
  for (const [market, size] of sizes.entries()) world.enter(alice, market, 'buy', size)
  for (let i = 0; i < 14; i++) {
    const order = { side: { buy: {} }, size: BASE / 10n, limitPrice: 20n * USD }
    succeeded(world.place(alice, i % 4 === 3 ? 2 : i % 4, order))
  }

  const withdrawn = world.done('withdrawTokens', { amount: 100n * USD }, world.withdrawAccounts(alice), {
    signers: [alice.keypair],
    remaining: world.marginAccounts(alice),
  })
  const placed = succeeded(world.open(alice, 2, 'buy', 10_000_000n))
  world.pass(1)
  const filled = succeeded(world.execute(alice, 2, { keeper }))
  const trader = { trader: alice.keypair.publicKey, subAccount: alice.subAccount }
  const canceled = world.done('cancelOrder', { target: { all: {} } }, trader, { signers: [alice.keypair] })
  world.pass(1, { SOL: 60n * USD, ETH: 2_000n * USD, BTC: 30_000n * USD, JUP: USD / 2n })
  const liquidated = succeeded(world.liquidate(alice, 0, keeper))
  world.svm.setTime(world.svm.now + 1)
  const priceUpdate = world.publishPrice('SOL')
  const both = { priceUpdate, market: addresses.market(0), tokenVault: addresses.tokenVault(NATIVE_MINT) }
  const priced = world.done('updateOraclePrice', {}, both, {})
  checkLedger(world)

  const measured = { placed, filled, liquidated, canceled, priced, withdrawn }
  for (const [name, target] of Object.entries(TARGETS) as [keyof typeof TARGETS, number][]) {
    expect(measured[name].computeUnits * VENDOR_FACTOR, name).toBeLessThanOrEqual(target)
  }
})

import { PublicKey } from '@solana/web3.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { collectFees, settleFunding } from '#client/instructions/index.ts'
import { LOCALNET_EXCHANGE } from '#server/chain/index.ts'
import { startTestChain, type Trader } from '#server/chain/testing.ts'
import { systemClock } from '#server/platform/clock.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { createComputeLimits, kindOf } from './compute-limits.ts'
import { createKeeperMetrics } from './metrics.ts'
import { createPriorityFees } from './priority-fees.ts'
import { createReceipts } from './receipts.ts'
import { createTransact } from './transact.ts'

const PRICE = 20_000
const SIGNATURE_FEE = 5_000

const chain = await startTestChain()
let trader: Trader
beforeAll(async () => {
  await chain.launch()
  trader = await chain.trader(1_000_000n)
})
afterAll(() => chain.stop())

function transactor(isDryRun = false) {
  const { connection } = chain
  const registry = createMetrics({ role: 'test' })
  const metrics = createKeeperMetrics(registry)
  const limits = createComputeLimits()
  const payer = trader.keypair.publicKey
  const receipts = createReceipts({ connection, payer, rewardAccount: trader.subAccount, limits, metrics })
  const fees = createPriorityFees({ clock: systemClock, recent: async () => [PRICE], percentile: 50, cap: 100_000 })
  const signal = new AbortController().signal
  const { sender } = trader
  const transact = createTransact({ sender, limits, fees, receipts, metrics, lookupTables: [], isDryRun, signal })
  return { transact, limits, receipts, registry }
}
const instructions = [settleFunding({ marketIndex: 0 })]
const balance = () => chain.connection.getBalance(trader.keypair.publicKey)

it('asks for the compute units its kind has used, offers the price, and books exactly what it cost', async () => {
  const { transact, limits, receipts } = transactor()
  const before = await balance()
  const outcome = await transact('funding', instructions)
  if (outcome.kind !== 'landed-ok') throw new Error(outcome.kind)
  const limit = limits.limitFor(kindOf(instructions)) ?? 0
  const found = await chain.connection.getTransaction(outcome.signature, { maxSupportedTransactionVersion: 0 })
  const used = found?.meta?.computeUnitsConsumed ?? 0
  expect(limit).toBeGreaterThan(used)
  expect(limit).toBeLessThan(used * 1.5)

  await receipts.collect()
  const spent = before - (await balance())
  expect(spent).toBe(SIGNATURE_FEE + Math.ceil((PRICE * limit) / 1_000_000))
  expect(receipts.books()).toEqual({
    balanceLamports: before - spent,
    loops: { funding: { transactions: 1, lamports: spent, earned: 0n } },
  })
})

it('does not send what the first simulation of its kind refuses', async () => {
  const { transact, receipts } = transactor()
  const before = await balance()
  const { quoteMint } = LOCALNET_EXCHANGE
  const nothing = collectFees({ marketIndex: 0, quoteMint, treasurySubAccount: new PublicKey(trader.subAccount) })
  expect(await transact('housekeeping', [nothing])).toMatchObject({ kind: 'refused' })
  await receipts.collect()
  expect([await balance(), receipts.books().loops]).toEqual([before, {}])
})

it('learns a kind anew that ran out of units', async () => {
  const { transact, limits } = transactor()
  const kind = kindOf(instructions)
  limits.used(kind, 1)
  expect(await transact('funding', instructions, { preflight: false })).toMatchObject({ kind: 'landed-failed' })
  expect(limits.limitFor(kind)).toBeUndefined()
  expect(await transact('funding', instructions)).toMatchObject({ kind: 'landed-ok' })
})

it('decides and simulates in a dry run, and sends nothing', async () => {
  const { transact, registry } = transactor(true)
  const before = await balance()
  expect(await transact('funding', instructions)).toEqual({ kind: 'dry-run', error: null })
  expect(await balance()).toBe(before)
  expect(await registry.expose()).toMatch(/transactions_total{loop="funding",outcome="dry-run",role="test"} 1/)
})

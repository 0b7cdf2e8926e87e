import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestChain, type Trader } from '#server/chain/testing.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { portfolioJob } from './portfolios.ts'

const USDC = 1_000_000n
const START = Date.UTC(2026, 10, 21, 17, 59, 30)

const db = await testDatabase()
const chain = await startTestChain()
afterAll(() => chain.stop())
let now = START
const job = portfolioJob({ db, clock: { now: () => now } }, chain.connection)

let trader: Trader
beforeAll(async () => {
  await chain.launch()
  trader = await chain.trader(1_234n * USDC)
})

const history = () =>
  db
    .selectFrom('portfolio_snapshots')
    .select(['at', 'equity', 'unrealised_pnl', 'notional'])
    .where('authority', '=', trader.keypair.publicKey.toBase58())
    .orderBy('at')
    .execute()
const worth = (at: number) => ({ at: new Date(at), equity: 1_234n * USDC, unrealised_pnl: 0n, notional: 0n })

it('keeps what an account is worth once an hour, with the time of the count, however often it looks', async () => {
  const { signal } = new AbortController()
  await job.run(signal)
  now += 20_000
  await job.run(signal)
  expect(await history()).toEqual([worth(START)])
  now += 20_000
  await job.run(signal)
  expect(await history()).toEqual([worth(START), worth(START + 40_000)])
})

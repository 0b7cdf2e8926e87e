import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestChain, type Trader } from '#server/chain/testing.ts'
import { listPortfolioHistory } from '#server/exchange/snapshot-repo.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { portfolioJob } from './portfolios.ts'

const USDC = 1_000_000n
const HOUR = 3_600_000
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

const history = () => listPortfolioHistory(db, { authority: trader.keypair.publicKey.toBase58(), limit: 10 })
const worth = (at: number) => ({ at, equity: '1234', unrealisedPnl: '0', notional: '0' })

it('keeps what an account is worth once an hour, newest first, however often it looks', async () => {
  const { signal } = new AbortController()
  await job.run(signal)
  now += 20_000
  await job.run(signal)
  const hour = Math.floor(START / HOUR) * HOUR
  expect(await history()).toEqual([worth(hour)])
  now += 20_000
  await job.run(signal)
  expect(await history()).toEqual([worth(hour + HOUR), worth(hour)])
})

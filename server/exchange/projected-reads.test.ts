import { expect, it } from 'vitest'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { listFills, listFundingPayments, listOrders, listSubAccounts, listTransfers } from './account-repo.ts'
import { listCurrentFunding, listFundingRates, listFundingSteps, listMarkets, listTrades } from './market-repo.ts'
import {
  accountDto,
  currentFundingDto,
  fillDto,
  fundingStepDto,
  fundingStepsInput,
  insuranceDto,
  marketDto,
  tradeDto,
} from './schema.ts'
import { getAccount, getLaunchedInsurance, getLaunchedPool, getMarket } from './service.ts'

const db = await testDatabase()
const NOW = 1_700_000_090_000
const history = tradingHistory({ traders: 2, rounds: 7 })
await recordEvents(db, history.events, { singletons: history.singletons, nowMs: NOW })
const [trader] = history.traders
const authority = trader?.authority.toBase58() ?? ''

it('serves markets as decimal strings with the volume of a day', async () => {
  const [market, ...others] = marketDto.array().parse(await listMarkets(db, NOW))
  expect(others).toEqual([])
  expect(market).toMatchObject({
    market: 'SOL-PERP',
    status: 'reduceOnly',
    stats: { volume24h: '3600', open24h: null },
  })
  expect(market?.state.fundingRateHourly).toBe('0.000008333333')
  const [dayLater] = await listMarkets(db, NOW + 25 * 3_600_000)
  expect(dayLater?.stats.volume24h).toBe('0')
})

it('refuses an unknown market with a sentence', async () => {
  await expect(getMarket(db, 'DOGE-PERP', NOW)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    userMessage: expect.stringContaining('DOGE-PERP'),
  })
})

it('lists trades newest first, without whose they are', async () => {
  const trades = await listTrades(db, 'SOL-PERP', 5)
  expect(trades.length).toBe(5)
  expect(trades.map(({ at }) => at)).toEqual(trades.map(({ at }) => at).toSorted((a, b) => b - a))
  for (const trade of trades) expect(Object.keys(trade).sort()).toEqual(Object.keys(tradeDto.shape).sort())
})

it('gives an account with balances, positions and open orders', async () => {
  const account = accountDto.parse(await getAccount(db, authority))
  expect(account.subAccounts).toHaveLength(1)
  expect(account.subAccounts[0]).toMatchObject({
    id: 0,
    balances: [{ symbol: 'USDC', amount: '999.999994' }],
    orders: [],
  })
  expect(account.subAccounts[0]?.positions[0]).toMatchObject({ market: 'SOL-PERP', base: '3.5' })
  expect(await getAccount(db, '11111111111111111111111111111111')).toMatchObject({ subAccounts: [] })
  const address = trader?.subAccount.toBase58() ?? ''
  expect((await listSubAccounts(db, { addresses: [address] })).map((found) => found.authority)).toEqual([authority])
})

it('pages history without a hole or a repeat', async () => {
  const all = await listFills(db, { authority, limit: 500 })
  expect(all.nextCursor).toBeNull()
  const paged: string[] = []
  let cursor: string | undefined
  do {
    const page = await listFills(db, { authority, limit: 2, ...(cursor === undefined ? {} : { cursor }) })
    paged.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(paged).toEqual(all.items.map(({ id }) => id))
  // A fill in each of seven rounds, and three as the other's maker.
  expect(paged.length).toBe(10)
  expect(all.items.filter(({ taker }) => !taker).map(({ fee }) => fee)).toEqual(['-0.00002', '-0.00002', '-0.00002'])
  fillDto.array().parse(all.items)
})

it('refuses a cursor that is not ours', async () => {
  await expect(listFills(db, { authority, limit: 2, cursor: "1'; drop table trades" })).rejects.toMatchObject({
    code: 'BAD_INPUT',
  })
})

it('filters history by market', async () => {
  expect((await listOrders(db, { authority, limit: 20, market: 'SOL-PERP' })).items.length).toBe(10)
  expect((await listOrders(db, { authority, limit: 10, market: 'BTC-PERP' })).items).toEqual([])
})

it('filters history by time, the end excluded', async () => {
  const all = (await listFills(db, { authority, limit: 500 })).items
  const [newest, second] = all.map(({ at }) => at)
  const some = await listFills(db, { authority, limit: 500, from: second, to: newest })
  expect(some.items.map(({ id }) => id)).toEqual(all.filter(({ at }) => at === second).map(({ id }) => id))
})

it('shows funding with the trader’s sign and deposits with their token', async () => {
  const funding = await listFundingPayments(db, { authority, limit: 10 })
  expect(funding.items[0]?.amount).toBe('-0.000007')
  const [deposit] = (await listTransfers(db, { authority, limit: 10 })).items
  expect(deposit).toMatchObject({ kind: 'deposit', symbol: 'USDC', amount: '1000' })
})

it('shows the pool with its allocation to each market', async () => {
  expect(await getLaunchedPool(db)).toMatchObject({ idle: '0', allocations: [{ market: 'SOL-PERP' }] })
})

it('gives funding at even steps, each with the rate of its end', async () => {
  const rates = await listFundingRates(db, 'SOL-PERP', 500)
  const stepMs = 60_000
  const ofStep = new Map(rates.toReversed().map(({ at, rateHourly }) => [at - (at % stepMs), rateHourly]))
  const range = { market: 'SOL-PERP', stepMs, from: Math.min(...ofStep.keys()), to: NOW + stepMs }
  const steps = fundingStepDto.array().parse(await listFundingSteps(db, range))
  expect(new Map(steps.map(({ t, rateHourly }) => [t, rateHourly]))).toEqual(ofStep)
  expect(steps.length).toBeGreaterThan(0)
  expect(await listFundingSteps(db, { ...range, from: range.to })).toEqual([])
  expect(fundingStepsInput.safeParse({ ...range, from: 0 }).success).toBe(false)
})

it('makes the funding of every market and the insurance fund public, with who bore the newest losses first', async () => {
  const funding = currentFundingDto.array().parse(await listCurrentFunding(db))
  expect(funding).toMatchObject([{ market: 'SOL-PERP', rateHourly: '0.000008333333', indexLong: '0.000006' }])
  const loss = { path: '0.1', market: 'SOL-PERP', loss: 5_000_000n, insurance: 3_000_000n, pool: 2_000_000n }
  await db
    .insertInto('covered_losses')
    .values(
      [1, 2].map((n) => ({
        ...loss,
        signature: `loss${n}`,
        socialised: 0n,
        deficit: 0n,
        at: new Date(NOW + n * 1_000),
      })),
    )
    .execute()
  const insurance = insuranceDto.parse(await getLaunchedInsurance(db))
  expect(insurance).toMatchObject({ balance: '0', floor: '0' })
  expect(insurance.losses.map(({ id, loss, insurance, pool }) => [id, loss, insurance, pool])).toEqual([
    ['loss2:0.1', '5', '3', '2'],
    ['loss1:0.1', '5', '3', '2'],
  ])
})

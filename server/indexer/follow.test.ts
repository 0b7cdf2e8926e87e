import { PublicKey } from '@solana/web3.js'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { decodeMarket, decodeSubAccount } from '#client/accounts.ts'
import { openPosition, placeOrder, withdrawTokens } from '#client/instructions/index.ts'
import { LOCALNET_USDC_MINT } from '#client/localnet-keys.ts'
import { marketAddress } from '#client/pda.ts'
import { formatUnits } from '#client/units.ts'
import { requireLanded } from '#server/chain/index.ts'
import { startTestChain, type Trader } from '#server/chain/testing.ts'
import { listFills, listLiquidations, listOrders } from '#server/exchange/account-repo.ts'
import { getAccount, restingBook, type UserMessage } from '#server/exchange/index.ts'
import { startFeed, startKeeper } from '#server/keeper/testing.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { systemClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { programAddresses } from './addresses.ts'
import { catchUp, fillGaps, followProgram, type IndexerContext } from './follow.ts'
import { createIndexerMetrics } from './metrics.ts'
import { rebuildProjection } from './rebuild.ts'
import { openGaps, readCursor } from './repo.ts'
import { requireSameChain } from './same-chain.ts'
import { dumpProjection } from './testing.ts'

const USDC = 1_000_000n
const SOL = 1_000_000_000n
const WAIT = { timeoutMs: 15_000 }

const db = await testDatabase()
const chain = await startTestChain()
const bus = memoryBus()
const feed = startFeed(bus, { 'SOL-PERP': '150', 'BTC-PERP': '100000', 'ETH-PERP': '2500' })
const stopKeeper = startKeeper(chain, bus)
const metrics = createIndexerMetrics(createMetrics({ role: 'indexer' }), systemClock.now())
const ctx: IndexerContext = {
  connection: chain.connection,
  db,
  bus,
  clock: systemClock,
  log: silentLog,
  metrics,
  addresses: programAddresses(),
}
afterAll(async () => {
  feed.stop()
  await stopKeeper()
  await chain.stop()
})

async function subAccountOnChain({ subAccount }: Trader) {
  return decodeSubAccount((await chain.connection.getAccountInfo(new PublicKey(subAccount)))?.data ?? new Uint8Array())
}

async function openAndWait(trader: Trader, size: bigint): Promise<void> {
  const order = { side: 'buy', size, limitPrice: 151n * USDC, clientId: 3n } as const
  const accounts = {
    trader: trader.keypair.publicKey,
    subAccount: trader.subAccount,
    marketIndex: 0,
    marginAccounts: [],
  }
  requireLanded(await trader.sender.send([openPosition({ ...accounts, order })]), 'open')
  const before = await subAccountOnChain(trader)
  const held = before.positions[0]?.base ?? 0n
  await pollUntil(async () => ((await subAccountOnChain(trader)).positions[0]?.base ?? 0n) > held, WAIT)
}

let trader: Trader
beforeAll(async () => {
  await pollUntil(async () => {
    const account = await chain.connection.getAccountInfo(marketAddress(2))
    return account !== null && decodeMarket(account.data).price.price > 0n
  }, WAIT)
  trader = await chain.trader(1_000n * USDC)
  await openAndWait(trader, 2n * SOL)
})

it('projects what is on the chain, account by account', async () => {
  await catchUp(ctx)
  const onChain = await subAccountOnChain(trader)
  const account = await getAccount(db, trader.keypair.publicKey.toBase58())
  const [subAccount] = account.subAccounts
  expect(subAccount?.sequence).toBe(onChain.sequence.toString())
  expect(subAccount?.balances).toEqual([
    {
      mint: LOCALNET_USDC_MINT.toBase58(),
      symbol: 'USDC',
      amount: formatUnits(onChain.collaterals[0]?.amount ?? 0n, 6),
    },
  ])
  const position = onChain.positions[0]
  expect(subAccount?.positions[0]).toMatchObject({
    market: 'SOL-PERP',
    base: '2',
    quoteEntry: formatUnits(position?.quoteEntry ?? 0n, 6),
    quoteBreakEven: formatUnits(position?.quoteBreakEven ?? 0n, 6),
    lastFundingIndex: formatUnits(position?.lastFundingIndex ?? 0n, 9),
    feesPaid: formatUnits(position?.feesPaid ?? 0n, 6),
  })
  const market = decodeMarket((await chain.connection.getAccountInfo(marketAddress(0)))?.data ?? new Uint8Array())
  const row = await db.selectFrom('markets').selectAll().where('market', '=', 'SOL-PERP').executeTakeFirstOrThrow()
  if (row.sequence === market.sequence) {
    // Not the pool's quote: each cached price settles its funding, without an event.
    expect([row.open_interest_long, row.pool_base, row.pool_allocation]).toEqual([
      market.ledger.openInterestLong,
      market.ledger.poolBase,
      market.ledger.poolAllocation,
    ])
  }
})

it('projects both sides of a fill between two traders', async () => {
  const maker = await chain.trader(5_000n * USDC)
  const taker = await chain.trader(5_000n * USDC)
  const rest = { kind: 'limit', side: 'sell', size: 2n * SOL, limitPrice: 150_010_000n, postOnly: true } as const
  const accounts = { trader: maker.keypair.publicKey, subAccount: maker.subAccount, marketIndex: 0, marginAccounts: [] }
  requireLanded(await maker.sender.send([placeOrder({ ...accounts, order: rest })]), 'rest')
  await openAndWait(taker, 3n * SOL)
  await catchUp(ctx)
  for (const side of [maker, taker]) {
    const onChain = await subAccountOnChain(side)
    const [projected] = (await getAccount(db, side.keypair.publicKey.toBase58())).subAccounts
    expect(projected?.sequence).toBe(onChain.sequence.toString())
    expect(projected?.balances[0]?.amount).toBe(formatUnits(onChain.collaterals[0]?.amount ?? 0n, 6))
    const held = onChain.positions.map((position) => ({
      base: formatUnits(position.base, 9),
      quoteEntry: formatUnits(position.quoteEntry, 6),
      quoteBreakEven: formatUnits(position.quoteBreakEven, 6),
      lastFundingIndex: formatUnits(position.lastFundingIndex, 9),
      feesPaid: formatUnits(position.feesPaid, 6),
    }))
    expect(projected?.positions).toMatchObject(held)
  }
  const fills = (await listFills(db, { authority: maker.keypair.publicKey.toBase58(), limit: 10 })).items
  expect(fills).toMatchObject([{ side: 'sell', taker: false, size: '2', price: '150.01' }])
  expect(fills[0]?.fee).toMatch(/^-0\.0/)
})

it('projects a liquidation and the orders it cancels', async () => {
  const risky = await chain.trader(120n * USDC)
  await openAndWait(risky, 12n * SOL)
  const accounts = { trader: risky.keypair.publicKey, subAccount: risky.subAccount, marketIndex: 0, marginAccounts: [] }
  const rest = {
    kind: 'limit',
    side: 'sell',
    timeInForce: 'goodTillCancel',
    reduceOnly: true,
    postOnly: false,
  } as const
  const order = { ...rest, size: 5n * SOL, limitPrice: 180n * USDC, clientId: 9n }
  requireLanded(await risky.sender.send([placeOrder({ ...accounts, order })]), 'place')
  await catchUp(ctx)
  expect(await restingBook(db, 'SOL-PERP', Date.now())).toEqual({ bids: [], asks: [['180', '5']] })

  feed.set('SOL-PERP', '144')
  await pollUntil(async () => ((await subAccountOnChain(risky)).positions[0]?.base ?? 0n) < 12n * SOL, WAIT)
  feed.set('SOL-PERP', '150')
  await catchUp(ctx)
  const onChain = await subAccountOnChain(risky)
  const authority = risky.keypair.publicKey.toBase58()
  const [subAccount] = (await getAccount(db, authority)).subAccounts
  expect(subAccount).toMatchObject({
    sequence: onChain.sequence.toString(),
    balances: [{ amount: formatUnits(onChain.collaterals[0]?.amount ?? 0n, 6) }],
    orders: [],
  })
  expect(subAccount?.positions[0]?.base).toBe(formatUnits(onChain.positions[0]?.base ?? 0n, 9))
  expect((await listLiquidations(db, { authority, limit: 10 })).items[0]).toMatchObject({ side: 'sell', loss: '0' })
  const [canceled] = (await listOrders(db, { authority, limit: 10 })).items
  expect(canceled).toMatchObject({ clientId: '9', status: 'canceled', reason: 'liquidation' })
  expect(await restingBook(db, 'SOL-PERP', Date.now())).toEqual({ bids: [], asks: [] })
})

it('fills the gap that a lost transaction leaves from the history of its account', async () => {
  await catchUp(ctx)
  const complete = await dumpProjection(db)
  // As if the RPC had not listed the deposit: the projection starts over without it, later events wait.
  const { signature } = await db
    .selectFrom('deposits_withdrawals')
    .select('signature')
    .where('authority', '=', trader.keypair.publicKey.toBase58())
    .executeTakeFirstOrThrow()
  await sql`delete from chain.transactions where signature = ${signature}`.execute(db)
  const { waiting } = await rebuildProjection(db, ctx.addresses, systemClock.now())
  expect(waiting).toBeGreaterThan(0)
  expect((await openGaps(db)).length).toBeGreaterThan(0)

  await fillGaps(ctx)
  expect(await openGaps(db)).toEqual([])
  expect(await dumpProjection(db)).toEqual(complete)
})

it('follows by itself, tells the bus, and continues after the database was away', async () => {
  const messages: UserMessage[] = []
  bus.subscribe(`user.${trader.keypair.publicKey.toBase58()}`, (message) => messages.push(message as UserMessage))
  const stop = new AbortController()
  let failing = true
  const flaky = new Proxy(db, {
    get: (target, name) => {
      if (failing && name === 'transaction') throw new Error('Connection terminated unexpectedly')
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  const following = followProgram({ ...ctx, db: flaky }, stop.signal)
  await openAndWait(trader, SOL)
  failing = false
  const filled = await pollUntil(() => messages.find((message) => message.type === 'fill'), WAIT)
  expect(filled).toMatchObject({ fill: { side: 'buy', size: '1', positionBaseAfter: '3' } })
  const withdraw = {
    authority: trader.keypair.publicKey,
    subAccount: trader.subAccount,
    mint: LOCALNET_USDC_MINT,
    amount: 5n * USDC,
  }
  requireLanded(
    await trader.sender.send([withdrawTokens({ ...withdraw, marginAccounts: [marketAddress(0)] })]),
    'withdraw',
  )
  await pollUntil(() => messages.some((message) => message.type === 'transfer'), WAIT)
  stop.abort()
  await following
  expect(messages.map(({ type }) => type)).toEqual(expect.arrayContaining(['subAccount', 'order', 'fill', 'transfer']))
  const snapshot = messages.filter((message) => message.type === 'subAccount').at(-1)
  expect(snapshot).toMatchObject({ subAccount: { positions: [{ base: '3' }] } })
})

it('gives the same projection after a rebuild of everything that happened', async () => {
  await catchUp(ctx)
  const live = await dumpProjection(db)
  expect((await rebuildProjection(db, ctx.addresses, systemClock.now())).waiting).toBe(0)
  expect(await dumpProjection(db)).toEqual(live)
})

it('drops the projection of a local chain that was reset, and refuses another real chain', async () => {
  const check = { connection: chain.connection, db, log: silentLog }
  await requireSameChain({ ...check, isLocalnet: true })
  await requireSameChain({ ...check, isLocalnet: false })
  expect(await readCursor(db)).toBeDefined()
  await sql`update chain.cursors set signature = 'another' where name = 'genesis'`.execute(db)
  await expect(requireSameChain({ ...check, isLocalnet: false })).rejects.toMatchObject({ code: 'CONFLICT' })
  await requireSameChain({ ...check, isLocalnet: true })
  expect(await readCursor(db)).toBeUndefined()
  await catchUp(ctx)
  expect((await getAccount(db, trader.keypair.publicKey.toBase58())).subAccounts).toHaveLength(1)
})

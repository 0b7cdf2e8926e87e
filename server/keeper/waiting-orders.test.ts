import { PublicKey } from '@solana/web3.js'
import { afterAll, expect, it } from 'vitest'
import { decodeSubAccount, type Order } from '#client/accounts.ts'
import { type NewOrder, openPosition, placeOrder, placeOrders } from '#client/instructions/index.ts'
import { requireLanded } from '#server/chain/index.ts'
import { startTestChain, type Trader } from '#server/chain/testing.ts'
import type { KeeperHeartbeat } from '#server/exchange/index.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { startFeed, startKeeper } from './testing.ts'

// What only a keeper can do for orders that wait or meet each other, on the real chain.

const USDC = 1_000_000n
const SOL = 1_000_000_000n
const WAIT = { timeoutMs: 20_000 }

const chain = await startTestChain()
const bus = memoryBus()
const feed = startFeed(bus, { 'SOL-PERP': '150', 'BTC-PERP': '100000', 'ETH-PERP': '2500' })
const heartbeats: KeeperHeartbeat[] = []
bus.subscribe('system.keeper', (beat) => heartbeats.push(beat as KeeperHeartbeat))
const stopKeeper = startKeeper(chain, bus)
afterAll(async () => {
  feed.stop()
  await stopKeeper()
  await chain.stop()
})
await pollUntil(() => heartbeats.at(-1)?.loops.prices?.lastOkAt != null, WAIT)

async function accountOf({ subAccount }: Trader) {
  const account = await chain.connection.getAccountInfo(new PublicKey(subAccount))
  return decodeSubAccount(account?.data ?? new Uint8Array())
}
const baseOf = async (trader: Trader) => (await accountOf(trader)).positions[0]?.base ?? 0n
const ordersOf = async (trader: Trader): Promise<readonly Order[]> => (await accountOf(trader)).orders

const accounts = (trader: Trader) => ({
  trader: trader.keypair.publicKey,
  subAccount: trader.subAccount,
  marketIndex: 0,
  marginAccounts: [],
})
async function place(trader: Trader, ...orders: NewOrder[]): Promise<void> {
  requireLanded(await trader.sender.send([placeOrders({ ...accounts(trader), orders })]), 'place')
}
async function holding(base: bigint, usdc = 5_000n * USDC): Promise<Trader> {
  const trader = await chain.trader(usdc)
  const order = { side: 'buy', size: base, limitPrice: 151n * USDC, clientId: 0n } as const
  requireLanded(await trader.sender.send([openPosition({ ...accounts(trader), order })]), 'open')
  expect(await pollUntil(async () => (await baseOf(trader)) === base, WAIT)).toBe(true)
  return trader
}

it('fills a taker from another trader’s resting order before the pool', async () => {
  const [maker, taker] = [await chain.trader(5_000n * USDC), await chain.trader(5_000n * USDC)]
  // The pool asks 150.03.
  const rest = { kind: 'limit', side: 'sell', size: 2n * SOL, limitPrice: 150_010_000n, postOnly: true } as const
  requireLanded(await maker.sender.send([placeOrder({ ...accounts(maker), order: rest })]), 'rest')
  const buy = { side: 'buy', size: 3n * SOL, limitPrice: 151n * USDC, clientId: 0n } as const
  requireLanded(await taker.sender.send([openPosition({ ...accounts(taker), order: buy })]), 'buy')
  expect(await pollUntil(async () => (await baseOf(taker)) === 3n * SOL, WAIT)).toBe(true)
  const made = await accountOf(maker)
  expect(made.positions).toMatchObject([{ base: -2n * SOL, quoteEntry: 300_020_000n }])
  expect(made.orders).toEqual([])
})

it('lets two resting orders meet that the pool would not fill', async () => {
  const [elder, younger] = [await chain.trader(5_000n * USDC), await chain.trader(5_000n * USDC)]
  await place(elder, { kind: 'limit', side: 'buy', size: SOL, limitPrice: 149_990_000n })
  await place(younger, { kind: 'limit', side: 'sell', size: SOL, limitPrice: 149_990_000n })
  expect(await pollUntil(async () => (await baseOf(elder)) === SOL, WAIT)).toBe(true)
  expect(await baseOf(younger)).toBe(-SOL)
})

it('sets a stop off when the price reaches it, and cancels the take-profit beside it', async () => {
  const trader = await holding(2n * SOL)
  const exit = {
    kind: 'market',
    side: 'sell',
    size: 2n * SOL,
    reduceOnly: true,
    groupId: 1,
    oneCancelsOther: true,
  } as const
  await place(
    trader,
    { ...exit, triggerDirection: 'below', triggerPrice: 148n * USDC },
    { ...exit, triggerDirection: 'above', triggerPrice: 155n * USDC },
  )
  feed.set('SOL-PERP', '147.9')
  expect(await pollUntil(async () => (await baseOf(trader)) === 0n, WAIT)).toBe(true)
  expect(await ordersOf(trader)).toEqual([])
  feed.set('SOL-PERP', '150')
})

it('moves a trailing stop after a better price, then sets it off', async () => {
  const trader = await holding(SOL)
  const stop = { kind: 'market', side: 'sell', size: SOL, reduceOnly: true, triggerDirection: 'below' } as const
  await place(trader, { ...stop, trailingDistance: 2n * USDC })
  feed.set('SOL-PERP', '152')
  expect(await pollUntil(async () => (await ordersOf(trader))[0]?.triggerPrice === 150n * USDC, WAIT)).toBe(true)
  feed.set('SOL-PERP', '149.9')
  expect(await pollUntil(async () => (await baseOf(trader)) === 0n, WAIT)).toBe(true)
  feed.set('SOL-PERP', '150')
})

it('takes off an order whose time has passed', async () => {
  const trader = await chain.trader(1_000n * USDC)
  const expiresAt = BigInt(Math.floor(Date.now() / 1000) + 3)
  await place(trader, {
    kind: 'limit',
    side: 'buy',
    size: SOL,
    limitPrice: 140n * USDC,
    timeInForce: 'goodTillTime',
    expiresAt,
  })
  expect(await ordersOf(trader)).toHaveLength(1)
  expect(await pollUntil(async () => (await ordersOf(trader)).length === 0, WAIT)).toBe(true)
})

it('cancels the opening orders of an account that fell below initial margin', async () => {
  const trader = await holding(10n * SOL, 120n * USDC)
  await place(trader, { kind: 'limit', side: 'buy', size: 4n * SOL, limitPrice: 140n * USDC })
  await place(trader, { kind: 'limit', side: 'sell', size: SOL, limitPrice: 170n * USDC, reduceOnly: true })
  feed.set('SOL-PERP', '147')
  expect(await pollUntil(async () => (await ordersOf(trader)).length === 1, WAIT)).toBe(true)
  expect((await ordersOf(trader))[0]).toMatchObject({ side: 'sell', reduceOnly: true })
  expect(await baseOf(trader)).toBe(10n * SOL)
  feed.set('SOL-PERP', '150')
})

import { PublicKey } from '@solana/web3.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { decodeMarket, decodeSubAccount } from '#client/accounts.ts'
import { depositNativeSol, openPosition, placeOrder } from '#client/instructions/index.ts'
import { marketAddress, NATIVE_MINT, tokenVaultAddress } from '#client/pda.ts'
import { checkLedger } from '#client/solvency.ts'
import { LOCALNET_EXCHANGE, readLedger, requireLanded } from '#server/chain/index.ts'
import { startTestChain, type Trader } from '#server/chain/testing.ts'
import type { KeeperHeartbeat } from '#server/exchange/index.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { startFeed, startKeeper } from './testing.ts'

// What a keeper does for accounts beyond the simple liquidation, on the real chain with pools that are soon exhausted.

const USDC = 1_000_000n
const UNIT = 1_000_000_000n
const WAIT = { timeoutMs: 20_000 }
const [SOL, BTC, ETH] = [0, 1, 2]
const HOUR_MS = 3_600_000

const chain = await startTestChain()
const bus = memoryBus()
const feed = startFeed(bus, { 'SOL-PERP': '150', 'BTC-PERP': '100000', 'ETH-PERP': '2500' })
const heartbeats: KeeperHeartbeat[] = []
bus.subscribe('system.keeper', (beat) => heartbeats.push(beat as KeeperHeartbeat))
let aheadMs = 0
let stopKeeper: () => Promise<void>
beforeAll(async () => {
  // BTC and ETH with $20 000 behind them, and curves deep enough that one fill may use it up.
  const markets = LOCALNET_EXCHANGE.markets.map((market, index) => {
    if (index === SOL) return market
    const depthK = market.params.depthK / 10n
    return { ...market, allocation: 20_000n * USDC, params: { ...market.params, depthK } }
  })
  await chain.launch({ ...LOCALNET_EXCHANGE, markets })
  stopKeeper = startKeeper(chain, bus, { clock: { now: () => Date.now() + aheadMs } })
  await pollUntil(() => heartbeats.at(-1)?.loops.prices?.lastOkAt != null, WAIT)
})
afterAll(async () => {
  feed.stop()
  await stopKeeper()
  await chain.stop()
})

async function accountOf({ subAccount }: Trader) {
  const account = await chain.connection.getAccountInfo(new PublicKey(subAccount))
  return decodeSubAccount(account?.data ?? new Uint8Array())
}
async function marketOf(index: number) {
  return decodeMarket((await chain.connection.getAccountInfo(marketAddress(index)))?.data ?? new Uint8Array())
}
const baseOf = async (trader: Trader) => (await accountOf(trader)).positions.find(({ base }) => base !== 0n)?.base ?? 0n
const quoteOf = async (trader: Trader) => (await accountOf(trader)).collaterals[0]?.amount ?? 0n
const where = ({ keypair, subAccount }: Trader, marketIndex: number) => ({
  trader: keypair.publicKey,
  subAccount,
  marketIndex,
  marginAccounts: [],
})

/** `size` (signed) in one market order, filled. */
async function open(trader: Trader, marketIndex: number, size: bigint, limitPrice: bigint, held: PublicKey[] = []) {
  const side = size > 0n ? 'buy' : 'sell'
  const order = { side, size: size > 0n ? size : -size, limitPrice, clientId: 0n } as const
  const instruction = openPosition({ ...where(trader, marketIndex), marginAccounts: held, order })
  requireLanded(await trader.sender.send([instruction]), 'open')
  expect(await pollUntil(async () => (await baseOf(trader)) === size, WAIT)).toBe(true)
}
async function rest(trader: Trader, marketIndex: number, side: 'buy' | 'sell', size: bigint, limitPrice: bigint) {
  const order = { kind: 'limit', side, size, limitPrice, postOnly: true } as const
  requireLanded(await trader.sender.send([placeOrder({ ...where(trader, marketIndex), order })]), 'rest')
}
async function expectExactLedger() {
  const ledger = await readLedger(chain.connection)
  expect(checkLedger(ledger).filter(({ holds }) => !holds)).toEqual([])
}

async function travel(ms: number) {
  await chain.cheats.timeTravel({ absoluteTimestampMs: Date.now() + aheadMs + ms })
  aheadMs += ms
}

it('gives a liquidated position to resting orders before the pool', async () => {
  const [sick, maker] = [await chain.trader(120n * USDC), await chain.trader(5_000n * USDC)]
  await open(sick, SOL, 12n * UNIT, 151n * USDC)
  // Below the price to come, above the oracle less the liquidation fee.
  await rest(maker, SOL, 'buy', 2n * UNIT, 143_500_000n)
  feed.set('SOL-PERP', '144')
  expect(await pollUntil(async () => (await baseOf(maker)) === 2n * UNIT, WAIT)).toBe(true)
  expect((await accountOf(maker)).positions[0]?.quoteEntry).toBe(-287n * USDC)
  expect(await baseOf(sick)).toBeLessThan(10n * UNIT + 1n)
  feed.set('SOL-PERP', '150')
})

it('buys a debtor’s collateral, then has the rest of the debt covered', async () => {
  const trader = await chain.trader(10n * USDC)
  const { keypair, subAccount } = trader
  const lamports = 5n * UNIT
  const deposit = depositNativeSol({ authority: keypair.publicKey, subAccount, lamports })
  requireLanded(await trader.sender.send([deposit]), 'deposit')
  await open(trader, ETH, UNIT, 2_600n * USDC, [tokenVaultAddress(NATIVE_MINT)])
  // $850 lost against $10 and 5 SOL.
  feed.set('ETH-PERP', '1650')
  const isClean = async () => {
    const { positions, collaterals } = await accountOf(trader)
    return positions.length === 0 && collaterals.every(({ amount }) => amount === 0n)
  }
  expect(await pollUntil(isClean, WAIT)).toBe(true)
  await expectExactLedger()
  feed.set('ETH-PERP', '2500')
})

it('deleverages a position that the pool has no room for against the one who gained', async () => {
  const [winner, sick] = [await chain.trader(50_000n * USDC), await chain.trader(1_200n * USDC)]
  await pollUntil(async () => (await marketOf(ETH)).price.price === 2_500n * USDC, WAIT)
  // Both sides meet each other, so the pool stays flat and can lower nothing.
  await rest(winner, ETH, 'buy', 4n * UNIT, 2_500n * USDC)
  await open(sick, ETH, -4n * UNIT, 2_400n * USDC)
  expect(await baseOf(winner)).toBe(4n * UNIT)
  feed.set('ETH-PERP', '2850')
  expect(await pollUntil(async () => (await baseOf(sick)) === 0n, WAIT)).toBe(true)
  expect(await baseOf(winner)).toBeLessThan(4n * UNIT)
  expect(await pollUntil(async () => (await quoteOf(sick)) === 0n, WAIT)).toBe(true)
  await expectExactLedger()
  feed.set('ETH-PERP', '2500')
})

it('winds a market down whose pool is nearly gone', async () => {
  const trader = await chain.trader(20_000n * USDC)
  await open(trader, BTC, UNIT / 12n - ((UNIT / 12n) % 100_000n), 110_000n * USDC)
  feed.set('BTC-PERP', '320000')
  expect(await pollUntil(async () => (await marketOf(BTC)).settlementPrice === 320_000n * USDC, WAIT)).toBe(true)
  expect(await pollUntil(async () => (await baseOf(trader)) === 0n, WAIT)).toBe(true)
  expect((await marketOf(BTC)).ledger.openInterestLong).toBe(0n)
  await expectExactLedger()
})

it('announces a market whose feed is silent for a day, and winds it down an hour later', async () => {
  feed.stop()
  // The chain first: what the keeper has under way while slots jump would be looked for among recent ones.
  await travel(25 * HOUR_MS)
  expect(await pollUntil(async () => (await marketOf(SOL)).abandonedAt > 0n, WAIT)).toBe(true)
  expect((await marketOf(SOL)).settlementPrice).toBe(0n)
  await travel(HOUR_MS + 5_000)
  expect(await pollUntil(async () => (await marketOf(SOL)).settlementPrice > 0n, WAIT)).toBe(true)
})

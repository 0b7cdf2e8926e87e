import { PublicKey } from '@solana/web3.js'
import { afterAll, expect, it } from 'vitest'
import {
  decodeExchange,
  decodeInsurance,
  decodeMarket,
  decodePool,
  decodeSubAccount,
  decodeUserAccount,
} from '#client/accounts.ts'
import {
  changeHash,
  createSubAccount,
  createUserAccount,
  depositToPool,
  executeChange,
  openPosition,
  proposeChange,
  requestPoolExit,
} from '#client/instructions/index.ts'
import { localnetKeypair } from '#client/localnet-keys.ts'
import { exchangeAddress, insuranceAddress, marketAddress, poolAddress, userAccountAddress } from '#client/pda.ts'
import { createSender, LOCALNET_EXCHANGE, requireLanded } from '#server/chain/index.ts'
import { startTestChain, type Trader } from '#server/chain/testing.ts'
import type { KeeperHeartbeat } from '#server/exchange/index.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { startFeed, startKeeper } from './testing.ts'

// What the keeper does besides orders: requests to leave the pool, fees, markets that end.

const USDC = 1_000_000n
const SOL = 1_000_000_000n
const WAIT = { timeoutMs: 20_000 }
const ETH = 2
const SETTLING = 2

const chain = await startTestChain()
await chain.launch({ ...LOCALNET_EXCHANGE, params: { ...LOCALNET_EXCHANGE.params, poolExitCooldownS: 1 } })
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

async function read<T>(address: PublicKey, decode: (data: Uint8Array) => T): Promise<T> {
  return decode((await chain.connection.getAccountInfo(address))?.data ?? new Uint8Array())
}
const accountOf = ({ subAccount }: Trader) => read(new PublicKey(subAccount), decodeSubAccount)
const admin = createSender({ connection: chain.connection, payer: localnetKeypair('admin') })

async function buy(trader: Trader, marketIndex: number, size: bigint, limitPrice: bigint): Promise<void> {
  const { subAccount, keypair } = trader
  const order = { side: 'buy', size, limitPrice, clientId: 0n } as const
  const place = { trader: keypair.publicKey, subAccount, marketIndex, marginAccounts: [], order }
  requireLanded(await trader.sender.send([openPosition(place)]), 'open')
  expect(await pollUntil(async () => (await accountOf(trader)).positions[0]?.base === size, WAIT)).toBe(true)
}

it('executes a request to leave the pool once its cooldown is over', async () => {
  const trader = await chain.trader(3_000n * USDC)
  const own = { authority: trader.keypair.publicKey, subAccount: trader.subAccount }
  const { quoteMint } = LOCALNET_EXCHANGE
  const pool = { ...own, quoteMint, marketCount: LOCALNET_EXCHANGE.markets.length }
  const deposit = { ...pool, ticketId: 1n, amount: 2_000n * USDC }
  requireLanded(await trader.sender.send([depositToPool(deposit)]), 'deposit')
  const user = () => read(userAccountAddress(own.authority), decodeUserAccount)
  expect(await pollUntil(async () => (await user()).poolShares > 0n, WAIT)).toBe(true)

  const shares = (await user()).poolShares
  requireLanded(await trader.sender.send([requestPoolExit({ ...pool, ticketId: 2n, shares })]), 'request')
  expect(await pollUntil(async () => (await accountOf(trader)).poolTickets === 0, WAIT)).toBe(true)
  const paid = (await accountOf(trader)).collaterals[0]?.amount ?? 0n
  expect(paid).toBeGreaterThan(2_999n * USDC)
  expect((await read(poolAddress(), decodePool)).shares).toBeGreaterThan(0n)
})

it('brings fees to insurance and treasury once the treasury has an account', async () => {
  const authority = admin.payer.publicKey
  const open = [createUserAccount({ authority }), createSubAccount({ authority, id: 0 })]
  requireLanded(await admin.send(open), 'open the treasury’s account')
  await buy(await chain.trader(5_000n * USDC), 0, 100n * SOL, 160n * USDC)
  const insured = async () => (await read(insuranceAddress(), decodeInsurance)).balance > 0n
  expect(await pollUntil(insured, WAIT)).toBe(true)
  expect((await read(marketAddress(0), decodeMarket)).ledger.treasuryFees).toBe(0n)
})

it('winds a market down that an announced change ends', async () => {
  const trader = await chain.trader(5_000n * USDC)
  await buy(trader, ETH, SOL, 2_600n * USDC)
  const { params } = await read(marketAddress(ETH), decodeMarket)
  const changeId = (await read(exchangeAddress(), decodeExchange)).nextChangeId
  const payload = { kind: 'market', value: { index: ETH, status: SETTLING, params } } as const
  const change = { admin: admin.payer.publicKey, changeId }
  const announced = proposeChange({ ...change, payloadHash: await changeHash(payload) })
  requireLanded(await admin.send([announced, executeChange({ ...change, payload })]), 'wind down')
  expect(await pollUntil(async () => (await accountOf(trader)).positions.length === 0, WAIT)).toBe(true)
  const market = await read(marketAddress(ETH), decodeMarket)
  expect([market.settlementPrice, market.ledger.openInterestLong]).toEqual([2_500n * USDC, 0n])
})

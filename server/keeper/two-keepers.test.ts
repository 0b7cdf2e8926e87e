import { Keypair, PublicKey } from '@solana/web3.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { decodeSubAccount } from '#client/accounts.ts'
import { openPosition } from '#client/instructions/index.ts'
import { localnetKeypair } from '#client/localnet-keys.ts'
import { subAccountAddress } from '#client/pda.ts'
import { requireLanded } from '#server/chain/index.ts'
import { startTestChain, type Trader } from '#server/chain/testing.ts'
import type { KeeperHeartbeat } from '#server/exchange/index.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { startFeed, startKeeper } from './testing.ts'

// Keepers of different operators know nothing of each other: the chain lets each piece of work happen once.

const USDC = 1_000_000n
const SOL = 1_000_000_000n
const CAPITAL = 250_000n * USDC
const WAIT = { timeoutMs: 30_000 }
const PRICES = { 'SOL-PERP': '150', 'BTC-PERP': '100000', 'ETH-PERP': '2500' }

const chain = await startTestChain()
const keys = [localnetKeypair('keeper'), Keypair.generate()]
const keepers = keys.map((keypair) => {
  const bus = memoryBus()
  const beats: KeeperHeartbeat[] = []
  bus.subscribe('system.keeper', (beat) => beats.push(beat as KeeperHeartbeat))
  return { keypair, bus, beats, feed: startFeed(bus, PRICES) }
})
let stops: (() => Promise<void>)[] = []
beforeAll(async () => {
  await chain.launch()
  stops = keepers.map(({ keypair, bus }) => startKeeper(chain, bus, { keypair }))
  const isReady = () => keepers.every(({ beats }) => beats.at(-1)?.loops.prices?.lastOkAt != null)
  expect(await pollUntil(isReady, WAIT)).toBe(true)
})
afterAll(async () => {
  for (const { feed } of keepers) feed.stop()
  await Promise.all(stops.map((stop) => stop()))
  await chain.stop()
})

async function accountOf(address: PublicKey | string) {
  const account = await chain.connection.getAccountInfo(new PublicKey(address))
  return decodeSubAccount(account?.data ?? new Uint8Array())
}
const baseOf = async ({ subAccount }: Trader) => (await accountOf(subAccount)).positions[0]?.base ?? 0n
const earnedBy = ({ beats }: (typeof keepers)[number]) => BigInt(beats.at(-1)?.economics?.earnedQuote ?? 0)
const capitalOf = async ({ keypair }: (typeof keepers)[number]) =>
  (await accountOf(subAccountAddress(keypair.publicKey, 0))).collaterals[0]?.amount ?? 0n

it('fill every order once between them, and each books what it was paid', { timeout: 60_000 }, async () => {
  const traders = await Promise.all(Array.from({ length: 6 }, () => chain.trader(1_000n * USDC)))
  await Promise.all(
    traders.map(async ({ keypair, subAccount, sender }) => {
      const order = { side: 'buy', size: SOL, limitPrice: 160n * USDC, clientId: 0n } as const
      const who = { trader: keypair.publicKey, subAccount, marketIndex: 0, marginAccounts: [] }
      requireLanded(await sender.send([openPosition({ ...who, order })]), 'open')
    }),
  )
  const areFilled = async () => (await Promise.all(traders.map(baseOf))).every((base) => base === SOL)
  expect(await pollUntil(areFilled, WAIT)).toBe(true)
  for (const { subAccount } of traders) expect((await accountOf(subAccount)).orders).toEqual([])

  // $0.005 and 10 ppm of about $150 for each of six.
  const paid = (await Promise.all(keepers.map(capitalOf))).reduce((sum, capital) => sum + capital - CAPITAL, 0n)
  expect(paid).toBeGreaterThan(6n * 6_480n)
  expect(paid).toBeLessThan(6n * 6_520n)
  const booked = () => keepers.map(earnedBy).reduce((sum, earned) => sum + earned, 0n)
  expect(await pollUntil(() => booked() === paid, WAIT)).toBe(true)
  for (const { beats } of keepers) expect(beats.at(-1)?.economics?.spentLamports).toBeGreaterThan(0)
})

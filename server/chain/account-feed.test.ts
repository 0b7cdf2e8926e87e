import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AccountFeed, followMarkets, followSubAccounts, followTokenVaults } from '#client/account-feed.ts'
import type { SubAccount } from '#client/accounts.ts'
import { closeSubAccount, createSubAccount, depositNativeSol } from '#client/instructions/index.ts'
import { subAccountAddress } from '#client/pda.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { requireLanded } from './require-landed.ts'
import { startTestChain, type Trader } from './testing.ts'
import { cuttableWire } from './testing-wire.ts'

const USDC = 1_000_000n
const WAIT = { timeoutMs: 15_000 }

const chain = await startTestChain()
const wire = await cuttableWire(Number(new URL(chain.rpcWsUrl).port))
const source = { connection: chain.connection, wsUrl: `ws://127.0.0.1:${wire.port}` }
let trader: Trader
let feed: AccountFeed<SubAccount>
beforeAll(async () => {
  await chain.launch()
  trader = await chain.trader(100n * USDC)
  feed = followSubAccounts(source, trader.keypair.publicKey)
  await feed.ready
})
afterAll(async () => {
  feed.close()
  wire.close()
  await chain.stop()
})

const deposit = async (lamports: bigint) =>
  requireLanded(
    await trader.sender.send([
      depositNativeSol({ authority: trader.keypair.publicKey, subAccount: trader.subAccount, lamports }),
    ]),
    'deposit',
  )
const sol = () =>
  feed
    .all()
    .get(trader.subAccount)
    ?.collaterals.find(({ vaultIndex }) => vaultIndex === 1)?.amount

it('begins with what is there', async () => {
  expect([...feed.all().keys()]).toEqual([trader.subAccount])
  expect(feed.all().get(trader.subAccount)?.collaterals).toMatchObject([{ vaultIndex: 0, amount: 100n * USDC }])
  const [markets, vaults] = [followMarkets(source), followTokenVaults(source)]
  await Promise.all([markets.ready, vaults.ready])
  expect([...markets.all().values()].map(({ symbol }) => symbol).toSorted()).toEqual([
    'BTC-PERP',
    'ETH-PERP',
    'SOL-PERP',
  ])
  expect([...vaults.all().values()].map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([0, 1])
  markets.close()
  vaults.close()
})

it('tells every change, and of accounts that come', async () => {
  const told: [string, boolean][] = []
  const stop = feed.onChange((address, account) => told.push([address, account !== null]))
  await deposit(5n)
  expect(await pollUntil(() => sol() === 5n, WAIT)).toBe(true)
  const authority = trader.keypair.publicKey
  requireLanded(await trader.sender.send([createSubAccount({ authority, id: 1 })]), 'create')
  const second = subAccountAddress(authority, 1).toBase58()
  expect(await pollUntil(() => feed.all().has(second), WAIT)).toBe(true)
  expect(told).toContainEqual([trader.subAccount, true])
  expect(told).toContainEqual([second, true])

  requireLanded(await trader.sender.send([closeSubAccount({ authority, id: 1 })]), 'close')
  // The chain pushes nothing for an account that is gone: the next snapshot of a later slot tells.
  const isGone = async () => {
    await feed.refresh()
    return !feed.all().has(second)
  }
  expect(await pollUntil(isGone, WAIT)).toBe(true)
  expect(told.at(-1)).toEqual([second, false])
  stop()
})

it('misses nothing while it is cut off, and goes on afterwards', async () => {
  wire.cut()
  await deposit(7n)
  expect(sol()).toBe(5n)
  wire.mend()
  expect(await pollUntil(() => sol() === 12n, WAIT)).toBe(true)
  await deposit(1n)
  expect(await pollUntil(() => sol() === 13n, WAIT)).toBe(true)
})

it('hears nothing of others', async () => {
  const other = await chain.trader(1n * USDC)
  await feed.refresh()
  expect(feed.all().has(other.subAccount)).toBe(false)
})

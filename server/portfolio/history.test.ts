import { expect, it } from 'vitest'
import { testDatabase } from '#server/platform/db/testing.ts'
import { readHistory } from './history-repo.ts'
import { insertSnapshots } from './snapshot-repo.ts'
import { insertTransfer, launch, newKey } from './testing.ts'

const db = await testDatabase()
await launch(db)

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 10, 21, 12)
const USDC = 1_000_000n

const snapshot = (authority: string, subAccount: string, equity: bigint, atMs: number) =>
  insertSnapshots(db, [{ authority, subAccount, equity, unrealisedPnl: 0n, notional: 0n }], atMs)

it('starts with the first collateral, and adds all sub-accounts up', async () => {
  const authority = newKey()
  await insertTransfer(db, authority, { kind: 'deposit', amount: 100n * USDC, at: NOW - 3.5 * HOUR })
  for (const [subAccount, equity] of [
    ['a', 70n],
    ['b', 35n],
  ] as const) {
    await snapshot(authority, subAccount, equity * USDC, NOW - 3 * HOUR)
  }
  await insertTransfer(db, authority, { kind: 'withdrawal', amount: 40n * USDC, at: NOW - 2.5 * HOUR })
  await snapshot(authority, 'a', 66n * USDC, NOW - 2 * HOUR)
  const { points, netDeposits } = await readHistory(db, { authority, range: '7d' }, NOW)
  expect(points.map(({ at, equity, netDeposits: in_ }) => [(NOW - at) / HOUR, equity, in_])).toEqual([
    [3.5, '100', '100'],
    [3, '105', '100'],
    [2, '66', '60'],
  ])
  expect(netDeposits).toBe('60')
})

it('counts tokens at their price when they moved', async () => {
  const authority = newKey()
  const minute = { market: 'SOL-PERP', interval: '1m' as const, source: 'replay' as const }
  const price = (usd: bigint) => ({ open: usd * USDC, high: usd * USDC, low: usd * USDC, close: usd * USDC })
  await db
    .insertInto('candles')
    .values([
      { ...minute, ...price(150n), t: new Date(NOW - 2 * HOUR) },
      { ...minute, ...price(200n), t: new Date(NOW) },
    ])
    .execute()
  await insertTransfer(db, authority, { kind: 'deposit', mint: 'sol', amount: 2_000_000_000n, at: NOW - HOUR })
  expect(await readHistory(db, { authority, range: '7d' }, NOW)).toMatchObject({
    points: [{ equity: '300', netDeposits: '300' }],
    netDeposits: '300',
  })
})

it('gives one point for each step, the last of it, and nothing from before the range', async () => {
  const authority = newKey()
  const day = 24 * HOUR
  for (const ago of [91 * day, 90 * day - HOUR, 6 * HOUR, 4.5 * HOUR, 0.5 * HOUR]) {
    await snapshot(authority, 'a', 1n, NOW - ago)
  }
  const hours = async (range: '7d' | '90d' | 'all') =>
    (await readHistory(db, { authority, range }, NOW)).points.map(({ at }) => (NOW - at) / HOUR)
  expect(await hours('7d')).toEqual([6, 4.5, 0.5])
  expect(await hours('90d')).toEqual([90 * 24 - 1, 4.5, 0.5])
  expect(await hours('all')).toEqual([91 * 24, 90 * 24 - 1, 0.5])
})

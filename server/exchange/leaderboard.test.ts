import { beforeAll, expect, it } from 'vitest'
import { testDatabase } from '#server/platform/db/testing.ts'
import { insertSnapshots } from '#server/portfolio/index.ts'
import { readLeaderboard } from './leaderboard.ts'
import { leaderboardDto, leaderboardInput } from './leaderboard-schema.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 10, 21, 18)
const USD = 1_000_000n
const WALLETS = { winner: 'W'.repeat(44), loser: 'L'.repeat(44), maker: 'M'.repeat(44) }
type Wallet = keyof typeof WALLETS

const db = await testDatabase()

let fills = 0
async function fill(
  wallet: Wallet,
  hoursAgo: number,
  given: { pnl: bigint; fee: bigint; volume: bigint; interest?: bigint },
) {
  fills += 1
  await db
    .insertInto('trades')
    .values({
      signature: `fill${fills}`,
      path: '0',
      sub_account: WALLETS[wallet],
      authority: WALLETS[wallet],
      market: 'SOL-PERP',
      side: 'buy',
      taker: wallet !== 'maker',
      cause: 'order',
      price: 150n * USD,
      size: 1n,
      quote: given.volume,
      fee: given.fee,
      realised_pnl: given.pnl,
      funding_payment: -USD,
      interest: given.interest ?? 0n,
      oracle_price: 150n * USD,
      published_at: new Date(NOW),
      position_base_after: 1n,
      sequence: 1n,
      market_sequence: 1n,
      slot: 1n,
      at: new Date(NOW - hoursAgo * HOUR),
    })
    .execute()
}

async function deposit(wallet: Wallet, hoursAgo: number, mint: string, amount: bigint) {
  fills += 1
  const at = new Date(NOW - hoursAgo * HOUR)
  const who = { authority: WALLETS[wallet], sub_account: WALLETS[wallet] }
  await db
    .insertInto('deposits_withdrawals')
    .values({ signature: `deposit${fills}`, path: '0', kind: 'deposit', ...who, mint, amount, sequence: 1n, at })
    .execute()
}

beforeAll(async () => {
  const vault = { ledger_total: 0n, deposit_cap: 0n, initial_weight_bps: 0, maintenance_weight_bps: 0 }
  const at = { updated_at: new Date(NOW) }
  await db
    .insertInto('token_vaults')
    .values([
      { mint: 'usdc', index: 0, address: 'v0', symbol: 'USDC', decimals: 6, ...vault, ...at },
      { mint: 'sol', index: 1, address: 'v1', symbol: 'SOL', decimals: 9, ...vault, ...at },
    ])
    .execute()
  await db
    .insertInto('candles')
    .values([candle(48, 100n), candle(1, 900n)])
    .execute()
  await db
    .insertInto('user_accounts')
    .values({ address: 'u', authority: WALLETS.winner, name: 'Zoë', ...at })
    .execute()
  // Had $4 000 when the day began, and put in another $1 000 and 10 SOL at $100 two days ago.
  const equity = { unrealisedPnl: 0n, notional: 0n, subAccount: WALLETS.winner, authority: WALLETS.winner }
  await insertSnapshots(db, [{ ...equity, equity: 4_000n * USD }], NOW - 24 * HOUR)
  await insertSnapshots(db, [{ ...equity, equity: 9_000n * USD }], NOW - HOUR)
  await deposit('winner', 47, 'sol', 10_000_000_000n)
  await deposit('winner', 46, 'usdc', 1_000n * USD)
  await deposit('winner', 3, 'usdc', 500n * USD)
  await fill('winner', 30, { pnl: 100n * USD, fee: 9n * USD, volume: 2_000n * USD })
  await fill('winner', 2, { pnl: 91n * USD, fee: 0n, volume: 1_000n * USD })
  await fill('loser', 2, { pnl: -49n * USD, fee: 2n * USD, volume: 9_000n * USD, interest: USD })
  await fill('maker', 100, { pnl: 0n, fee: -3n * USD, volume: 4_000n * USD })
})

function candle(hoursAgo: number, usd: bigint) {
  const price = usd * USD
  return {
    market: 'SOL-PERP',
    interval: '5m' as const,
    t: new Date(NOW - hoursAgo * HOUR),
    ...{ open: price, high: price, low: price, close: price, source: 'replay' as const },
  }
}

const read = async (input: Record<string, unknown>) =>
  leaderboardDto.parse(await readLeaderboard({ db, clock: { now: () => NOW } }, leaderboardInput.parse(input)))
const shown = ({ rows }: Awaited<ReturnType<typeof read>>) =>
  rows.map(({ rank, authority, pnl, volume, roi, trades }) => [rank, authority[0], pnl, volume, roi, trades])

it('ranks who traded in the time by profit after fees, funding and interest, with the return on what they had', async () => {
  const day = await read({ window: '24h' })
  expect(day.traders).toBe(2)
  expect(shown(day)).toEqual([
    // 90 / (4 000 held + 500 deposited)
    [1, 'W', '90', '1000', '0.020000', 1],
    [2, 'L', '-53', '9000', null, 1],
  ])
  expect(day.rows[0]?.name).toBe('Zoë')
})

it('values tokens at the price of their deposit, and knows every wallet that ever traded', async () => {
  expect(shown(await read({ window: 'all' }))).toEqual([
    // 180 / (10 SOL at $100 + 1 500)
    [1, 'W', '180', '3000', '0.072000', 2],
    [2, 'M', '2', '4000', null, 1],
    [3, 'L', '-53', '9000', null, 1],
  ])
})

it('ranks by volume and by return', async () => {
  expect((await read({ window: '7d', sort: 'volume' })).rows.map(({ authority }) => authority[0])).toEqual([
    'L',
    'M',
    'W',
  ])
  expect((await read({ window: '7d', sort: 'roi' })).rows[0]?.authority[0]).toBe('W')
})

it('gives the own row wherever it stands, and none to who has not traded', async () => {
  expect((await read({ window: 'all', authority: WALLETS.loser })).own).toMatchObject({ rank: 3, pnl: '-53' })
  expect((await read({ window: '24h', authority: WALLETS.maker })).own).toBeNull()
  expect(await read({ window: 'all', authority: WALLETS.winner })).toMatchObject({ traders: 3 })
})

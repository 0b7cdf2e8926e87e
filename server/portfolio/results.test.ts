import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { formatUnits, parseUnits } from '#client/units.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { ledgerCsv } from './csv.ts'
import { LEDGER } from './ledger.ts'
import { readCalendar, readStatistics } from './results-repo.ts'
import { type Fill, insertFills, insertTransfer, launch, newKey, readCsv } from './testing.ts'

const db = await testDatabase()
await launch(db)

const MINUTE = 60_000
const START = Date.UTC(2025, 5, 1)
const END = START + 500 * 86_400_000
const cents = (value: string) => parseUnits(value, 6)
const quote = (value: bigint) => formatUnits(value, 6)
const netOf = ({ realisedPnl, funding, fee, interest }: Fill): bigint => realisedPnl + funding - fee - interest
const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n)

const plain = { quote: 0n, fee: 0n, realisedPnl: 0n, funding: 0n, interest: 0n, taker: true }
const fill = (change: Partial<Fill> & Pick<Fill, 'base' | 'at'>): Fill => ({
  ...plain,
  subAccount: 'a',
  market: 'SOL-PERP',
  ...change,
})

async function csvOf(authority: string, timeZone = 'UTC', range = {}): Promise<Record<string, string>[]> {
  let text = ''
  for await (const piece of ledgerCsv(db, { authority, timeZone, ...range })) text += piece
  return readCsv(text)
}

/** Positions from flat to flat, counted one fill after the other. */
function tripsOf(fills: readonly Fill[]): { net: bigint; heldMs: number }[] {
  const open = new Map<string, { base: bigint; net: bigint; since: number }>()
  const closed: { net: bigint; heldMs: number }[] = []
  for (const each of fills) {
    const key = each.subAccount + each.market
    const trip = open.get(key) ?? { base: 0n, net: 0n, since: each.at }
    const after = trip.base + each.base
    const turns = (trip.base > 0n && after < 0n) || (trip.base < 0n && after > 0n)
    const size = each.base < 0n ? -each.base : each.base
    const ends = turns ? (each.fee * (trip.base < 0n ? -trip.base : trip.base)) / size : each.fee
    const net = trip.net + netOf({ ...each, fee: ends })
    if (after === 0n || turns) closed.push({ net, heldMs: each.at - trip.since })
    if (after === 0n) open.delete(key)
    else
      open.set(
        key,
        turns ? { base: after, net: ends - each.fee, since: each.at } : { base: after, net, since: trip.since },
      )
  }
  return closed
}

const amount = fc.bigInt({ min: -5_000_000n, max: 5_000_000n })
const fills = fc.array(
  fc.record({
    subAccount: fc.constantFrom('a', 'b'),
    market: fc.constantFrom('SOL-PERP', 'BTC-PERP'),
    at: fc.integer({ min: START / MINUTE, max: END / MINUTE }).map((minute) => minute * MINUTE),
    base: fc.constantFrom(-3n, -2n, -1n, 1n, 2n, 3n),
    quote: fc.bigInt({ min: 0n, max: 9_000_000n }),
    fee: fc.bigInt({ min: -1_000n, max: 9_000n }),
    realisedPnl: amount,
    funding: amount,
    interest: fc.bigInt({ min: 0n, max: 50n }),
    taker: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
)
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Kiritimati')

it('sums the same in the calendar, in the statistics and in the file as the fills themselves', async () => {
  await fc.assert(
    fc.asyncProperty(fills, zone, async (unordered, timeZone) => {
      const authority = newKey()
      const all = unordered.toSorted((a, b) => a.at - b.at)
      await insertFills(db, authority, all)
      const years = await Promise.all([2025, 2026].map((year) => readCalendar(db, { authority, year, timeZone })))
      const days = years.flat()
      const net = total(all.map(netOf))
      expect(total(days.map((day) => cents(day.net)))).toBe(net)
      expect(total(days.map((day) => cents(day.fees)))).toBe(total(all.map(({ fee }) => fee)))

      const file = await csvOf(authority, timeZone)
      expect(file.length).toBe(all.length)
      for (const day of days) {
        const rows = file.filter(({ date }) => date === day.day)
        expect(quote(total(rows.map((row) => cents(row.net_usdc ?? ''))))).toBe(day.net)
        expect(rows.length).toBe(day.fills)
        for (const { time_utc } of rows) {
          const at = Date.parse(time_utc ?? '')
          expect(at >= day.from && at < day.to).toBe(true)
        }
      }

      const [sum, ...markets] = await readStatistics(db, { authority, range: 'all' }, END)
      expect(sum).toMatchObject({ market: null, fills: all.length, net: quote(net) })
      expect(quote(total(markets.map((market) => cents(market.net))))).toBe(sum?.net)
      const trips = tripsOf(all)
      const wins = trips.filter((trip) => trip.net > 0n)
      expect(sum).toMatchObject({
        trades: trips.length,
        wins: wins.length,
        grossProfit: quote(total(wins.map((trip) => trip.net))),
        grossLoss: quote(total(trips.filter((trip) => trip.net < 0n).map((trip) => trip.net))),
        holdMs: trips.reduce((ms, trip) => ms + trip.heldMs, 0),
        volume: quote(total(all.map((each) => each.quote))),
        makerVolume: quote(total(all.filter(({ taker }) => !taker).map((each) => each.quote))),
      })
      expect(markets.reduce((count, market) => count + market.trades, 0)).toBe(trips.length)
    }),
    { numRuns: 25 },
  )
})

describe('days', () => {
  it('begin at midnight of the zone, an hour shorter when its clocks go forward', async () => {
    const authority = newKey()
    const gain = (iso: string) => fill({ base: 1n, at: Date.parse(iso), realisedPnl: 1_000_000n })
    // Berlin: midnight of March 30th is 23:00 UTC, and that day has 23 hours.
    await insertFills(db, authority, [
      gain('2025-03-29T22:59:59Z'),
      gain('2025-03-29T23:00:00Z'),
      gain('2025-03-30T21:59:59Z'),
      gain('2025-03-30T22:00:00Z'),
    ])
    const days = await readCalendar(db, { authority, year: 2025, timeZone: 'Europe/Berlin' })
    expect(days.map(({ day, net, fills: count }) => [day, net, count])).toEqual([
      ['2025-03-29', '1', 1],
      ['2025-03-30', '2', 2],
      ['2025-03-31', '1', 1],
    ])
    expect((days[1]?.to ?? 0) - (days[1]?.from ?? 0)).toBe(23 * 3_600_000)
  })

  it('belong to the year of the zone', async () => {
    const authority = newKey()
    await insertFills(db, authority, [fill({ base: 1n, at: Date.parse('2025-12-31T23:30:00Z'), realisedPnl: 5n })])
    const year = (year: number, timeZone: string) => readCalendar(db, { authority, year, timeZone })
    expect(await year(2025, 'UTC')).toHaveLength(1)
    expect(await year(2025, 'Europe/Berlin')).toHaveLength(0)
    expect((await year(2026, 'Europe/Berlin')).map(({ day }) => day)).toEqual(['2026-01-01'])
  })

  it('count what the exchange bore and rewarded, and no deposit', async () => {
    const authority = newKey()
    const at = START + MINUTE
    await insertFills(db, authority, [fill({ base: -1n, at, realisedPnl: -30_000_000n })])
    await insertTransfer(db, authority, { kind: 'deposit', amount: 20_000_000n, at: START })
    await insertTransfer(db, authority, { kind: 'referral_reward', amount: 500_000n, at })
    const loss = { loss: 10_000_000n, insurance: 10_000_000n, pool: 0n, socialised: 0n, deficit: 0n }
    await db
      .insertInto('covered_losses')
      .values({
        ...loss,
        signature: authority,
        path: '0.1',
        market: 'SOL-PERP',
        sub_account: 'a',
        authority,
        at: new Date(at),
      })
      .execute()
    const [day] = await readCalendar(db, { authority, year: 2025, timeZone: 'UTC' })
    expect(day).toMatchObject({ net: '-19.5', realisedPnl: '-30', other: '10.5' })
    const file = await csvOf(authority)
    expect(file.map(({ type, net_usdc, asset, amount }) => [type, net_usdc, asset, amount])).toEqual([
      ['deposit', '0', 'USDC', '20'],
      ['covered_loss', '10', '', ''],
      ['fill', '-30', '', ''],
      ['referral_reward', '0.5', 'USDC', '0'],
    ])
  })
})

describe('a trade', () => {
  it('ends where the position turns round, and shares the fee of that fill by size', async () => {
    const authority = newKey()
    const at = (minute: number) => START + minute * MINUTE
    await insertFills(db, authority, [
      fill({ base: 2n, at: at(0), fee: 10n }),
      fill({ base: -5n, at: at(10), fee: 50n, realisedPnl: 1_000n }),
      fill({ base: 3n, at: at(40), fee: 30n, realisedPnl: -500n }),
    ])
    const [sum] = await readStatistics(db, { authority, range: 'all' }, at(60))
    expect(sum).toMatchObject({
      trades: 2,
      wins: 1,
      best: quote(1_000n - 10n - 20n),
      worst: quote(-500n - 30n - 30n),
      holdMs: 40 * MINUTE,
      medianHoldMs: 20 * MINUTE,
      exposedMs: 40 * MINUTE,
    })
  })

  it('that is open counts in the time at risk only, once however many there are', async () => {
    const authority = newKey()
    await insertFills(db, authority, [
      fill({ base: 1n, at: START }),
      fill({ base: 1n, at: START + MINUTE, market: 'BTC-PERP' }),
    ])
    const [sum, ...markets] = await readStatistics(db, { authority, range: 'all' }, START + 10 * MINUTE)
    expect(sum).toMatchObject({ trades: 0, best: null, medianHoldMs: null, exposedMs: 10 * MINUTE })
    expect(markets.map(({ exposedMs }) => exposedMs).toSorted((a, b) => a - b)).toEqual([9 * MINUTE, 10 * MINUTE])
  })
})

it('writes a long history in pieces, without a hole or a repeat', async () => {
  const authority = newKey()
  // Many in one second: a page must be able to end among them.
  await insertFills(
    db,
    authority,
    Array.from({ length: 2_500 }, (_, index) => fill({ base: 1n, at: START + Math.floor(index / 700) * 1_000 })),
  )
  const file = await csvOf(authority)
  expect(file.map(({ order_id }) => Number(order_id))).toEqual(Array.from({ length: 2_500 }, (_, index) => index))
  expect(await csvOf(authority, 'UTC', { year: 2025 })).toHaveLength(2_500)
  expect(await csvOf(authority, 'UTC', { year: 2024 })).toHaveLength(0)
})

it('reads only the rows it writes: the parts of the ledger are merged in order, fills by their index', async () => {
  const plan = await db.transaction().execute(async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx)
    await sql`set local enable_bitmapscan = off`.execute(tx)
    return sql<{ 'QUERY PLAN': string }>`explain select * from ${LEDGER} where authority = 'x' and at >= now()
      order by at, coalesce(sub_account, ''), sequence, signature, path, kind limit 1000`.execute(tx)
  })
  const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(text).toContain('Incremental Sort')
  expect(text).toContain('Merge Append')
  expect(text).toContain('Index Scan Backward using trades_authority_time')
})

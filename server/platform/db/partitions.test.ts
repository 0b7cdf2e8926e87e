import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { ensurePartitions, keepPartitions } from './index.ts'
import { partitionOf } from './partitions.ts'
import { testDatabase } from './testing.ts'

const db = await testDatabase()
const DAY = 86_400_000
const START = Date.UTC(2026, 10, 21, 23, 59, 59)

async function partitions(table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'parts' and tablename like ${`${table}\\_%`} order by 1`.execute(
    db,
  )
  return rows.map(({ name }) => name.slice(table.length + 1))
}

const tick = (at: number) =>
  sql`insert into price_ticks (market, published_at, received_at, price, confidence, ema_price, source, quality)
    values ('SOL-PERP', ${new Date(at)}, ${new Date(at)}, 1, 1, 1, 'replay', 'valid')`.execute(db)

describe('a partition', () => {
  it('is a day or a month of UTC, and the next begins where it ends', () => {
    expect(partitionOf('public.t', 'day', START)).toEqual({
      name: 't_20261121',
      from: Date.UTC(2026, 10, 21),
      to: Date.UTC(2026, 10, 22),
    })
    expect(partitionOf('chain.t', 'month', Date.UTC(2027, 0, 31))).toEqual({
      name: 't_202701',
      from: Date.UTC(2027, 0, 1),
      to: Date.UTC(2027, 1, 1),
    })
    const december = partitionOf('t', 'month', Date.UTC(2026, 11, 31, 23))
    expect(partitionOf('t', 'month', december.to).name).toBe('t_202701')
  })
})

describe('the plan', () => {
  it('names every partitioned table there is, and nothing else', async () => {
    const { rows } = await sql<{ parent: string }>`
      select format('%s.%s', n.nspname, c.relname) as parent from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'p' and n.nspname in ('public', 'app', 'chain') order by 1`.execute(db)
    const plans = await db.selectFrom('app.partition_plans').select('parent').orderBy('parent').execute()
    expect(plans).toEqual(rows)
  })

  it('is kept: partitions ahead of time, and none past keeping', async () => {
    await keepPartitions(db, START)
    expect(await partitions('price_ticks')).toEqual(['20261121', '20261122', '20261123'])
    expect(await partitions('program_events')).toEqual(['202611', '202612', '202701'])
    const states = await keepPartitions(db, START + 3 * DAY)
    expect(states.find(({ parent }) => parent === 'public.price_ticks')).toMatchObject({
      partitions: 5,
      made: 3,
      dropped: 1,
      aheadMs: 2 * DAY + 1_000,
    })
    expect(await partitions('price_ticks')).toEqual(['20261122', '20261123', '20261124', '20261125', '20261126'])
  })

  it('never drops what is kept for ever', async () => {
    await keepPartitions(db, Date.UTC(2036, 0, 1))
    expect(await partitions('program_events')).toEqual(['202611', '202612', '202701', '203601', '203602', '203603'])
  })

  it('may be kept by many at once', async () => {
    const at = Date.UTC(2030, 5, 5)
    await Promise.all([1, 2, 3, 4].map(() => keepPartitions(db, at)))
    expect((await partitions('price_ticks')).filter((name) => name.startsWith('2030'))).toHaveLength(3)
  })
})

describe('a writer', () => {
  it('gets the partitions of the moments it names, once, also from several writers at once', async () => {
    const moments = [Date.UTC(2020, 0, 5), Date.UTC(2020, 0, 6), Date.UTC(2020, 0, 6, 12)]
    await expect(tick(moments[0] ?? 0)).rejects.toThrow(/no partition/)
    await Promise.all([1, 2, 3].map(() => ensurePartitions(db, 'public.price_ticks', moments)))
    for (const at of moments) await tick(at)
    expect((await partitions('price_ticks')).filter((name) => name.startsWith('2020'))).toEqual([
      '20200105',
      '20200106',
    ])
  })

  it('finds the rows of a partition made for it under the keys and constraints of the table', async () => {
    await expect(tick(Date.UTC(2020, 0, 5))).rejects.toThrow(/duplicate key/)
  })

  it('is told when a table has no plan', async () => {
    await expect(ensurePartitions(db, 'public.markets', [START])).rejects.toThrow(/no row in app.partition_plans/)
  })
})

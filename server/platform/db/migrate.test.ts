import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog as log } from '../log.ts'
import { migrate, SUPABASE_DIR } from './migrate.ts'
import { emptyTestDatabase } from './testing.ts'

let supabaseDir = ''

beforeAll(async () => {
  supabaseDir = await mkdtemp(join(tmpdir(), 'migrate-'))
  await cp(join(SUPABASE_DIR, 'bootstrap.sql'), join(supabaseDir, 'bootstrap.sql'))
  await cp(join(SUPABASE_DIR, 'migrations/0001_platform.sql'), join(supabaseDir, 'migrations/0001_platform.sql'))
})
afterAll(() => rm(supabaseDir, { recursive: true, force: true }))

async function withFile<T>(name: string, sql: string, work: () => Promise<T>): Promise<T> {
  const file = join(supabaseDir, 'migrations', name)
  await writeFile(file, sql)
  try {
    return await work()
  } finally {
    await rm(file)
  }
}

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('the project migrates an empty database, and a second run has nothing to do', async () => {
  const url = await emptyTestDatabase()
  expect(await migrate({ url, log })).toContain('0001_platform.sql')
  expect(await migrate({ url, log })).toEqual([])
})

test('a session that fell silent inside a transaction gives its locks back', async () => {
  const url = await emptyTestDatabase()
  await migrate({ url, log })
  expect(await rows(url, 'show idle_in_transaction_session_timeout')).toEqual([
    { idle_in_transaction_session_timeout: '15s' },
  ])
  expect(await rows(url, 'show tcp_keepalives_idle')).toEqual([{ tcp_keepalives_idle: '10' }])
})

test('two processes that migrate at once apply each file once', async () => {
  const url = await emptyTestDatabase()
  const results = await Promise.all([migrate({ url, log }), migrate({ url, log })])
  expect(results.filter((names) => names.length > 0)).toHaveLength(1)
})

test('a file changed after it was applied is refused, and nothing else is applied', async () => {
  const url = await emptyTestDatabase()
  await withFile('0002_a.sql', 'create table a ()', () => migrate({ url, log, supabaseDir }))
  await withFile('0002_a.sql', 'create table a (changed int)', () =>
    withFile('0003_b.sql', 'create table b ()', () =>
      expect(migrate({ url, log, supabaseDir })).rejects.toThrow(/0002_a.sql was changed after it was applied/),
    ),
  )
  expect(await rows(url, "select to_regclass('public.b') as b")).toEqual([{ b: null }])
})

test('the same file with CRLF line ends is the same migration', async () => {
  const url = await emptyTestDatabase()
  await withFile('0002_a.sql', 'create table a\n()', () => migrate({ url, log, supabaseDir }))
  await withFile('0002_a.sql', 'create table a\r\n()', async () => {
    expect(await migrate({ url, log, supabaseDir })).toEqual([])
  })
})

test('a migration that comes before an applied one is refused', async () => {
  const url = await emptyTestDatabase()
  await withFile('0003_b.sql', 'create table b ()', async () => {
    await migrate({ url, log, supabaseDir })
    await withFile('0002_a.sql', 'create table a ()', () =>
      expect(migrate({ url, log, supabaseDir })).rejects.toThrow(/0002_a.sql is older than 0003_b.sql/),
    )
  })
})

test('a database newer than the code is refused', async () => {
  const url = await emptyTestDatabase()
  await withFile('0002_a.sql', 'create table a ()', () => migrate({ url, log, supabaseDir }))
  await expect(migrate({ url, log, supabaseDir })).rejects.toThrow(/0002_a.sql was applied .* its file is gone/)
})

test('a failing file leaves no trace, names its line, and is applied once it is right', async () => {
  const url = await emptyTestDatabase()
  await withFile('0002_a.sql', 'create table a ();\ncreate table b (x nonsense);', () =>
    expect(migrate({ url, log, supabaseDir })).rejects.toThrow(/0002_a.sql failed .*nonsense.*\(line 2\)/),
  )
  expect(await rows(url, "select to_regclass('public.a') as a")).toEqual([{ a: null }])
  await withFile('0002_a.sql', 'create table a ()', async () => {
    expect(await migrate({ url, log, supabaseDir })).toEqual(['0002_a.sql'])
  })
})

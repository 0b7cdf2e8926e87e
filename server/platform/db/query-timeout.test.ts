import { sql } from 'kysely'
import { expect, it, vi } from 'vitest'
import { openProxy } from '../../../tests/chaos/proxy.ts'
import { silentLog as log } from '../log.ts'
import { createDb } from './index.ts'
import { testDatabase } from './testing.ts'

const direct = await testDatabase()

it('gives up a query whose server vanished without a word, and the pool is whole again when it is back', async () => {
  const url = new URL(direct.url)
  const proxy = await openProxy(Number(url.port))
  url.port = String(proxy.port)
  const db = createDb({ url: url.href, log, maxConnections: 2, queryTimeoutMs: 2_000 })
  const one = sql<{ one: number }>`select 1 as one`
  await Promise.all([one.execute(db), one.execute(db)])

  proxy.set({ blackhole: true })
  const asked = await Promise.allSettled([
    one.execute(db),
    one.execute(db),
    db.transaction().execute(one.execute.bind(one)),
  ])
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  proxy.set()
  // Twice as many as the pool holds: none gets the answer of another. For a moment one may still meet an ending connection.
  const ask = async (number: number) =>
    (await sql<{ number: number }>`select ${number}::int as number`.execute(db)).rows
  const numbers = [1, 2, 3, 4]
  const answers = await vi.waitFor(() => Promise.all(numbers.map(ask)))
  expect(answers).toEqual(numbers.map((number) => [{ number }]))
  await db.destroy()
  await proxy.close()
})

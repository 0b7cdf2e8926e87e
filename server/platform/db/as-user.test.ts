import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { asUser, type Claims, readAsUser } from './index.ts'
import { testDatabase } from './testing.ts'

const db = await testDatabase()
const users = await db
  .insertInto('users')
  .values([
    { wallet: 'A'.repeat(32), referral_code: 'AAAA' },
    { wallet: 'B'.repeat(32), referral_code: 'BBBB' },
  ])
  .returning('id')
  .execute()
const [a = '', b = ''] = users.map(({ id }) => id)
const claims = (sub: string): Claims => ({ role: 'authenticated', sub, user_role: 'user' })
const whoAmI = sql<{ role: string; sub: string | null }>`select current_user as role, auth.uid() as sub`

it('shows a user what row security lets through, and anon nothing', async () => {
  const own = await asUser(db, claims(a), (user) => user.selectFrom('users').select('id').execute())
  expect(own).toEqual([{ id: a }])
  await expect(asUser(db, { role: 'anon' }, (user) => user.selectFrom('users').select('id').execute())).rejects.toThrow(
    /permission denied/,
  )
})

it('keeps what a user wrote, and nothing of what was refused half-way', async () => {
  await asUser(db, claims(a), (user) => user.updateTable('users').set({ display_name: 'Ann' }).execute())
  const half = asUser(db, claims(b), async (user) => {
    await user.updateTable('users').set({ display_name: 'Bob' }).execute()
    await user.updateTable('users').set({ role: 'admin' }).execute()
  })
  await expect(half).rejects.toThrow(/permission denied/)
  const names = await db.selectFrom('users').select('display_name').orderBy('wallet').execute()
  expect(names).toEqual([{ display_name: 'Ann' }, { display_name: null }])
})

it('leaves no role and no claims behind, neither after success nor after failure', async () => {
  await asUser(db, claims(a), (user) => whoAmI.execute(user))
  await asUser(db, claims(a), () => Promise.reject(new Error('changed its mind'))).catch(() => undefined)
  // Every connection of the pool.
  const asked = await Promise.all(Array.from({ length: 5 }, () => whoAmI.execute(db)))
  for (const { rows } of asked) expect(rows).toEqual([{ role: 'quantdesk', sub: null }])
})

it('keeps users apart on connections they share at the same time', async () => {
  const asked = await Promise.all(
    Array.from({ length: 40 }, (_, at) => asUser(db, claims(at % 2 === 0 ? a : b), (user) => whoAmI.execute(user))),
  )
  for (const [at, { rows }] of asked.entries())
    expect(rows).toEqual([{ role: 'authenticated', sub: at % 2 === 0 ? a : b }])
})

it('takes claims as data, whatever is in them', async () => {
  const odd = { ...claims(a), note: `'); reset role; select '{"sub":"` }
  const { rows } = await asUser(db, odd, (user) => whoAmI.execute(user))
  expect(rows).toEqual([{ role: 'authenticated', sub: a }])
})

it('runs nothing with the rights of the server when the role cannot be taken', async () => {
  const odd = { role: 'nobody' } as unknown as Claims
  await expect(asUser(db, odd, (user) => user.deleteFrom('users').execute())).rejects.toThrow(/role "nobody"/)
  expect(await db.selectFrom('users').select('id').execute()).toHaveLength(2)
})

describe('one read', () => {
  const ids = (claims: Claims) => readAsUser(db, claims, (user) => user.selectFrom('users').select('id'))

  it('answers what row security lets through, and anon nothing', async () => {
    expect(await ids(claims(a))).toEqual([{ id: a }])
    await expect(ids({ role: 'anon' })).rejects.toThrow(/permission denied/)
  })

  it('leaves no role and no claims behind, neither after success nor after failure, and keeps users apart', async () => {
    const asked = await Promise.all(Array.from({ length: 40 }, (_, at) => ids(claims(at % 2 === 0 ? a : b))))
    for (const [at, rows] of asked.entries()) expect(rows).toEqual([{ id: at % 2 === 0 ? a : b }])
    const failed = readAsUser(db, claims(a), (user) => user.selectFrom('users').select(sql`1 / 0`.as('never')))
    await expect(failed).rejects.toThrow(/division by zero/)
    const after = await Promise.all(Array.from({ length: 10 }, () => whoAmI.execute(db)))
    for (const { rows } of after) expect(rows).toEqual([{ role: 'quantdesk', sub: null }])
  })

  it('answers nothing when the role cannot be taken, and changes nothing at all', async () => {
    await expect(ids({ role: 'nobody' } as unknown as Claims)).rejects.toThrow(/role "nobody"/)
    const change = readAsUser(db, claims(a), (user) => user.updateTable('users').set({ display_name: 'Zoe' }))
    await expect(change).rejects.toThrow(/read-only transaction/)
  })
})

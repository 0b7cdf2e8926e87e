import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { Browser, newWallet, testIdentity } from '#server/identity/testing.ts'
import { createWebhook, rotateSecret } from '#server/notify/webhook-repo.ts'
import { localMasterKey } from './master-keys.ts'
import { rewrapSecrets } from './rewrap.ts'
import { createSeal } from './seal.ts'
import { sealedRows } from './sealed-columns.ts'

const identity = await testIdentity()
const { db, seal, masters } = identity

/** Bytes that are no secret sealed by us, beside hashes. */
const OTHER_BYTES = [
  ...['app.refresh_tokens.previous', 'app.api_keys.public_key', 'app.challenges.holder', 'chain.program_events.data'],
  // Opens nothing but the end of mail.
  'app.email_addresses.unsubscribe_key',
  // Sealed with the Idempotency-Key, which only its sender knows.
  ...['app.idempotency_keys.key', 'app.idempotency_keys.request', 'app.idempotency_keys.answer'],
  ...['public.intents.idempotency_key', 'public.intents.transaction'],
]

type Kept = { place: string; column: string; userId: string; rowId: string; box: Buffer }

async function everySecret(): Promise<Kept[]> {
  const kept = sealedRows('shared').flatMap(([place, { table, columns, rowId, userId, where = 'true' }]) =>
    columns.map(async (column) => {
      const { rows } = await sql<Kept>`
        select ${place} as place, ${`${table}.${column}`} as column, ${sql.raw(userId)} as "userId",
          ${sql.ref(rowId)} as "rowId", ${sql.ref(column)} as box
        from ${sql.table(table)} where ${sql.ref(column)} is not null and ${sql.raw(where)}`.execute(db)
      return rows
    }),
  )
  return (await Promise.all(kept)).flat()
}

/** One secret of every kind, made as users make them. */
async function makeSecrets(): Promise<void> {
  const browser = new Browser(identity)
  await browser.signIn(newWallet())
  const { auth, users } = await browser.as()
  await auth.beginTotp()
  await users.makeKey({ label: 'bot', method: 'hmac', scopes: ['read'] })
  const userId = (await browser.principal())?.userId ?? ''
  const { id } = await createWebhook(db, seal, userId, { url: 'https://a.example', kinds: ['order.filled'] })
  await rotateSecret(db, seal, userId, id, identity.clock.now())
}

describe('rotation of the master key', () => {
  it('knows every column of bytes: either sealed secrets, or something that is none', async () => {
    const { rows } = await sql<{ name: string }>`
      select format('%s.%s.%s', n.nspname, c.relname, a.attname) as name
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where a.atttypid = 'bytea'::regtype and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p')
        and a.attname !~ 'hash$' and not c.relispartition and n.nspname in ('public', 'app', 'chain')`.execute(db)
    const all = [...sealedRows('shared'), ...sealedRows('signer')]
    const sealed = all.flatMap(([, { table, columns }]) => columns.map((column) => `${table}.${column}`))
    expect(rows.map(({ name }) => name).toSorted()).toEqual([...OTHER_BYTES, ...sealed].toSorted())
  })

  it('wraps each of them anew, while readers of before and after go on', async () => {
    await makeSecrets()
    const before = await everySecret()
    const places = sealedRows('shared').flatMap(([, { table, columns }]) =>
      columns.map((column) => `${table}.${column}`),
    )
    expect([...new Set(before.map(({ column }) => column))].toSorted()).toEqual(places.toSorted())

    const newest = localMasterKey(Buffer.alloc(32, 9))
    const both = createSeal([newest, ...masters])
    expect(await rewrapSecrets(db, both)).toBe(before.length)
    expect(await rewrapSecrets(db, both)).toBe(0)
    const after = await everySecret()
    expect(after).toHaveLength(before.length)
    for (const [index, { place, userId, rowId, box }] of after.entries()) {
      const at = { column: place as never, userId, rowId }
      await expect(seal.open(box, at)).rejects.toThrow(/not configured/)
      expect(await createSeal([newest]).open(box, at)).toEqual(await seal.open(before[index]?.box ?? Buffer.of(), at))
    }
  })

  it('leaves a secret to whoever changed it meanwhile', async () => {
    await makeSecrets()
    const changed = createSeal([localMasterKey(Buffer.alloc(32, 8)), localMasterKey(Buffer.alloc(32, 9)), ...masters])
    const written = await seal.seal(Buffer.from('written meanwhile'), {
      column: 'app.mfa_factors.secret',
      userId: 'x',
      rowId: 'x',
    })
    const busy = {
      ...changed,
      rewrap: async (...given: Parameters<typeof changed.rewrap>) => {
        await sql`update app.mfa_factors set secret = ${written}`.execute(db)
        return changed.rewrap(...given)
      },
    }
    await rewrapSecrets(db, busy)
    const { rows } = await sql<{ secret: Buffer }>`select secret from app.mfa_factors where kind = 'totp'`.execute(db)
    for (const { secret } of rows) expect(secret).toEqual(written)
  })

  it("wraps the signer's keys under the signer's own master keys, which no other process has", async () => {
    const browser = new Browser(identity)
    await browser.signIn(newWallet())
    const userId = (await browser.principal())?.userId ?? ''
    const limits = { max_order_notional: 1n, max_day_notional: 1n, max_distance_bps: 1, max_orders_per_minute: 1 }
    const { id: rowId } = await db
      .insertInto('signing_keys')
      .values({ user_id: userId, sub_account_id: 0, ...limits, expires_at: new Date() })
      .returning('id')
      .executeTakeFirstOrThrow()
    const [old, newest] = [localMasterKey(Buffer.alloc(32, 5)), localMasterKey(Buffer.alloc(32, 6))]
    const place = { column: 'app.signing_secrets.sealed', userId, rowId } as const
    const sealed = await createSeal([old]).seal(Buffer.from('seed'), place)
    await db.insertInto('app.signing_secrets').values({ key_id: rowId, user_id: userId, sealed }).execute()
    expect(await rewrapSecrets(db, createSeal([newest, old]), 'signer')).toBe(1)
    const row = await db.selectFrom('app.signing_secrets').select('sealed').executeTakeFirstOrThrow()
    expect(String(await createSeal([newest]).open(row.sealed, place))).toBe('seed')
    await expect(seal.open(row.sealed, place)).rejects.toThrow(/not configured/)
  })
})

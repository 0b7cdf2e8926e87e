import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { askApproval } from '#server/platform/approvals.ts'
import { relations } from '../../supabase/testing-rls.ts'
import { Browser, newWallet, testIdentity } from './testing.ts'

const identity = await testIdentity()
const { db } = identity

async function signedIn() {
  const browser = new Browser(identity)
  const wallet = newWallet()
  await browser.signIn(wallet)
  return { browser, wallet, users: (await browser.as()).users }
}

it('an export has everything of the user, and neither a secret nor a row of another', async () => {
  const other = await signedIn()
  const { users, wallet, browser } = await signedIn()
  await users.rename({ displayName: 'Alice' })
  const { secret } = await users.makeKey({ label: 'bot', method: 'hmac', scopes: ['read'] })
  const data = await users.export()
  expect(data).toMatchObject({
    user: { wallet: wallet.address, display_name: 'Alice' },
    sessions: [{ ip: browser.ip }],
    api_keys: [{ label: 'bot' }],
    login_events: [{ result: 'signed_in' }],
  })
  const text = JSON.stringify(data)
  expect(text).not.toContain(secret)
  expect(text).not.toMatch(/sealed_secret|"hash"/)
  expect(text).not.toContain(other.wallet.address)
})

it('a deletion takes the user and all that hangs on it, and leaves nothing that names them', async () => {
  const other = await signedIn()
  const { users, wallet, browser } = await signedIn()
  const { id = '' } = (await users.me()) ?? {}
  await users.makeKey({ label: 'bot', method: 'hmac', scopes: ['read'] })
  await expect(users.delete({ wallet: other.wallet.address })).rejects.toThrow(/not the wallet you are signed in with/)
  await users.delete({ wallet: wallet.address })
  expect(await browser.principal()).toBeNull()
  for (const table of ['app.sessions', 'app.api_keys', 'login_events'] as const) {
    expect(await db.selectFrom(table).select('user_id').where('user_id', '=', id).execute(), table).toEqual([])
  }
  expect(await db.selectFrom('login_events').select('id').where('wallet', '=', wallet.address).execute()).toEqual([])
  expect(await other.users.me()).toMatchObject({ wallet: other.wallet.address })
  // The same wallet may come again, as somebody new.
  await browser.signIn(wallet)
  expect((await (await browser.as()).users.me())?.id).not.toBe(id)
})

it('what staff did about somebody is exported, and no text anywhere names them once they are gone', async () => {
  const { users, wallet } = await signedIn()
  const { id = '' } = (await users.me()) ?? {}
  const asked = { kind: 'factors.reset', payload: { wallet: wallet.address }, reason: 'called', subject: id }
  const actor = crypto.randomUUID()
  await db.transaction().execute((trx) => askApproval(trx, { ...asked, actor }, identity.clock.now()))
  const data = await users.export()
  expect(data).toMatchObject({ approvals: [{ kind: 'factors.reset', reason: 'called' }] })
  expect(JSON.stringify(data)).not.toContain(actor)

  await users.delete({ wallet: wallet.address })
  const tables = await db.transaction().execute(relations)
  for (const { name } of tables.filter(({ kind }) => kind === 'table')) {
    const { rows } = await sql`select 1 from ${sql.table(name)} t where t::text like ${`%${wallet.address}%`}`.execute(
      db,
    )
    expect([name, rows]).toEqual([name, []])
  }
})

it('nobody is deleted while the service holds a key of theirs', async () => {
  const { users, wallet } = await signedIn()
  const { id = '' } = (await users.me()) ?? {}
  const key = { user_id: id, sub_account_id: 0, max_order_notional: 1n, max_day_notional: 1n, max_distance_bps: 1 }
  const made = { ...key, max_orders_per_minute: 1, expires_at: new Date() }
  await db.insertInto('signing_keys').values(made).execute()
  expect(await users.export()).toMatchObject({ signing_keys: [{ sub_account_id: 0 }], intents: [] })
  await expect(users.delete({ wallet: wallet.address })).rejects.toThrow(/revoke it/)
  await db.updateTable('signing_keys').set({ revoked_at: new Date(), destroyed_at: new Date() }).execute()
  await users.delete({ wallet: wallet.address })
  expect(await db.selectFrom('signing_keys').selectAll().execute()).toEqual([])
})

it('a name is what it may be, and is shown of a wallet whether or not it ever signed in', async () => {
  const { users, wallet } = await signedIn()
  for (const displayName of ['<script>', '', ' ', 'a'.repeat(41), '\u202eevil']) {
    await expect(users.rename({ displayName }), displayName).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  }
  await users.rename({ displayName: 'Zoë 7' })
  expect(await users.profile({ wallet: wallet.address })).toEqual({ wallet: wallet.address, displayName: 'Zoë 7' })
  const stranger = newWallet().address
  expect(await users.profile({ wallet: stranger })).toEqual({ wallet: stranger, displayName: null })
})

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { childEnvironment } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { pollUntil } from '#server/platform/poll.ts'
import type { IntentDto, SigningKeyDto, ToSignDto } from './schema.ts'
import { limits, signAndSend, subAccountOf } from './testing.ts'
import { type Asked, startSigningApi } from './testing-api.ts'

const db = await testDatabase()
let site: Awaited<ReturnType<typeof startSigningApi>>
beforeAll(async () => {
  site = await startSigningApi(db)
}, 60_000)
afterAll(() => site.stop())

const limit = { market: 'SOL-PERP', side: 'buy', type: 'limit', size: '2', price: '100' }

describe('a key left with the service', () => {
  it('is allowed by the wallet on chain, signs orders, and gives its SOL back when it is revoked', async () => {
    const who = await site.trader()
    const key = await site.enable(who)
    expect(key).toMatchObject({ state: 'ready', subAccountId: 0, chain: { isDelegate: false } })
    const told = db.selectFrom('app.happenings').select(['kind', 'source']).where('user_id', '=', who.userId)
    expect(await told.execute()).toEqual([{ kind: 'security.signing_key_made', source: key.id }])
    const { body: standing } = await site.ask<{ keys: SigningKeyDto[] }>(who, 'GET', '/trading/signing-keys')
    expect(standing).toMatchObject({
      isPaused: false,
      keys: [
        { id: key.id, state: 'active', chain: { lossBudget: '500', lossBudgetLeft: '500', lamports: '10000000' } },
      ],
    })

    const placed = await site.intent(who, 'place', { ...limit, clientId: '7', takeProfit: '200' })
    expect(placed).toMatchObject({ state: 'confirmed', isOver: true, market: 'SOL-PERP', notional: '200', error: null })
    const [order] = (await subAccountOf(site.desk.chain.connection, who)).orders
    expect(order).toMatchObject({ clientId: 7n, byDelegate: true })
    const modified = await site.intent(who, 'modify', { orderId: String(order?.orderId), size: '3' })
    expect(modified).toMatchObject({ state: 'confirmed', notional: '100' })
    expect(await site.intent(who, 'cancel-all', {})).toMatchObject({ state: 'confirmed', notional: '0' })

    const bought = await site.intent(who, 'place', { market: 'SOL-PERP', side: 'buy', type: 'market', size: '1' })
    expect(bought).toMatchObject({ state: 'confirmed' })
    const base = async () => (await subAccountOf(site.desk.chain.connection, who)).positions[0]?.base ?? 0n
    expect(await pollUntil(async () => (await base()) > 0n, { timeoutMs: 15_000 })).toBe(true)
    expect(await site.intent(who, 'close', { market: 'SOL-PERP' })).toMatchObject({ state: 'confirmed' })
    expect(await pollUntil(async () => (await base()) === 0n, { timeoutMs: 15_000 })).toBe(true)

    const { body: page } = await site.ask<{ intents: IntentDto[] }>(who, 'GET', '/trading/intents?limit=2')
    expect(page).toMatchObject({ intents: [{ action: 'close' }, { action: 'place' }], nextCursor: expect.any(String) })
    expect((await site.ask(who, 'GET', `/trading/intents/${placed.id}`)).body).toEqual(placed)

    const { body: revoked } = await site.ask<ToSignDto>(who, 'DELETE', `/trading/signing-keys/${key.id}`)
    expect(revoked.key.state).toBe('revoked')
    await signAndSend(site.desk.chain.connection, revoked.transaction?.transaction ?? '', who.keypair)
    expect((await subAccountOf(site.desk.chain.connection, who)).delegate).toBeNull()
    const held = async () => (await site.balanceOf(key.publicKey)) === 0
    expect(await pollUntil(held, { timeoutMs: 15_000 })).toBe(true)
    expect(await site.ask(who, 'POST', '/trading/intents/place', limit)).toMatchObject({ status: 404 })
    // Its secret goes once nothing can come to it any more.
    await db
      .updateTable('signing_keys')
      .set({ revoked_at: new Date(Date.now() - 600_000) })
      .where('id', '=', key.id)
      .execute()
    await site.desk.bus.publish('signer.key.changed', { id: key.id })
    const secrets = () => db.selectFrom('app.signing_secrets').where('key_id', '=', key.id).selectAll().execute()
    expect(await pollUntil(async () => (await secrets()).length === 0, { timeoutMs: 15_000 })).toBe(true)
    const trail = await db
      .selectFrom('app.audit_log')
      .select('action')
      .where('stream', '=', 'signer')
      .where('actor', '=', who.userId)
      .orderBy('number')
      .execute()
    expect([...new Set(trail.map(({ action }) => action))]).toEqual([
      ...['key.enabled', 'key.made', 'intent.signed', 'key.revoked', 'sol.returned', 'key.destroyed'],
    ])
  }, 90_000)

  it('is renewed, not made anew, and tops up its SOL only when it has little', async () => {
    const who = await site.trader()
    const first = await site.enable(who)
    const renewed = limits({ maxOrderNotional: '7', lossBudget: '9' })
    const { body } = await site.ask<ToSignDto>(who, 'POST', '/trading/signing-keys', renewed, { as: '!' })
    expect(body.key).toMatchObject({ id: first.id, publicKey: first.publicKey, limits: { maxOrderNotional: '7' } })
    expect(await site.balanceOf(first.publicKey)).toBe(10_000_000)
    await signAndSend(site.desk.chain.connection, body.transaction?.transaction ?? '', who.keypair)
    expect(await site.balanceOf(first.publicKey)).toBe(10_000_000)
  })

  it('is asked for with a factor shown lately, widened with one, and tightened without', async () => {
    const who = await site.trader()
    expect(await site.ask(who, 'POST', '/trading/signing-keys', limits())).toMatchObject({
      status: 403,
      body: { code: 'STEP_UP_REQUIRED' },
    })
    const { id } = await site.enable(who)
    const change = (body: object, asked?: Asked) => site.ask(who, 'PATCH', `/trading/signing-keys/${id}`, body, asked)
    expect(await change({ maxDayNotional: '400' })).toMatchObject({
      status: 200,
      body: { limits: { maxDayNotional: '400', maxOrderNotional: '1000' } },
    })
    expect(await change({ markets: null })).toMatchObject({ status: 403, body: { code: 'STEP_UP_REQUIRED' } })
    expect(await change({ markets: null }, { as: '!' })).toMatchObject({
      status: 200,
      body: { limits: { markets: null } },
    })
    expect(await change({ markets: ['DOGE-PERP'] }, { as: '!' })).toMatchObject({ status: 400 })
  })

  it("is nobody else's", async () => {
    const [alice, mallory] = [await site.trader(), await site.trader()]
    const { id } = await site.enable(alice)
    const { id: intentId } = await site.intent(alice, 'place', limit)
    expect(await site.ask(mallory, 'DELETE', `/trading/signing-keys/${id}`)).toMatchObject({ status: 404 })
    expect(await site.ask(mallory, 'PATCH', `/trading/signing-keys/${id}`, { maxOrdersPerMinute: 1 })).toMatchObject({
      status: 404,
    })
    expect(await site.ask(mallory, 'GET', `/trading/intents/${intentId}`)).toMatchObject({ status: 404 })
    expect((await site.ask(mallory, 'GET', '/trading/intents')).body).toMatchObject({ intents: [] })
    expect(await site.ask(mallory, 'POST', '/trading/intents/cancel-all', {})).toMatchObject({ status: 404 })
    expect(await site.ask(mallory, 'POST', '/admin/signer', { enabled: false }, { as: '!' })).toMatchObject({
      status: 403,
    })
  })
})

it("is used by the guide's example", async () => {
  const guide = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8')
  const example = /^```mjs\n(.*?)^```/ms.exec(guide)?.[1] ?? ''
  const who = await site.trader()
  await site.enable(who)
  const env = { ...childEnvironment(), QUANTDESK_URL: site.url, QUANTDESK_KEY: who.keypair.publicKey.toBase58() }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', example], { env })
  expect(stdout).toMatch(/^placed \w{80,90}\ncanceled \w{80,90}\n$/)
}, 20_000)

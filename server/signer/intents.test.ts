import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase } from '#server/platform/db/testing.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { subAccountOf, USDC } from './testing.ts'
import { startSigningApi, type Who } from './testing-api.ts'

const db = await testDatabase()
let site: Awaited<ReturnType<typeof startSigningApi>>
beforeAll(async () => {
  site = await startSigningApi(db)
}, 60_000)
afterAll(() => site.stop())

const limit = { market: 'SOL-PERP', side: 'buy', type: 'limit', size: '2', price: '100' }

describe('an order beyond a limit is refused', () => {
  let who: Who
  beforeAll(async () => {
    who = await site.trader(100_000n * USDC)
    await site.enable(who, { maxDayNotional: '3000' })
  })

  it.each([
    ['of the market', { market: 'BTC-PERP', size: '0.01', price: '90000' }, 'MarketNotAllowed', 'only in SOL-PERP.'],
    ['of one order', { size: '10.01' }, 'OrderTooLarge', 'worth 1001 USDC; the key signs orders up to 1000 USDC'],
    [
      'of the price',
      { price: '160', size: '1' },
      'PriceTooFar',
      '6.67 % worse than the oracle; the key signs up to 2 %',
    ],
    ['of the account', { size: '0.0000001' }, 'BAD_INPUT', 'size: must be a multiple of'],
  ])('%s', async (_, change, code, words) => {
    const refused = await site.intent(who, 'place', { ...limit, ...change })
    expect(refused).toMatchObject({ state: 'refused', isOver: true, signature: null, error: { code } })
    expect(refused.error?.message).toContain(words)
  })

  it('of the day, until its orders are a day old; what was refused does not count', async () => {
    for (const price of ['99', '100', '101']) {
      expect(await site.intent(who, 'place', { ...limit, price, size: '9.9' })).toMatchObject({ state: 'confirmed' })
    }
    const refused = await site.intent(who, 'place', limit)
    expect(refused).toMatchObject({ state: 'refused', error: { code: 'DayLimitReached' } })
    expect(refused.error?.message).toBe('The order adds 200 USDC, which is more than is left of 3000 USDC in 24 hours.')
    const close = { market: 'SOL-PERP', side: 'sell', type: 'limit', size: '1', price: '200', reduceOnly: true }
    // Nothing is held: the chain, not the limit, speaks of it.
    expect(await site.intent(who, 'place', close)).not.toMatchObject({ error: { code: 'DayLimitReached' } })
    expect(await site.intent(who, 'cancel-all', {})).toMatchObject({ state: 'confirmed' })
    await db
      .updateTable('intents')
      .set({ accepted_at: new Date(Date.now() - 86_401_000) })
      .where('user_id', '=', who.userId)
      .where('state', '=', 'confirmed')
      .execute()
    expect(await site.intent(who, 'place', limit)).toMatchObject({ state: 'confirmed' })
    await site.intent(who, 'cancel-all', {})
  }, 30_000)

  it('of the minute', async () => {
    const other = await site.trader()
    await site.enable(other, { maxOrdersPerMinute: 2 })
    const states = []
    for (const clientId of ['1', '2', '3']) states.push(await site.intent(other, 'place', { ...limit, clientId }))
    expect(states.map(({ state, error }) => [state, error?.code])).toEqual([
      ['confirmed', undefined],
      ['confirmed', undefined],
      ['refused', 'TooManyOrders'],
    ])
    expect(await site.intent(other, 'cancel-all', {})).toMatchObject({ state: 'confirmed' })
  }, 20_000)

  it('of its time, also where the chain would take it', async () => {
    const other = await site.trader()
    const { id } = await site.enable(other)
    expect(await site.intent(other, 'place', limit)).toMatchObject({ state: 'confirmed' })
    await site.ask(other, 'PATCH', `/trading/signing-keys/${id}`, { expiresAt: Date.now() - 1_000 })
    expect(await site.intent(other, 'place', limit)).toMatchObject({ state: 'refused', error: { code: 'KeyExpired' } })
    expect(await site.intent(other, 'cancel-all', {})).toMatchObject({ state: 'confirmed' })
  })

  it('of two that are asked for at once exactly one passes', async () => {
    const other = await site.trader()
    await site.enable(other, { maxOrderNotional: '1000', maxDayNotional: '1000' })
    const both = await Promise.all(
      ['1', '2'].map((clientId) => site.intent(other, 'place', { ...limit, size: '6', clientId })),
    )
    expect(both.map(({ state }) => state).toSorted()).toEqual(['confirmed', 'refused'])
    expect((await subAccountOf(site.desk.chain.connection, other)).orders).toHaveLength(1)
  })
})

describe('the signer', () => {
  it('signs cancels while the operator has stopped orders', async () => {
    const who = await site.trader()
    await site.enable(who)
    expect(await site.intent(who, 'place', limit)).toMatchObject({ state: 'confirmed' })
    expect(await site.ask(who, 'POST', '/admin/signer', { enabled: false }, { as: '#' })).toMatchObject({ status: 200 })
    try {
      expect(await site.intent(who, 'place', limit)).toMatchObject({
        state: 'refused',
        error: { code: 'SigningPaused' },
      })
      expect(await site.intent(who, 'cancel-all', {})).toMatchObject({ state: 'confirmed' })
      expect((await site.ask(who, 'GET', '/trading/signing-keys')).body).toMatchObject({ isPaused: true })
    } finally {
      await site.ask(who, 'POST', '/admin/signer', { enabled: true }, { as: '#' })
    }
    expect(await site.intent(who, 'place', limit)).toMatchObject({ state: 'confirmed', error: null })
    await site.intent(who, 'cancel-all', {})
  }, 20_000)

  it('answers the same Idempotency-Key with the same intent, as it stands', async () => {
    const who = await site.trader()
    await site.enable(who)
    const key = crypto.randomUUID()
    const answers = await Promise.all([1, 2, 3].map(() => site.intent(who, 'place', limit, { key })))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect((await subAccountOf(site.desk.chain.connection, who)).orders).toHaveLength(1)
    const other = await site.ask(who, 'POST', '/trading/intents/place', { ...limit, size: '3' }, { key })
    expect(other).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    expect(await site.ask(who, 'POST', '/trading/intents/place', limit, { key: 'short' })).toMatchObject({
      status: 400,
    })
    await site.intent(who, 'cancel-all', {})
  })

  it('places two equal orders that are asked for at once, which under one blockhash would be one', async () => {
    const who = await site.trader()
    await site.enable(who)
    const both = await Promise.all([1, 2].map(() => site.intent(who, 'place', limit)))
    expect(both.map(({ state, error }) => [state, error])).toEqual([
      ['confirmed', null],
      ['confirmed', null],
    ])
    expect((await subAccountOf(site.desk.chain.connection, who)).orders).toHaveLength(2)
    await site.intent(who, 'cancel-all', {})
  })

  it('does not open a secret that was moved to another user', async () => {
    const [alice, mallory] = [await site.trader(), await site.trader()]
    const [mine, theirs] = [await site.enable(mallory), await site.enable(alice)]
    const stolen = db.selectFrom('app.signing_secrets').select('sealed').where('key_id', '=', theirs.id)
    await db
      .updateTable('app.signing_secrets')
      .set({ sealed: await stolen.executeTakeFirstOrThrow().then(({ sealed }) => sealed) })
      .where('key_id', '=', mine.id)
      .execute()
    expect(await site.intent(mallory, 'place', limit)).toMatchObject({
      state: 'refused',
      error: { code: 'INTERNAL', message: 'The service could not sign this.' },
    })
  })

  it('says nothing of the keys in logs and answers, nor keeps them readable', async () => {
    const sealed = await db.selectFrom('app.signing_secrets').selectAll().execute()
    expect(sealed.length).toBeGreaterThan(3)
    const text = await site.said()
    expect(text).toContain('made a signing key')
    for (const { sealed: box, user_id: userId, key_id: rowId } of sealed) {
      const seed = await site.desk.seal
        .open(box, { column: 'app.signing_secrets.sealed', userId, rowId })
        .catch(() => undefined)
      if (seed === undefined) continue
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(text).not.toContain(seed.toString(encoding))
        expect(text).not.toContain(box.toString(encoding))
      }
      expect(box.includes(seed)).toBe(false)
    }
  })

  it('refuses what is not signed in time, and a bid that nobody wants any more is not placed', async () => {
    const who = await site.trader()
    await site.enable(who)
    const rows = () => db.selectFrom('intents').selectAll().where('user_id', '=', who.userId).execute()
    await site.withoutSigner(async () => {
      const asked = site.intent(who, 'place', limit)
      expect(await pollUntil(async () => (await rows()).length === 1, { timeoutMs: 5_000 })).toBe(true)
      await db
        .updateTable('intents')
        .set({ good_until: new Date(Date.now() - 10_000) })
        .where('user_id', '=', who.userId)
        .execute()
      expect(await asked).toMatchObject({ state: 'expired', isOver: true })
    })
    expect(await pollUntil(async () => (await rows())[0]?.ended_at !== null, { timeoutMs: 5_000 })).toBe(true)
    expect((await rows())[0]).toMatchObject({ state: 'expired', transaction: null })
    expect((await subAccountOf(site.desk.chain.connection, who)).orders).toEqual([])
  }, 20_000)
})

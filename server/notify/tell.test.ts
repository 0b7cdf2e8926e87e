import { beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '#server/platform/db/testing.ts'
import { observePrices } from './price-alerts.ts'
import { createLinkCode, link } from './telegram-repo.ts'
import { tellHappenings } from './tell.ts'

const db = await testDatabase()
const WALLETS = ['A'.repeat(40), 'B'.repeat(40)] as const
let users: string[] = []

beforeEach(async () => {
  for (const table of ['trades', 'liquidations', 'order_events', 'users', 'app.happenings'] as const)
    await db.deleteFrom(table).execute()
  users = []
  for (const [place, wallet] of WALLETS.entries()) {
    const row = { wallet, referral_code: `CODE${place}` }
    users.push((await db.insertInto('users').values(row).returning('id').executeTakeFirstOrThrow()).id)
  }
})

const tell = (broken: string[] = []) => tellHappenings(db, Date.now(), ({ kind }) => broken.push(kind))
const notifications = () =>
  db.selectFrom('notifications').select(['user_id', 'kind', 'title', 'read_at']).orderBy('id').execute()

function fill(
  authority: string,
  signature: string,
  { at = new Date(), cause = 'order' }: { at?: Date; cause?: 'order' | 'liquidation' | 'deleverage' } = {},
) {
  return db
    .insertInto('trades')
    .values({
      signature,
      path: '0.1',
      sub_account: 'a',
      authority,
      market: 'SOL-PERP',
      order_id: 7n,
      side: 'buy',
      taker: true,
      cause,
      price: 150_000_000n,
      size: 1_000_000_000n,
      quote: -150_000_000n,
      fee: 1_000n,
      realised_pnl: 0n,
      funding_payment: 0n,
      interest: 0n,
      oracle_price: 1n,
      published_at: at,
      position_base_after: 0n,
      sequence: 1n,
      market_sequence: 1n,
      slot: 1n,
      at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

describe('a fill', () => {
  it('is told once to its owner alone, however often it is projected', async () => {
    await fill(WALLETS[0], 'one')
    await fill('C'.repeat(40), 'of somebody without an account here')
    expect((await tell()).news.map(({ wallet }) => wallet)).toEqual([WALLETS[0]])
    expect((await tell()).news).toEqual([])
    await db.deleteFrom('trades').execute()
    await fill(WALLETS[0], 'one')
    expect((await tell()).news).toEqual([])
    expect(await notifications()).toMatchObject([
      { user_id: users[0], kind: 'order.filled', title: 'SOL-PERP: bought 1 at 150' },
    ])
  })

  it('of long ago is history, and a liquidation has a message of its own', async () => {
    await fill(WALLETS[0], 'old', { at: new Date(Date.now() - 2 * 3_600_000) })
    await fill(WALLETS[0], 'liquidation', { cause: 'liquidation' })
    await fill(WALLETS[0], 'deleveraging', { cause: 'deleverage' })
    await tell()
    expect((await notifications()).map(({ kind }) => kind)).toEqual(['position.reduced'])
  })

  it('is not lost by a teller that dies', async () => {
    await fill(WALLETS[0], 'one')
    await db
      .insertInto('app.happenings')
      .values({ user_id: users[0] ?? '', kind: 'no such kind', source: '', facts: '{}', at: new Date() })
      .execute()
    const dying = tellHappenings(db, Date.now(), () => {
      throw new Error('dies here, after the fill was written')
    })
    await expect(dying).rejects.toThrow('dies here')
    expect(await notifications()).toEqual([])
    expect((await tell()).news).toHaveLength(1)
  })
})

it('does not tell of what its owner did', async () => {
  const event = {
    path: '0.1',
    sub_account: 'a',
    authority: WALLETS[0],
    market: 'SOL-PERP',
    size: 1n,
    at: new Date(),
    kind: 'canceled',
  } as const
  await db
    .insertInto('order_events')
    .values([
      { ...event, signature: 'own', order_id: 1n, reason: 'requested' },
      { ...event, signature: 'taken off', order_id: 2n, reason: 'insufficient_margin' },
      { ...event, signature: 'timed out', order_id: 3n, reason: null, kind: 'expired' },
    ])
    .execute()
  await tell()
  expect((await notifications()).map(({ title }) => title)).toEqual([
    'SOL-PERP: order 2 was cancelled',
    'SOL-PERP: order 3 was cancelled',
  ])
})

it('drops facts that cannot be told, and tells the rest', async () => {
  const at = new Date()
  await db
    .insertInto('app.happenings')
    .values([
      { user_id: users[0] ?? '', kind: 'order.filled', source: 'broken', facts: '{}', at },
      { user_id: users[0] ?? '', kind: 'no such kind', source: 'broken', facts: '{}', at },
    ])
    .execute()
  await fill(WALLETS[0], 'sound')
  const broken: string[] = []
  expect((await tell(broken)).news).toHaveLength(1)
  expect(broken).toEqual(['order.filled', 'no such kind'])
})

it('goes where its reader wants it: webhooks by kind, Telegram outside quiet hours, nowhere when switched off', async () => {
  const [user = '', other = ''] = users
  const hook = (user_id: string, kinds: string[], enabled = true) =>
    db.insertInto('webhooks').values({ user_id, url: 'https://example.com/', kinds, enabled }).execute()
  await hook(user, ['order.filled'])
  await hook(user, ['transfer.deposit'])
  await hook(user, ['order.filled'], false)
  await hook(other, ['order.filled'])
  const { code } = await createLinkCode(db, user, Date.now())
  await link(db, code, { id: 42, name: 'alice' }, Date.now())
  await db
    .insertInto('notification_settings')
    .values({ user_id: user, channels: JSON.stringify({ orders: ['telegram'] }), quiet_from: 0, quiet_to: 1_439 })
    .execute()
  await fill(WALLETS[0], 'one')
  expect((await tell()).news).toEqual([])
  expect(await notifications()).toMatchObject([{ read_at: expect.any(Date) }])
  const deliveries = await db
    .selectFrom('webhook_deliveries')
    .select(['user_id', 'kind', 'payload', 'status'])
    .execute()
  expect(deliveries).toMatchObject([
    {
      user_id: user,
      kind: 'order.filled',
      status: 'waiting',
      payload: { type: 'order.filled', data: { market: 'SOL-PERP', price: '150' } },
    },
  ])
  const [gathered] = await db.selectFrom('app.gathered').select(['channel', 'title', 'due_at']).execute()
  expect(gathered).toMatchObject({ channel: 'telegram', title: 'SOL-PERP: bought 1 at 150' })
  const minute = new Date().getUTCHours() * 60 + new Date().getUTCMinutes()
  if (minute < 1_439) expect(gathered?.due_at.getTime()).toBeGreaterThan(Date.now())
})

describe('a price alert', () => {
  const dollars = (price: number) => [{ market: 'SOL-PERP', price: BigInt(price * 1e6) }]
  let now = 1_000
  const spoken = async (...prices: number[]) => {
    const counts: number[] = []
    for (const price of prices) counts.push(await observePrices(db, dollars(price), ++now))
    return counts
  }
  const rule = (kind: 'price_above' | 'price_below', threshold: number, repeats: boolean) =>
    db
      .insertInto('alert_rules')
      .values({ user_id: users[0] ?? '', kind, market: 'SOL-PERP', threshold: BigInt(threshold * 1e6), repeats })
      .execute()

  it('speaks once where the price wavers, and again after it has come back', async () => {
    await rule('price_above', 100, true)
    expect(await spoken(99, 100, 99.99, 100.01, 99.96, 100)).toEqual([0, 1, 0, 0, 0, 0])
    expect(await spoken(99.95, 100)).toEqual([0, 1])
    const { news } = await tell()
    expect(news.map(({ notification }) => notification.title)).toEqual([
      'SOL-PERP is above 100',
      'SOL-PERP is above 100',
    ])
  })

  it('that does not repeat is done with', async () => {
    await rule('price_below', 100, false)
    expect(await spoken(101, 99.5, 110, 99)).toEqual([0, 1, 0, 0])
  })

  it('of another market, or of nobody, costs nothing', async () => {
    await rule('price_above', 100, true)
    expect(await observePrices(db, [{ market: 'BTC-PERP', price: 10n ** 12n }], 1)).toBe(0)
    expect(await observePrices(db, [], 1)).toBe(0)
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '#server/platform/db/testing.ts'
import { claimMessages, gatherMessages } from './message-repo.ts'
import { DEFAULT_SETTINGS, writeSettings } from './notification-repo.ts'
import type { NotificationSettings } from './schema.ts'
import { telegramText } from './telegram.ts'
import { createLinkCode, link } from './telegram-repo.ts'
import { tellHappenings } from './tell.ts'

const db = await testDatabase()
/** Clocks in Berlin go forward on 29 March 2026, and back on 25 October. */
const BERLIN = { ...DEFAULT_SETTINGS, timeZone: 'Europe/Berlin' }
const ALERTS = { alerts: ['telegram', 'email'] as const }
let now = 0
let user = ''

const at = (time: string): number => Date.parse(`${time}Z`)
const choose = (settings: Partial<NotificationSettings>) =>
  writeSettings(db, user, { ...BERLIN, channels: { alerts: [...ALERTS.alerts] }, ...settings }, now)

beforeEach(async () => {
  await db.deleteFrom('users').execute()
  const row = { wallet: 'A'.repeat(40), referral_code: 'CODE' }
  user = (await db.insertInto('users').values(row).returning('id').executeTakeFirstOrThrow()).id
  now = at('2026-11-21T12:00')
  await link(db, (await createLinkCode(db, user, now)).code, { id: 42, name: 'alice' }, now)
  await db
    .insertInto('app.email_addresses')
    .values({ user_id: user, address: 'a@example.com', unsubscribe_key: Buffer.alloc(32), confirmed_at: new Date(now) })
    .execute()
})

async function happen(kind: string, facts: object): Promise<void> {
  await db
    .insertInto('app.happenings')
    .values({ user_id: user, kind, source: crypto.randomUUID(), facts: JSON.stringify(facts), at: new Date(now) })
    .execute()
  await tellHappenings(db, now, ({ kind: broken }) => expect.fail(broken))
}
const alert = (dollars: number) =>
  happen('alert.price', {
    market: 'SOL-PERP',
    direction: 'above',
    threshold: `${dollars}000000`,
    price: `${dollars}000000`,
  })
const liquidation = () =>
  happen('position.liquidated', {
    market: 'SOL-PERP',
    side: 'sell',
    price: '1000000',
    size: '1000000000',
    realisedPnl: '0',
    subAccount: 'a',
    signature: 's',
  })

/** What each channel says at that time: the titles of each message. */
async function said(time: string) {
  now = at(time)
  await gatherMessages(db, now)
  const titles = async (channel: 'telegram' | 'email') => {
    const due = await claimMessages(db, channel, now)
    await db.deleteFrom('app.messages').where('channel', '=', channel).execute()
    return due.map(({ items }) => items.map(({ title }) => title.replace('SOL-PERP', 'SOL')))
  }
  return { telegram: await titles('telegram'), email: await titles('email') }
}
const nothing = { telegram: [], email: [] }

describe('what may wait', () => {
  it('is one message of each channel, when the time of that channel has come', async () => {
    await choose({ digests: { telegram: 'hourly', email: 'daily' } })
    for (const dollars of [1, 2]) await alert(dollars)
    expect(await said('2026-11-21T12:59')).toEqual(nothing)
    expect(await said('2026-11-21T13:00')).toEqual({ telegram: [['SOL is above 1', 'SOL is above 2']], email: [] })
    await alert(3)
    expect(await said('2026-11-21T14:00')).toEqual({ telegram: [['SOL is above 3']], email: [] })
    expect(await said('2026-11-22T06:59')).toEqual(nothing)
    expect(await said('2026-11-22T07:00')).toEqual({
      telegram: [],
      email: [['SOL is above 1', 'SOL is above 2', 'SOL is above 3']],
    })
    expect(await said('2026-11-23T07:00')).toEqual(nothing)
  })

  it('waits for the end of quiet hours, and is one message then', async () => {
    await choose({ quiet: { from: 22 * 60, to: 7 * 60 } })
    now = at('2026-11-21T21:30')
    await alert(1)
    now = at('2026-11-22T03:00')
    await alert(2)
    expect(await said('2026-11-22T05:59')).toEqual(nothing)
    const both = [['SOL is above 1', 'SOL is above 2']]
    expect(await said('2026-11-22T06:00')).toEqual({ telegram: both, email: both })
  })

  it('keeps its hour when the clocks change', async () => {
    await choose({ digests: { telegram: 'daily', email: 'daily' }, digestHour: 8 })
    now = at('2026-03-28T12:00')
    await alert(1)
    expect(await said('2026-03-29T05:59')).toEqual(nothing)
    expect((await said('2026-03-29T06:00')).email).toEqual([['SOL is above 1']])
    now = at('2026-10-24T12:00')
    await alert(2)
    expect(await said('2026-10-25T06:59')).toEqual(nothing)
    expect((await said('2026-10-25T07:00')).telegram).toEqual([['SOL is above 2']])
  })

  it('is told by a new choice from then on', async () => {
    await choose({ digests: { email: 'daily' } })
    await alert(1)
    expect((await said('2026-11-21T12:10')).telegram).toEqual([['SOL is above 1']])
    await choose({ digests: { email: 'hourly' } })
    expect((await said('2026-11-21T13:00')).email).toEqual([['SOL is above 1']])
  })

  it('is dropped for a channel that was taken away', async () => {
    await choose({ digests: { telegram: 'hourly', email: 'hourly' } })
    await alert(1)
    await db.deleteFrom('app.email_addresses').execute()
    expect((await said('2026-11-21T13:00')).telegram).toHaveLength(1)
    expect(await db.selectFrom('app.gathered').select('id').execute()).toEqual([])
    expect(await db.selectFrom('app.messages').select('id').execute()).toEqual([])
  })
})

it('danger waits for nothing, and has a message of its own', async () => {
  await choose({ digests: { telegram: 'daily', email: 'hourly' }, quiet: { from: 0, to: 1_439 } })
  await alert(1)
  await liquidation()
  await liquidation()
  const alone = [['SOL: liquidated'], ['SOL: liquidated']]
  expect(await said('2026-11-21T12:00')).toEqual({ telegram: alone, email: alone })
  await choose({ digests: {} })
  await liquidation()
  expect((await said('2026-11-21T12:01')).email).toEqual([['SOL is above 1'], ['SOL: liquidated']])
})

it('in a chat, many things are a line each, as many as Telegram takes', () => {
  const item = (title: string, body = '') => ({ title, body, at: 0 })
  expect(telegramText([item('One', 'body')])).toBe('One\nbody')
  expect(telegramText([item('One', 'body'), item('Two')])).toBe('• One – body\n• Two')
  const many = telegramText(Array.from({ length: 100 }, (_, index) => item(`${index} ${'x'.repeat(96)}`)))
  expect(many.length).toBeLessThanOrEqual(4_096)
  expect(many).toMatch(/\n… and 6\d more, on the site\.$/)
  expect(telegramText([item('x'.repeat(5_000))])).toHaveLength(4_096)
})

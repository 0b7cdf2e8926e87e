import { Api } from 'grammy'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { createBot, sendTelegrams, telegramName } from './telegram.ts'
import { createLinkCode, linkedTo } from './telegram-repo.ts'
import { type Answer, startReceiver } from './testing-receiver.ts'

/*
 * A Bot API on loopback that answers as https://core.telegram.org/bots/api documents; the client is the real one.
 */
const TOKEN = '123456:abcdefghijklmnopqrstuvwxyz'
const ME = { id: 123_456, is_bot: true, first_name: 'Desk', username: 'desk_bot', can_join_groups: true }
const WALLET = 'A'.repeat(40)

const db = await testDatabase()
let updates: object[] = []
let refusal: Answer | undefined
let sent: { chat_id: number; text: string }[] = []
let telegram: Awaited<ReturnType<typeof startReceiver>>
let user = ''

const json = (status: number, body: object): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const ok = (result: unknown) => json(200, { ok: true, result })

beforeEach(async () => {
  ;[updates, sent, refusal] = [[], [], undefined]
  telegram = await startReceiver(({ path, body }) => {
    const method = path.split('/').at(-1)
    if (method === 'getMe') return ok(ME)
    if (method === 'deleteWebhook') return ok(true)
    if (method === 'getUpdates') {
      // How a bot that stops says what it has read; it waits for no more.
      if (JSON.parse(body).limit === 1) return ok([])
      // A long poll: what there is, else silence until the client goes.
      return updates.length === 0 ? null : ok(updates.splice(0))
    }
    if (method !== 'sendMessage') return json(404, { ok: false, error_code: 404, description: 'Not Found' })
    if (refusal !== undefined) return refusal
    sent.push(JSON.parse(body))
    return ok({ message_id: sent.length, date: 0, chat: { id: 42, type: 'private' }, text: '' })
  })
  await db.deleteFrom('users').execute()
  user = (
    await db
      .insertInto('users')
      .values({ wallet: WALLET, referral_code: 'CODE' })
      .returning('id')
      .executeTakeFirstOrThrow()
  ).id
})
afterEach(() => telegram.stop())

const says = (
  text: string,
  chat: object = { id: 42, type: 'private', first_name: 'Alice', username: 'alice' },
  update_id = 1,
) => ({
  update_id,
  message: {
    message_id: update_id,
    date: 0,
    chat,
    text,
    from: { id: 42, is_bot: false, first_name: 'Alice' },
    entities: text.startsWith('/') ? [{ type: 'bot_command', offset: 0, length: text.split(' ')[0]?.length }] : [],
  },
})

/** The bot reads these, until it has answered so many. */
async function read(answers: number, ...texts: object[]): Promise<string[]> {
  sent = []
  updates = texts
  const bot = createBot(TOKEN, telegram.url, { db, clock: systemClock, log })
  const running = bot.start()
  await expect.poll(() => sent.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(answers)
  await bot.stop().catch(() => undefined)
  await running.catch(() => undefined)
  return sent.map(({ text }) => text)
}

const linkChat = async () => {
  const { code } = await createLinkCode(db, user, Date.now())
  return read(1, says(`/start ${code}`))
}
const queue = (text: string) =>
  db
    .insertInto('app.messages')
    .values({
      user_id: user,
      channel: 'telegram',
      items: JSON.stringify([{ title: text, body: '', at: 0 }]),
      next_attempt_at: new Date(0),
    })
    .execute()
const send = () => sendTelegrams(db, new Api(TOKEN, { apiRoot: telegram.url }), systemClock)
const messages = () =>
  db.selectFrom('app.messages').select(['status', 'attempts', 'error', 'next_attempt_at']).execute()

it('links a chat by a code that is good once, and answers of its wallet alone', async () => {
  const { code } = await createLinkCode(db, user, Date.now())
  const answers = await read(
    4,
    says(`/start ${code}`),
    says('/status', undefined, 2),
    says('hello', undefined, 3),
    says(`/start ${code}`, { id: 43, type: 'private', first_name: 'Bob' }, 4),
  )
  expect(answers[0]).toContain(`Linked to ${WALLET}`)
  expect(answers[1]).toBe('No open positions.\nOpen orders: 0')
  expect(answers[2]).toContain('/unlink')
  expect(answers[3]).toMatch(/not good any more/)
  expect(await linkedTo(db, user)).toBe('alice')
})

it('knows nobody without a code, with an old one, or in a group', async () => {
  const { code } = await createLinkCode(db, user, Date.now() - 11 * 60_000)
  const group = { id: -7, type: 'group', title: 'friends' }
  const answers = await read(
    3,
    says(`/start ${code}`),
    says('/start', undefined, 2),
    says(`/start ${code}`, group, 3),
    says('/status', undefined, 4),
  )
  expect(answers.map((text) => text.split('.')[0])).toEqual([
    'That code is not good any more',
    'This chat is not linked',
    'This chat is not linked',
  ])
  expect(await linkedTo(db, user)).toBeNull()
})

it('is silent after /unlink', async () => {
  await linkChat()
  expect(await read(1, says('/unlink'))).toEqual(['Unlinked. You will hear nothing more from me.'])
  await queue('a fill')
  expect(await send()).toBe(0)
})

it('sends a message once', async () => {
  await linkChat()
  sent = []
  await queue('a fill')
  expect([await send(), await send()]).toEqual([1, 0])
  expect(sent).toMatchObject([{ chat_id: 42, text: 'a fill' }])
  expect(await messages()).toMatchObject([{ status: 'delivered' }])
})

it('waits as long as Telegram asks', async () => {
  await linkChat()
  refusal = json(429, {
    ok: false,
    error_code: 429,
    description: 'Too Many Requests: retry after 7',
    parameters: { retry_after: 7 },
  })
  await queue('a fill')
  const before = Date.now()
  await send()
  const [message] = await messages()
  expect(message).toMatchObject({ status: 'waiting', attempts: 1 })
  expect(message?.next_attempt_at.getTime()).toBeGreaterThanOrEqual(before + 7_000)
})

it('forgets a chat that has blocked it', async () => {
  await linkChat()
  refusal = json(403, { ok: false, error_code: 403, description: 'Forbidden: bot was blocked by the user' })
  await queue('a fill')
  await send()
  expect(await messages()).toMatchObject([{ status: 'given_up', error: 'Forbidden: bot was blocked by the user' }])
  expect(await linkedTo(db, user)).toBeNull()
})

it('keeps a message while Telegram is away', async () => {
  await linkChat()
  telegram.stop()
  await queue('a fill')
  await send()
  expect(await messages()).toMatchObject([{ status: 'waiting', attempts: 1 }])
})

it('knows its name once Telegram has told it', async () => {
  const ask = (telegramBotToken: string | undefined) => telegramName({ telegramBotToken, telegramApiUrl: telegram.url })
  expect(await ask(undefined)).toBeUndefined()
  expect([await ask(TOKEN), await ask(TOKEN)]).toEqual(['desk_bot', 'desk_bot'])
  expect(telegram.received.filter(({ path }) => path.endsWith('/getMe'))).toHaveLength(1)
})

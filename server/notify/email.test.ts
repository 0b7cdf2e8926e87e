import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { requestEmailCode } from './email-code.ts'
import { confirmEmail, emailOf, removeEmail, unsubscribe } from './email-repo.ts'
import { MAX_ATTEMPTS } from './ladder.ts'
import { createMailer, type Mailer } from './mailer.ts'
import { gatherMessages } from './message-repo.ts'
import { sendMails } from './send-mails.ts'
import { tellHappenings } from './tell.ts'
import { startMailServer } from './testing-mail-server.ts'

const ADDRESS = 'alice@example.com'
const PROCESS = fileURLToPath(new URL('./testing-mail-process.ts', import.meta.url))
const SITE = 'https://desk.example'
const HOUR = 3_600_000

const db = await testDatabase()
let server: Awaited<ReturnType<typeof startMailServer>>
let now = 0
let user = ''
let faults: string[] = []

const newUser = async (wallet: string) =>
  (
    await db
      .insertInto('users')
      .values({ wallet, referral_code: wallet.slice(0, 8) })
      .returning('id')
      .executeTakeFirstOrThrow()
  ).id

beforeEach(async () => {
  for (const table of ['users', 'app.email_codes'] as const) await db.deleteFrom(table).execute()
  server = await startMailServer()
  ;[now, faults] = [Date.parse('2026-11-21T12:00Z'), []]
  user = await newUser('A'.repeat(40))
})
afterEach(() => server.stop())

const config = () =>
  loadConfig({ SMTP_URL: server.url, SMTP_FROM: 'notices@desk.example', PUBLIC_URL: SITE, NODE_ENV: 'test' })
/** Quoted-printable undone. */
const readable = (source: string) =>
  source
    .replaceAll('=\r\n', '')
    .replaceAll(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
const ask = (address = ADDRESS, userId = user) =>
  requestEmailCode({ db, config: config(), clock: { now: () => now }, http: null }, userId, address)
const newest = () => server.received.at(-1)
const codeIn = () => /^Subject: ([A-Z0-9]{4}-[A-Z0-9]{4}) /m.exec(newest()?.source ?? '')?.[1] ?? ''
const confirm = (code: string, address = ADDRESS, userId = user) => confirmEmail(db, userId, { address, code }, now)
const mailer = () => createMailer(config()) ?? expect.fail('there is a mail server')
const send = (by: Mailer = mailer()) =>
  sendMails({ db, mailer: by, site: SITE, now: () => now, random: () => 0, onOurFault: (text) => faults.push(text) })
const tell = async () => {
  await tellHappenings(db, now, ({ kind }) => expect.fail(`broken: ${kind}`))
  await gatherMessages(db, now)
}
const happen = (kind: string, facts: object) =>
  db
    .insertInto('app.happenings')
    .values({ user_id: user, kind, source: crypto.randomUUID(), facts: JSON.stringify(facts), at: new Date(now) })
    .execute()
const alert = () =>
  happen('alert.price', { market: 'SOL-PERP', direction: 'above', threshold: '150000000', price: '150250000' })
const keyNamed = (label: string) => happen('security.api_key_created', { label, scopes: ['read'] })
const messages = () =>
  db.selectFrom('app.messages').select(['status', 'attempts', 'error']).where('channel', '=', 'email').execute()

/** With the first mail, which says that mail comes now. */
async function confirmed(): Promise<void> {
  await ask()
  await confirm(codeIn())
  await tell()
  await send()
  await db.deleteFrom('app.messages').execute()
  server.received.length = 0
}

describe('an address', () => {
  it('is written to once its owner has typed the code that was sent there, in any case, and hears of it', async () => {
    await ask()
    expect(newest()).toMatchObject({ from: 'notices@desk.example', to: [ADDRESS] })
    expect(await emailOf(db, user)).toBeUndefined()
    await alert()
    await tell()
    expect(await send()).toEqual([])
    await confirm(codeIn().toLowerCase().replace('-', ' '))
    expect(await emailOf(db, user)).toEqual({ address: ADDRESS, disabledReason: null })
    await tell()
    expect(await send()).toEqual(['delivered'])
    expect(newest()?.headers.get('subject')).toBe('E-mail address confirmed')
  })

  it('is kept as a hash until then, as is the code, which is good once, for half an hour, for five tries', async () => {
    await ask()
    const code = codeIn()
    const kept = JSON.stringify(await db.selectFrom('app.email_codes').selectAll().execute())
    expect(kept).not.toContain(ADDRESS)
    expect(kept).not.toContain(code)
    await expect(confirm(code, 'mallory@example.com')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    const other = await newUser('B'.repeat(40))
    await expect(confirm(code, ADDRESS, other)).rejects.toThrow(/no code/)
    for (let tries = 2; tries <= 5; tries++) await expect(confirm('AAAA-AAAA')).rejects.toThrow(/not the code/)
    await expect(confirm(code)).rejects.toThrow(/no code that is still good/)

    now += HOUR
    await ask()
    const late = codeIn()
    now += 31 * 60_000
    await expect(confirm(late)).rejects.toThrow(/no code/)
    await ask()
    const good = codeIn()
    await expect(confirm(late)).rejects.toThrow(/not the code/)
    await confirm(good)
    await expect(confirm(good)).rejects.toThrow(/no code/)
  })

  it('gets five codes a day, one a minute, whoever asks', async () => {
    await ask()
    await expect(ask()).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterS: 60 } })
    for (let asked = 1; asked < 4; asked++) {
      now += 60_000
      await ask()
    }
    const other = await newUser('B'.repeat(40))
    await Promise.allSettled([ask(ADDRESS.toUpperCase(), other), ask(ADDRESS, await newUser('C'.repeat(40)))])
    expect(server.received).toHaveLength(5)
    await db.deleteFrom('users').execute()
    await expect(ask(ADDRESS, await newUser('D'.repeat(40)))).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    now += 24 * HOUR
    await ask(ADDRESS, await newUser('E'.repeat(40)))
  })

  it('that the mail server does not know is refused at once; a server that is away is not the address’s fault', async () => {
    server.state.refusal = { at: 'recipient', code: 550, text: 'no such user' }
    await expect(ask()).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('no such user') })
    await server.stop()
    now += 60_000
    await expect(ask()).rejects.toMatchObject({ code: 'UPSTREAM' })
    server = await startMailServer()
  })

  it('that is removed gets nothing more, also of what was waiting', async () => {
    await confirmed()
    await alert()
    await tell()
    await removeEmail(db, user)
    await alert()
    await tell()
    expect(await send()).toEqual([])
    expect(await messages()).toEqual([])
  })
})

describe('a mail', () => {
  beforeEach(confirmed)

  it('says in text and in HTML what happened, and how to end it, by one click too', async () => {
    await alert()
    await tell()
    expect(await send()).toEqual(['delivered'])
    expect(await send()).toEqual([])
    const { headers, source } = newest() ?? expect.fail('no mail')
    expect(headers.get('subject')).toBe('SOL-PERP is above 150')
    expect(headers.get('from')).toBe('QuantDesk <notices@desk.example>')
    expect(headers.get('to')).toBe(ADDRESS)
    expect(headers.get('auto-submitted')).toBe('auto-generated')
    expect(headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
    expect(headers.get('content-type')).toMatch(/^multipart\/alternative/)
    const [text = '', html = ''] = readable(source).split('text/html')
    for (const form of [text, html]) {
      expect(form).toContain('The oracle price is 150.25.')
      expect(form).toContain('21 Nov 2026, 12:00')
      expect(form).toContain(`${SITE}/unsubscribe?token=`)
    }
    const [, token = ''] =
      /^<https:\/\/desk\.example\/api\/notifications\/email\/unsubscribe\?token=([\w.-]+)>$/.exec(
        headers.get('list-unsubscribe') ?? '',
      ) ?? []
    await unsubscribe(db, token, now)
    await unsubscribe(db, token, now)
    expect(await emailOf(db, user)).toEqual({ address: ADDRESS, disabledReason: 'it was unsubscribed from' })
    await tell()
    await alert()
    await tell()
    expect(await send()).toEqual([])
    const told = await db.selectFrom('notifications').select('title').orderBy('id', 'desc').execute()
    expect(told.filter(({ title }) => title === 'E-mail was switched off')).toHaveLength(1)
  })

  it('is not unsubscribed from by a token that was made up, or that was of another address', async () => {
    await alert()
    await tell()
    await send()
    const [, token = ''] = /unsubscribe\?token=([\w.-]+)>/.exec(newest()?.headers.get('list-unsubscribe') ?? '') ?? []
    const [id = '', signature = ''] = token.split('.')
    const other = await newUser('B'.repeat(40))
    for (const wrong of ['', 'x', id, `${id}.`, `${id}.AAAA`, `${other}.${signature}`, `' or true --.${signature}`])
      await expect(unsubscribe(db, wrong, now)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await removeEmail(db, user)
    now += 60_000
    await ask()
    await confirm(codeIn())
    await expect(unsubscribe(db, token, now)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('cannot be given headers, recipients or marks by what users write', async () => {
    await keyNamed('x\r\nBcc: mallory@example.com\r\n\r\n<script>alert(1)</script><img src=//evil>')
    await tell()
    await send()
    const { headers, source, to } = newest() ?? expect.fail('no mail')
    expect(to).toEqual([ADDRESS])
    expect(headers.has('bcc')).toBe(false)
    expect(headers.get('subject')).toMatch(/^=\?UTF-8\?Q\?.*Bcc=3A_mallory/)
    const html = readable(source).split('text/html')[1] ?? ''
    expect(html).not.toMatch(/<script|<img/)
    expect(html).toContain('&lt;script&gt;')
    const twisted = `${ADDRESS}\r\nRCPT TO:<mallory@example.com>`
    await mailer()({ id: 'x', to: twisted, sentAt: now, subject: 's', text: 't', html: 'h' })
    await mailer()({ id: 'x', to: `${ADDRESS}, mallory@example.com`, sentAt: now, subject: 's', text: 't', html: 'h' })
    expect(server.received.flatMap((mail) => mail.to)).not.toContain('mallory@example.com')
  })

  it('is sent again, as the same message, after a kill -9 between the server’s yes and our mark', async () => {
    await alert()
    await tell()
    const child = spawn(process.execPath, [PROCESS, db.url, server.url, String(now)])
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(said.toString()).toBe('taken\n')
    expect(server.received).toHaveLength(1)
    expect(await messages()).toMatchObject([{ status: 'waiting', attempts: 1 }])
    expect(await send()).toEqual([])
    now += 60_000
    expect(await send()).toEqual(['delivered'])
    const [first, second] = server.received.map(({ headers }) => headers)
    for (const name of ['message-id', 'subject', 'date', 'list-unsubscribe'])
      expect(second?.get(name)).toBe(first?.get(name) ?? 'missing')
  })

  it.each([
    ['the recipient for now', { at: 'recipient', code: 451, text: 'try later' }],
    ['us, for good', { at: 'sender', code: 550, text: 'who are you' }],
    ['the message for now', { at: 'message', code: 452, text: 'full' }],
  ] as const)('refused of %s is tried again by the ladder', async (_, refusal) => {
    server.state.refusal = refusal
    await alert()
    await tell()
    expect(await send()).toEqual(['waiting'])
    expect(faults).toHaveLength(refusal.at === 'sender' ? 1 : 0)
    server.state.refusal = undefined
    now += 4_999
    expect(await send()).toEqual([])
    now += 1
    expect(await send()).toEqual(['delivered'])
  })

  it.each(['recipient', 'message'] as const)(
    'whose %s is refused for good switches the address off, with a notice',
    async (at) => {
      server.state.refusal = { at, code: 550, text: 'mailbox is gone' }
      await alert()
      await tell()
      expect(await send()).toEqual(['given_up'])
      expect((await emailOf(db, user))?.disabledReason).toMatch(/its mail server refused it \(.*mailbox is gone/)
      await tell()
      const [told] = await db.selectFrom('notifications').select(['kind', 'body']).orderBy('id', 'desc').execute()
      expect(told).toMatchObject({ kind: 'email.disabled', body: expect.stringContaining(`sent to ${ADDRESS}`) })
    },
  )

  it('that is refused for three days switches the address off, but not while the mail server is away', async () => {
    server.state.refusal = { at: 'recipient', code: 452, text: 'over quota' }
    await alert()
    await tell()
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
      expect(await send()).toEqual(['waiting'])
      now += 24 * HOUR
    }
    expect(await send()).toEqual(['given_up'])
    expect((await emailOf(db, user))?.disabledReason).toContain('over quota')

    server.state.refusal = undefined
    await ask()
    await confirm(codeIn())
    await tell()
    await server.stop()
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      await send()
      now += 24 * HOUR
    }
    expect((await messages()).map(({ status }) => status)).toContain('given_up')
    expect((await emailOf(db, user))?.disabledReason).toBeNull()
    server = await startMailServer()
  })
})

it('is not offered without a mail server, and a password is not sent where there is no TLS', async () => {
  expect(createMailer({ smtpUrl: undefined, smtpFrom: undefined })).toBeUndefined()
  const secret = createMailer({ ...config(), smtpUrl: server.url.replace('//', '//user:secret@') })
  const refusal = await secret?.({ id: 'x', to: ADDRESS, sentAt: now, subject: 's', text: 't', html: 'h' })
  expect(refusal).toMatchObject({ of: 'sender', answer: expect.stringMatching(/TLS/i) })
  expect(server.received).toEqual([])
})

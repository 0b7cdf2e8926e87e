import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SignedIn } from '#server/platform/principal.ts'
import { SIGNED_HEADERS, signedText, TIMESTAMP_WINDOW_MS } from './signed-request.ts'
import { Browser, NOW, newKeyPair, newWallet, testIdentity } from './testing.ts'

const identity = await testIdentity()
const { clock, db } = identity

async function signedInBrowser(ip = '203.0.113.7') {
  const browser = new Browser(identity, { ip })
  const wallet = newWallet()
  await browser.signIn(wallet)
  return { browser, wallet, users: (await browser.as()).users }
}
const { browser, wallet, users } = await signedInBrowser()
const refused = expect.objectContaining({ code: 'UNAUTHENTICATED' })
const bearer = (secret: string | null) => ({ authorization: `Bearer ${secret}` })

type Request = { method?: string; path?: string; body?: string; timestamp?: number; nonce?: string; ip?: string }
let nonces = 0

/** A request as a bot makes it; `sign` has the last word on what is signed. */
function signed(id: string, sign: (text: string) => string, request: Request = {}) {
  const { method = 'POST', path = '/api/orders', body = '{"size":"1"}', timestamp = clock.now() } = request
  const nonce = request.nonce ?? `nonce-${nonces++}-0000`
  const text = signedText({ timestamp: String(timestamp), nonce, method, path, body: Buffer.from(body) })
  const headers = {
    [SIGNED_HEADERS.key]: id,
    [SIGNED_HEADERS.timestamp]: String(timestamp),
    [SIGNED_HEADERS.nonce]: nonce,
    [SIGNED_HEADERS.signature]: sign(text),
  }
  return { method, path, body, headers, ...(request.ip && { ip: request.ip }) }
}
const hmacBy = (secret: string | null) => (text: string) =>
  createHmac('sha256', secret ?? '')
    .update(text)
    .digest('base64')

describe('a bearer key', () => {
  it('is shown once, kept as a hash, and reads for its owner', async () => {
    const { key, secret } = await users.makeKey({ label: 'dashboard', method: 'bearer', scopes: ['read'] })
    expect(secret).toMatch(/^qdk_[\w-]{43}$/)
    expect(await browser.ask({ headers: bearer(secret) })).toEqual<SignedIn>({
      userId: (await users.me())?.id ?? '',
      authority: wallet.address,
      role: 'user',
      via: 'key',
      credentialId: key.id,
      scopes: new Set(['read']),
      steppedUpAt: null,
      expiresAt: NOW + 10 * 60_000,
      limits: { trading: null, data: null },
    })
    const rows = await db.selectFrom('app.api_keys').selectAll().where('id', '=', key.id).execute()
    expect(JSON.stringify(rows)).not.toContain(secret?.slice(4))
    expect(JSON.stringify(await users.keys())).not.toContain(secret?.slice(4))
    expect((await users.keys()).find(({ id }) => id === key.id)).toMatchObject({
      lastUsedAt: NOW,
      lastUsedIp: browser.ip,
    })
  })

  it('may only read', async () => {
    await expect(users.makeKey({ label: 'x', method: 'bearer', scopes: ['read', 'trade'] })).rejects.toThrow(
      /may only read/,
    )
  })

  it.each([
    ['one that is made up', 'qdk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['the prefix alone', 'qdk_'],
  ])('is refused: %s', async (_, secret) => {
    await expect(browser.ask({ headers: bearer(secret) })).rejects.toEqual(refused)
  })
})

describe('a signed request', () => {
  it.each(['hmac', 'ed25519'] as const)('with %s is its owner’s', async (method) => {
    const pair = newKeyPair()
    const { key, secret } = await users.makeKey({
      label: 'bot',
      method,
      scopes: ['read', 'trade'],
      ...(method === 'ed25519' && { publicKey: pair.publicKey }),
    })
    const sign = method === 'hmac' ? hmacBy(secret) : pair.sign
    expect(secret === null).toBe(method === 'ed25519')
    const principal = await browser.ask(signed(key.id, sign))
    expect(principal).toMatchObject({ authority: wallet.address, via: 'key', scopes: new Set(['read', 'trade']) })
  })

  const made = users.makeKey({ label: 'bot', method: 'hmac', scopes: ['trade'] })

  it.each<[string, (request: ReturnType<typeof signed>) => unknown]>([
    ['another body', (request) => Object.assign(request, { body: '{"size":"1000"}' })],
    ['another path', (request) => Object.assign(request, { path: '/api/orders?all=1' })],
    ['another method', (request) => Object.assign(request, { method: 'DELETE' })],
    ['another nonce', ({ headers }) => Object.assign(headers, { [SIGNED_HEADERS.nonce]: 'another-nonce' })],
    ['another time', ({ headers }) => Object.assign(headers, { [SIGNED_HEADERS.timestamp]: String(NOW + 1) })],
    ['no nonce', ({ headers }) => Reflect.deleteProperty(headers, SIGNED_HEADERS.nonce)],
    ['a time that is no number', ({ headers }) => Object.assign(headers, { [SIGNED_HEADERS.timestamp]: 'soon' })],
    ['no signature', ({ headers }) => Reflect.deleteProperty(headers, SIGNED_HEADERS.signature)],
    ['a key that is no id', ({ headers }) => Object.assign(headers, { [SIGNED_HEADERS.key]: "' or 1=1" })],
    ['an unknown key', ({ headers }) => Object.assign(headers, { [SIGNED_HEADERS.key]: crypto.randomUUID() })],
  ])('is refused with %s than was signed', async (_, change) => {
    const { key, secret } = await made
    const request = signed(key.id, hmacBy(secret))
    change(request)
    await expect(browser.ask(request)).rejects.toEqual(refused)
  })

  it('is accepted once, of ten at once, too', async () => {
    const { key, secret } = await made
    const request = signed(key.id, hmacBy(secret))
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => browser.ask(request)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    clock.advance(TIMESTAMP_WINDOW_MS)
    await expect(browser.ask(request)).rejects.toEqual(refused)
    clock.set(NOW)
  })

  it('is refused when its time is more than half a minute off, either way', async () => {
    const { key, secret } = await made
    for (const off of [-TIMESTAMP_WINDOW_MS - 1, TIMESTAMP_WINDOW_MS + 1]) {
      await expect(browser.ask(signed(key.id, hmacBy(secret), { timestamp: NOW + off }))).rejects.toEqual(refused)
    }
  })

  it('cannot be made with the secret of a key as a bearer token, nor the other way round', async () => {
    const { secret } = await made
    await expect(browser.ask({ headers: bearer(`qdk_${secret}`) })).rejects.toEqual(refused)
    const { key, secret: token } = await users.makeKey({ label: 'x', method: 'bearer', scopes: ['read'] })
    await expect(browser.ask(signed(key.id, hmacBy(token)))).rejects.toEqual(refused)
  })
})

describe('a key', () => {
  it('is refused from an address it is not for, in the same words as one that does not exist', async () => {
    const { secret } = await users.makeKey({
      label: 'office',
      method: 'bearer',
      scopes: ['read'],
      ips: ['198.51.100.0/24', '2001:db8::1'],
    })
    const from = (ip: string | null) => browser.ask({ headers: bearer(secret), ip })
    for (const ip of ['198.51.100.9', '2001:db8::1']) expect(await from(ip)).not.toBeNull()
    const elsewhere = await from('198.51.101.9').catch((error: Error) => error.message)
    const madeUp = await browser.ask({ headers: bearer('qdk_none') }).catch((error: Error) => error.message)
    expect(elsewhere).toBe(madeUp)
    await expect(from(null)).rejects.toEqual(refused)
    await expect(
      users.makeKey({ label: 'x', method: 'bearer', scopes: ['read'], ips: ['10.0.0.0/33'] }),
    ).rejects.toThrow(/IP address/)
  })

  it('ends at its time, and when it is revoked', async () => {
    const input = { label: 'short', method: 'bearer', scopes: ['read'], expiresAt: NOW + 60_000 } as const
    const { key, secret } = await users.makeKey({ ...input, scopes: ['read'] })
    expect(await browser.ask({ headers: bearer(secret) })).toMatchObject({ expiresAt: NOW + 60_000 })
    clock.set(NOW + 60_000)
    await expect(browser.ask({ headers: bearer(secret) })).rejects.toEqual(refused)
    clock.set(NOW)
    await users.revokeKey({ id: key.id })
    await expect(browser.ask({ headers: bearer(secret) })).rejects.toEqual(refused)
    await expect(users.makeKey({ ...input, scopes: ['read'], expiresAt: NOW })).rejects.toThrow(/this time has passed/)
  })

  it('is made after a confirmation of the last ten minutes alone, and never by a key', async () => {
    const own = await signedInBrowser()
    clock.set(NOW + 9 * 60_000)
    await own.users.makeKey({ label: 'in time', method: 'hmac', scopes: ['admin'] })
    const session = await own.browser.principal()
    clock.set(NOW + 10 * 60_000 - 1)
    const late = { ...(session as SignedIn), expiresAt: NOW + 60 * 60_000 }
    clock.set(NOW + 10 * 60_000)
    await expect(
      (await own.browser.as(late)).users.makeKey({ label: 'x', method: 'hmac', scopes: ['read'] }),
    ).rejects.toThrow(/confirm/)
    const byKey: SignedIn = { ...late, via: 'key', steppedUpAt: clock.now() }
    await expect(
      (await own.browser.as(byKey)).users.makeKey({ label: 'x', method: 'hmac', scopes: ['read'] }),
    ).rejects.toThrow(/API key cannot/)
    clock.set(NOW)
  })

  it('of another user is neither seen nor revoked', async () => {
    const { key } = await users.makeKey({ label: 'mine', method: 'hmac', scopes: ['read'] })
    const other = await signedInBrowser()
    expect(await other.users.keys()).toEqual([])
    await expect(other.users.revokeKey({ id: key.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('leaves its making and its end in the audit log, without a secret', async () => {
    const { key, secret } = await users.makeKey({ label: 'logged', method: 'hmac', scopes: ['read'] })
    await users.revokeKey({ id: key.id })
    const rows = await db
      .selectFrom('app.audit_log')
      .selectAll()
      .where('subject', '=', key.id)
      .orderBy('number')
      .execute()
    expect(rows.map(({ action }) => action)).toEqual(['api_key.made', 'api_key.revoked'])
    expect(JSON.stringify(rows.map(({ details }) => details))).not.toContain(secret)
  })
})

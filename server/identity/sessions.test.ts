import { createLocalJWKSet, exportPKCS8, generateKeyPair, jwtVerify, SignJWT, UnsecuredJWT } from 'jose'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { asUser } from '#server/platform/db/index.ts'
import { REUSE_GRACE_MS } from './sessions.ts'
import { Browser, NOW, newWallet, SITE, testIdentity } from './testing.ts'
import { openTokens } from './tokens.ts'

const identity = await testIdentity()
const { clock, db } = identity
const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
const own = await openTokens({ ...identity.config, authSigningKey: await exportPKCS8(privateKey) })
const chief = newWallet()
const owned = await testIdentity({ ADMIN_WALLETS: chief.address })
const refresh = '__Host-qd-refresh'
const access = '__Host-qd-access'
const unauthenticated = { code: 'UNAUTHORIZED' }

async function signedIn() {
  const browser = new Browser(identity)
  const wallet = newWallet()
  await browser.signIn(wallet)
  return { browser, wallet, api: await browser.as() }
}
/** A browser that holds the same cookies: another tab, or a thief. */
function copyOf(browser: Browser): Browser {
  const copy = new Browser(identity)
  for (const [name, value] of browser.jar) copy.jar.set(name, value)
  return copy
}
const refreshing = async (browser: Browser) => (await browser.as(null)).auth.refresh({})

describe('an access token', () => {
  it('is checked by anybody who has our public keys, and carries the claims of Supabase', async () => {
    const browser = new Browser(identity)
    const { accessToken = '' } = await browser.signIn(newWallet(), { delivery: 'token' })
    const keys = createLocalJWKSet(await (await browser.as(null)).auth.jwks())
    const { payload, protectedHeader } = await jwtVerify(accessToken, keys, {
      issuer: SITE,
      audience: 'authenticated',
      currentDate: new Date(NOW),
    })
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'JWT', kid: expect.any(String) })
    expect(payload).toMatchObject({ role: 'authenticated', user_role: 'user', aal: 'aal1', exp: NOW / 1000 + 600 })
    expect(JSON.stringify(await (await browser.as(null)).auth.jwks())).not.toContain('"d"')
    // Its claims are what row security asks for: the own row, and no other.
    await signedIn()
    const claims = { role: 'authenticated', sub: payload.sub ?? '', user_role: 'user' } as const
    const rows = await asUser(db, claims, (own) => own.selectFrom('users').select('id').execute())
    expect(rows).toEqual([{ id: payload.sub }])
  })

  it('ends after ten minutes', async () => {
    const { browser } = await signedIn()
    clock.set(NOW + 10 * 60_000 - 1)
    expect(await browser.principal()).not.toBeNull()
    clock.set(NOW + 10 * 60_000)
    expect(await browser.principal()).toBeNull()
    const authorization = `Bearer ${browser.jar.get(access)}`
    await expect(browser.ask({ headers: { authorization } })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    clock.set(NOW)
  })

  const claims = {
    role: 'authenticated',
    user_role: 'admin',
    session_id: crypto.randomUUID(),
    aal: 'aal2',
    wallet: 'x',
  }
  const token = (given = {}) =>
    new SignJWT({ ...claims, ...given })
      .setSubject(crypto.randomUUID())
      .setIssuer(SITE)
      .setAudience('authenticated')
      .setIssuedAt(new Date(NOW))
      .setExpirationTime(new Date(NOW + 60_000))
  const header = { alg: 'EdDSA', typ: 'JWT' }

  it('is good with the configured key', async () => {
    const good = await token().setProtectedHeader(header).sign(privateKey)
    expect(await own.verify(good, NOW)).toMatchObject({ role: 'admin', aal: 'aal2' })
  })

  it.each<[string, () => Promise<string> | string]>([
    [
      'signed by another key',
      async () =>
        token()
          .setProtectedHeader(header)
          .sign((await generateKeyPair('EdDSA')).privateKey),
    ],
    [
      'without a signature',
      () =>
        new UnsecuredJWT(claims)
          .setSubject(crypto.randomUUID())
          .setIssuer(SITE)
          .setAudience('authenticated')
          .setIssuedAt()
          .setExpirationTime('1h')
          .encode(),
    ],
    [
      'signed with our public key as a shared secret',
      async () => {
        const secret = Buffer.from(JSON.stringify(own.publicKeys.keys[0]))
        return token().setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(secret)
      },
    ],
    ['for another audience', () => token().setAudience('anon').setProtectedHeader(header).sign(privateKey)],
    ['of another issuer', () => token().setIssuer('https://evil.example').setProtectedHeader(header).sign(privateKey)],
    [
      'of another type',
      () =>
        token()
          .setProtectedHeader({ ...header, typ: 'at+jwt' })
          .sign(privateKey),
    ],
    [
      'without an end',
      () =>
        new SignJWT(claims)
          .setSubject(crypto.randomUUID())
          .setIssuer(SITE)
          .setAudience('authenticated')
          .setIssuedAt(new Date(NOW))
          .setProtectedHeader(header)
          .sign(privateKey),
    ],
    ['with a role that is none', () => token({ user_role: 'root' }).setProtectedHeader(header).sign(privateKey)],
    [
      'with the role of the database’s owner',
      () => token({ role: 'service_role' }).setProtectedHeader(header).sign(privateKey),
    ],
    ['of nobody', () => token().setSubject('').setProtectedHeader(header).sign(privateKey)],
    ['that is no token', () => 'not.a.token'],
  ])('is refused: one %s', async (_, make) => {
    await expect(own.verify(await make(), NOW)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('is refused when AUTH_SIGNING_KEY is no key, with a sentence that does not show it', async () => {
    const error = await openTokens({ ...identity.config, authSigningKey: 'hunter2' }).catch(String)
    expect(error).toMatch(/no Ed25519 private key/)
    expect(error).not.toContain('hunter2')
  })
})

describe('a refresh token', () => {
  it('is spent for the next, for as long as the session lasts and no longer', async () => {
    const { browser } = await signedIn()
    for (let day = 1; day < 30; day++) {
      clock.set(NOW + day * 86_400_000)
      const before = browser.jar.get(refresh)
      await refreshing(browser)
      expect(browser.jar.get(refresh)).not.toBe(before)
      expect(await browser.principal()).not.toBeNull()
    }
    clock.set(NOW + 30 * 86_400_000)
    await expect(refreshing(browser)).rejects.toMatchObject(unauthenticated)
    clock.set(NOW)
  })

  it('that nobody used for seven days is over', async () => {
    const { browser } = await signedIn()
    clock.set(NOW + 7 * 86_400_000)
    await expect(refreshing(browser)).rejects.toMatchObject(unauthenticated)
    clock.set(NOW)
  })

  it('that was spent before ends the whole session, also for whoever has the newest', async () => {
    const { browser } = await signedIn()
    const thief = copyOf(browser)
    await refreshing(browser)
    clock.advance(REUSE_GRACE_MS + 1)
    expect(await browser.principal()).not.toBeNull()
    await expect(refreshing(thief)).rejects.toMatchObject(unauthenticated)
    expect(thief.jar.has(refresh)).toBe(false)
    expect(await browser.principal()).toBeNull()
    await expect(refreshing(browser)).rejects.toMatchObject(unauthenticated)
    const events = await db.selectFrom('login_events').select('reason').where('result', '=', 'revoked').execute()
    expect(events).toContainEqual({ reason: 'refresh token used twice' })
    clock.set(NOW)
  })

  it('shown by ten tabs at once is spent by one; the others get an access token and no second family', async () => {
    const { browser } = await signedIn()
    const spent = browser.jar.get(refresh)
    const tabs = Array.from({ length: 10 }, () => copyOf(browser))
    await Promise.all(tabs.map(refreshing))
    const next = tabs.map((tab) => tab.jar.get(refresh)).filter((token) => token !== spent)
    expect(next).toHaveLength(1)
    for (const tab of tabs) expect(await tab.principal()).not.toBeNull()
    browser.jar.set(refresh, next[0] ?? '')
    await refreshing(browser)
  })

  it('is kept as a hash, and works in the body for programs', async () => {
    const browser = new Browser(identity)
    const { refreshToken = '' } = await browser.signIn(newWallet(), { delivery: 'token' })
    const grant = await (await browser.as(null)).auth.refresh({ refreshToken })
    expect(grant).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) })
    const { rows } = await sql<{ text: string }>`select t::text as text from app.refresh_tokens t`.execute(db)
    expect(rows.some(({ text }) => text.includes(refreshToken))).toBe(false)
    await expect((await browser.as(null)).auth.refresh({ refreshToken: 'made up' })).rejects.toMatchObject(
      unauthenticated,
    )
    await expect((await browser.as(null)).auth.refresh({})).rejects.toMatchObject(unauthenticated)
  })
})

describe('sessions', () => {
  it('are listed, ended one by one, and all but this one, at once and everywhere', async () => {
    const { browser, wallet, api } = await signedIn()
    const [phone, tablet] = [new Browser(identity, { ip: '198.51.100.4' }), new Browser(identity)]
    await phone.signIn(wallet)
    await tablet.signIn(wallet)
    const sessions = await api.auth.sessions()
    expect(sessions).toHaveLength(3)
    expect(sessions.filter(({ isCurrent }) => isCurrent)).toHaveLength(1)
    const one = sessions.find(({ ip }) => ip === '198.51.100.4')
    await api.auth.revokeSession({ id: one?.id ?? '' })
    expect(await phone.principal()).toBeNull()
    await expect(refreshing(phone)).rejects.toMatchObject(unauthenticated)
    expect(await tablet.principal()).not.toBeNull()
    await api.auth.revokeOthers()
    expect(await tablet.principal()).toBeNull()
    expect(await browser.principal()).not.toBeNull()
    expect((await api.auth.logins()).map(({ result }) => result)).toEqual(['signed_in', 'signed_in', 'signed_in'])
  })

  it('of another user cannot be ended', async () => {
    const { api } = await signedIn()
    const other = await signedIn()
    const [session] = await other.api.auth.sessions()
    await expect(api.auth.revokeSession({ id: session?.id ?? '' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await other.browser.principal()).not.toBeNull()
  })

  it('end with signing out, also when the access token had run out', async () => {
    for (const minutes of [0, 20]) {
      const { browser } = await signedIn()
      const thief = copyOf(browser)
      clock.set(NOW + minutes * 60_000)
      await (await browser.as()).auth.signOut()
      expect([...browser.jar.keys()]).toEqual(['__Host-qd-browser'])
      await expect(refreshing(thief)).rejects.toMatchObject(unauthenticated)
      expect(await thief.principal()).toBeNull()
      clock.set(NOW)
    }
  })
})

describe('roles', () => {
  it('begin with the wallets the operator named, and are given by admins, who then show a factor', async () => {
    const wallet = newWallet()
    const [admin, user] = [new Browser(owned), new Browser(owned)]
    await admin.signIn(chief)
    await user.signIn(wallet)
    expect((await (await admin.as()).users.me())?.role).toBe('admin')
    const change = { wallet: wallet.address, role: 'support' } as const
    await expect((await user.as()).users.changeRole({ ...change, role: 'admin' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await (await admin.as()).users.changeRole(change)
    // The token of before said "user": it is over.
    expect(await user.principal()).toBeNull()
    await user.signIn(wallet)
    expect(await user.principal()).toMatchObject({ role: 'support' })
    await (await admin.as()).users.changeStanding({ wallet: wallet.address, riskLevel: 'high' })
    expect(await (await user.as()).users.me()).toMatchObject({ riskLevel: 'high', kycStatus: 'none' })
    await expect((await admin.as()).users.changeRole({ wallet: chief.address, role: 'user' })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    const log = await owned.db.selectFrom('app.audit_log').select('action').orderBy('number').execute()
    expect(log.map(({ action }) => action)).toEqual(['role.changed', 'role.changed', 'standing.changed'])
  })
})

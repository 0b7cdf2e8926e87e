import { Secret, TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { Browser, NOW, newWallet, testIdentity } from './testing.ts'

const identity = await testIdentity()
const { clock, db } = identity
const forbidden = { code: 'FORBIDDEN' }
const locked = { code: 'TOO_MANY_REQUESTS' }

async function signedIn() {
  const browser = new Browser(identity)
  const wallet = newWallet()
  await browser.signIn(wallet)
  return { browser, wallet, auth: (await browser.as()).auth }
}
const codeOf = (secret: string, at = clock.now()) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })

/** A user with an authenticator app, signed in anew and not confirmed. */
async function withTotp() {
  clock.set(NOW)
  const { browser, wallet, auth } = await signedIn()
  const { id, secret, uri } = await auth.beginTotp()
  const { recoveryCodes } = await auth.confirmTotp({ id, code: codeOf(secret) })
  clock.set(NOW + 60_000)
  await browser.signIn(wallet)
  return { browser, wallet, id, secret, uri, recoveryCodes: recoveryCodes ?? [], auth: (await browser.as()).auth }
}
const isConfirmed = async (browser: Browser) => (await browser.principal())?.steppedUpAt === clock.now()

describe('an authenticator app', () => {
  it('counts once its first code was right; its secret is sealed', async () => {
    const { browser, auth, wallet } = await signedIn()
    const { id, secret, uri } = await auth.beginTotp()
    expect(uri).toMatch(new RegExp(`^otpauth://totp/QuantDesk:${wallet.address.slice(0, 4)}.*secret=${secret}`))
    expect((await auth.factors()).factors).toEqual([])
    await expect(auth.confirmTotp({ id, code: '000000' })).rejects.toMatchObject(forbidden)
    const { recoveryCodes } = await auth.confirmTotp({ id, code: codeOf(secret) })
    expect(recoveryCodes).toHaveLength(10)
    expect(await auth.factors()).toMatchObject({ factors: [{ kind: 'totp' }], recoveryCodesLeft: 10 })
    await expect(auth.beginTotp()).rejects.toMatchObject({ code: 'CONFLICT' })
    const row = await db.selectFrom('app.mfa_factors').select('secret').where('id', '=', id).executeTakeFirst()
    expect(row?.secret.includes(Buffer.from(Secret.fromBase32(secret).bytes))).toBe(false)
    expect((await (await browser.as()).auth.session())?.confirmWith).toEqual(['totp', 'recovery_code'])
  })

  it('is then what confirms: a signature of the wallet is not enough any more', async () => {
    const { browser, wallet, secret, auth } = await withTotp()
    expect(await browser.principal()).toMatchObject({ steppedUpAt: null })
    await expect((await browser.as()).users.makeKey({ label: 'x', method: 'hmac', scopes: ['read'] })).rejects.toThrow(
      /confirm/,
    )
    await expect(browser.confirm(wallet)).rejects.toThrow(/a signature alone is not enough/)
    await auth.confirmWithCode({ code: codeOf(secret) })
    expect(await isConfirmed(browser)).toBe(true)
    await (await browser.as()).users.makeKey({ label: 'x', method: 'hmac', scopes: ['read'] })
    expect(
      await db.selectFrom('app.sessions').select('stepped_up_by').where('stepped_up_by', '=', 'totp').execute(),
    ).not.toEqual([])
  })

  it('has codes that are good once, of ten at once, too, and none from before the last one used', async () => {
    const { secret, auth } = await withTotp()
    const before = codeOf(secret, clock.now() - 30_000)
    const code = codeOf(secret)
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => auth.confirmWithCode({ code })))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(auth.confirmWithCode({ code: before })).rejects.toMatchObject(forbidden)
  })

  it('may be half a minute off and no more', async () => {
    const { secret, auth } = await withTotp()
    await expect(auth.confirmWithCode({ code: codeOf(secret, clock.now() + 61_000) })).rejects.toMatchObject(forbidden)
    await auth.confirmWithCode({ code: codeOf(secret, clock.now() + 30_000) })
  })

  it('is locked after five wrong codes, also for the right one, for a quarter of an hour, and for this user alone', async () => {
    const { secret, auth, recoveryCodes } = await withTotp()
    const wrong = await Promise.allSettled(Array.from({ length: 20 }, () => auth.confirmWithCode({ code: '000000' })))
    const codes = wrong.map((one) => (one.status === 'rejected' ? one.reason.code : 'ok'))
    expect(codes.filter((code) => code === 'FORBIDDEN')).toHaveLength(5)
    await expect(auth.confirmWithCode({ code: codeOf(secret) })).rejects.toMatchObject(locked)
    await expect(auth.confirmWithCode({ code: recoveryCodes[0] ?? '' })).rejects.toMatchObject(locked)
    const other = await withTotp()
    await other.auth.confirmWithCode({ code: codeOf(other.secret) })
    clock.set(NOW + 60_000 + 9 * 60_000)
    await expect(auth.confirmWithCode({ code: codeOf(secret) })).rejects.toMatchObject(locked)
  })

  it('of another user cannot be confirmed or removed', async () => {
    const { id } = await withTotp()
    clock.set(NOW)
    const other = await signedIn()
    await expect(other.auth.removeFactor({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(other.auth.confirmTotp({ id, code: '000000' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is gone with its recovery codes once it is removed, after a confirmation', async () => {
    const { browser, wallet, id, secret, auth } = await withTotp()
    await expect(auth.removeFactor({ id })).rejects.toThrow(/confirm/)
    await auth.confirmWithCode({ code: codeOf(secret) })
    await (await browser.as()).auth.removeFactor({ id })
    expect(await auth.factors()).toMatchObject({ factors: [], recoveryCodesLeft: 0 })
    await browser.confirm(wallet)
    expect(await isConfirmed(browser)).toBe(true)
  })
})

describe('a recovery code', () => {
  it('confirms once, however it is typed, and is kept as a hash', async () => {
    const { browser, auth, recoveryCodes } = await withTotp()
    const [first = '', second = ''] = recoveryCodes
    expect(first).toMatch(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/)
    await auth.confirmWithCode({ code: first.replaceAll('-', '').toLowerCase() })
    expect(await isConfirmed(browser)).toBe(true)
    await expect(auth.confirmWithCode({ code: first })).rejects.toMatchObject(forbidden)
    expect((await auth.factors()).recoveryCodesLeft).toBe(9)
    const renewed = await (await browser.as()).auth.renewRecoveryCodes()
    expect(renewed.recoveryCodes).toHaveLength(10)
    await expect(auth.confirmWithCode({ code: second })).rejects.toMatchObject(forbidden)
  })

  it('of another user is worth nothing, and tells so in the words of a wrong one', async () => {
    const { recoveryCodes } = await withTotp()
    const other = await withTotp()
    const stolen = await other.auth.confirmWithCode({ code: recoveryCodes[0] ?? '' }).catch(String)
    expect(stolen).toBe(await other.auth.confirmWithCode({ code: 'AAAA-BBBB-CCCC-DDDD' }).catch(String))
  })
})

describe('confirming', () => {
  it('is done by the wallet of the session alone', async () => {
    const { browser } = await signedIn()
    await expect(browser.confirm(newWallet())).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('is not done by an API key', async () => {
    const { browser } = await signedIn()
    const session = await browser.principal()
    if (session === null) throw new Error('not signed in')
    const key = await browser.as({ ...session, via: 'key' })
    await expect(key.auth.confirmChallenge()).rejects.toMatchObject(forbidden)
    await expect(key.auth.confirmWithCode({ code: '000000' })).rejects.toMatchObject(forbidden)
  })
})

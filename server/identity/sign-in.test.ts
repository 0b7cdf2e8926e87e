import { describe, expect, it } from 'vitest'
import { cookieName } from './cookies.ts'
import { isSignature, keyOfAddress, type SignInInput, signInMessage } from './sign-in-message.ts'
import { Browser, NOW, newWallet, SITE, testIdentity } from './testing.ts'

const identity = await testIdentity()
const { clock, db } = identity

const refused = expect.objectContaining({ cause: expect.objectContaining({ code: 'UNAUTHENTICATED' }) })
/** A browser of an address of its own, so that no test counts against another. */
let hosts = 0
const newBrowser = (site?: string) =>
  new Browser(identity, { ip: `198.51.100.${hosts++ % 250}`, ...(site && { site }) })

async function challenged(browser = newBrowser(), wallet = newWallet()) {
  return { browser, wallet, ...(await (await browser.as(null)).auth.challenge({ wallet: wallet.address })) }
}
const finish = async (browser: Browser, nonce: string, signature: string) =>
  (await browser.as(null)).auth.signIn({ nonce, signature })

describe('the message', () => {
  it('is the text of Sign In With Solana, every field of it ours', async () => {
    const { message, input, wallet, expiresAt } = await challenged()
    expect(message).toBe(
      `desk.example wants you to sign in with your Solana account:
${wallet.address}

Sign in to QuantDesk. This costs nothing and moves no funds.

URI: ${SITE}
Version: 1
Chain ID: localnet
Nonce: ${input.nonce}
Issued At: 2026-11-21T12:00:00.000Z
Expiration Time: 2026-11-21T12:05:00.000Z`,
    )
    expect(input.nonce).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(expiresAt).toBe(NOW + 5 * 60_000)
  })

  it.each(['\n', '\r', '\u0085', '\u2028', '\u2029', '\u0000'])(
    'never has a field with a line break (%j) that could imitate another',
    async (character) => {
      const { input } = await challenged()
      const statement = `Hello${character}${character}URI: https://evil.example`
      expect(() => signInMessage({ ...input, statement })).toThrow(/statement has a control character/)
    },
  )
})

describe('signing in', () => {
  it('makes the user of the wallet and a session in cookies no script reads', async () => {
    const browser = newBrowser()
    const wallet = newWallet()
    const grant = await browser.signIn(wallet)
    expect(grant).toEqual({ expiresAt: NOW + 10 * 60_000, sessionExpiresAt: NOW + 30 * 86_400_000 })
    expect([...browser.jar.keys()].sort()).toEqual(['__Host-qd-access', '__Host-qd-browser', '__Host-qd-refresh'])
    const session = await (await browser.as()).auth.session()
    expect(session).toMatchObject({
      user: { wallet: wallet.address, role: 'user', kycStatus: 'none', riskLevel: 'unrated' },
    })
    const { user: again } = (await (await browser.as()).auth.session()) ?? {}
    await browser.signIn(wallet)
    expect((await (await browser.as()).users.me())?.id).toBe(again?.id)
  })

  it('gives tokens instead to a program that asks for them', async () => {
    const browser = newBrowser()
    const wallet = newWallet()
    const { accessToken } = await browser.signIn(wallet, { delivery: 'token' })
    expect([...browser.jar.keys()]).toEqual(['__Host-qd-browser'])
    const principal = await browser.ask({ headers: { authorization: `Bearer ${accessToken}` } })
    expect(principal).toMatchObject({ authority: wallet.address, via: 'session' })
  })

  it('is refused with the signature of another key', async () => {
    const { browser, nonce, message } = await challenged()
    await expect(finish(browser, nonce, newWallet().sign(message))).rejects.toEqual(refused)
  })

  it('is refused to another wallet than the one it was made for, though it signs the same fields', async () => {
    const { browser, nonce, input } = await challenged()
    const other = newWallet()
    const message = signInMessage({ ...input, address: other.address })
    await expect(finish(browser, nonce, other.sign(message))).rejects.toEqual(refused)
  })

  it.each<[string, (input: SignInInput) => string]>([
    ['another domain', (input) => signInMessage({ ...input, domain: 'evil.example' })],
    ['another address', (input) => signInMessage({ ...input, address: newWallet().address })],
    ['another statement', (input) => signInMessage({ ...input, statement: 'Withdraw everything' })],
    ['another URI', (input) => signInMessage({ ...input, uri: 'https://evil.example' })],
    ['another version', (input) => signInMessage({ ...input, version: '2' as '1' })],
    ['another chain', (input) => signInMessage({ ...input, chainId: 'mainnet' })],
    ['another nonce', (input) => signInMessage({ ...input, nonce: 'a'.repeat(32) })],
    ['another time of issue', (input) => signInMessage({ ...input, issuedAt: '2026-11-21T11:59:00.000Z' })],
    ['a later end', (input) => signInMessage({ ...input, expirationTime: '2099-01-01T00:00:00.000Z' })],
    ['a time before which it is not valid', (input) => `${signInMessage(input)}\nNot Before: 2099-01-01T00:00:00.000Z`],
    ['resources', (input) => `${signInMessage(input)}\nResources:\n- https://evil.example`],
    [
      'the shortest message, without nonce and times',
      ({ domain, address }) => `${domain} wants you to sign in with your Solana account:\n${address}`,
    ],
    ['the nonce alone, as before Sign In With Solana', ({ nonce }) => nonce],
    ['an old text of one line', ({ nonce }) => `Sign in to QuantDesk with nonce ${nonce}`],
    ['other line breaks', (input) => signInMessage(input).replaceAll('\n', '\r\n')],
    ['a line more', (input) => `${signInMessage(input)}\n`],
    [
      'fields that the statement imitates',
      (input) => signInMessage(input).replace('moves no funds.', `moves no funds.\n\nURI: ${input.uri}`),
    ],
  ])('is refused when the wallet signed %s', async (_, textOf) => {
    const { browser, wallet, nonce, input } = await challenged()
    await expect(finish(browser, nonce, wallet.sign(textOf(input)))).rejects.toEqual(refused)
  })

  it('reads nothing of a sign-in input that a client sends along', async () => {
    const { browser, wallet, nonce, input } = await challenged()
    const forged = { ...input, expirationTime: '2099-01-01T00:00:00.000Z' }
    const signed = {
      nonce,
      signature: wallet.sign(signInMessage(forged)),
      input: forged,
      message: signInMessage(forged),
    }
    await expect((await browser.as(null)).auth.signIn(signed)).rejects.toEqual(refused)
  })

  it('is refused after it expired, and before it was made', async () => {
    for (const at of [NOW + 5 * 60_000, NOW - 1]) {
      const { browser, wallet, nonce, message } = await challenged()
      clock.set(at)
      await expect(finish(browser, nonce, wallet.sign(message))).rejects.toEqual(refused)
      clock.set(NOW)
    }
  })

  it('is refused a second time', async () => {
    const { browser, wallet, nonce, message } = await challenged()
    await finish(browser, nonce, wallet.sign(message))
    await expect(finish(browser, nonce, wallet.sign(message))).rejects.toEqual(refused)
  })

  it('uses the challenge up also when the signature was wrong', async () => {
    const { browser, wallet, nonce, message } = await challenged()
    await expect(finish(browser, nonce, newWallet().sign(message))).rejects.toEqual(refused)
    await expect(finish(browser, nonce, wallet.sign(message))).rejects.toEqual(refused)
  })

  it('is refused to another browser, with a cookie of its own or with none', async () => {
    const { wallet, nonce, message } = await challenged()
    const other = newBrowser()
    await expect(finish(other, nonce, wallet.sign(message))).rejects.toEqual(refused)
    await challenged(other)
    await expect(finish(other, nonce, wallet.sign(message))).rejects.toEqual(refused)
  })

  it('is refused on another site of ours than the one it was made for', async () => {
    const { browser, wallet, nonce, message } = await challenged()
    const other = newBrowser('http://localhost:3000')
    for (const [name, value] of browser.jar) other.jar.set(name, value)
    other.jar.set(cookieName('http://localhost:3000', 'browser'), browser.jar.get('__Host-qd-browser') ?? '')
    await expect(finish(other, nonce, wallet.sign(message))).rejects.toEqual(refused)
  })

  it('with one challenge at ten places at once succeeds at one', async () => {
    const { browser, wallet, nonce, message } = await challenged()
    const signature = wallet.sign(message)
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => finish(browser, nonce, signature)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('is refused with what was signed to confirm a session', async () => {
    const browser = newBrowser()
    const wallet = newWallet()
    await browser.signIn(wallet)
    const { nonce, message } = await (await browser.as()).auth.confirmChallenge()
    await expect(finish(browser, nonce, wallet.sign(message))).rejects.toEqual(refused)
  })

  it('tells every refusal in the same words, and keeps the reason for itself', async () => {
    const { browser, nonce, message, wallet } = await challenged()
    const reasons = [
      await finish(browser, nonce, newWallet().sign(message)).catch(String),
      await finish(browser, nonce, wallet.sign(message)).catch(String),
      await finish(browser, 'made up', wallet.sign(message)).catch(String),
    ]
    expect(new Set(reasons).size).toBe(1)
    const events = await db.selectFrom('login_events').select('reason').where('ip', '=', browser.ip).execute()
    expect(new Set(events.map(({ reason }) => reason)).size).toBe(2)
  })

  it('is not tried more than twenty times in ten minutes from one address', async () => {
    const browser = new Browser(identity, { ip: '192.0.2.1' })
    const wallet = newWallet()
    for (let times = 0; times < 20; times++) await finish(browser, 'made up', 'AAAA').catch(() => undefined)
    await expect(finish(browser, 'made up', 'AAAA')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    await expect(browser.signIn(wallet)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    await newBrowser().signIn(wallet)
    clock.advance(10 * 60_000)
    await browser.signIn(wallet)
    clock.set(NOW)
  })

  it('is not offered under a host that is none of the site’s, where a page could pass our text on', async () => {
    const browser = new Browser(identity, { site: null })
    const { auth } = await browser.as(null)
    await expect(auth.challenge({ wallet: newWallet().address })).rejects.toThrow(/none of the site’s own/)
  })
})

describe('a signature', () => {
  const wallet = newWallet()
  const publicKey = keyOfAddress(wallet.address) ?? new Uint8Array()
  const message = Buffer.from('hello')
  const signature = Buffer.from(wallet.sign(message), 'base64')

  it('is good for its message and key alone', () => {
    expect(isSignature(signature, message, publicKey)).toBe(true)
    expect(isSignature(signature, Buffer.from('hellp'), publicKey)).toBe(false)
    expect(isSignature(signature, message, keyOfAddress(newWallet().address) ?? publicKey)).toBe(false)
    expect(isSignature(signature.subarray(1), message, publicKey)).toBe(false)
    expect(isSignature(Buffer.concat([signature, Buffer.of(0)]), message, publicKey)).toBe(false)
  })

  it('has one form: with the group order added to its second half it is refused', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const scalar = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order
    const second = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse()
    expect(isSignature(Buffer.concat([signature.subarray(0, 32), second]), message, publicKey)).toBe(false)
  })

  it('is refused for a key that is no point of the curve, and no address is taken for a key that is none', () => {
    expect(isSignature(signature, message, Buffer.alloc(32, 255))).toBe(false)
    expect(keyOfAddress('0OIl')).toBeUndefined()
    expect(keyOfAddress('1111')).toBeUndefined()
  })
})

describe('a referral', () => {
  it('is kept for a new user, and leads to the wallet of the one who referred', async () => {
    const [alice, bob] = [newBrowser(), newBrowser()]
    const wallet = newWallet()
    await alice.signIn(wallet)
    const code = (await (await alice.as()).users.me())?.referralCode ?? ''
    await bob.signIn(newWallet(), { referralCode: code })
    expect(await (await bob.as(null)).users.referrer({ code })).toEqual({ wallet: wallet.address })
    const me = await (await bob.as()).users.me()
    const row = await db
      .selectFrom('users')
      .select('referred_by')
      .where('id', '=', me?.id ?? '')
      .executeTakeFirst()
    expect(row?.referred_by).toBe((await (await alice.as()).users.me())?.id)
    await expect((await bob.as(null)).users.referrer({ code: 'NOBODY' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

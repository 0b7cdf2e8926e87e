import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Browser, NOW, newWallet, SITE, testIdentity } from '../testing.ts'
import { receiveMessage, startCheck } from './checks.ts'
import { openKyc } from './index.ts'
import { startStripe, stripeMessage } from './testing-stripe.ts'

const stripe = await startStripe()
afterAll(() => stripe.close())
const secret = 'whsec_test'
const nobody = await testIdentity()
const byHand = { ...nobody, kyc: openKyc('manual') }
const identity = { ...nobody, kyc: openKyc(`stripe:sk_test_1:${secret}`, stripe.url) }
const { db, clock } = nobody
beforeEach(() => {
  clock.set(NOW)
  stripe.fail(false)
})

async function signedIn(
  of: typeof identity | typeof byHand | typeof nobody = identity,
  role: 'user' | 'risk' = 'user',
) {
  const wallet = newWallet()
  await new Browser(of).signIn(wallet)
  await db.updateTable('users').set({ role }).where('wallet', '=', wallet.address).execute()
  const browser = new Browser(of)
  await browser.signIn(wallet)
  const { users } = await browser.as()
  const status = async () => (await users.me())?.kycStatus
  return { wallet: wallet.address, users, status }
}
async function started() {
  const user = await signedIn()
  const { url } = await user.users.startIdentityCheck()
  const row = await db
    .selectFrom('app.identity_checks as c')
    .innerJoin('users as u', 'u.id', 'c.user_id')
    .select('c.reference')
    .where('u.wallet', '=', user.wallet)
    .executeTakeFirstOrThrow()
  return { ...user, url, id: row.reference }
}
const send = (id: string, type = 'identity.verification_session.verified', forge?: (body: string) => string) =>
  receiveMessage(identity, 'stripe', stripeMessage({ id, type, secret, atMs: clock.now() }, forge))

describe('a check by Stripe Identity', () => {
  it('sends the person to the provider’s page, and back here', async () => {
    const { url, status, users } = await started()
    expect(url).toBe('https://verify.stripe.com/start/test_YWNjdF8xTTJKVGtMa2RJd0h1N2l4')
    const { method, path, headers, form } = stripe.asked.at(-1) ?? {}
    expect([method, path]).toEqual(['POST', '/v1/identity/verification_sessions'])
    expect(headers).toMatchObject({
      authorization: 'Bearer sk_test_1',
      'stripe-version': '2023-10-16',
      'idempotency-key': expect.stringMatching(/^[\da-f-]{36}$/),
    })
    expect(Object.fromEntries(form ?? [])).toMatchObject({ type: 'document', return_url: `${SITE}/settings#profile` })
    expect(await status()).toBe('pending')
    expect(await users.identityCheck()).toMatchObject({ offered: true, check: { status: 'pending', reason: null } })
  })

  it('is verified when the provider, asked after its message, says so', async () => {
    const { id, status, users } = await started()
    stripe.change(id, { status: 'verified', url: null })
    await send(id)
    expect(await status()).toBe('verified')
    await expect(users.startIdentityCheck()).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('is not verified by what a message says alone, and messages may come late or twice', async () => {
    const { id, status } = await started()
    await send(id)
    expect(await status()).toBe('pending')
    stripe.change(id, { status: 'verified' })
    await send(id)
    await send(id, 'identity.verification_session.processing')
    await send(id)
    expect(await status()).toBe('verified')
    const entries = await db
      .selectFrom('app.audit_log')
      .select('details')
      .where('action', '=', 'identity_check.ended')
      .orderBy('number', 'desc')
      .limit(1)
      .execute()
    expect(entries).toMatchObject([{ details: { status: 'verified', by: 'stripe' } }])
  })

  it('tells why it was not passed, and may be begun again', async () => {
    const { id, status, users } = await started()
    const last_error = { code: 'document_expired', reason: 'The document is expired.' }
    stripe.change(id, { status: 'requires_input', last_error })
    await send(id, 'identity.verification_session.requires_input')
    expect(await status()).toBe('rejected')
    expect((await users.identityCheck()).check).toMatchObject({ reason: 'The document is expired.' })
    await users.startIdentityCheck()
    expect(await status()).toBe('pending')
    // What is said of the older one now is not about this one.
    stripe.change(id, { status: 'canceled' })
    await send(id, 'identity.verification_session.canceled')
    expect(await status()).toBe('pending')
  })

  it('goes on where it was left, and hears by the way how it stands', async () => {
    const { id, status, users } = await started()
    expect((await users.startIdentityCheck()).url).toMatch(/^https:\/\/verify\.stripe\.com/)
    stripe.change(id, { status: 'processing' })
    expect(await users.startIdentityCheck()).toEqual({ url: null })
    stripe.change(id, { status: 'verified' })
    await users.startIdentityCheck()
    expect(await status()).toBe('verified')
  })

  it('does not change what the risk desk has decided since', async () => {
    const { id, status, wallet } = await started()
    const { users: desk } = await signedIn(identity, 'risk')
    expect(await desk.pendingChecks()).toContainEqual(
      expect.objectContaining({ wallet, provider: 'stripe', reference: id }),
    )
    await desk.changeStanding({ wallet, kycStatus: 'rejected' })
    stripe.change(id, { status: 'verified' })
    await send(id)
    expect(await status()).toBe('rejected')
  })

  it('is begun three times a day at most, and not while the provider fails', async () => {
    const { users, status } = await signedIn()
    stripe.fail(true)
    await expect(users.startIdentityCheck()).rejects.toMatchObject({ cause: { code: 'UPSTREAM' } })
    expect(await status()).toBe('none')
    stripe.fail(false)
    const beginAndFail = async () => {
      await users.startIdentityCheck()
      await db.updateTable('app.identity_checks').set({ status: 'rejected' }).where('status', '=', 'pending').execute()
    }
    await beginAndFail()
    await beginAndFail()
    await expect(users.startIdentityCheck()).rejects.toMatchObject({ cause: { code: 'RATE_LIMITED' } })
  })
})

describe('a message of the provider', () => {
  const refused = { code: 'UNAUTHENTICATED' }
  const message = (given: { secret?: string; atMs?: number }, forge?: (body: string) => string) =>
    stripeMessage({ id: 'vs_0', type: 'identity.verification_session.verified', secret, atMs: NOW, ...given }, forge)

  it.each([
    ['another secret', message({ secret: 'whsec_other' })],
    ['another body', message({}, (body) => body.replace('vs_0', 'vs_1'))],
    ['a signature of six minutes ago', message({ atMs: NOW - 6 * 60_000 })],
    ['a signature of the future', message({ atMs: NOW + 6 * 60_000 })],
    ['none', { headers: new Headers(), body: '{}' }],
    ['half of one', { headers: new Headers({ 'stripe-signature': `t=${NOW / 1_000},v1=ab` }), body: '{}' }],
  ])('is refused with %s', async (_, forged) => {
    await expect(receiveMessage(identity, 'stripe', forged)).rejects.toMatchObject(refused)
  })

  it('is taken with either of two secrets while one replaces the other, and about another thing ignored', async () => {
    const signed = message({})
    const header = `v1=${'00'.repeat(32)},${signed.headers.get('stripe-signature')}`
    await receiveMessage(identity, 'stripe', { ...signed, headers: new Headers({ 'stripe-signature': header }) })
    await send('vs_0', 'charge.succeeded')
    await send('vs_of_another_installation')
  })

  it('has nowhere to go where that provider is not set up', async () => {
    await expect(receiveMessage(nobody, 'stripe', message({}))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(receiveMessage(byHand, 'manual', message({}))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(receiveMessage(identity, 'manual', message({}))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('a check by the risk desk', () => {
  it('waits for a person, who sees it and decides', async () => {
    const [user, desk] = [await signedIn(byHand), await signedIn(byHand, 'risk')]
    expect(await user.users.startIdentityCheck()).toEqual({ url: null })
    expect(await user.users.startIdentityCheck()).toEqual({ url: null })
    expect(await user.status()).toBe('pending')
    expect((await desk.users.pendingChecks()).map(({ wallet }) => wallet)).toContain(user.wallet)
    await desk.users.changeStanding({ wallet: user.wallet, kycStatus: 'verified' })
    expect(await user.status()).toBe('verified')
    expect((await desk.users.pendingChecks()).map(({ wallet }) => wallet)).not.toContain(user.wallet)
    expect((await user.users.identityCheck()).check).toMatchObject({ status: 'verified' })
  })

  it('is begun anew where the operator has changed who checks', async () => {
    const { wallet } = await started()
    const row = await db.selectFrom('users').select(['id']).where('wallet', '=', wallet).executeTakeFirstOrThrow()
    expect(await startCheck(byHand, row.id, SITE)).toBeNull()
    const checks = db.selectFrom('app.identity_checks').select('provider').where('user_id', '=', row.id).orderBy('id')
    expect((await checks.execute()).map(({ provider }) => provider)).toEqual(['stripe', 'manual'])
  })

  it('is offered only where the operator has set up who checks', async () => {
    const { users } = await signedIn(nobody)
    expect(await users.identityCheck()).toEqual({ offered: false, check: null })
    await expect(users.startIdentityCheck()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

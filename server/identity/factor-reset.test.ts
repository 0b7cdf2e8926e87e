import { Secret, TOTP } from 'otpauth'
import { beforeEach, describe, expect, it } from 'vitest'
import { tellHappenings } from '#server/notify/tell.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { countFactors } from './factor-repo.ts'
import { FACTOR_RESET_WAIT_MS, finishFactorResets, pendingFactorReset } from './factor-reset.ts'
import { Browser, NOW, newWallet, testIdentity } from './testing.ts'

const identity = await testIdentity()
const { db, clock } = identity
const HOUR_MS = 3_600_000
beforeEach(() => clock.set(NOW))

type Role = 'user' | 'support' | 'risk' | 'admin'
async function signedIn(role: Role = 'user') {
  const wallet = newWallet()
  await new Browser(identity).signIn(wallet)
  await db.updateTable('users').set({ role }).where('wallet', '=', wallet.address).execute()
  const browser = new Browser(identity)
  await browser.signIn(wallet)
  const userId = (await browser.principal())?.userId ?? ''
  const { auth, approvals } = await browser.as()
  return { wallet, browser, userId, auth, approvals }
}

/** Somebody with an authenticator app, who has lost it. */
async function withFactor() {
  const user = await signedIn()
  const { id, secret } = await user.auth.beginTotp()
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now() })
  await user.auth.confirmTotp({ id, code })
  return user
}

const reason = 'showed a passport in a call'
async function asked() {
  const [user, support, admin] = [await withFactor(), await signedIn('support'), await signedIn('admin')]
  const { id } = await support.approvals.askFactorReset({ wallet: user.wallet.address, reason })
  const shown = (await admin.approvals.list()).find((one) => one.id === id)
  if (shown === undefined) throw new Error('the request is not listed')
  return { user, support, admin, shown, decision: { id, payloadHash: shown.payloadHash, approve: true } }
}
async function approved() {
  const reset = await asked()
  await reset.admin.approvals.decide(reset.decision)
  return reset
}
const told = async (userId: string) => {
  await tellHappenings(db, clock.now(), (what) => expect(what).toBeUndefined())
  const rows = await db
    .selectFrom('notifications')
    .select(['kind', 'body', 'read_at'])
    .where('user_id', '=', userId)
    .execute()
  return rows.filter(({ kind }) => kind.startsWith('security.factor'))
}
const finish = () => finishFactorResets({ db, bus: memoryBus() }, clock.now())
const conflict = { code: 'CONFLICT' }

describe('a reset of second factors', () => {
  it('takes two people and 48 hours, and ends every session', async () => {
    const { user, shown, support } = await approved()
    expect(shown).toMatchObject({ kind: 'factors.reset', payload: { wallet: user.wallet.address }, reason })
    expect(shown.askedBy).toBe(support.wallet.address)
    expect(await user.auth.factors()).toMatchObject({ reset: { dueAt: NOW + FACTOR_RESET_WAIT_MS } })

    clock.set(NOW + FACTOR_RESET_WAIT_MS - 1)
    await finish()
    expect(await countFactors(db, user.userId)).toBe(1)

    clock.set(NOW + FACTOR_RESET_WAIT_MS)
    await finish()
    const live = db
      .selectFrom('app.sessions')
      .select('id')
      .where('user_id', '=', user.userId)
      .where('revoked_at', 'is', null)
    expect(await live.execute()).toEqual([])
    const again = new Browser(identity)
    await again.signIn(user.wallet)
    expect(await (await again.as()).auth.factors()).toMatchObject({ factors: [], recoveryCodesLeft: 0, reset: null })
    // The wallet's signature confirms again.
    await (await again.as()).auth.beginTotp()
    const trail = db.selectFrom('app.audit_log').select('action').where('subject', '=', user.userId).orderBy('number')
    expect((await trail.execute()).map(({ action }) => action).slice(-2)).toEqual([
      'factor_reset.begun',
      'factor_reset.done',
    ])
  })

  it('is told to its owner on every channel, whatever was chosen, when it begins and when it is done', async () => {
    const { user } = await asked()
    await db
      .insertInto('notification_settings')
      .values({ user_id: user.userId, channels: { security: [] }, quiet_from: 0, quiet_to: 1_439 })
      .execute()
    await db.insertInto('app.telegram_links').values({ user_id: user.userId, chat_id: 7n, name: 'user' }).execute()
    const admin = await signedIn('admin')
    const [shown] = (await admin.approvals.list()).slice(-1)
    await admin.approvals.decide({ id: shown?.id ?? '', payloadHash: shown?.payloadHash ?? '', approve: true })
    expect(await told(user.userId)).toMatchObject([
      { kind: 'security.factor_reset_begun', read_at: null, body: expect.stringContaining('2026-11-23 12:00 UTC') },
    ])
    const messages = () =>
      db.selectFrom('app.gathered').select(['channel', 'due_at']).where('user_id', '=', user.userId).execute()
    expect(await messages()).toMatchObject([{ channel: 'telegram', due_at: new Date(NOW) }])
    clock.set(NOW + FACTOR_RESET_WAIT_MS)
    await finish()
    expect((await told(user.userId)).map(({ kind }) => kind)).toContain('security.factors_removed')
    expect(await messages()).toHaveLength(2)
  })

  it('is stopped by its owner from any session, and stays stopped', async () => {
    const { user } = await approved()
    const thief = await signedIn()
    await expect(thief.auth.cancelFactorReset()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await user.auth.cancelFactorReset()
    await expect(user.auth.cancelFactorReset()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    clock.set(NOW + FACTOR_RESET_WAIT_MS)
    await finish()
    expect(await countFactors(db, user.userId)).toBe(1)
  })

  it('does not take the factors of somebody who has got a role meanwhile', async () => {
    const { user } = await approved()
    await db.updateTable('users').set({ role: 'admin' }).where('id', '=', user.userId).execute()
    clock.set(NOW + FACTOR_RESET_WAIT_MS)
    await finish()
    expect(await countFactors(db, user.userId)).toBe(1)
    expect(await pendingFactorReset(db, user.userId)).toBeNull()
  })

  it('is not asked for where it would be pointless, or for staff', async () => {
    const [support, admin, plain] = [await signedIn('support'), await signedIn('admin'), await signedIn()]
    const ask = (wallet: string) => support.approvals.askFactorReset({ wallet, reason })
    await expect(ask(newWallet().address)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ask(plain.wallet.address)).rejects.toMatchObject(conflict)
    await expect(ask(admin.wallet.address)).rejects.toMatchObject(conflict)
  })

  it('is under way once', async () => {
    const { user, support, admin } = await approved()
    const { id } = await support.approvals.askFactorReset({ wallet: user.wallet.address, reason })
    const shown = (await admin.approvals.list()).find((one) => one.id === id)
    const decision = { id, payloadHash: shown?.payloadHash ?? '', approve: true }
    await expect(admin.approvals.decide(decision)).rejects.toMatchObject(conflict)
    // And neither is the approval used up.
    await user.auth.cancelFactorReset()
    await admin.approvals.decide(decision)
  })
})

describe('an act that takes two people', () => {
  it('is not approved by who asked, by support, or by whom it is about', async () => {
    const { support, user, decision } = await asked()
    const forbidden = { code: 'FORBIDDEN' }
    await expect(support.approvals.decide(decision)).rejects.toMatchObject(forbidden)
    for (const { userId, browser } of [support, user]) {
      const principal = await browser.principal()
      if (principal === null) throw new Error('nobody is signed in')
      const promoted = await browser.as({ ...principal, userId, role: 'admin' })
      await expect(promoted.approvals.decide(decision)).rejects.toMatchObject(forbidden)
    }
  })

  it('is decided once, also by two at once', async () => {
    const { admin, decision } = await asked()
    const tries = await Promise.allSettled([1, 2, 3].map(() => admin.approvals.decide(decision)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('is not approved a day later, or as something that was not read', async () => {
    const { admin, decision, user } = await asked()
    const other = { ...decision, payloadHash: 'ab'.repeat(32) }
    await expect(admin.approvals.decide(other)).rejects.toMatchObject(conflict)
    const change = (wallet: string) =>
      db.updateTable('app.approvals').set({ payload: { wallet } }).where('id', '=', decision.id).execute()
    await change(newWallet().address)
    await expect(admin.approvals.decide(decision)).rejects.toMatchObject(conflict)
    await change(user.wallet.address)
    const about = (subject: string) =>
      db.updateTable('app.approvals').set({ subject }).where('id', '=', decision.id).execute()
    await about((await signedIn()).userId)
    await expect(admin.approvals.decide(decision)).rejects.toMatchObject(conflict)
    await about(user.userId)
    const later = await at(NOW + 24 * HOUR_MS, admin)
    await expect(later.decide(decision)).rejects.toMatchObject(conflict)
    expect((await later.list()).map(({ id }) => id)).not.toContain(decision.id)
  })

  it('does nothing when it is refused', async () => {
    const { admin, decision, user } = await asked()
    await admin.approvals.decide({ ...decision, approve: false })
    expect(await user.auth.factors()).toMatchObject({ reset: null })
    await expect(admin.approvals.decide(decision)).rejects.toThrow(/refused already/)
  })
})

/** At a later time, as an admin whose sign-in is as fresh then. */
async function at(atMs: number, { browser }: Awaited<ReturnType<typeof signedIn>>) {
  const principal = await browser.principal()
  if (principal === null) throw new Error('nobody is signed in')
  clock.set(atMs)
  return (await browser.as({ ...principal, steppedUpAt: atMs, expiresAt: atMs + HOUR_MS })).approvals
}

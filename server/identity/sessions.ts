import { recordAudit } from '#server/platform/audit.ts'
import { AppError } from '#server/platform/errors.ts'
import { readCookie, type SiteExchange, writeCookie } from './cookies.ts'
import type { Identity } from './identity.ts'
import { hashOf, newToken } from './random.ts'
import type { GrantDto } from './schema.ts'
import {
  findSession,
  insertRefreshToken,
  insertSession,
  lockRefreshToken,
  markSteppedUp,
  revokeSessions,
  type SessionRow,
  type StepUpMethod,
  spendRefreshToken,
} from './session-repo.ts'
import { ACCESS_TOKEN_MS } from './tokens.ts'
import { recordLogin, type User } from './user-repo.ts'

/** Absolute: then the wallet signs again, however often the session was refreshed. */
const SESSION_MS = 30 * 86_400_000
/** A refresh token nobody uses for this long is over. */
const REFRESH_MS = 7 * 86_400_000
/** Tabs that refresh at once show the same token: the later ones get an access token and no new refresh token. */
export const REUSE_GRACE_MS = 10_000

export type Delivery = 'cookie' | 'token'

/** A new session of somebody whose wallet has just signed. `steppedUp`: that signature is all this user can show. */
export async function openSession(
  identity: Identity,
  { user, steppedUp, http, delivery }: { user: User; steppedUp: boolean; http: SiteExchange; delivery: Delivery },
): Promise<GrantDto> {
  const now = identity.clock.now()
  const expiresAt = now + SESSION_MS
  const refreshToken = newToken()
  const { ip, userAgent } = http
  const id = await identity.db.transaction().execute(async (trx) => {
    const steppedUpAt = steppedUp ? now : null
    const sessionId = await insertSession(trx, { userId: user.id, ip, userAgent, steppedUpAt, expiresAt }, now)
    const family = crypto.randomUUID()
    const token = { hash: hashOf(refreshToken), sessionId, family, previous: null, expiresAt: now + REFRESH_MS }
    await insertRefreshToken(trx, token, now)
    return sessionId
  })
  await recordLogin(identity.db, { userId: user.id, wallet: user.wallet, result: 'signed_in', ip, userAgent }, now)
  const session: SessionRow = {
    id,
    userId: user.id,
    wallet: user.wallet,
    role: user.role,
    steppedUpAt: steppedUp ? now : null,
    steppedUpBy: steppedUp ? 'wallet' : null,
    expiresAt,
  }
  return deliver(identity, { session, refreshToken, http, delivery })
}

/**
 * Spends a refresh token for the next. One that was spent before is in two hands: the whole session ends.
 * @throws AppError UNAUTHENTICATED with one sentence for whatever is wrong.
 */
export async function refreshSession(
  identity: Identity,
  { given, http }: { given: string | undefined; http: SiteExchange },
): Promise<GrantDto> {
  const delivery = given === undefined ? 'cookie' : 'token'
  const shown = given ?? readCookie(http, 'refresh')
  const refused = new AppError('UNAUTHENTICATED', { message: 'the session has ended: sign in with your wallet' })
  if (shown === undefined) throw refused
  const now = identity.clock.now()
  const hash = hashOf(shown)
  const next = newToken()

  const outcome = await identity.db.transaction().execute(async (trx) => {
    const row = await lockRefreshToken(trx, hash, now)
    if (row === undefined || !row.isLive) return { kind: 'refused' } as const
    const { session, family, spentAt } = row
    if (spentAt !== null) {
      if (now - spentAt <= REUSE_GRACE_MS) return { kind: 'again', session } as const
      const ended = await revokeSessions(
        trx,
        { userId: session.userId, only: session.id, because: 'refresh token used twice' },
        now,
      )
      return { kind: 'reused', session, ended } as const
    }
    await spendRefreshToken(trx, hash, session.id, now)
    const expiresAt = Math.min(now + REFRESH_MS, session.expiresAt)
    await insertRefreshToken(trx, { hash: hashOf(next), sessionId: session.id, family, previous: hash, expiresAt }, now)
    return { kind: 'spent', session } as const
  })

  switch (outcome.kind) {
    case 'spent':
      return deliver(identity, { session: outcome.session, refreshToken: next, http, delivery })
    case 'again':
      return deliver(identity, { session: outcome.session, refreshToken: undefined, http, delivery })
    case 'reused': {
      const { userId, wallet } = outcome.session
      await identity.revocations.announce(outcome.ended)
      const { ip, userAgent } = http
      const reason = 'refresh token used twice'
      await recordLogin(identity.db, { userId, wallet, result: 'revoked', reason, ip, userAgent }, now)
      identity.log.warn(
        { userId, sessionId: outcome.session.id, ip },
        'a spent refresh token came again: session ended',
      )
      break
    }
    case 'refused':
  }
  if (delivery === 'cookie') clearCookies(http)
  throw refused
}

/** A new access token that says the factor was shown just now. */
export async function stepUp(
  identity: Identity,
  { sessionId, by, http, delivery }: { sessionId: string; by: StepUpMethod; http: SiteExchange; delivery: Delivery },
): Promise<GrantDto> {
  const now = identity.clock.now()
  await markSteppedUp(identity.db, sessionId, by, now)
  const session = await findSession(identity.db, sessionId, now)
  if (session === undefined) throw new AppError('UNAUTHENTICATED', { message: 'the session has ended' })
  await recordAudit(identity.db, {
    stream: 'identity',
    actor: session.userId,
    action: 'session.confirmed',
    subject: sessionId,
    details: { by },
  })
  return deliver(identity, { session, refreshToken: undefined, http, delivery })
}

/** Ends sessions of a user, in every process at once. */
export async function endSessions(
  identity: Identity,
  which: { userId: string; only?: string; except?: string; because: string },
): Promise<number> {
  const ids = await revokeSessions(identity.db, which, identity.clock.now())
  await identity.revocations.announce(ids)
  return ids.length
}

export function clearCookies(http: SiteExchange): void {
  writeCookie(http, 'access', null, 0)
  writeCookie(http, 'refresh', null, 0)
}

async function deliver(
  identity: Identity,
  grant: { session: SessionRow; refreshToken: string | undefined; http: SiteExchange; delivery: Delivery },
): Promise<GrantDto> {
  const { session, refreshToken, http, delivery } = grant
  const now = identity.clock.now()
  const { id: sessionId, userId, wallet, role, steppedUpAt, steppedUpBy } = session
  const aal = steppedUpBy === null || steppedUpBy === 'wallet' ? 'aal1' : 'aal2'
  const access = await identity.tokens.issue({ userId, sessionId, wallet, role, steppedUpAt, aal }, now)
  const times = { expiresAt: access.expiresAt, sessionExpiresAt: session.expiresAt }
  if (delivery === 'token') {
    return { ...times, accessToken: access.token, ...(refreshToken === undefined ? {} : { refreshToken }) }
  }
  writeCookie(http, 'access', access.token, ACCESS_TOKEN_MS)
  if (refreshToken !== undefined) writeCookie(http, 'refresh', refreshToken, REFRESH_MS)
  return times
}

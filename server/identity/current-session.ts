import type { Principal } from '#server/platform/principal.ts'
import { readCookie, type SiteExchange } from './cookies.ts'
import { countRecoveryCodes, listFactors } from './factor-repo.ts'
import type { Identity } from './identity.ts'
import { hashOf } from './random.ts'
import type { CurrentSessionDto } from './schema.ts'
import { lockRefreshToken } from './session-repo.ts'
import { clearCookies, endSessions } from './sessions.ts'
import { readUser, recordLogin } from './user-repo.ts'

type ConfirmWith = NonNullable<CurrentSessionDto>['confirmWith']

/** Null for nobody, for a key, and for a user who is gone. */
export async function currentSession({ db }: Identity, principal: Principal): Promise<CurrentSessionDto> {
  if (principal?.via !== 'session') return null
  const { userId, role, credentialId, expiresAt, steppedUpAt } = principal
  const [user, confirmWith] = await Promise.all([readUser(db, { id: userId, role }), waysToConfirm(db, userId)])
  return user === undefined ? null : { user, sessionId: credentialId, expiresAt, steppedUpAt, confirmWith }
}

async function waysToConfirm(db: Identity['db'], userId: string): Promise<ConfirmWith> {
  const factors = await listFactors(db, userId)
  if (factors.length === 0) return ['wallet']
  const kinds = [...new Set(factors.map(({ kind }) => kind))]
  return (await countRecoveryCodes(db, userId)) > 0 ? [...kinds, 'recovery_code'] : kinds
}

/** Also where the access token has just run out: the refresh token names the session, too. */
export async function signOut(identity: Identity, principal: Principal, http: SiteExchange): Promise<void> {
  const now = identity.clock.now()
  const session = principal?.via === 'session' ? principal : await byRefreshCookie(identity, http)
  if (session !== undefined) {
    const { userId, credentialId, authority } = session
    await endSessions(identity, { userId, only: credentialId, because: 'signed out' })
    const { ip, userAgent } = http
    await recordLogin(identity.db, { userId, wallet: authority, result: 'signed_out', ip, userAgent }, now)
  }
  clearCookies(http)
}

async function byRefreshCookie(identity: Identity, http: SiteExchange) {
  const token = readCookie(http, 'refresh')
  if (token === undefined) return undefined
  const row = await lockRefreshToken(identity.db, hashOf(token), identity.clock.now())
  if (row === undefined || !row.isLive) return undefined
  return { userId: row.session.userId, credentialId: row.session.id, authority: row.session.wallet }
}

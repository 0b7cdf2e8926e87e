import { parse } from 'hono/utils/cookie'
import { AppError } from '#server/platform/errors.ts'
import type { AuthenticationRequest, Authenticator, Principal, SignedIn } from '#server/platform/principal.ts'
import { siteOfHost } from '#server/platform/site.ts'
import { BEARER_PREFIX } from './api-keys.ts'
import { cookieName } from './cookies.ts'
import type { Identity } from './identity.ts'
import { findKey, type KeyRow, touchKey } from './key-repo.ts'
import { hashOf } from './random.ts'
import { isSignedBy, SIGNED_HEADERS } from './signed-request.ts'
import { ACCESS_TOKEN_MS } from './tokens.ts'

const ALL_SCOPES: SignedIn['scopes'] = new Set(['read', 'trade', 'admin'])
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** By what the request shows: a signature of a key, a bearer token or key, else the cookie of a page. */
export function createAuthenticator(identity: Identity): Authenticator {
  return async (request) => {
    const { headers } = request
    const keyId = headers.get(SIGNED_HEADERS.key)
    if (keyId !== null) return bySignature(identity, request, keyId)
    const authorization = headers.get('authorization')
    if (authorization !== null) {
      const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
      if (token === undefined)
        throw new AppError('UNAUTHENTICATED', { message: 'the Authorization header must be: Bearer TOKEN' })
      if (token.startsWith(BEARER_PREFIX)) return byKey(identity, request, token)
      return byToken(identity, token)
    }
    return byCookie(identity, headers)
  }
}

async function byToken(identity: Identity, token: string): Promise<SignedIn> {
  const claims = await identity.tokens.verify(token, identity.clock.now())
  if (identity.revocations.has(claims.sessionId)) {
    throw new AppError('UNAUTHENTICATED', { message: 'the session has ended: sign in with your wallet' })
  }
  return {
    userId: claims.userId,
    authority: claims.wallet,
    role: claims.role,
    via: 'session',
    credentialId: claims.sessionId,
    scopes: ALL_SCOPES,
    steppedUpAt: claims.steppedUpAt,
    expiresAt: claims.expiresAt,
  }
}

/** A page whose session has ended is a page of nobody: what is public stays to be seen. */
async function byCookie(identity: Identity, headers: Headers): Promise<Principal> {
  const cookies = parse(headers.get('cookie') ?? '')
  const site = siteOfHost(identity.config.publicOrigins, headers.get('host'))
  const token = site === null ? undefined : cookies[cookieName(site, 'access')]
  if (token === undefined) return null
  try {
    return await byToken(identity, token)
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return null
    throw error
  }
}

async function byKey(identity: Identity, { ip }: AuthenticationRequest, token: string): Promise<SignedIn> {
  const key = await findKey(identity.db, { hash: hashOf(token) }, ip, identity.clock.now())
  return accept(identity, key?.method === 'bearer' ? key : undefined, ip)
}

async function bySignature(identity: Identity, request: AuthenticationRequest, keyId: string): Promise<SignedIn> {
  const key = UUID.test(keyId) ? await findKey(identity.db, { id: keyId }, request.ip, identity.clock.now()) : undefined
  const isSigned = key !== undefined && (await isSignedBy(identity, key, request))
  return accept(identity, isSigned ? key : undefined, request.ip)
}

/** One sentence for every refusal: whether a key exists, and from where it may be used, is told to nobody. */
async function accept(identity: Identity, key: KeyRow | undefined, ip: string | null): Promise<SignedIn> {
  if (key === undefined || !key.isPlaceAllowed) {
    if (key !== undefined) identity.log.info({ keyId: key.id, ip }, 'an API key was used from an address it is not for')
    throw new AppError('UNAUTHENTICATED', {
      message: 'the API key, its signature, its time or its address was not accepted',
    })
  }
  const now = identity.clock.now()
  await touchKey(identity.db, key.id, ip, now)
  return {
    userId: key.userId,
    authority: key.wallet,
    role: key.role,
    via: 'key',
    credentialId: key.id,
    scopes: new Set(key.scopes),
    limits: key.limits,
    steppedUpAt: null,
    // A stream shows the key again as often as a session its token: a key that was revoked reads no longer than that.
    expiresAt: Math.min(key.expiresAt ?? Number.POSITIVE_INFINITY, now + ACCESS_TOKEN_MS),
  }
}

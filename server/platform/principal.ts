import type { UserRole } from './db/types.ts'
import { AppError } from './errors.ts'

export type Scope = 'read' | 'trade' | 'admin'

/** Somebody whose session or API key was checked. */
export type SignedIn = {
  userId: string
  /** The wallet. */
  authority: string
  role: UserRole
  via: 'session' | 'key'
  /** Id of the session or the key. */
  credentialId: string
  /** What a key was made for; a session has all. */
  scopes: ReadonlySet<Scope>
  /** When this session last showed a second factor or, where there is none, a fresh signature of the wallet. */
  steppedUpAt: number | null
  expiresAt: number
  /** Calls a minute that a key was given instead of everybody's; null: as everybody. */
  limits?: { trading: number | null; data: number | null }
}

/** Who asks; null is anybody. */
export type Principal = SignedIn | null

/** What a credential is checked against: the request as it was sent. */
export type AuthenticationRequest = {
  method: string
  /** With its query. */
  path: string
  headers: Headers
  /** Read only for a signed request. */
  body: () => Promise<Uint8Array>
  /** Of the client; null where it is not known. */
  ip: string | null
}

/**
 * Who a request speaks for: null without a credential, or with the cookie of a session that has ended.
 * @throws AppError UNAUTHENTICATED for a bearer token, key or signature that is wrong.
 */
export type Authenticator = (request: AuthenticationRequest) => Promise<Principal>

/** Who may call a procedure. Every procedure has one; the authorisation tests and the OpenAPI document read it. */
export const ACCESS = ['public', 'user', 'trade', 'step-up', 'support', 'risk', 'admin'] as const
export type Access = (typeof ACCESS)[number]

export type CallKind = 'query' | 'mutation' | 'subscription'

/** How long ago a second factor may have been shown for what asks for a recent one. */
export const STEP_UP_MS = 10 * 60_000

type Rule = { roles: readonly UserRole[]; stepUp: 'never' | 'to change' | 'always' }

const EVERYBODY = ['user', 'support', 'risk', 'admin'] as const
const RULES: Readonly<Record<Exclude<Access, 'public'>, Rule>> = {
  user: { roles: EVERYBODY, stepUp: 'never' },
  trade: { roles: EVERYBODY, stepUp: 'never' },
  'step-up': { roles: EVERYBODY, stepUp: 'always' },
  support: { roles: ['support', 'risk', 'admin'], stepUp: 'to change' },
  risk: { roles: ['risk', 'admin'], stepUp: 'to change' },
  admin: { roles: ['admin'], stepUp: 'to change' },
}

/**
 * The one decision of who may do what; what no rule allows is refused.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, or STEP_UP_REQUIRED where the same caller may after showing a factor.
 */
export function authorise(principal: Principal, access: Access | undefined, kind: CallKind, nowMs: number): void {
  if (access === 'public') return
  if (principal === null) throw new AppError('UNAUTHENTICATED', { message: 'sign in with your wallet first' })
  if (nowMs >= principal.expiresAt) throw new AppError('UNAUTHENTICATED', { message: 'the sign-in has expired' })
  const rule = access === undefined ? undefined : RULES[access]
  if (access === undefined || rule === undefined) {
    throw new AppError('FORBIDDEN', { message: 'nobody may call this: it does not say who may' })
  }
  if (!rule.roles.includes(principal.role)) {
    throw new AppError('FORBIDDEN', { message: `this is for the role ${rule.roles.join(', ')}` })
  }
  const scope = scopeNeeded(access, kind)
  if (!principal.scopes.has(scope)) {
    throw new AppError('FORBIDDEN', { message: `this API key lacks the scope ${scope}` })
  }
  if (rule.stepUp === 'never' || (rule.stepUp === 'to change' && kind !== 'mutation')) return
  if (principal.via === 'key') {
    throw new AppError('FORBIDDEN', { message: 'an API key cannot do this: sign in and confirm it yourself' })
  }
  if (principal.steppedUpAt === null || nowMs - principal.steppedUpAt >= STEP_UP_MS) {
    throw new AppError('STEP_UP_REQUIRED', { message: 'confirm that it is you first' })
  }
}

/** A key reads with `read`, trades with `trade`, and needs `admin` to change settings or to use its owner's role. */
export function scopeNeeded(access: Exclude<Access, 'public'>, kind: CallKind): Scope {
  if (access === 'trade') return 'trade'
  return access === 'user' && kind !== 'mutation' ? 'read' : 'admin'
}

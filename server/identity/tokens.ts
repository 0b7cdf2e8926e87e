import { join } from 'node:path'
import { type JSONWebKeySet, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Config } from '#server/platform/config.ts'
import type { UserRole } from '#server/platform/db/types.ts'
import { AppError } from '#server/platform/errors.ts'
import { openSigningKey, SIGNATURE_ALGORITHM } from '#server/platform/signing-key.ts'

export const ACCESS_TOKEN_MS = 10 * 60_000
/** As Supabase names who is signed in. */
const AUDIENCE = 'authenticated'

/** What an access token says. Claims are those of Supabase, so that its row security understands them, and ours. */
export type AccessClaims = {
  userId: string
  sessionId: string
  wallet: string
  role: UserRole
  steppedUpAt: number | null
  /** aal2 once a second factor was shown. */
  aal: 'aal1' | 'aal2'
}

const claimsSchema = z.object({
  sub: z.uuid(),
  role: z.literal('authenticated'),
  user_role: z.enum(['user', 'support', 'risk', 'admin']),
  session_id: z.uuid(),
  aal: z.enum(['aal1', 'aal2']),
  wallet: z.string(),
  stepped_up_at: z.number().optional(),
  exp: z.number(),
})

type CheckedClaims = AccessClaims & { expiresAt: number }

/** Tokens whose signature a process remembers. */
const MOST_CHECKED = 10_000

export type Tokens = {
  issue(claims: AccessClaims, nowMs: number): Promise<{ token: string; expiresAt: number }>
  /** @throws AppError UNAUTHENTICATED, with one sentence for whatever is wrong with it. */
  verify(token: string, nowMs: number): Promise<CheckedClaims>
  /** For others who check our tokens: JSON Web Key Set. */
  publicKeys: JSONWebKeySet
}

export async function openTokens(
  config: Pick<Config, 'authSigningKey' | 'dataDir' | 'publicOrigins'>,
): Promise<Tokens> {
  const { authSigningKey: given, dataDir } = config
  const file = join(dataDir, 'auth-signing-key.pem')
  const {
    id: kid,
    privateKey,
    publicKey,
    publicKeys,
  } = await openSigningKey({ variable: 'AUTH_SIGNING_KEY', given, file })
  const issuer = config.publicOrigins[0] ?? ''
  /** A signature that was right stays so until the token expires; whether its session was ended is asked each time, elsewhere. */
  const checked = new Map<string, CheckedClaims>()

  return {
    publicKeys,
    issue: async ({ userId, sessionId, wallet, role, steppedUpAt, aal }, nowMs) => {
      const expiresAt = nowMs + ACCESS_TOKEN_MS
      const token = await new SignJWT({
        role: 'authenticated',
        user_role: role,
        session_id: sessionId,
        aal,
        wallet,
        ...(steppedUpAt === null ? {} : { stepped_up_at: Math.floor(steppedUpAt / 1000) }),
      })
        .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, typ: 'JWT', kid })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setIssuedAt(new Date(nowMs))
        .setExpirationTime(new Date(expiresAt))
        .sign(privateKey)
      return { token, expiresAt: Math.floor(expiresAt / 1000) * 1000 }
    },
    verify: async (token, nowMs) => {
      const known = checked.get(token)
      if (known !== undefined && nowMs < known.expiresAt) return known
      checked.delete(token)
      const claims = await check(token, nowMs)
      checked.set(token, claims)
      const [oldest] = checked.keys()
      if (checked.size > MOST_CHECKED && oldest !== undefined) checked.delete(oldest)
      return claims
    },
  }

  async function check(token: string, nowMs: number): Promise<CheckedClaims> {
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: [SIGNATURE_ALGORITHM],
        issuer,
        audience: AUDIENCE,
        typ: 'JWT',
        currentDate: new Date(nowMs),
        requiredClaims: ['exp', 'iat'],
      })
      const { sub, session_id, wallet, user_role, stepped_up_at, aal, exp } = claimsSchema.parse(payload)
      return {
        userId: sub,
        sessionId: session_id,
        wallet,
        role: user_role,
        steppedUpAt: stepped_up_at === undefined ? null : stepped_up_at * 1000,
        aal,
        expiresAt: exp * 1000,
      }
    } catch (cause) {
      throw new AppError('UNAUTHENTICATED', { message: 'the access token is not valid, or has expired', cause })
    }
  }
}

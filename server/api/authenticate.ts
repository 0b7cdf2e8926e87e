import { AppError } from '#server/platform/errors.ts'
import type { Identity, Principal } from '#server/platform/procedures.ts'

/** Who a bearer token speaks for. @throws AppError UNAUTHENTICATED for a token that is forged, revoked or expired. */
export type TokenVerifier = (token: string) => Promise<Identity>

/**
 * Of the `Authorization` header of a request. Nobody where there is no token, and where there are no accounts: all that
 * such a server has is public.
 */
export async function principalOf(headers: Headers, verify: TokenVerifier | undefined): Promise<Principal> {
  const token = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  return token === undefined || verify === undefined ? null : verify(token)
}

/** Of a token that was handed over to be checked. @throws AppError UNAUTHENTICATED */
export async function identityOf(token: string, verify: TokenVerifier | undefined): Promise<Identity> {
  if (verify !== undefined) return verify(token)
  throw new AppError('UNAUTHENTICATED', {
    message: 'this server has no accounts and cannot check a token; everything it streams is public',
  })
}

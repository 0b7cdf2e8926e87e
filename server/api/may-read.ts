import { AppError } from '#server/platform/errors.ts'
import type { Principal } from '#server/platform/procedures.ts'

/** `owner` is the wallet a topic belongs to; a topic without one is for everybody, as the chain it tells of is. */
type Owned = { owner?: string | undefined }

/** The one rule of who reads what: a private topic is for its owner alone, while the owner's sign-in lasts. */
export function mayRead({ owner }: Owned, principal: Principal, nowMs: number): boolean {
  return owner === undefined || (principal?.authority === owner && nowMs < principal.expiresAt)
}

/** What one is told who may not. */
export function refusedTopic(name: string, principal: Principal, nowMs: number): AppError {
  if (principal === null) {
    return new AppError('UNAUTHENTICATED', { message: `topic "${name}" is private: sign in as its owner` })
  }
  return nowMs < principal.expiresAt
    ? new AppError('FORBIDDEN', { message: `topic "${name}" belongs to another wallet` })
    : new AppError('UNAUTHENTICATED', {
        message: `topic "${name}" is private and the sign-in has expired: sign in again`,
      })
}

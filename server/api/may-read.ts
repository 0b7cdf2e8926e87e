import { AppError } from '#server/platform/errors.ts'
import type { SignedIn } from '#server/platform/principal.ts'

/** What the hub needs to know of who reads; null is anybody. */
export type Reader = Pick<SignedIn, 'authority' | 'expiresAt'> | null

/** `owner` is the wallet a topic belongs to; a topic without one is for everybody, as the chain it tells of is. */
type Owned = { owner?: string | undefined }

/** The one rule of who reads what: a private topic is for its owner alone, while the owner's sign-in lasts. */
export function mayRead({ owner }: Owned, reader: Reader, nowMs: number): boolean {
  return owner === undefined || (reader?.authority === owner && nowMs < reader.expiresAt)
}

/** What one is told who may not. */
export function refusedTopic(name: string, reader: Reader, nowMs: number): AppError {
  if (reader === null) {
    return new AppError('UNAUTHENTICATED', { message: `topic "${name}" is private: sign in as its owner` })
  }
  return nowMs < reader.expiresAt
    ? new AppError('FORBIDDEN', { message: `topic "${name}" belongs to another wallet` })
    : new AppError('UNAUTHENTICATED', {
        message: `topic "${name}" is private and the sign-in has expired: sign in again`,
      })
}

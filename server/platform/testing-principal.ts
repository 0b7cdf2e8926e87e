import type { SignedIn } from './principal.ts'

/** Somebody signed in by session just now, with what a test needs to be otherwise. */
export function signedInAs(given: Partial<SignedIn> & Pick<SignedIn, 'authority'>): SignedIn {
  return {
    userId: '0199c0de-0000-7000-8000-000000000001',
    role: 'user',
    via: 'session',
    credentialId: '0199c0de-0000-7000-8000-000000000002',
    scopes: new Set(['read', 'trade', 'admin']),
    steppedUpAt: null,
    expiresAt: Number.POSITIVE_INFINITY,
    ...given,
  }
}

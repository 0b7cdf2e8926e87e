import { describe, expect, it } from 'vitest'
import { ACCESS, type Access, authorise, type CallKind, type SignedIn, STEP_UP_MS } from './principal.ts'
import { signedInAs } from './testing-principal.ts'

const NOW = 1_800_000_000_000

/** `ok` or the code of the refusal. */
function answer(principal: SignedIn | null, access: Access | undefined, kind: CallKind = 'query'): string {
  try {
    authorise(principal, access, kind, NOW)
    return 'ok'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no AppError'
  }
}

const who = (given: Partial<SignedIn>) => signedInAs({ authority: 'alice', expiresAt: NOW + 1, ...given })
const fresh = { steppedUpAt: NOW - STEP_UP_MS + 1 }

describe('who may call what', () => {
  const [ok, no, anon, step] = ['ok', 'FORBIDDEN', 'UNAUTHENTICATED', 'STEP_UP_REQUIRED']
  it.each([
    // Who asks, then the answers in the order of ACCESS, for reading and for changing.
    ['nobody', null, [ok, anon, anon, anon, anon, anon, anon], [ok, anon, anon, anon, anon, anon, anon]],
    ['a user', who({}), [ok, ok, ok, step, no, no, no], [ok, ok, ok, step, no, no, no]],
    ['a user who confirmed lately', who(fresh), [ok, ok, ok, ok, no, no, no], [ok, ok, ok, ok, no, no, no]],
    ['support', who({ role: 'support' }), [ok, ok, ok, step, ok, no, no], [ok, ok, ok, step, step, no, no]],
    ['risk', who({ role: 'risk', ...fresh }), [ok, ok, ok, ok, ok, ok, no], [ok, ok, ok, ok, ok, ok, no]],
    ['an admin', who({ role: 'admin' }), [ok, ok, ok, step, ok, ok, ok], [ok, ok, ok, step, step, step, step]],
    [
      'an admin who confirmed lately',
      who({ role: 'admin', ...fresh }),
      [ok, ok, ok, ok, ok, ok, ok],
      [ok, ok, ok, ok, ok, ok, ok],
    ],
    [
      'a key that reads',
      who({ via: 'key', scopes: new Set(['read']), role: 'admin' }),
      [ok, ok, no, no, no, no, no],
      [ok, no, no, no, no, no, no],
    ],
    [
      'a key that trades',
      who({ via: 'key', scopes: new Set(['trade']) }),
      [ok, no, ok, no, no, no, no],
      [ok, no, ok, no, no, no, no],
    ],
    [
      "an admin's key with every scope, which cannot confirm that it is them",
      who({ via: 'key', role: 'admin', ...fresh }),
      [ok, ok, ok, no, ok, ok, ok],
      [ok, ok, ok, no, no, no, no],
    ],
    ['a session that has ended', who({ expiresAt: NOW }), [ok, ...Array(6).fill(anon)], [ok, ...Array(6).fill(anon)]],
  ])('%s', (_, principal, queries, mutations) => {
    expect(ACCESS.map((access) => answer(principal, access, 'query'))).toEqual(queries)
    expect(ACCESS.map((access) => answer(principal, access, 'mutation'))).toEqual(mutations)
  })

  it('a confirmation lasts ten minutes and not a moment more', () => {
    expect(answer(who({ steppedUpAt: NOW - STEP_UP_MS }), 'step-up')).toBe('STEP_UP_REQUIRED')
  })

  it('what does not say who may call it is for nobody', () => {
    expect(answer(who({ role: 'admin', ...fresh }), undefined)).toBe('FORBIDDEN')
    expect(answer(null, undefined)).toBe('UNAUTHENTICATED')
  })
})

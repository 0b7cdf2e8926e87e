import { describe, expect, it } from 'vitest'
import { memoryBus } from '#server/platform/bus.ts'
import { systemClock } from '#server/platform/clock.ts'
import { loadConfig } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog } from '#server/platform/log.ts'
import { ACCESS, type Access, type Principal, type Scope, STEP_UP_MS } from '#server/platform/principal.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import { createContext } from './context.ts'
import { definitionOf, proceduresOf } from './openapi.ts'
import { createRoot, type RootParts } from './root.ts'

const AUTHORITY = '7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5'
const now = Date.now()
const fresh = now - STEP_UP_MS / 2
const session = (role: 'user' | 'support' | 'risk' | 'admin', steppedUpAt: number | null = fresh) =>
  signedInAs({ authority: AUTHORITY, role, steppedUpAt })
const key = (...scopes: Scope[]) => signedInAs({ authority: AUTHORITY, via: 'key', scopes: new Set(scopes) })

/** Everybody who may knock, by the name that stands in the table below. */
const CALLERS: Readonly<Record<string, Principal>> = {
  nobody: null,
  expired: signedInAs({ authority: AUTHORITY, expiresAt: now - 1 }),
  user: session('user'),
  'user without a fresh factor': session('user', null),
  support: session('support'),
  risk: session('risk'),
  admin: session('admin'),
  'admin without a fresh factor': session('admin', null),
  'key that reads': key('read'),
  'key that trades': key('trade'),
  'key without a scope': key(),
}

const SESSIONS = ['user', 'user without a fresh factor', 'support', 'risk', 'admin', 'admin without a fresh factor']
const FRESH = ['user', 'support', 'risk', 'admin']

/** Who is let in, written down apart from the code that decides it. */
const LET_IN: Readonly<Record<Exclude<Access, 'public'>, { query: string[]; mutation: string[] }>> = {
  user: { query: [...SESSIONS, 'key that reads'], mutation: SESSIONS },
  trade: { query: [...SESSIONS, 'key that trades'], mutation: [...SESSIONS, 'key that trades'] },
  'step-up': { query: FRESH, mutation: FRESH },
  support: {
    query: ['support', 'risk', 'admin', 'admin without a fresh factor'],
    mutation: ['support', 'risk', 'admin'],
  },
  risk: { query: ['risk', 'admin', 'admin without a fresh factor'], mutation: ['risk', 'admin'] },
  admin: { query: ['admin', 'admin without a fresh factor'], mutation: ['admin'] },
}

const db = await testDatabase()
// What a procedure does behind its door is not asked here: its parts may be missing.
const root = createRoot({} as RootParts)
const parts = { db, config: loadConfig({ NODE_ENV: 'test' }), log: silentLog, clock: systemClock, bus: memoryBus() }
const procedures = Object.entries(proceduresOf(root)).map(([name, procedure]) => {
  const { type, meta } = definitionOf(procedure)
  return { name, type, access: meta?.access, cost: meta?.cost }
})
const REFUSALS = ['UNAUTHENTICATED', 'FORBIDDEN', 'STEP_UP_REQUIRED']

/** The door's answer: an input that says nothing is refused behind it. */
async function knock(name: string, principal: Principal): Promise<string> {
  let call: unknown = root.createCaller({ ...createContext(parts, 'matrix'), principal })
  for (const part of name.split('.')) call = Reflect.get(Object(call), part)
  if (typeof call !== 'function') throw new TypeError(`${name} is no procedure`)
  try {
    await call({ '': '' })
    return 'let in'
  } catch (error) {
    const code = String(Reflect.get(Object(Reflect.get(Object(error), 'cause')), 'code'))
    return REFUSALS.includes(code) ? code : 'let in'
  }
}

it('every procedure says who may call it', () => {
  expect(procedures.filter(({ access }) => access === undefined || !ACCESS.includes(access))).toEqual([])
  expect(procedures.length).toBeGreaterThan(40)
})

it('every procedure says what it costs', () => {
  expect(procedures.filter(({ cost }) => cost === undefined).map(({ name }) => name)).toEqual([])
  // What counts its calls itself is the exception, and stands here by name.
  expect(procedures.filter(({ cost }) => cost === 'own').map(({ name }) => name)).toEqual(['trading.submit'])
})

describe('the authorisation matrix', () => {
  const closed = procedures.filter(({ access, type }) => access !== 'public' && type !== 'subscription')
  it.each(closed)('$name lets in whom $access names, and nobody else', async ({ name, access, type }) => {
    if (access === undefined || access === 'public' || type === 'subscription') throw new TypeError(`${name} is open`)
    const allowed = new Set(LET_IN[access][type])
    for (const [caller, principal] of Object.entries(CALLERS)) {
      const answer = await knock(name, principal)
      if (allowed.has(caller)) expect([caller, answer]).toEqual([caller, 'let in'])
      else expect([caller, REFUSALS]).toEqual([caller, expect.arrayContaining([answer])])
    }
  })

  it('tells nobody to sign in, and one who signed in what is missing', async () => {
    expect(await knock('trading.place', null)).toBe('UNAUTHENTICATED')
    expect(await knock('trading.place', key('read'))).toBe('FORBIDDEN')
  })
})

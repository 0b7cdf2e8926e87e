import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { testDatabase } from '#server/platform/db/testing.ts'
import { AppError } from '#server/platform/errors.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import { networkOf } from './allowance.ts'
import { startTestApi } from './testing.ts'

/** The OWASP API top ten of 2023, as far as this server can be asked about it; who may call what is the matrix' own test. */
const db = await testDatabase()
const authority = '7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5'
const CORS = 'https://desk.example'
let api: Awaited<ReturnType<typeof startTestApi>>
let origin: string

beforeAll(async () => {
  api = await startTestApi(db, {
    url: db.url,
    env: { TRUSTED_PROXIES: '1', RATE_LIMIT_DATA: '1000', RATE_LIMIT_TRADING: '100', CORS_ORIGINS: CORS },
    authenticate: async ({ headers }) => {
      const token = headers.get('authorization')?.replace('Bearer ', '')
      if (token === undefined) return null
      if (token.startsWith('wrong')) throw new AppError('UNAUTHENTICATED', { message: 'this is no token of ours' })
      return signedInAs({ authority, userId: token, ...(token.startsWith('key') ? KEY : {}) })
    },
  })
  origin = new URL(api.url).origin
})
afterAll(() => api.stop())

const KEY = { via: 'key', limits: { trading: null, data: 5 } } as const

let lastIp = 0
/** Each test comes from an address of its own, as a proxy would say it. */
const newIp = () => `10.0.${++lastIp}.1`

function ask(path: string, { ip = newIp(), ...init }: RequestInit & { ip?: string } = {}) {
  return fetch(api.url + path, { ...init, headers: { 'x-forwarded-for': ip, ...init.headers } })
}

async function statuses(count: number, call: (index: number) => Promise<Response>, parallel = 50): Promise<number[]> {
  const seen: number[] = []
  let next = 0
  const client = async () => {
    while (next < count) {
      const response = await call(next++)
      await response.arrayBuffer()
      seen.push(response.status)
    }
  }
  await Promise.all(Array.from({ length: parallel }, client))
  return seen
}
const countOf = (all: readonly number[], status: number) => all.filter((one) => one === status).length

describe('limits', () => {
  it('of a key may be less than everybody’s', async () => {
    const headers = { authorization: 'Bearer key-with-limits' }
    const answers = await statuses(8, () => ask('/api/system/config', { headers }), 1)
    expect(answers).toEqual([200, 200, 200, 200, 200, 429, 429, 429])
    const refused = await ask('/api/system/config', { headers })
    expect(refused.headers.get('ratelimit-policy')).toBe('"data";q=5;w=60')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('let 1 000 reads of an address through, and refuse the next with the time to wait', async () => {
    const ip = newIp()
    const startedAt = performance.now()
    const answers = await statuses(1_150, () => ask('/api/system/config', { ip }))
    const refilled = ((performance.now() - startedAt) / 1_000) * (1_000 / 60)
    expect(countOf(answers, 200)).toBeGreaterThanOrEqual(1_000)
    expect(countOf(answers, 200)).toBeLessThanOrEqual(1_001 + refilled)
    // Some later the bucket has grown by a call or two: it is asked until it refuses.
    let refused = await ask('/api/system/config', { ip })
    while (refused.status !== 429) refused = await ask('/api/system/config', { ip })
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('ratelimit-policy')).toBe('"data";q=1000;w=60')
    expect(refused.headers.get('ratelimit')).toBe('"data";r=0;t=1')
    expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED', details: { limit: 'data', of: 'ip' } })
    expect((await ask('/api/system/config')).status).toBe(200)
  })

  it('say what is left', async () => {
    const { headers } = await ask('/api/system/config')
    expect(headers.get('ratelimit')).toBe('"data";r=999;t=1')
  })

  it('count every call of a tRPC batch', async () => {
    const ip = newIp()
    const names = Array.from({ length: 10 }, () => 'system.config').join(',')
    const { headers } = await ask(`/api/trpc/${names}?batch=1&input={}`, { ip })
    expect(headers.get('ratelimit')).toBe('"data";r=990;t=1')
  })

  it('let 100 orders a minute through, and cancels also after them', async () => {
    const headers = { authorization: 'Bearer trader', 'content-type': 'application/json' }
    const post = (path: string) => ask(`/api/trading/${path}`, { method: 'POST', body: '{}', headers })
    const startedAt = performance.now()
    // Each from another address: it is the user who has placed enough.
    const answers = await statuses(150, () => post('place'), 20)
    const refilled = ((performance.now() - startedAt) / 1_000) * (100 / 60)
    expect(countOf(answers, 400)).toBeGreaterThanOrEqual(100)
    expect(countOf(answers, 400)).toBeLessThanOrEqual(101 + refilled)
    expect(countOf(answers, 400) + countOf(answers, 429)).toBe(150)
    const refused = await post('cancel')
    expect(refused.status).toBe(400)
    expect((await ask('/api/system/config', { headers })).status).toBe(200)
  })

  it('make guessing of tokens dearer than asking', async () => {
    const ip = newIp()
    const headers = (index: number) => ({ authorization: `Bearer wrong-${index}` })
    const answers = await statuses(130, (index) => ask('/api/system/config', { ip, headers: headers(index) }), 10)
    expect(countOf(answers, 401)).toBeGreaterThanOrEqual(100)
    expect(countOf(answers, 401)).toBeLessThanOrEqual(105)
    expect(countOf(answers, 429)).toBe(130 - countOf(answers, 401))
  })

  it('take an IPv6 network of a customer for one address', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
    expect(networkOf('10.1.2.3')).toBe('10.1.2.3')
  })
})

describe('what is taken and what is told', () => {
  it('refuses fields that an order does not have', async () => {
    const body = JSON.stringify({ market: 'SOL-PERP', authority: 'somebody else', isAdmin: true })
    const headers = { authorization: 'Bearer fields', 'content-type': 'application/json' }
    const answer = await (await ask('/api/trading/close', { method: 'POST', body, headers })).json()
    expect(answer).toMatchObject({ code: 'BAD_INPUT', detail: expect.stringMatching(/authority.*isAdmin/) })
  })

  it.each(['"text"', '[1]', 'null', '{', '1e400'])('takes no body that is %s', async (body) => {
    const headers = { authorization: 'Bearer bodies', 'content-type': 'application/json' }
    expect((await ask('/api/trading/close', { method: 'POST', body, headers })).status).toBe(400)
  })

  it('asks nobody for an address to fetch', async () => {
    const document = await (await ask('/api/docs/openapi.json')).text()
    expect(document).not.toMatch(/"format":\s*"ur[il]"/)
  })

  it('answers only what its document lists', async () => {
    const { paths } = await (await ask('/api/docs/openapi.json')).json()
    for (const path of Object.keys(paths)) {
      const response = await ask(`/api${path.replaceAll(/\{\w+\}/g, 'x')}`, { method: 'PURGE' })
      expect([path, response.status, response.headers.has('allow')]).toEqual([path, 405, true])
    }
    for (const path of ['/api/v1/markets', '/api/admin', '/api/.env', '/api/trpc', '/api/debug/pprof']) {
      expect([path, (await ask(path)).status]).toEqual([path, 404])
    }
  })
})

describe('other sites', () => {
  it('may read nothing unless the operator named them, and never with cookies', async () => {
    const stranger = await ask('/api/system/config', { headers: { origin: 'https://evil.example' } })
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull()
    const friend = await ask('/api/system/config', { headers: { origin: CORS } })
    expect(friend.headers.get('access-control-allow-origin')).toBe(CORS)
    expect(friend.headers.get('access-control-allow-credentials')).toBeNull()
    expect(friend.headers.get('access-control-expose-headers')).toContain('ratelimit')
  })

  it('may ask first what they may', async () => {
    const headers = { origin: CORS, 'access-control-request-method': 'POST' }
    const preflight = await ask('/api/trading/place', { method: 'OPTIONS', headers })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')
  })

  it('change nothing with a cookie of ours', async () => {
    const headers = { origin: 'https://evil.example', cookie: 'quantdesk-access=x', 'content-type': 'application/json' }
    const answer = await ask('/api/trading/place', { method: 'POST', body: '{}', headers })
    expect(answer.status).toBe(403)
  })

  it.each([
    ['of another site', 'https://evil.example', 403],
    ['that the operator named', CORS, 101],
    ['of none, as programs have', undefined, 101],
  ])('open a WebSocket from a page %s: %s', async (_, from, status) => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/ws`, from === undefined ? {} : { origin: from })
    const { promise, resolve } = Promise.withResolvers<number>()
    socket.on('open', () => resolve(101))
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('error', () => {})
    expect(await promise).toBe(status)
    socket.terminate()
  })
})

describe('headers', () => {
  it('of every answer say that it is data and must not be framed', async () => {
    const { headers } = await ask('/api/system/config')
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin-allow-popups',
      'permissions-policy': expect.stringContaining('camera=()'),
    })
    expect(headers.has('strict-transport-security')).toBe(false)
    expect(headers.has('x-powered-by')).toBe(false)
  })

  it('ask for https where the site is reached over it', async () => {
    const { headers } = await ask('/api/system/config', { headers: { 'x-forwarded-proto': 'https' } })
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/)
  })

  it('of the API reference let its own scripts run, and nothing of another host', async () => {
    const page = await ask('/api/docs/swagger')
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/)
    const html = await page.text()
    expect(html).not.toMatch(/https?:\/\//)
    for (const [, path = ''] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const file = await ask(path)
      expect([path, file.status]).toEqual([path, 200])
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(100)
    }
  })
})

it('a request that is no HTTP is refused and harms nobody', async () => {
  const { hostname, port } = new URL(origin)
  const { promise, resolve } = Promise.withResolvers<number>()
  const request = httpRequest({ hostname, port, path: '/api/%00%ff', method: 'GET' }, (response) => {
    response.resume()
    resolve(response.statusCode ?? 0)
  })
  request.on('error', () => resolve(400))
  request.end()
  expect([400, 404]).toContain(await promise)
  expect((await ask('/healthz')).status).toBe(200)
})

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Bus, memoryBus } from '#server/platform/bus.ts'
import { type ManualClock, manualClock } from '#server/platform/clock.ts'
import { AppError } from '#server/platform/errors.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { createMetrics, type Metrics } from '#server/platform/metrics.ts'
import type { Authenticator } from '#server/platform/principal.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import { createHub, type Hub } from './hub.ts'
import { openSocket } from './testing-streams.ts'
import { MAX_MESSAGE_BYTES, MAX_MESSAGES, serveWebSockets, type WebSockets } from './ws.ts'

let server: Server
let sockets: WebSockets
let hub: Hub
let bus: Bus
let clock: ManualClock
let metrics: Metrics
let url: string

async function start(authenticate?: Authenticator): Promise<void> {
  clock = manualClock(1_000)
  bus = memoryBus()
  const sourceOf = (topic: string) => {
    if (!/^(price|mail)\./.test(topic)) throw new AppError('BAD_INPUT', { message: `there is no topic "${topic}"` })
    const owner = topic.startsWith('mail.') ? { owner: topic.slice('mail.'.length) } : {}
    return { kind: 'deltas', snapshotKeptMs: 0, load: async () => 'now', ...owner } as const
  }
  metrics = createMetrics({ role: 'test' })
  hub = createHub({ bus, clock, log, metrics, patterns: ['price.*', 'mail.*'], sourceOf })
  const allowance = () => ({ spend: async () => {}, headers: () => ({}) })
  const trading = () => {
    throw new AppError('CHAIN_UNAVAILABLE', { message: 'there is no chain in this test' })
  }
  sockets = serveWebSockets({ hub, authenticate, clock, log, allowance, trading })
  server = createServer().on('upgrade', sockets.accept)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

beforeEach(() => start())
afterEach(async () => {
  vi.useRealTimers()
  await stop()
})

async function stop(): Promise<void> {
  const closed = once(server, 'close')
  sockets.close()
  hub.close()
  server.close()
  await closed
}

describe('what a client says', () => {
  it('is answered with the name it was given', async () => {
    const { say, next } = openSocket(url)
    say({ type: 'PING', ref: 'a' })
    say({ type: 'SUBSCRIBE', ref: 'b', topics: ['price.SOL-PERP'] })
    expect(await next()).toEqual({ type: 'PONG', ref: 'a', at: 1_000 })
    expect(await next()).toEqual({ type: 'SUBSCRIBED', ref: 'b', topics: ['price.SOL-PERP'] })
    expect(await next()).toMatchObject({
      type: 'EVENT',
      topic: 'price.SOL-PERP',
      seq: 0,
      kind: 'snapshot',
      data: 'now',
    })
    await bus.publish('price.SOL-PERP', 'later')
    expect(await next()).toMatchObject({ type: 'EVENT', seq: 1, kind: 'delta', data: 'later' })
    say({ type: 'UNSUBSCRIBE', ref: 'c', topics: ['price.SOL-PERP'] })
    expect(await next()).toEqual({ type: 'UNSUBSCRIBED', ref: 'c', topics: ['price.SOL-PERP'] })
    expect(hub.stats()).toMatchObject({ subscriptions: 0 })
  })

  it.each([
    ['no JSON', '{"type":', undefined, 'a message must be JSON in a text frame'],
    ['a binary frame', Buffer.from('{"type":"PING"}'), undefined, 'a message must be JSON in a text frame'],
    ['no object', '[1]', undefined, 'must be a JSON object'],
    ['null', 'null', undefined, 'must be a JSON object'],
    ['an unknown type', '{"type":"ORDER","ref":"x"}', 'x', 'type: choose one of AUTH, SUBSCRIBE, UNSUBSCRIBE, PING'],
    ['no type', '{}', undefined, 'type: choose one of AUTH'],
    ['no topics', '{"type":"SUBSCRIBE","ref":"x"}', 'x', 'topics: '],
    ['topics that are none', '{"type":"SUBSCRIBE","topics":[1]}', undefined, 'topics.0: '],
    ['an unknown topic', '{"type":"SUBSCRIBE","ref":"x","topics":["no"]}', 'x', 'there is no topic "no"'],
    ['a long ref', `{"type":"PING","ref":"${'r'.repeat(65)}"}`, 'r'.repeat(64), 'ref: '],
    ['a prototype as type', '{"type":"__proto__"}', undefined, 'type: choose one of AUTH'],
  ])('that is wrong (%s) is answered with a typed error, and the talk goes on', async (_, text, ref, words) => {
    const { say, next } = openSocket(url)
    say(text)
    say({ type: 'PING' })
    const error = {
      status: 400,
      code: 'BAD_INPUT',
      detail: expect.stringContaining(words),
      requestId: expect.any(String),
    }
    expect(await next()).toMatchObject({ type: 'ERROR', error, ...(ref === undefined ? {} : { ref }) })
    expect(await next()).toMatchObject({ type: 'PONG' })
  })

  it('never breaks the server, whatever it is', async () => {
    const field = fc.oneof(fc.string(), fc.jsonValue(), fc.constantFrom('AUTH', 'SUBSCRIBE', 'UNSUBSCRIBE', 'PING'))
    const message = fc.oneof(
      fc.string(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.record({ type: field, topics: field, token: field, ref: field, after: field }, { requiredKeys: [] }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 30 }), async (messages) => {
        const { say, next, socket } = openSocket(url)
        for (const one of messages) say(one)
        say({ type: 'PING', ref: 'the last' })
        while ((await next()).ref !== 'the last') {}
        socket.terminate()
      }),
      { numRuns: 50 },
    )
    await vi.waitFor(() => expect(hub.stats().clients.websocket).toBe(0))
  })

  it('above the size that is allowed ends the connection with 1009', async () => {
    const { say, socket } = openSocket(url)
    say({ type: 'PING', ref: 'x'.repeat(MAX_MESSAGE_BYTES) })
    expect((await once(socket, 'close'))[0]).toBe(1009)
  })

  it('too often ends the connection with a typed error and 1008', async () => {
    const { say, next, socket } = openSocket(url)
    for (let count = 0; count < MAX_MESSAGES + 20; count++) say({ type: 'PING' })
    const closed = once(socket, 'close')
    let answer = await next()
    while (answer.type === 'PONG') answer = await next()
    expect(answer).toMatchObject({ type: 'ERROR', error: { code: 'RATE_LIMITED', status: 429 } })
    expect((await closed)[0]).toBe(1008)
  })
})

describe('AUTH', () => {
  it('is answered truthfully while there are no accounts', async () => {
    const { say, next } = openSocket(url)
    say({ type: 'AUTH', ref: 'a', token: 'anything' })
    expect(await next()).toMatchObject({
      type: 'ERROR',
      ref: 'a',
      error: { code: 'UNAUTHENTICATED', status: 401, detail: expect.stringContaining('has no accounts') },
    })
  })

  it('is done before the messages after it, and a refused one leaves the talk as it was', async () => {
    await stop()
    const checking = Promise.withResolvers<void>()
    await start(async ({ headers }) => {
      await checking.promise
      if (headers.get('authorization') !== 'Bearer good')
        throw new AppError('UNAUTHENTICATED', { message: 'the token is forged' })
      return signedInAs({ authority: 'alice', expiresAt: 5_000 })
    })
    const { say, next } = openSocket(url)
    say({ type: 'AUTH', token: 'good' })
    say({ type: 'SUBSCRIBE', topics: ['mail.alice'] })
    say({ type: 'AUTH', token: 'bad' })
    checking.resolve()
    expect(await next()).toEqual({ type: 'AUTHENTICATED', authority: 'alice', expiresAt: 5_000 })
    expect(await next()).toMatchObject({ type: 'SUBSCRIBED' })
    const rest = [await next(), await next()]
    expect(rest).toContainEqual(expect.objectContaining({ type: 'ERROR' }))
    expect(rest).toContainEqual(expect.objectContaining({ type: 'EVENT', topic: 'mail.alice' }))
    clock.set(5_000)
    await bus.publish('mail.alice', 'too late')
    expect(await next()).toMatchObject({ type: 'ENDED', topic: 'mail.alice', error: { code: 'UNAUTHENTICATED' } })
  })
})

describe('every 15 s', () => {
  it('a heartbeat is said, whether or not there is other news', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    await stop()
    await start()
    const { say, next } = openSocket(url)
    say({ type: 'PING' })
    await next()
    for (let times = 0; times < 3; times++) {
      clock.advance(15_000)
      vi.advanceTimersByTime(15_000)
      expect(await next()).toEqual({ type: 'HEARTBEAT', at: clock.now() })
      say({ type: 'PING' })
      await next()
    }
  })

  it('a peer that has answered nothing since the last time is cut', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    await stop()
    await start()
    const { say, next, socket } = openSocket(url)
    say({ type: 'PING' })
    await next()
    socket.pause()
    vi.advanceTimersByTime(15_000)
    expect(hub.stats().clients.websocket).toBe(1)
    vi.advanceTimersByTime(15_000)
    await vi.waitFor(() => expect(hub.stats().clients.websocket).toBe(0))
    socket.terminate()
  })
})

it('a peer that takes nothing does not fill the memory, and is cut', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  await stop()
  await start()
  const { say, next, socket } = openSocket(url)
  say({ type: 'SUBSCRIBE', topics: ['price.SOL-PERP'] })
  await next()
  await next()
  socket.pause()
  const padding = 'x'.repeat(100_000)
  for (let n = 0; n < 2_000; n++) await bus.publish('price.SOL-PERP', { n, padding })
  // What the socket took before it was full; the rest waited where newer messages push out older ones.
  const taken = /^quantdesk_stream_messages_total\S* (\d+)/m.exec(await metrics.expose())?.[1]
  expect(Number(taken)).toBeLessThan(500)
  vi.advanceTimersByTime(15_000)
  vi.advanceTimersByTime(15_000)
  await vi.waitFor(() => expect(hub.stats()).toMatchObject({ subscriptions: 0 }))
  socket.terminate()
})

it('a server that stops says so, and waits for nobody', async () => {
  const { say, next, socket } = openSocket(url)
  say({ type: 'SUBSCRIBE', topics: ['price.SOL-PERP'] })
  await next()
  const deaf = openSocket(url)
  deaf.say({ type: 'PING' })
  await deaf.next()
  deaf.socket.pause()
  const closed = once(socket, 'close')
  await stop()
  expect((await closed)[0]).toBe(1001)
  deaf.socket.terminate()
  await start()
})

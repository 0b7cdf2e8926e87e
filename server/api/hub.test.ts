import { describe, expect, it, vi } from 'vitest'
import { memoryBus } from '#server/platform/bus.ts'
import { manualClock } from '#server/platform/clock.ts'
import { AppError } from '#server/platform/errors.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import type { Principal } from '#server/platform/procedures.ts'
import { createHub, type Hub } from './hub.ts'
import type { HubMessage } from './hub-client.ts'
import { MAX_TOPICS } from './schema.ts'
import { KEPT_DELTAS, type TopicSource } from './topic.ts'

/** A hub over `price.*` (state), `trade.*` (deltas) and the private `mail.*` whose snapshots come from `store`. */
function setUp(store: Record<string, () => unknown> = {}, snapshotKeptMs = 0) {
  const bus = memoryBus()
  const clock = manualClock(1_000)
  let loads = 0
  const sourceOf = (topic: string): TopicSource => {
    if (!/^(price|trade|mail)\./.test(topic))
      throw new AppError('BAD_INPUT', { message: `there is no topic "${topic}"` })
    const load = async () => {
      loads += 1
      return (store[topic] ?? (() => `snapshot of ${topic}`))()
    }
    const owner = topic.startsWith('mail.') ? { owner: topic.slice('mail.'.length) } : {}
    return { kind: topic.startsWith('price') ? 'state' : 'deltas', snapshotKeptMs, load, ...owner }
  }
  const metrics = createMetrics({ role: 'test' })
  const patterns = ['price.*', 'trade.*', 'mail.*']
  const hub = createHub({ bus, clock, log: silentLog, metrics, patterns, sourceOf })
  return { bus, clock, hub, loads: () => loads }
}

function open(hub: Hub, topics: string[], after?: string, principal: Principal = null) {
  const client = hub.connect('sse', principal)
  client.subscribe(topics, after)
  const stream = client.messages()
  const next = async (): Promise<HubMessage> => {
    const { value, done } = await stream.next()
    if (done || value === undefined) throw new Error('the stream has ended')
    return value
  }
  return {
    client,
    next,
    /** `topic seq kind data` of the next `count` messages. */
    read: async (count: number) => {
      const lines: string[] = []
      for (let index = 0; index < count; index++) {
        const { event } = await next()
        lines.push(`${event.topic} ${event.seq} ${event.kind} ${String(event.data)}`)
      }
      return lines
    },
    leave: () => client.close(),
    stream,
  }
}

const NOBODY = { sse: 0, trpc: 0, websocket: 0 }

describe('a topic of the hub', () => {
  it('begins with a snapshot and goes on with numbered deltas', async () => {
    const { hub, bus } = setUp()
    const client = open(hub, ['trade.SOL-PERP'])
    expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot snapshot of trade.SOL-PERP'])
    await bus.publish('trade.SOL-PERP', 'a')
    await bus.publish('trade.BTC-PERP', 'not asked for')
    await bus.publish('trade.SOL-PERP', 'b')
    expect(await client.read(2)).toEqual(['trade.SOL-PERP 1 delta a', 'trade.SOL-PERP 2 delta b'])
    client.leave()
  })

  it('loses nothing that is published while its snapshot is being loaded', async () => {
    const loading = Promise.withResolvers<string>()
    const { hub, bus } = setUp({ 'trade.SOL-PERP': () => loading.promise })
    const client = open(hub, ['trade.SOL-PERP'])
    const first = client.read(3)
    await bus.publish('trade.SOL-PERP', 'a')
    await bus.publish('trade.SOL-PERP', 'b')
    loading.resolve('old')
    expect(await first).toEqual([
      'trade.SOL-PERP 0 snapshot old',
      'trade.SOL-PERP 1 delta a',
      'trade.SOL-PERP 2 delta b',
    ])
    client.leave()
  })

  it('loads one snapshot for many who come at once', async () => {
    const { hub, loads } = setUp()
    const clients = Array.from({ length: 20 }, () => open(hub, ['price.SOL-PERP', 'trade.SOL-PERP']))
    await Promise.all(clients.map((client) => client.read(2)))
    expect(loads()).toBe(2)
    for (const client of clients) client.leave()
  })

  it('serves a kept snapshot with the deltas since, and a new one when those are too many to keep', async () => {
    let trades = 0
    const { hub, bus, loads } = setUp({ 'trade.SOL-PERP': () => `all ${trades}` }, 2_000)
    const first = open(hub, ['trade.SOL-PERP'])
    await first.read(1)
    await bus.publish('trade.SOL-PERP', 'one')
    const second = open(hub, ['trade.SOL-PERP'])
    expect(await second.read(2)).toEqual(['trade.SOL-PERP 0 snapshot all 0', 'trade.SOL-PERP 1 delta one'])
    expect(loads()).toBe(1)
    for (trades = 1; trades <= KEPT_DELTAS; trades++) await bus.publish('trade.SOL-PERP', trades)
    const third = open(hub, ['trade.SOL-PERP'])
    expect(await third.read(1)).toEqual([`trade.SOL-PERP ${KEPT_DELTAS + 1} snapshot all ${KEPT_DELTAS + 1}`])
    first.leave()
    second.leave()
    third.leave()
  })

  it('that does not exist is refused at once, whatever else was asked for', () => {
    const { hub } = setUp()
    expect(() => open(hub, ['price.SOL-PERP', 'nonsense'])).toThrow(/there is no topic "nonsense"/)
    expect(hub.stats()).toMatchObject({ topics: 0, subscriptions: 0 })
  })

  it('whose source refuses it ends the stream, while a source that is away is asked again', async () => {
    let away = true
    const { hub } = setUp({
      'price.NO-PERP': () => {
        throw new AppError('NOT_FOUND', { message: 'there is no market NO-PERP' })
      },
      'price.SOL-PERP': () => {
        if (away) throw new AppError('DATABASE_UNAVAILABLE', { message: 'away' })
        return 'back'
      },
    })
    await expect(open(hub, ['price.NO-PERP']).read(1)).rejects.toThrow(/no market NO-PERP/)
    const client = open(hub, ['price.SOL-PERP', 'trade.SOL-PERP'])
    expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot snapshot of trade.SOL-PERP'])
    away = false
    expect(await client.read(1)).toEqual(['price.SOL-PERP 0 snapshot back'])
    client.leave()
  })
})

describe('a client that reconnects', () => {
  it('gets only what it has missed', async () => {
    const { hub, bus } = setUp()
    const before = open(hub, ['trade.SOL-PERP'])
    await before.next()
    await bus.publish('trade.SOL-PERP', 'a')
    const { id } = await before.next()
    before.leave()
    await bus.publish('trade.SOL-PERP', 'b')
    await bus.publish('trade.SOL-PERP', 'c')
    const again = open(hub, ['trade.SOL-PERP'], id)
    expect(await again.read(2)).toEqual(['trade.SOL-PERP 2 delta b', 'trade.SOL-PERP 3 delta c'])
    again.leave()
  })

  it('gets snapshots when it was cut before all of them had gone out', async () => {
    const loading = Promise.withResolvers<string>()
    const { hub } = setUp({ 'price.SOL-PERP': () => loading.promise })
    const before = open(hub, ['trade.SOL-PERP', 'price.SOL-PERP'])
    const { id } = await before.next()
    before.leave()
    loading.resolve('late')
    const again = open(hub, ['trade.SOL-PERP', 'price.SOL-PERP'], id)
    expect((await again.read(2)).map((line) => line.split(' ')[2])).toEqual(['snapshot', 'snapshot'])
    again.leave()
  })

  it.each([
    [
      'after more messages than are kept',
      async (bus: ReturnType<typeof setUp>['bus']) => {
        for (let index = 0; index <= KEPT_DELTAS; index++) await bus.publish('trade.SOL-PERP', index)
      },
      undefined,
    ],
    ['with an id of another process', async () => {}, 'deadbeef-1'],
    ['with an id that is none', async () => {}, 'x'],
  ] as const)('%s gets a snapshot', async (_, meanwhile, given) => {
    const { hub, bus } = setUp()
    const before = open(hub, ['trade.SOL-PERP'])
    const { id } = await before.next()
    before.leave()
    await meanwhile(bus)
    const again = open(hub, ['trade.SOL-PERP'], given ?? id)
    expect((await again.read(1))[0]).toContain('snapshot')
    again.leave()
  })

  it('gets a snapshot of a topic that was dropped meanwhile because nobody read it', async () => {
    const { hub, clock, bus } = setUp()
    const before = open(hub, ['trade.SOL-PERP'])
    const { id } = await before.next()
    before.leave()
    clock.advance(60_001)
    const other = open(hub, ['price.SOL-PERP'])
    await other.read(1)
    expect(hub.stats().topics).toBe(1)
    await bus.publish('trade.SOL-PERP', 'nobody heard this')
    const again = open(hub, ['trade.SOL-PERP'], id)
    expect(await again.read(1)).toEqual(['trade.SOL-PERP 0 snapshot snapshot of trade.SOL-PERP'])
    other.leave()
    again.leave()
  })
})

describe('a slow reader', () => {
  it('of a state gets the newest value, marked as a snapshot because numbers are skipped', async () => {
    const { hub, bus } = setUp()
    const client = open(hub, ['price.SOL-PERP'])
    await client.read(1)
    for (let price = 1; price <= 1_000; price++) await bus.publish('price.SOL-PERP', price)
    expect(await client.read(1)).toEqual(['price.SOL-PERP 1000 snapshot 1000'])
    client.leave()
  })

  it('of deltas that fell behind too far gets a new snapshot instead of an endless queue', async () => {
    let trades = 0
    const { hub, bus } = setUp({ 'trade.SOL-PERP': () => `all ${trades}` })
    const client = open(hub, ['trade.SOL-PERP'])
    await client.read(1)
    for (trades = 1; trades <= 5_000; trades++) await bus.publish('trade.SOL-PERP', trades)
    expect(await client.read(1)).toEqual(['trade.SOL-PERP 5000 snapshot all 5001'])
    await bus.publish('trade.SOL-PERP', 'next')
    expect(await client.read(1)).toEqual(['trade.SOL-PERP 5001 delta next'])
    client.leave()
  })

  it('does not hold up another one', async () => {
    const { hub, bus } = setUp()
    const [slow, quick] = [open(hub, ['trade.SOL-PERP']), open(hub, ['trade.SOL-PERP'])]
    await Promise.all([slow.read(1), quick.read(1)])
    for (let index = 1; index <= 500; index++) {
      await bus.publish('trade.SOL-PERP', index)
      expect(await quick.read(1)).toEqual([`trade.SOL-PERP ${index} delta ${index}`])
    }
    slow.leave()
    quick.leave()
  })
})

describe('resuming many topics', () => {
  it('misses nothing, wherever the stream is cut', async () => {
    const { hub, bus } = setUp()
    const topics = ['trade.SOL-PERP', 'trade.BTC-PERP', 'price.SOL-PERP']
    const first = open(hub, topics)
    await first.read(3)
    const { id } = await (async () => {
      await bus.publish('trade.SOL-PERP', 0)
      return first.next()
    })()
    first.leave()
    for (let n = 1; n <= 20; n++) await bus.publish(topics[n % 2] ?? '', n)
    for (let cut = 1; cut <= 20; cut++) {
      const before = open(hub, topics, id)
      const seen: unknown[] = []
      let last = id
      for (let index = 0; index < cut; index++) {
        const message = await before.next()
        seen.push(message.event.data)
        last = message.id
      }
      before.leave()
      const after = open(hub, topics, last)
      while (seen.length < 20) seen.push((await after.next()).event.data)
      after.leave()
      expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    }
  })

  it('gets the newest of a state as a snapshot, because numbers are skipped', async () => {
    const { hub, bus } = setUp()
    const before = open(hub, ['price.SOL-PERP'])
    const { id } = await before.next()
    before.leave()
    for (let price = 1; price <= 3; price++) await bus.publish('price.SOL-PERP', price)
    const again = open(hub, ['price.SOL-PERP'], id)
    expect(await again.read(1)).toEqual(['price.SOL-PERP 3 snapshot 3'])
    again.leave()
  })

  it('does not repeat another topic after a late snapshot', async () => {
    const late = Promise.withResolvers<string>()
    const { hub, bus } = setUp({ 'price.SOL-PERP': () => late.promise })
    const before = open(hub, ['trade.SOL-PERP', 'price.SOL-PERP'])
    await before.read(1)
    await bus.publish('trade.SOL-PERP', 'seen')
    await before.read(1)
    late.resolve('late')
    const { id, event } = await before.next()
    expect(event.data).toBe('late')
    before.leave()
    await bus.publish('trade.SOL-PERP', 'new')
    const again = open(hub, ['trade.SOL-PERP', 'price.SOL-PERP'], id)
    expect(await again.read(1)).toEqual(['trade.SOL-PERP 2 delta new'])
    again.leave()
  })
})

describe('a client whose topics change', () => {
  it('reads what it adds, and nothing of what it gave up', async () => {
    const { hub, bus } = setUp()
    const reader = open(hub, ['trade.SOL-PERP'])
    await reader.read(1)
    reader.client.subscribe(['trade.BTC-PERP'])
    expect(await reader.read(1)).toEqual(['trade.BTC-PERP 0 snapshot snapshot of trade.BTC-PERP'])
    await bus.publish('trade.SOL-PERP', 'waiting when it was given up')
    reader.client.unsubscribe(['trade.SOL-PERP', 'trade.NEVER-PERP'])
    await bus.publish('trade.SOL-PERP', 'not heard')
    await bus.publish('trade.BTC-PERP', 'heard')
    expect(await reader.read(1)).toEqual(['trade.BTC-PERP 1 delta heard'])
    expect(hub.stats()).toMatchObject({ subscriptions: 1 })
    reader.leave()
  })

  it('gets a new snapshot of a topic it asks for again, and nothing older after it', async () => {
    let value = 'first'
    const { hub, bus } = setUp({ 'trade.SOL-PERP': () => value })
    const reader = open(hub, ['trade.SOL-PERP'])
    await reader.read(1)
    await bus.publish('trade.SOL-PERP', 'old')
    value = 'second'
    reader.client.subscribe(['trade.SOL-PERP'])
    expect(await reader.read(1)).toEqual(['trade.SOL-PERP 1 snapshot second'])
    expect(hub.stats()).toMatchObject({ subscriptions: 1 })
    reader.leave()
  })

  it('hears nothing of a topic it gave up while its snapshot was loaded', async () => {
    const loading = Promise.withResolvers<string>()
    const { hub } = setUp({ 'trade.SOL-PERP': () => loading.promise })
    const reader = open(hub, ['trade.SOL-PERP'])
    reader.client.unsubscribe(['trade.SOL-PERP'])
    loading.resolve('late')
    reader.client.subscribe(['price.SOL-PERP'])
    expect(await reader.read(1)).toEqual(['price.SOL-PERP 0 snapshot snapshot of price.SOL-PERP'])
    reader.leave()
  })

  it('is told of one topic that ends, and goes on reading the others', async () => {
    const { hub } = setUp({
      'price.NO-PERP': () => {
        throw new AppError('NOT_FOUND', { message: 'there is no market NO-PERP' })
      },
    })
    const { client } = open(hub, ['price.NO-PERP', 'trade.SOL-PERP'])
    const outputs = [await client.next(), await client.next()]
    expect(outputs).toContainEqual(expect.objectContaining({ kind: 'ended', topic: 'price.NO-PERP' }))
    expect(outputs).toContainEqual(expect.objectContaining({ kind: 'message' }))
    expect(hub.stats()).toMatchObject({ subscriptions: 1 })
    client.close()
  })

  it('may read only so many at once, counted over all it asked for', () => {
    const { hub } = setUp()
    const names = Array.from({ length: MAX_TOPICS }, (_, index) => `price.M${index}-PERP`)
    const { client } = open(hub, names)
    client.subscribe(names)
    expect(() => client.subscribe(['price.ONE-MORE'])).toThrow(/at most 32 topics/)
    client.unsubscribe(names.slice(0, 1))
    client.subscribe(['price.ONE-MORE'])
    expect(hub.stats()).toMatchObject({ subscriptions: MAX_TOPICS })
    client.close()
  })
})

describe('a private topic', () => {
  const owner = { authority: 'alice', expiresAt: 5_000 }

  it.each([
    ['nobody', null, 'UNAUTHENTICATED'],
    ['another wallet', { authority: 'bob', expiresAt: 5_000 }, 'FORBIDDEN'],
    ['its owner after the sign-in expired', { authority: 'alice', expiresAt: 1_000 }, 'UNAUTHENTICATED'],
  ] as const)('is refused to %s, and then no topic asked for with it is joined', (_, principal, code) => {
    const { hub } = setUp()
    const client = hub.connect('sse', principal)
    expect(() => client.subscribe(['price.SOL-PERP', 'mail.alice'])).toThrow(expect.objectContaining({ code }))
    expect(hub.stats()).toMatchObject({ topics: 0, subscriptions: 0 })
    client.close()
  })

  it('is read by its owner until the sign-in expires: not one message after', async () => {
    const { hub, bus, clock } = setUp()
    const { client } = open(hub, ['mail.alice', 'trade.SOL-PERP'], undefined, owner)
    await client.next()
    await client.next()
    await bus.publish('mail.alice', 'in time')
    expect(await client.next()).toMatchObject({ event: { data: 'in time' } })
    await bus.publish('mail.alice', 'still waiting when it expires')
    clock.set(5_000)
    expect(await client.next()).toMatchObject({ kind: 'ended', reason: { code: 'UNAUTHENTICATED' } })
    await bus.publish('mail.alice', 'too late')
    await bus.publish('trade.SOL-PERP', 'public')
    expect(await client.next()).toMatchObject({ event: { topic: 'trade.SOL-PERP', data: 'public' } })
    client.close()
  })

  it('ends on time also when nothing is said', async () => {
    vi.useFakeTimers()
    const { hub, clock } = setUp()
    const { client } = open(hub, ['mail.alice'], undefined, owner)
    await client.next()
    const ended = client.next()
    clock.set(5_000)
    await vi.advanceTimersByTimeAsync(4_000)
    expect(await ended).toMatchObject({ kind: 'ended', topic: 'mail.alice' })
    client.close()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('goes on when the owner signs in again in time, and ends at once for another wallet', async () => {
    const { hub, bus, clock } = setUp()
    const { client } = open(hub, ['mail.alice'], undefined, owner)
    await client.next()
    client.identify({ ...owner, expiresAt: 9_000 })
    clock.set(8_000)
    await bus.publish('mail.alice', 'renewed')
    expect(await client.next()).toMatchObject({ event: { data: 'renewed' } })
    client.identify({ authority: 'bob', expiresAt: 9_000 })
    expect(await client.next()).toMatchObject({ kind: 'ended', reason: { code: 'FORBIDDEN' } })
    client.close()
  })
})

it('a snapshot whose loading began before messages were lost is not taken for the present', async () => {
  const loads: PromiseWithResolvers<string>[] = []
  const { hub } = setUp({
    'trade.SOL-PERP': () => {
      const load = Promise.withResolvers<string>()
      loads.push(load)
      return load.promise
    },
  })
  const client = open(hub, ['trade.SOL-PERP'])
  await vi.waitFor(() => expect(loads).toHaveLength(1))
  hub.resnapshot()
  loads[0]?.resolve('before the loss')
  await vi.waitFor(() => expect(loads).toHaveLength(2))
  loads[1]?.resolve('after it')
  expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot after it'])
  client.leave()
})

it('every client gets new snapshots when messages may have been lost', async () => {
  let value = 'before'
  const { hub } = setUp({ 'trade.SOL-PERP': () => value })
  const client = open(hub, ['trade.SOL-PERP'])
  expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot before'])
  const gone = open(hub, ['trade.SOL-PERP'])
  const { id } = await gone.next()
  gone.leave()
  value = 'after'
  hub.resnapshot()
  expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot after'])
  const back = open(hub, ['trade.SOL-PERP'], id)
  expect(await back.read(1)).toEqual(['trade.SOL-PERP 0 snapshot after'])
  client.leave()
  back.leave()
})

it('200 clients that come and go leave no client and no listener', async () => {
  const { hub, bus } = setUp()
  for (let round = 0; round < 200; round++) {
    const client = open(hub, ['price.SOL-PERP', 'trade.SOL-PERP'])
    await client.read(1)
    const waiting = client.read(5).catch(() => 'ended')
    client.leave()
    expect(await waiting).toBe('ended')
  }
  expect(hub.stats()).toEqual({ clients: NOBODY, topics: 2, subscriptions: 0 })
  await bus.publish('trade.SOL-PERP', 'nobody reads')
})

it('closing the hub ends its streams', async () => {
  const { hub } = setUp()
  const client = open(hub, ['price.SOL-PERP'])
  await client.read(1)
  const waiting = client.stream.next()
  hub.close()
  expect((await waiting).done).toBe(true)
})

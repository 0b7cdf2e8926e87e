import { describe, expect, it } from 'vitest'
import { memoryBus } from '#server/platform/bus.ts'
import { manualClock } from '#server/platform/clock.ts'
import { AppError } from '#server/platform/errors.ts'
import { silentLog } from '#server/platform/log.ts'
import { createHub, type Hub, type HubMessage } from './hub.ts'
import { KEPT_DELTAS, type TopicSource } from './topic.ts'

/** A hub over `price.*` (state) and `trade.*` (deltas) whose snapshots come from `store`. */
function setUp(store: Record<string, () => unknown> = {}, snapshotKeptMs = 0) {
  const bus = memoryBus()
  const clock = manualClock(1_000)
  let loads = 0
  const sourceOf = (topic: string): TopicSource => {
    if (!/^(price|trade)\./.test(topic)) throw new AppError('BAD_INPUT', { message: `there is no topic "${topic}"` })
    const load = async () => {
      loads += 1
      return (store[topic] ?? (() => `snapshot of ${topic}`))()
    }
    return { kind: topic.startsWith('price') ? 'state' : 'deltas', snapshotKeptMs, load }
  }
  const hub = createHub({ bus, clock, log: silentLog, patterns: ['price.*', 'trade.*'], sourceOf })
  return { bus, clock, hub, loads: () => loads }
}

function open(hub: Hub, topics: string[], after?: string) {
  const gone = new AbortController()
  const stream = hub.subscribe(topics, { after, signal: gone.signal })
  const next = async (): Promise<HubMessage> => {
    const { value, done } = await stream.next()
    if (done || value === undefined) throw new Error('the stream has ended')
    return value
  }
  return {
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
    leave: async () => {
      gone.abort()
      await stream.return()
    },
    stream,
  }
}

describe('a topic of the hub', () => {
  it('begins with a snapshot and goes on with numbered deltas', async () => {
    const { hub, bus } = setUp()
    const client = open(hub, ['trade.SOL-PERP'])
    expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot snapshot of trade.SOL-PERP'])
    await bus.publish('trade.SOL-PERP', 'a')
    await bus.publish('trade.BTC-PERP', 'not asked for')
    await bus.publish('trade.SOL-PERP', 'b')
    expect(await client.read(2)).toEqual(['trade.SOL-PERP 1 delta a', 'trade.SOL-PERP 2 delta b'])
    await client.leave()
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
    await client.leave()
  })

  it('loads one snapshot for many who come at once', async () => {
    const { hub, loads } = setUp()
    const clients = Array.from({ length: 20 }, () => open(hub, ['price.SOL-PERP', 'trade.SOL-PERP']))
    await Promise.all(clients.map((client) => client.read(2)))
    expect(loads()).toBe(2)
    await Promise.all(clients.map((client) => client.leave()))
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
    await Promise.all([first.leave(), second.leave(), third.leave()])
  })

  it('that does not exist is refused at once, whatever else was asked for', () => {
    const { hub } = setUp()
    expect(() => open(hub, ['price.SOL-PERP', 'nonsense'])).toThrow(/there is no topic "nonsense"/)
    expect(hub.stats()).toEqual({ clients: 0, topics: 0 })
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
    await client.leave()
  })
})

describe('a client that reconnects', () => {
  it('gets only what it has missed', async () => {
    const { hub, bus } = setUp()
    const before = open(hub, ['trade.SOL-PERP'])
    await before.next()
    await bus.publish('trade.SOL-PERP', 'a')
    const { id } = await before.next()
    await before.leave()
    await bus.publish('trade.SOL-PERP', 'b')
    await bus.publish('trade.SOL-PERP', 'c')
    const again = open(hub, ['trade.SOL-PERP'], id)
    expect(await again.read(2)).toEqual(['trade.SOL-PERP 2 delta b', 'trade.SOL-PERP 3 delta c'])
    await again.leave()
  })

  it('gets snapshots when it was cut before all of them had gone out', async () => {
    const loading = Promise.withResolvers<string>()
    const { hub } = setUp({ 'price.SOL-PERP': () => loading.promise })
    const before = open(hub, ['trade.SOL-PERP', 'price.SOL-PERP'])
    const { id } = await before.next()
    await before.leave()
    loading.resolve('late')
    const again = open(hub, ['trade.SOL-PERP', 'price.SOL-PERP'], id)
    expect((await again.read(2)).map((line) => line.split(' ')[2])).toEqual(['snapshot', 'snapshot'])
    await again.leave()
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
    await before.leave()
    await meanwhile(bus)
    const again = open(hub, ['trade.SOL-PERP'], given ?? id)
    expect((await again.read(1))[0]).toContain('snapshot')
    await again.leave()
  })

  it('gets a snapshot of a topic that was dropped meanwhile because nobody read it', async () => {
    const { hub, clock, bus } = setUp()
    const before = open(hub, ['trade.SOL-PERP'])
    const { id } = await before.next()
    await before.leave()
    clock.advance(60_001)
    const other = open(hub, ['price.SOL-PERP'])
    await other.read(1)
    expect(hub.stats().topics).toBe(1)
    await bus.publish('trade.SOL-PERP', 'nobody heard this')
    const again = open(hub, ['trade.SOL-PERP'], id)
    expect(await again.read(1)).toEqual(['trade.SOL-PERP 0 snapshot snapshot of trade.SOL-PERP'])
    await Promise.all([other.leave(), again.leave()])
  })
})

describe('a slow reader', () => {
  it('of a state gets the newest value, marked as a snapshot because numbers are skipped', async () => {
    const { hub, bus } = setUp()
    const client = open(hub, ['price.SOL-PERP'])
    await client.read(1)
    for (let price = 1; price <= 1_000; price++) await bus.publish('price.SOL-PERP', price)
    expect(await client.read(1)).toEqual(['price.SOL-PERP 1000 snapshot 1000'])
    await client.leave()
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
    await client.leave()
  })

  it('does not hold up another one', async () => {
    const { hub, bus } = setUp()
    const [slow, quick] = [open(hub, ['trade.SOL-PERP']), open(hub, ['trade.SOL-PERP'])]
    await Promise.all([slow.read(1), quick.read(1)])
    for (let index = 1; index <= 500; index++) {
      await bus.publish('trade.SOL-PERP', index)
      expect(await quick.read(1)).toEqual([`trade.SOL-PERP ${index} delta ${index}`])
    }
    await Promise.all([slow.leave(), quick.leave()])
  })
})

it('every client gets new snapshots when messages may have been lost', async () => {
  let value = 'before'
  const { hub } = setUp({ 'trade.SOL-PERP': () => value })
  const client = open(hub, ['trade.SOL-PERP'])
  expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot before'])
  const gone = open(hub, ['trade.SOL-PERP'])
  const { id } = await gone.next()
  await gone.leave()
  value = 'after'
  hub.resnapshot()
  expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot after'])
  const back = open(hub, ['trade.SOL-PERP'], id)
  expect(await back.read(1)).toEqual(['trade.SOL-PERP 0 snapshot after'])
  await Promise.all([client.leave(), back.leave()])
})

it('200 clients that come and go leave no client and no listener', async () => {
  const { hub, bus } = setUp()
  for (let round = 0; round < 200; round++) {
    const client = open(hub, ['price.SOL-PERP', 'trade.SOL-PERP'])
    await client.read(1)
    const waiting = client.read(5).catch(() => 'ended')
    await client.leave()
    expect(await waiting).toBe('ended')
  }
  expect(hub.stats()).toEqual({ clients: 0, topics: 2 })
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

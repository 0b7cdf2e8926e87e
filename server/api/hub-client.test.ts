import { describe, expect, it, vi } from 'vitest'
import { AppError } from '#server/platform/errors.ts'
import { MAX_TOPICS } from './schema.ts'
import { openClient, setUpHub } from './testing-hub.ts'
import { KEPT_DELTAS } from './topic.ts'

describe('a client that reconnects', () => {
  it('gets only what it has missed', async () => {
    const { hub, bus } = setUpHub()
    const before = openClient(hub, ['trade.SOL-PERP'])
    await before.next()
    await bus.publish('trade.SOL-PERP', 'a')
    const { id } = await before.next()
    before.leave()
    await bus.publish('trade.SOL-PERP', 'b')
    await bus.publish('trade.SOL-PERP', 'c')
    const again = openClient(hub, ['trade.SOL-PERP'], id)
    expect(await again.read(2)).toEqual(['trade.SOL-PERP 2 delta b', 'trade.SOL-PERP 3 delta c'])
    again.leave()
  })

  it('gets snapshots when it was cut before all of them had gone out', async () => {
    const loading = Promise.withResolvers<string>()
    const { hub } = setUpHub({ 'price.SOL-PERP': () => loading.promise })
    const before = openClient(hub, ['trade.SOL-PERP', 'price.SOL-PERP'])
    const { id } = await before.next()
    before.leave()
    loading.resolve('late')
    const again = openClient(hub, ['trade.SOL-PERP', 'price.SOL-PERP'], id)
    expect((await again.read(2)).map((line) => line.split(' ')[2])).toEqual(['snapshot', 'snapshot'])
    again.leave()
  })

  it.each([
    [
      'after more messages than are kept',
      async (bus: ReturnType<typeof setUpHub>['bus']) => {
        for (let index = 0; index <= KEPT_DELTAS; index++) await bus.publish('trade.SOL-PERP', index)
      },
      undefined,
    ],
    ['with an id of another process', async () => {}, 'deadbeef-1'],
    ['with an id that is none', async () => {}, 'x'],
  ] as const)('%s gets a snapshot', async (_, meanwhile, given) => {
    const { hub, bus } = setUpHub()
    const before = openClient(hub, ['trade.SOL-PERP'])
    const { id } = await before.next()
    before.leave()
    await meanwhile(bus)
    const again = openClient(hub, ['trade.SOL-PERP'], given ?? id)
    expect((await again.read(1))[0]).toContain('snapshot')
    again.leave()
  })

  it('gets a snapshot of a topic that was dropped meanwhile because nobody read it', async () => {
    const { hub, clock, bus } = setUpHub()
    const before = openClient(hub, ['trade.SOL-PERP'])
    const { id } = await before.next()
    before.leave()
    clock.advance(60_001)
    const other = openClient(hub, ['price.SOL-PERP'])
    await other.read(1)
    expect(hub.stats().topics).toBe(1)
    await bus.publish('trade.SOL-PERP', 'nobody heard this')
    const again = openClient(hub, ['trade.SOL-PERP'], id)
    expect(await again.read(1)).toEqual(['trade.SOL-PERP 0 snapshot snapshot of trade.SOL-PERP'])
    other.leave()
    again.leave()
  })
})

describe('resuming many topics', () => {
  it('misses nothing, wherever the stream is cut', async () => {
    const { hub, bus } = setUpHub()
    const topics = ['trade.SOL-PERP', 'trade.BTC-PERP', 'price.SOL-PERP']
    const first = openClient(hub, topics)
    await first.read(3)
    const { id } = await (async () => {
      await bus.publish('trade.SOL-PERP', 0)
      return first.next()
    })()
    first.leave()
    for (let n = 1; n <= 20; n++) await bus.publish(topics[n % 2] ?? '', n)
    for (let cut = 1; cut <= 20; cut++) {
      const before = openClient(hub, topics, id)
      const seen: unknown[] = []
      let last = id
      for (let index = 0; index < cut; index++) {
        const message = await before.next()
        seen.push(message.event.data)
        last = message.id
      }
      before.leave()
      const after = openClient(hub, topics, last)
      while (seen.length < 20) seen.push((await after.next()).event.data)
      after.leave()
      expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    }
  })

  it('gets the newest of a state as a snapshot, because numbers are skipped', async () => {
    const { hub, bus } = setUpHub()
    const before = openClient(hub, ['price.SOL-PERP'])
    const { id } = await before.next()
    before.leave()
    for (let price = 1; price <= 3; price++) await bus.publish('price.SOL-PERP', price)
    const again = openClient(hub, ['price.SOL-PERP'], id)
    expect(await again.read(1)).toEqual(['price.SOL-PERP 3 snapshot 3'])
    again.leave()
  })

  it('does not repeat another topic after a late snapshot', async () => {
    const late = Promise.withResolvers<string>()
    const { hub, bus } = setUpHub({ 'price.SOL-PERP': () => late.promise })
    const before = openClient(hub, ['trade.SOL-PERP', 'price.SOL-PERP'])
    await before.read(1)
    await bus.publish('trade.SOL-PERP', 'seen')
    await before.read(1)
    late.resolve('late')
    const { id, event } = await before.next()
    expect(event.data).toBe('late')
    before.leave()
    await bus.publish('trade.SOL-PERP', 'new')
    const again = openClient(hub, ['trade.SOL-PERP', 'price.SOL-PERP'], id)
    expect(await again.read(1)).toEqual(['trade.SOL-PERP 2 delta new'])
    again.leave()
  })
})

describe('a client whose topics change', () => {
  it('reads what it adds, and nothing of what it gave up', async () => {
    const { hub, bus } = setUpHub()
    const reader = openClient(hub, ['trade.SOL-PERP'])
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
    const { hub, bus } = setUpHub({ 'trade.SOL-PERP': () => value })
    const reader = openClient(hub, ['trade.SOL-PERP'])
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
    const { hub } = setUpHub({ 'trade.SOL-PERP': () => loading.promise })
    const reader = openClient(hub, ['trade.SOL-PERP'])
    reader.client.unsubscribe(['trade.SOL-PERP'])
    loading.resolve('late')
    reader.client.subscribe(['price.SOL-PERP'])
    expect(await reader.read(1)).toEqual(['price.SOL-PERP 0 snapshot snapshot of price.SOL-PERP'])
    reader.leave()
  })

  it('is told of one topic that ends, and goes on reading the others', async () => {
    const { hub } = setUpHub({
      'price.NO-PERP': () => {
        throw new AppError('NOT_FOUND', { message: 'there is no market NO-PERP' })
      },
    })
    const { client } = openClient(hub, ['price.NO-PERP', 'trade.SOL-PERP'])
    const outputs = [await client.next(), await client.next()]
    expect(outputs).toContainEqual(expect.objectContaining({ kind: 'ended', topic: 'price.NO-PERP' }))
    expect(outputs).toContainEqual(expect.objectContaining({ kind: 'message' }))
    expect(hub.stats()).toMatchObject({ subscriptions: 1 })
    client.close()
  })

  it('may read only so many at once, counted over all it asked for', () => {
    const { hub } = setUpHub()
    const names = Array.from({ length: MAX_TOPICS }, (_, index) => `price.M${index}-PERP`)
    const { client } = openClient(hub, names)
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
    const { hub } = setUpHub()
    const client = hub.connect('sse', principal)
    expect(() => client.subscribe(['price.SOL-PERP', 'mail.alice'])).toThrow(expect.objectContaining({ code }))
    expect(hub.stats()).toMatchObject({ topics: 0, subscriptions: 0 })
    client.close()
  })

  it('is read by its owner until the sign-in expires: not one message after', async () => {
    const { hub, bus, clock } = setUpHub()
    const { client } = openClient(hub, ['mail.alice', 'trade.SOL-PERP'], undefined, owner)
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
    const { hub, clock } = setUpHub()
    const { client } = openClient(hub, ['mail.alice'], undefined, owner)
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
    const { hub, bus, clock } = setUpHub()
    const { client } = openClient(hub, ['mail.alice'], undefined, owner)
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

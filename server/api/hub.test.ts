import { describe, expect, it, vi } from 'vitest'
import { AppError } from '#server/platform/errors.ts'
import { openClient, setUpHub } from './testing-hub.ts'
import { KEPT_DELTAS } from './topic.ts'

const NOBODY = { sse: 0, trpc: 0, websocket: 0 }

describe('a topic of the hub', () => {
  it('begins with a snapshot and goes on with numbered deltas', async () => {
    const { hub, bus } = setUpHub()
    const client = openClient(hub, ['trade.SOL-PERP'])
    expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot snapshot of trade.SOL-PERP'])
    await bus.publish('trade.SOL-PERP', 'a')
    await bus.publish('trade.BTC-PERP', 'not asked for')
    await bus.publish('trade.SOL-PERP', 'b')
    expect(await client.read(2)).toEqual(['trade.SOL-PERP 1 delta a', 'trade.SOL-PERP 2 delta b'])
    client.leave()
  })

  it('loses nothing that is published while its snapshot is being loaded', async () => {
    const loading = Promise.withResolvers<string>()
    const { hub, bus } = setUpHub({ 'trade.SOL-PERP': () => loading.promise })
    const client = openClient(hub, ['trade.SOL-PERP'])
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
    const { hub, loads } = setUpHub()
    const clients = Array.from({ length: 20 }, () => openClient(hub, ['price.SOL-PERP', 'trade.SOL-PERP']))
    await Promise.all(clients.map((client) => client.read(2)))
    expect(loads()).toBe(2)
    for (const client of clients) client.leave()
  })

  it('serves a kept snapshot with the deltas since, and a new one when those are too many to keep', async () => {
    let trades = 0
    const { hub, bus, loads } = setUpHub({ 'trade.SOL-PERP': () => `all ${trades}` }, 2_000)
    const first = openClient(hub, ['trade.SOL-PERP'])
    await first.read(1)
    await bus.publish('trade.SOL-PERP', 'one')
    const second = openClient(hub, ['trade.SOL-PERP'])
    expect(await second.read(2)).toEqual(['trade.SOL-PERP 0 snapshot all 0', 'trade.SOL-PERP 1 delta one'])
    expect(loads()).toBe(1)
    for (trades = 1; trades <= KEPT_DELTAS; trades++) await bus.publish('trade.SOL-PERP', trades)
    const third = openClient(hub, ['trade.SOL-PERP'])
    expect(await third.read(1)).toEqual([`trade.SOL-PERP ${KEPT_DELTAS + 1} snapshot all ${KEPT_DELTAS + 1}`])
    first.leave()
    second.leave()
    third.leave()
  })

  it('that does not exist is refused at once, whatever else was asked for', () => {
    const { hub } = setUpHub()
    expect(() => openClient(hub, ['price.SOL-PERP', 'nonsense'])).toThrow(/there is no topic "nonsense"/)
    expect(hub.stats()).toMatchObject({ topics: 0, subscriptions: 0 })
  })

  it('whose source refuses it ends the stream, while a source that is away is asked again', async () => {
    let away = true
    const { hub } = setUpHub({
      'price.NO-PERP': () => {
        throw new AppError('NOT_FOUND', { message: 'there is no market NO-PERP' })
      },
      'price.SOL-PERP': () => {
        if (away) throw new AppError('DATABASE_UNAVAILABLE', { message: 'away' })
        return 'back'
      },
    })
    await expect(openClient(hub, ['price.NO-PERP']).read(1)).rejects.toThrow(/no market NO-PERP/)
    const client = openClient(hub, ['price.SOL-PERP', 'trade.SOL-PERP'])
    expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot snapshot of trade.SOL-PERP'])
    away = false
    expect(await client.read(1)).toEqual(['price.SOL-PERP 0 snapshot back'])
    client.leave()
  })
})

describe('a slow reader', () => {
  it('of a state gets the newest value, marked as a snapshot because numbers are skipped', async () => {
    const { hub, bus } = setUpHub()
    const client = openClient(hub, ['price.SOL-PERP'])
    await client.read(1)
    for (let price = 1; price <= 1_000; price++) await bus.publish('price.SOL-PERP', price)
    expect(await client.read(1)).toEqual(['price.SOL-PERP 1000 snapshot 1000'])
    client.leave()
  })

  it('of deltas that fell behind too far gets a new snapshot instead of an endless queue', async () => {
    let trades = 0
    const { hub, bus } = setUpHub({ 'trade.SOL-PERP': () => `all ${trades}` })
    const client = openClient(hub, ['trade.SOL-PERP'])
    await client.read(1)
    for (trades = 1; trades <= 5_000; trades++) await bus.publish('trade.SOL-PERP', trades)
    expect(await client.read(1)).toEqual(['trade.SOL-PERP 5000 snapshot all 5001'])
    await bus.publish('trade.SOL-PERP', 'next')
    expect(await client.read(1)).toEqual(['trade.SOL-PERP 5001 delta next'])
    client.leave()
  })

  it('does not hold up another one', async () => {
    const { hub, bus } = setUpHub()
    const [slow, quick] = [openClient(hub, ['trade.SOL-PERP']), openClient(hub, ['trade.SOL-PERP'])]
    await Promise.all([slow.read(1), quick.read(1)])
    for (let index = 1; index <= 500; index++) {
      await bus.publish('trade.SOL-PERP', index)
      expect(await quick.read(1)).toEqual([`trade.SOL-PERP ${index} delta ${index}`])
    }
    slow.leave()
    quick.leave()
  })
})

it('a snapshot whose loading began before messages were lost is not taken for the present', async () => {
  const loads: PromiseWithResolvers<string>[] = []
  const { hub } = setUpHub({
    'trade.SOL-PERP': () => {
      const load = Promise.withResolvers<string>()
      loads.push(load)
      return load.promise
    },
  })
  const client = openClient(hub, ['trade.SOL-PERP'])
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
  const { hub } = setUpHub({ 'trade.SOL-PERP': () => value })
  const client = openClient(hub, ['trade.SOL-PERP'])
  expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot before'])
  const gone = openClient(hub, ['trade.SOL-PERP'])
  const { id } = await gone.next()
  gone.leave()
  value = 'after'
  hub.resnapshot()
  expect(await client.read(1)).toEqual(['trade.SOL-PERP 0 snapshot after'])
  const back = openClient(hub, ['trade.SOL-PERP'], id)
  expect(await back.read(1)).toEqual(['trade.SOL-PERP 0 snapshot after'])
  client.leave()
  back.leave()
})

it('200 clients that come and go leave no client and no listener', async () => {
  const { hub, bus } = setUpHub()
  for (let round = 0; round < 200; round++) {
    const client = openClient(hub, ['price.SOL-PERP', 'trade.SOL-PERP'])
    await client.read(1)
    const waiting = client.read(5).catch(() => 'ended')
    client.leave()
    expect(await waiting).toBe('ended')
  }
  expect(hub.stats()).toEqual({ clients: NOBODY, topics: 2, subscriptions: 0 })
  await bus.publish('trade.SOL-PERP', 'nobody reads')
})

it('closing the hub ends its streams', async () => {
  const { hub } = setUpHub()
  const client = openClient(hub, ['price.SOL-PERP'])
  await client.read(1)
  const waiting = client.stream.next()
  hub.close()
  expect((await waiting).done).toBe(true)
})

import { afterAll, describe, expect, it } from 'vitest'
import { memoryBus } from '#server/platform/bus.ts'
import { manualClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { watchSystem } from './system-monitor.ts'

const db = await testDatabase()
const bus = memoryBus()
const clock = manualClock(1_000_000)
let answer: () => Promise<number> = async () => 42
const monitor = watchSystem({ db, bus, clock, slot: () => answer() })
afterAll(() => monitor.stop())

describe('the system monitor', () => {
  it('knows nothing before anybody has spoken, and says so', () => {
    expect(monitor.current()).toMatchObject({
      slot: null,
      oracleAgeMs: { 'SOL-PERP': null },
      indexer: 'down',
      keeper: 'down',
    })
    expect(monitor.reasons()).toMatchObject({
      keeper: 'the keeper has not reported since this process started',
      oracle: 'no fresh price of SOL-PERP, BTC-PERP, ETH-PERP',
    })
  })

  it('passes on what the parts say of themselves', async () => {
    const at = clock.now()
    await bus.publish('system.indexer', { status: 'ok', lagMs: 7, slot: 41, openGaps: 0, at })
    await bus.publish('system.keeper', { status: 'late', loops: {}, at })
    for (const market of ['SOL-PERP', 'BTC-PERP', 'ETH-PERP'])
      await bus.publish(`price.${market}`, { market, publishedAt: at - 400 })
    await monitor.check()
    expect(monitor.current()).toEqual({
      slot: 42,
      oracleAgeMs: { 'SOL-PERP': 400, 'BTC-PERP': 400, 'ETH-PERP': 400 },
      indexerLagMs: 7,
      indexer: 'ok',
      keeper: 'late',
      database: 'ok',
      chain: 'ok',
      at,
    })
    expect(monitor.reasons()).toEqual({ keeper: expect.stringContaining('reported trouble') })
  })

  it('takes silence for 15 s as down', () => {
    clock.advance(15_000)
    expect(monitor.current().indexer).toBe('ok')
    clock.advance(1)
    expect(monitor.current()).toMatchObject({ indexer: 'down', keeper: 'down', oracleAgeMs: { 'SOL-PERP': 15_401 } })
    expect(monitor.reasons().oracle).toContain('SOL-PERP')
  })

  it('names why the chain does not answer, and forgets it when it does', async () => {
    answer = () => Promise.reject(new Error('connection refused'))
    await monitor.check()
    expect([monitor.current().chain, monitor.reasons().chain]).toEqual(['down', 'connection refused'])
    answer = async () => 43
    await monitor.check()
    expect(monitor.current()).toMatchObject({ chain: 'ok', slot: 43 })
    expect(monitor.reasons().chain).toBeUndefined()
  })
})

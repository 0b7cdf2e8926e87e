import { expect, it } from 'vitest'
import { manualClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { type SystemDto, uptimeDto } from './schema.ts'
import { readUptime, recordUptime } from './uptime.ts'

const db = await testDatabase()
const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 10, 21, 17, 59, 30)

const seen = (at: number, given: Partial<SystemDto> = {}): SystemDto => ({
  slot: 1,
  oracleAgeMs: { 'SOL-PERP': 400 },
  indexerLagMs: 5,
  indexer: 'ok',
  keeper: 'ok',
  database: 'ok',
  chain: 'ok',
  at,
  ...given,
})
const partOf = async (name: string, now: number) =>
  uptimeDto.parse(await readUptime(db, now)).parts.find(({ part }) => part === name)

it('says that nothing was measured before anything was', async () => {
  const { parts, since } = await readUptime(db, START)
  expect(since).toBeNull()
  expect(parts.map(({ day }) => day.uptime)).toEqual([null, null, null, null, null])
})

it('counts every check by part and hour, leaves out the start, and says how much was measured', async () => {
  const clock = manualClock(START)
  const uptime = recordUptime({ db, clock, log })
  const check = async (given: Partial<SystemDto> = {}) => {
    clock.advance(15_000)
    await uptime.record(seen(clock.now(), given))
  }
  // The parts have not reported yet: neither up nor down. Later they are measured.
  await uptime.record(seen(clock.now(), { keeper: 'down' }))
  await check()
  await check({ keeper: 'late', oracleAgeMs: { 'SOL-PERP': 400, 'BTC-PERP': 9_000 } })
  await check({ keeper: 'down', oracleAgeMs: { 'SOL-PERP': null } })
  await check()
  await uptime.flush()

  const keeper = await partOf('keeper', clock.now())
  expect(keeper?.day).toEqual({ ok: 2, late: 1, down: 1, uptime: 0.75, measuredHours: 2 })
  expect(keeper?.days).toEqual([{ at: Date.UTC(2026, 10, 21), ok: 2, late: 1, down: 1 }])
  expect((await partOf('prices', clock.now()))?.day).toMatchObject({ ok: 2, late: 1, down: 1 })
  expect((await partOf('chain', clock.now()))?.day.uptime).toBe(1)

  const later = START + 2 * DAY
  expect((await partOf('keeper', later))?.day.uptime).toBeNull()
  expect((await partOf('keeper', later))?.week.uptime).toBe(0.75)
  expect((await readUptime(db, START + 91 * DAY)).since).toBeNull()
})

it('keeps what it cannot write while the database is away, and writes it when it is back', async () => {
  const clock = manualClock(START + 10 * DAY)
  let isAway = true
  const sometimes = new Proxy(db, {
    get: (target, name) => {
      if (isAway && name === 'insertInto') throw new Error('the database is away')
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  const uptime = recordUptime({ db: sometimes, clock, log })
  clock.advance(40_000)
  await uptime.record(seen(clock.now(), { database: 'down' }))
  isAway = false
  clock.advance(40_000)
  await uptime.record(seen(clock.now()))
  expect((await partOf('database', clock.now()))?.day).toMatchObject({ ok: 1, down: 1, uptime: 0.5 })
})

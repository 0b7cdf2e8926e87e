import { expect, it } from 'vitest'
import { manualClock } from '#server/platform/clock.ts'
import { createAttempts } from './attempts.ts'

const errors: unknown[] = []
const OPTIONS = { doneMs: 10, firstMs: 100, mostMs: 400, onError: (error: unknown) => errors.push(error) }

it('rests longer after each failure and starts over after a success', async () => {
  const clock = manualClock(1_000)
  const attempts = createAttempts(clock, OPTIONS)
  const rests: number[] = []
  for (const result of ['waits', 'stale', 'waits', 'waits', 'done', 'waits'] as const) {
    attempts.start('order', async () => result)
    await attempts.settled()
    const from = clock.now()
    while (!attempts.mayTry('order')) clock.advance(1)
    rests.push(clock.now() - from)
  }
  expect(rests).toEqual([100, 200, 400, 400, 10, 100])
})

it('does not run a key twice at once, and a slow one holds up no other', async () => {
  const attempts = createAttempts(manualClock(), OPTIONS)
  const gate = Promise.withResolvers<void>()
  const ran: string[] = []
  const work = (name: string, until?: Promise<void>) => async () => {
    ran.push(name)
    await until
    return 'done' as const
  }
  attempts.start('a', work('a', gate.promise))
  attempts.start('a', work('a again'))
  attempts.start('b', work('b'))
  expect(ran).toEqual(['a', 'b'])
  gate.resolve()
  await attempts.settled()
  expect(ran).toEqual(['a', 'b'])
})

it('says what was thrown and takes it for a failure', async () => {
  const clock = manualClock()
  const attempts = createAttempts(clock, OPTIONS)
  attempts.start('a', () => Promise.reject(new Error('chain away')))
  await attempts.settled()
  expect(errors).toEqual([new Error('chain away')])
  expect(attempts.mayTry('a')).toBe(false)
  clock.advance(100)
  expect(attempts.mayTry('a')).toBe(true)
})

it('lets what is fatal rest the longest at once, and what is gone as if it were done', async () => {
  const clock = manualClock()
  const attempts = createAttempts(clock, OPTIONS)
  attempts.start('fatal', async () => 'fatal')
  attempts.start('gone', async () => 'gone')
  await attempts.settled()
  clock.advance(OPTIONS.doneMs)
  expect([attempts.mayTry('fatal'), attempts.mayTry('gone')]).toEqual([false, true])
  clock.advance(OPTIONS.mostMs)
  expect(attempts.mayTry('fatal')).toBe(true)
})

it('runs no more at once than it may, and says when there is room again', async () => {
  let ended = 0
  const onEnd = () => {
    ended += 1
  }
  const attempts = createAttempts(manualClock(), { ...OPTIONS, parallel: 2, onEnd })
  const gate = Promise.withResolvers<'done'>()
  attempts.start('a', () => gate.promise)
  attempts.start('b', () => gate.promise)
  expect(attempts.mayTry('c')).toBe(false)
  gate.resolve('done')
  await attempts.settled()
  expect([ended, attempts.mayTry('c')]).toEqual([2, true])
})

import { expect, it } from 'vitest'
import { manualClock } from '#server/platform/clock.ts'
import { createAttempts } from './attempts.ts'

const RESTS = { doneMs: 10, firstMs: 100, mostMs: 400 }

it('rests longer after each failure and starts over after a success', async () => {
  const clock = manualClock(1_000)
  const attempts = createAttempts(clock, RESTS)
  const rests: number[] = []
  for (const result of ['failed', 'failed', 'failed', 'failed', 'done', 'failed'] as const) {
    await attempts.run('order', async () => result)
    const from = clock.now()
    while (!attempts.mayTry('order')) clock.advance(1)
    rests.push(clock.now() - from)
  }
  expect(rests).toEqual([100, 200, 400, 400, 10, 100])
})

it('does not run a key twice at once, and lets other keys run', async () => {
  const attempts = createAttempts(manualClock(), RESTS)
  const gate = Promise.withResolvers<void>()
  const ran: string[] = []
  const first = attempts.run('a', async () => {
    ran.push('a')
    await gate.promise
    return 'done'
  })
  await attempts.run('a', async () => {
    ran.push('a again')
    return 'done'
  })
  await attempts.run('b', async () => {
    ran.push('b')
    return 'done'
  })
  gate.resolve()
  await first
  expect(ran).toEqual(['a', 'b'])
})

it('frees the key when the work throws', async () => {
  const attempts = createAttempts(manualClock(), RESTS)
  await expect(attempts.run('a', () => Promise.reject(new Error('chain away')))).rejects.toThrow('chain away')
  expect(attempts.mayTry('a')).toBe(true)
})

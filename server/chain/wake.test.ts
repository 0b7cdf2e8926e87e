import { expect, it } from 'vitest'
import { wakeable } from './wake.ts'

const FOREVER = 2 ** 31 - 1

it('keeps a wake that came before the sleep, once', async () => {
  const sleeper = wakeable()
  sleeper.wake()
  sleeper.wake()
  await sleeper.orAfter(FOREVER)
  const woken = sleeper.orAfter(FOREVER).then(() => 'woken')
  expect(await Promise.race([woken, Promise.resolve('asleep')])).toBe('asleep')
  sleeper.wake()
  expect(await woken).toBe('woken')
})

it('sleeps through wakes when it must, and remembers them', async () => {
  const sleeper = wakeable()
  sleeper.wake()
  const startedAt = performance.now()
  await sleeper.orAfter(30, { ignoreWakes: true })
  expect(performance.now() - startedAt).toBeGreaterThan(25)
  await sleeper.orAfter(FOREVER)
})

it('does not sleep once its signal has aborted', async () => {
  const stop = new AbortController()
  const sleeper = wakeable(stop.signal)
  const sleep = sleeper.orAfter(FOREVER)
  stop.abort()
  await sleep
  await sleeper.orAfter(FOREVER)
})

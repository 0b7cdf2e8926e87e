/** A short random walk; `npm run test:walk` is the long one. */
import { expect, test } from 'vitest'
import { Engine } from './engine.ts'
import { walkVenue } from './venue.ts'

const STEPS = 3_000

test('no invariant breaks on three short walks', { timeout: 120_000 }, () => {
  const venue = walkVenue()
  for (const seed of [101, 102, 103]) {
    const engine = new Engine(venue, seed)
    const failure = engine.run(STEPS)
    expect(failure, failure?.trace.join('\n')).toBeNull()
  }
})

import { expect, it } from 'vitest'
import { PARTS } from './data-plane.ts'
import { makeTrouble } from './troubles.ts'

// Its long form, with as many rounds as one likes: npm run test:chaos.
it('kill -9 of any part and a bad network, at any moment, under load: nothing is lost, doubled or wrong', {
  timeout: 180_000,
}, async () => {
  const { findings, kills, landed, fills } = await makeTrouble({ rounds: 12, seed: Date.now() % 1_000_000 })
  expect(findings).toEqual(Object.fromEntries(Object.keys(findings).map((promise) => [promise, []])))
  expect(PARTS.reduce((sum, part) => sum + kills[part], 0)).toBeGreaterThanOrEqual(12)
  expect(landed).toBeGreaterThan(0)
  expect(fills).toBeGreaterThan(0)
})

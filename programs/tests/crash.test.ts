/** Prices fall 40 % in ten minutes over 300 leveraged accounts: all are liquidated, and every dollar lost is somebody's. */
import { expect, test } from 'vitest'
import type { MarketParams } from '#client/generated/types.ts'
import { Crash } from './crash/crash.ts'
import { USD } from './params.ts'
import { type WalkVenue, walkVenue } from './walk/venue.ts'

const TIMEOUT = 180_000
let venue: WalkVenue | null = null

function crash(keeperIsDead: (second: number) => boolean, limits: Partial<MarketParams> = {}): Crash {
  venue ??= walkVenue()
  const scene = new Crash(venue, limits)
  expect(scene.open().length).toBeGreaterThanOrEqual(300)
  scene.run(keeperIsDead)
  report(scene)
  return scene
}

function report({ figures }: Crash): void {
  const dollars = (amount: bigint) => `$${(Number(amount) / 1e6).toFixed(2)}`
  const { liquidations, deleveragings, bankruptcies, loss, insurance, pool, socialised, deficit } = figures
  process.stdout.write(
    `${liquidations} liquidations, ${deleveragings} deleveragings, ${bankruptcies} bankruptcies: ${dollars(loss)} lost = ` +
      `insurance ${dollars(insurance)} + pool ${dollars(pool)} + traders ${dollars(socialised)} + deficit ${dollars(deficit)}\n`,
  )
}

/** Nothing is left to liquidate, no loss is nobody's, and what each bore adds up (socialised amounts round up). */
function expectResolved(scene: Crash): void {
  expect(scene.sick().map(({ key }) => key)).toEqual([])
  expect(scene.unresolved().map(({ key }) => key)).toEqual([])
  const { loss, insurance, pool, socialised, deficit, bankruptcies } = scene.figures
  const residue = insurance + pool + socialised + deficit - loss
  expect(residue).toBeGreaterThanOrEqual(0n)
  expect(residue).toBeLessThan(BigInt(bankruptcies + 1) * 1_000_000n)
}

test('with keepers at work hardly anybody owes', { timeout: TIMEOUT }, () => {
  const scene = crash(() => false)
  expectResolved(scene)
  expect(scene.figures.liquidations).toBeGreaterThan(200)
})

test('after five minutes without a keeper the waterfall takes what is left', { timeout: TIMEOUT }, () => {
  const scene = crash((second) => second > 150 && second <= 450)
  expectResolved(scene)
  expect(scene.figures.bankruptcies).toBeGreaterThan(50)
  expect(scene.figures.insurance).toBeGreaterThan(0n)
  expect(scene.figures.pool).toBeGreaterThan(0n)
})

test('what insurance and the pool may not bear is on the traders, and then nobody', { timeout: TIMEOUT }, () => {
  const limits = { insuranceCap: 1_000n * USD, poolLossCap: 2_000n * USD }
  const scene = crash((second) => second > 150 && second <= 450, limits)
  expectResolved(scene)
  expect(scene.figures.insurance).toBeLessThanOrEqual(4_000n * USD)
  expect(scene.figures.pool).toBeLessThanOrEqual(8_000n * USD)
  expect(scene.figures.socialised).toBeGreaterThan(scene.figures.pool)
})

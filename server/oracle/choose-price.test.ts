import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FRESH_MS, priceChooser } from './choose-price.ts'
import type { OraclePrice, PriceSource } from './price.ts'

const START = Date.UTC(2026, 10, 21, 12)
const ORDER = ['hermes', 'hermes-rest', 'pyth-push', 'exchange'] as const

type Given = { at: number; source: PriceSource; value?: bigint; lagMs?: number; market?: string; confidence?: bigint }

/** A chooser whose uptime and time of day run together; `give` answers the published price, or what happened instead. */
function scene(order: readonly PriceSource[] = ORDER) {
  const chooser = priceChooser(order)
  const give = ({ at, source, value = 100_000_000n, lagMs = 0, market = 'SOL-PERP', confidence = 10_000n }: Given) => {
    const price: OraclePrice = {
      market,
      feedId: 'feed',
      price: value,
      confidence,
      emaPrice: value,
      publishedAt: START + at - lagMs,
      source,
      quality: 'valid',
      flags: [],
    }
    const choice = chooser.offer(price, START + at, at)
    return choice.kind === 'publish' ? choice.price : choice
  }
  return { chooser, give }
}

describe('which source is published', () => {
  it('is the preferred one while it delivers; the others are only compared', () => {
    const { give } = scene()
    expect(give({ at: 0, source: 'hermes' })).toMatchObject({ source: 'hermes', flags: ['unchecked'] })
    expect(give({ at: 100, source: 'exchange' })).toEqual({ kind: 'keep' })
    expect(give({ at: 1_000, source: 'hermes' })).toMatchObject({ source: 'hermes', flags: [], quality: 'valid' })
  })

  it('is the next best once the preferred one falls silent, flagged', () => {
    const { give, chooser } = scene()
    give({ at: 0, source: 'hermes' })
    expect(give({ at: FRESH_MS, source: 'exchange' })).toEqual({ kind: 'keep' })
    expect(give({ at: FRESH_MS + 1, source: 'exchange' })).toMatchObject({
      source: 'exchange',
      flags: ['fallback', 'unchecked'],
    })
    expect(chooser.activeSource('SOL-PERP')).toBe('exchange')
  })

  it('is not one that only repeats an old price', () => {
    const { give } = scene(['pyth-push', 'exchange'])
    give({ at: 0, source: 'pyth-push' })
    give({ at: 1_000, source: 'exchange' })
    expect(give({ at: 20_000, source: 'exchange' })).toMatchObject({ source: 'exchange' })
    expect(give({ at: 21_000, source: 'pyth-push', lagMs: 15_000 })).toEqual({ kind: 'keep' })
  })

  it('goes back to the preferred one after it has been steady for ten seconds', () => {
    const { give } = scene(['hermes', 'exchange'])
    give({ at: 0, source: 'hermes' })
    give({ at: 20_000, source: 'exchange' })
    const seen: unknown[] = []
    for (let at = 21_000; at <= 32_000; at += 1_000) {
      give({ at: at - 10, source: 'exchange' })
      seen.push(give({ at, source: 'hermes' }))
    }
    expect(seen.slice(0, 10).every((choice) => 'kind' in (choice as object))).toBe(true)
    expect(seen[10]).toMatchObject({ source: 'hermes', flags: [] })
    expect(give({ at: 32_100, source: 'exchange' })).toEqual({ kind: 'keep' })
  })

  it('is the one that knows most when none is fresh: an old price is better than an older one', () => {
    const { give } = scene(['pyth-push', 'exchange'])
    expect(give({ at: 0, source: 'pyth-push', lagMs: 40_000 })).toMatchObject({ source: 'pyth-push', quality: 'stale' })
    expect(give({ at: 10, source: 'exchange', lagMs: 30_000 })).toMatchObject({ source: 'exchange', quality: 'stale' })
    expect(give({ at: 20, source: 'pyth-push', lagMs: 35_000 })).toEqual({ kind: 'keep' })
  })

  it('is chosen for each market by itself', () => {
    const { give } = scene(['hermes', 'exchange'])
    give({ at: 0, source: 'hermes' })
    give({ at: 0, source: 'hermes', market: 'BTC-PERP' })
    give({ at: 10_000, source: 'hermes' })
    expect(give({ at: 10_001, source: 'exchange' })).toEqual({ kind: 'keep' })
    expect(give({ at: 10_001, source: 'exchange', market: 'BTC-PERP' })).toMatchObject({ source: 'exchange' })
  })

  it('never publishes backwards in time, nor a ten-fold jump between sources', () => {
    const { give } = scene(['hermes', 'exchange'])
    give({ at: 0, source: 'exchange' })
    expect(give({ at: 1_000, source: 'hermes', lagMs: 3_000 })).toEqual({ kind: 'keep' })
    expect(give({ at: 4_000, source: 'hermes', value: 2_000_000_000n })).toEqual({ kind: 'refuse', refusal: 'jump' })
  })

  it('holds these for every order of arrival: times rise, and only the chosen source speaks', () => {
    const step = fc.record({
      gapMs: fc.integer({ min: 1, max: 15_000 }),
      source: fc.constantFrom(...ORDER),
      lagMs: fc.integer({ min: 0, max: 20_000 }),
      value: fc.bigInt({ min: 50_000_000n, max: 200_000_000n }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { give, chooser } = scene()
        let at = 0
        let last = 0
        for (const { gapMs, ...given } of steps) {
          at += gapMs
          const result = give({ at, ...given })
          if ('kind' in result) continue
          expect(result.publishedAt).toBeGreaterThan(last)
          expect(result.source).toBe(chooser.activeSource('SOL-PERP'))
          last = result.publishedAt
        }
      }),
      { seed: 5, numRuns: 500 },
    )
  })
})

describe('two sources', () => {
  const apart = (value: bigint) => {
    const { give } = scene(['hermes', 'exchange'])
    give({ at: 0, source: 'hermes' })
    give({ at: 10, source: 'exchange', value })
    return give({ at: 1_000, source: 'hermes' })
  }

  it('one per cent apart agree', () => {
    expect(apart(101_000_000n)).toMatchObject({ quality: 'valid', flags: [], confidence: 10_000n })
  })

  it.each([101_000_001n, 98_999_999n])(
    'further apart make the price uncertain, its interval holding both (%s)',
    (value) => {
      const price = apart(value)
      expect(price).toMatchObject({ quality: 'uncertain', flags: ['diverges'] })
      expect(price).toMatchObject({ confidence: value > 100_000_000n ? value - 100_000_000n : 100_000_000n - value })
    },
  )

  it('of one provider prove nothing to each other', () => {
    const { give } = scene(['hermes', 'pyth-push'])
    give({ at: 0, source: 'hermes' })
    give({ at: 10, source: 'pyth-push' })
    expect(give({ at: 1_000, source: 'hermes' })).toMatchObject({ flags: ['unchecked'] })
  })

  it('are never asked for of a recording, which is marked by its name', () => {
    expect(scene(['replay']).give({ at: 0, source: 'replay' })).toMatchObject({ quality: 'valid', flags: [] })
  })

  it('are not compared once one of them is old', () => {
    const { give } = scene(['hermes', 'exchange'])
    give({ at: 0, source: 'exchange', value: 150_000_000n })
    expect(give({ at: 9_000, source: 'hermes' })).toMatchObject({ quality: 'valid', flags: ['unchecked'] })
  })
})

it('a price from ahead of our clock is uncertain: nobody knows its age', () => {
  const { give } = scene(['hermes'])
  expect(give({ at: 0, source: 'hermes', lagMs: -5_000 })).toMatchObject({ quality: 'valid', flags: ['unchecked'] })
  expect(give({ at: 1_000, source: 'hermes', lagMs: -5_001 })).toMatchObject({
    quality: 'uncertain',
    flags: ['unchecked', 'clock'],
  })
})

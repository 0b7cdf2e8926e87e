import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessQuality, type OraclePrice, type SourcePrice, scaleToPrice } from './price.ts'
import { readPriceMessage, toPriceDto } from './schema.ts'
import { REFUSALS, type ValidationContext, validatePrice } from './validate.ts'

const SOL_FEED = 'ef0d8b6fda2ceba41da15d4095d1da392a0d2f8ed0c6c7bc0f4cfac8c280b56d'
const NOW = 1_800_000_000_000

describe('scaling to price units', () => {
  it('keeps the value of a Pyth integer with exponent -8', () => {
    expect(scaleToPrice(14_327_000_000n, -8, 'nearest')).toBe(143_270_000n)
  })

  it('rounds a confidence up and a price to the nearest unit', () => {
    expect(scaleToPrice(101n, -8, 'up')).toBe(2n)
    expect(scaleToPrice(149n, -8, 'nearest')).toBe(1n)
    expect(scaleToPrice(-150n, -8, 'nearest')).toBe(-2n)
  })

  it('is never below the true value when rounding up, and less than one unit above', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n }), fc.integer({ min: -18, max: 0 }), (value, exponent) => {
        const scaled = scaleToPrice(value, exponent, 'up')
        const [left, right] = [scaled * 10n ** 18n, value * 10n ** BigInt(exponent + 24)]
        expect(left >= right && left - right < 10n ** 18n).toBe(true)
      }),
    )
  })

  it.each([1, -19, 0.5])('refuses the exponent %s', (exponent) => {
    expect(() => scaleToPrice(1n, exponent, 'nearest')).toThrow(/outside -18..0/)
  })
})

describe('quality', () => {
  const calm = { price: 100_000_000n, confidence: 50_000n, emaPrice: 100_000_000n }
  it.each([
    ['a fresh price is valid', calm, 0, 'valid'],
    ['a price from slightly ahead is valid', calm, -1_000, 'valid'],
    ['10 s is the age of a calm market', calm, 10_000, 'valid'],
    ['older is stale', calm, 10_001, 'stale'],
    ['with the EMA 2 % away it is 5 s', { ...calm, emaPrice: 98_000_000n }, 5_001, 'stale'],
    ['with the EMA 5 % away it is 2 s', { ...calm, emaPrice: 95_000_000n }, 2_001, 'stale'],
    ['confidence of exactly 0.5 % is accepted', { ...calm, confidence: 500_000n }, 0, 'valid'],
    ['more is uncertain', { ...calm, confidence: 500_001n }, 0, 'uncertain'],
    ['an EMA more than 10 % away is volatile', { ...calm, emaPrice: 90_000_000n }, 0, 'volatile'],
    ['zero is no price', { ...calm, price: 0n }, 0, 'non-positive'],
  ] as const)('%s', (_, price, ageMs, quality) => {
    expect(assessQuality(price, ageMs)).toBe(quality)
  })
})

const raw: SourcePrice = {
  feedId: SOL_FEED,
  price: 14_327_000_000n,
  confidence: 7_000_001n,
  emaPrice: 14_300_000_000n,
  exponent: -8,
  publishedAt: NOW,
}
const context: ValidationContext = {
  source: 'replay',
  marketOf: (feedId) => (feedId === SOL_FEED ? 'SOL-PERP' : undefined),
  previous: undefined,
  nowMs: NOW,
}
const taken: OraclePrice = {
  market: 'SOL-PERP',
  feedId: SOL_FEED,
  price: 143_270_000n,
  confidence: 70_001n,
  emaPrice: 143_000_000n,
  publishedAt: NOW,
  source: 'replay',
  quality: 'valid',
  flags: [],
}

describe('validation', () => {
  it('normalises and judges a good price', () => {
    expect(validatePrice(raw, context)).toEqual({ ok: true, price: taken })
  })

  it.each([
    ['unknown-feed', { feedId: '00' }, {}],
    ['bad-exponent', { exponent: 2 }, {}],
    ['bad-confidence', { confidence: -1n }, {}],
    ['from-the-future', { publishedAt: NOW + 60_001 }, {}],
    ['repeated', {}, { previous: taken }],
    ['not-newer', { publishedAt: NOW - 1 }, { previous: taken }],
    ['jump', { publishedAt: NOW + 1, price: 143_270_000_100n }, { previous: taken }],
  ] as const)('refuses as %s', (refusal, change, other) => {
    expect(validatePrice({ ...raw, ...change }, { ...context, ...other })).toEqual({ ok: false, refusal })
  })

  it('takes a far price after a long silence: the market may have moved', () => {
    const later = { ...raw, publishedAt: NOW + 60_000, price: 143_270_000_100n, emaPrice: 143_270_000_100n }
    expect(validatePrice(later, { ...context, previous: taken }).ok).toBe(true)
  })
})

describe('whatever a source says', () => {
  it('is refused with a reason, or is a price that can be stored: positive, in range, newer, of about now', () => {
    const integer = fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n })
    const near = fc.integer({ min: -400_000, max: 100_000 }).map((ms) => NOW + ms)
    const raw = fc.record({
      feedId: fc.oneof(fc.constant(SOL_FEED), fc.string()),
      price: integer,
      confidence: integer,
      emaPrice: integer,
      exponent: fc.oneof(fc.integer({ min: -20, max: 3 }), fc.double()),
      publishedAt: fc.oneof(near, fc.maxSafeInteger(), fc.constant(Number(-(2n ** 63n)) * 1_000)),
    })
    const previous = fc.option(
      fc.integer({ min: -1_000, max: 0 }).map((ms) => ({ ...taken, publishedAt: NOW + ms })),
      {
        nil: undefined,
      },
    )
    fc.assert(
      fc.property(raw, previous, (given, before) => {
        const verdict = validatePrice(given, { ...context, previous: before })
        if (!verdict.ok) {
          expect(REFUSALS).toContain(verdict.refusal)
          return
        }
        const { price, confidence, emaPrice, publishedAt } = verdict.price
        for (const amount of [price, emaPrice]) expect(amount > 0n && amount <= 10n ** 15n).toBe(true)
        expect(confidence >= 0n && confidence <= 10n ** 15n).toBe(true)
        expect(publishedAt).toBeGreaterThan(before?.publishedAt ?? NOW - 300_001)
        expect(publishedAt).toBeLessThanOrEqual(NOW + 60_000)
      }),
      { seed: 13, numRuns: 20_000 },
    )
  })
})

describe('the wire form of a price', () => {
  const amount = fc.bigInt({ min: 0n, max: 2n ** 63n })
  it('keeps every digit, there and back', () => {
    fc.assert(
      fc.property(amount, amount, amount, (price, confidence, emaPrice) => {
        const sent = {
          market: 'SOL-PERP',
          price,
          confidence,
          emaPrice,
          publishedAt: NOW,
          source: 'replay',
          quality: 'valid',
          flags: [],
        } as const
        expect(readPriceMessage(JSON.parse(JSON.stringify(toPriceDto(sent, NOW + 3))))).toEqual(sent)
      }),
    )
  })

  it('refuses what is no price', () => {
    expect(() => readPriceMessage({ market: 'SOL-PERP', price: '1' })).toThrow()
  })
})

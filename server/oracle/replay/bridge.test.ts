import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bridgeCandle } from './bridge.ts'

const candle = fc
  .record({
    low: fc.integer({ min: 1, max: 1_000_000_000 }),
    range: fc.integer({ min: 0, max: 50_000_000 }),
    openShare: fc.double({ min: 0, max: 1, noNaN: true }),
    closeShare: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ low, range, openShare, closeShare }) => ({
    low,
    high: low + range,
    open: low + Math.round(range * openShare),
    close: low + Math.round(range * closeShare),
  }))

describe('a path through a candle', () => {
  it('starts at the open, ends at the close, touches both extremes and never leaves them', () => {
    fc.assert(
      fc.property(candle, fc.integer({ min: 10, max: 240 }), fc.integer(), (recorded, count, seed) => {
        const path = bridgeCandle(recorded, count, seed)
        expect(path.length).toBe(count)
        expect(path[0]).toBe(recorded.open)
        expect(path.at(-1)).toBe(recorded.close)
        expect(Math.max(...path)).toBe(recorded.high)
        expect(Math.min(...path)).toBe(recorded.low)
        expect(path.every(Number.isInteger)).toBe(true)
      }),
    )
  })

  it('is the same for the same seed and another for another', () => {
    const recorded = { open: 173_250_000, high: 173_720_000, low: 173_060_000, close: 173_300_000 }
    expect(bridgeCandle(recorded, 120, 7)).toEqual(bridgeCandle(recorded, 120, 7))
    expect(bridgeCandle(recorded, 120, 7)).not.toEqual(bridgeCandle(recorded, 120, 8))
  })

  it('refuses fewer ticks than a candle needs', () => {
    expect(() => bridgeCandle({ open: 1, high: 2, low: 1, close: 2 }, 3, 1)).toThrow(/at least 10 ticks, got 3/)
  })
})

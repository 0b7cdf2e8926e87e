import { describe, expect, it } from 'vitest'
import { changed, isLooser } from './limits.ts'
import type { Limits } from './schema.ts'

const limits: Limits = {
  markets: ['SOL-PERP'],
  maxOrderNotional: '1000',
  maxDayNotional: '5000',
  maxDistanceBps: 100,
  maxOrdersPerMinute: 10,
  expiresAt: 1_000,
}

describe('limits', () => {
  it.each<Partial<Limits>>([
    { markets: null },
    { markets: ['SOL-PERP', 'BTC-PERP'] },
    { markets: ['BTC-PERP'] },
    { maxOrderNotional: '1000.000001' },
    { maxDayNotional: '10000' },
    { maxDistanceBps: 101 },
    { maxOrdersPerMinute: 11 },
    { expiresAt: 1_001 },
    { expiresAt: 1_001, maxDayNotional: '1' },
  ])('are looser by %o, which asks for a factor', (change) => {
    expect(isLooser(limits, changed(limits, change))).toBe(true)
  })

  it.each<Partial<Limits>>([
    {},
    { markets: ['SOL-PERP'] },
    { maxOrderNotional: '999.5', maxDayNotional: '900' },
    { maxDistanceBps: 1, maxOrdersPerMinute: 1, expiresAt: 0 },
  ])('are not looser by %o, which is done at once', (change) => {
    expect(isLooser(limits, changed(limits, change))).toBe(false)
  })

  it('of every market are wider than any list', () => {
    const all = { ...limits, markets: null }
    expect(isLooser(all, limits)).toBe(false)
    expect(isLooser(limits, all)).toBe(true)
  })
})

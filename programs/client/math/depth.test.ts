import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxPoolFill, poolDepth, poolRoom } from './depth.ts'
import { OPEN_CAP, type PoolCurve, poolEquity, poolQuote } from './pool.ts'

const curve: PoolCurve = { price: 150_000_000n, userNetBase: 10n ** 12n, depth: 10n ** 14n, halfSpreadPpm: 200 }
const funds = { allocation: 1_000_000_000_000n, quoteCash: 150_000_000_000n }
const grouping = { grouping: 10_000n, levels: 20 }

describe('poolDepth', () => {
  it('shows both sides around the mark, nearest first, at multiples of the grouping', () => {
    const { bids, asks } = poolDepth(curve, funds, grouping)
    // mark 151.5, half spread 2 bp: best ask 151.5303 → 151.54, best bid 151.4697 → 151.46
    expect([asks[0]?.price, bids[0]?.price]).toEqual([151_540_000n, 151_460_000n])
    expect([asks.length, bids.length]).toEqual([20, 20])
    expect(asks.every(({ price }) => price % 10_000n === 0n)).toBe(true)
    expect(asks.map(({ price }) => price)).toEqual(asks.map((_, at) => 151_540_000n + BigInt(at) * 10_000n))
    expect(bids.map(({ price }) => price)).toEqual(bids.map((_, at) => 151_460_000n - BigInt(at) * 10_000n))
    expect(asks.at(-1)?.cumulative).toBe(asks.reduce((sum, { size }) => sum + size, 0n))
  })

  it('never shows more than the pool may sell', () => {
    const room = poolRoom(curve, funds, 'buy')
    const { asks } = poolDepth(curve, funds, { grouping: 1_000_000n, levels: 1_000 })
    expect(asks.at(-1)?.cumulative).toBe(room)
  })

  it('is empty where the pool has no equity left for risk, but still takes risk back', () => {
    const poor = { allocation: 0n, quoteCash: 150_750_000_000n }
    const { bids, asks } = poolDepth(curve, poor, { grouping: 10_000n, levels: 500 })
    expect(asks).toEqual([])
    expect(bids.at(-1)?.cumulative).toBe(curve.userNetBase)
  })

  it('is empty on both sides where it has less than nothing', () => {
    const gone = { allocation: 0n, quoteCash: 150_749_999_999n }
    expect(poolDepth(curve, gone, grouping)).toEqual({ bids: [], asks: [] })
  })

  it('promises no price that the quote does not keep', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -3n * 10n ** 12n, max: 3n * 10n ** 12n }),
        fc.bigInt({ min: 1_000_000n, max: 10n ** 11n }),
        fc.integer({ min: 0, max: 2_000 }),
        fc.bigInt({ min: 1_000n, max: 10n ** 8n }),
        (userNetBase, price, halfSpreadPpm, step) => {
          const at = { ...curve, userNetBase, price, halfSpreadPpm }
          const { asks, bids } = poolDepth(at, funds, { grouping: step, levels: 5 })
          for (const level of asks) {
            const best = { ...at, userNetBase: at.userNetBase + level.cumulative - level.size }
            expect(poolQuote(best, level.size) * 10n ** 9n).toBeLessThanOrEqual(
              (level.price + 2n) * level.size + 10n ** 9n,
            )
          }
          for (const level of bids) {
            const best = { ...at, userNetBase: at.userNetBase - level.cumulative + level.size }
            expect(poolQuote(best, -level.size) * 10n ** 9n).toBeGreaterThanOrEqual(
              (level.price - 2n) * level.size - 10n ** 9n,
            )
          }
        },
      ),
    )
  })
})

describe('poolRoom', () => {
  it('ends where the users’ net reaches 45 % of the pool’s equity', () => {
    const equity = poolEquity(funds.allocation, funds.quoteCash, curve.userNetBase, curve.price, curve.depth)
    const cap = (equity * BigInt(OPEN_CAP)) / 10_000n
    expect(((curve.userNetBase + poolRoom(curve, funds, 'buy')) * curve.price) / 10n ** 9n).toBeLessThanOrEqual(cap)
    expect(poolRoom(curve, funds, 'sell') - poolRoom(curve, funds, 'buy')).toBe(2n * curve.userNetBase)
  })

  it('one fill takes at most ten basis points of the depth', () => {
    expect(maxPoolFill(curve, funds, 'buy')).toBe(10n ** 11n)
  })
})

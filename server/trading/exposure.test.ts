import { describe, expect, it } from 'vitest'
import { exposureOf, type OrderTerms } from './exposure.ts'

const USDC = 1_000_000n
const ORACLE = 100n * USDC
const one = 1_000_000_000n
const order = (given: Partial<OrderTerms>): OrderTerms => ({ side: 'buy', size: one, ...given })
const of = (given: Partial<OrderTerms>, before?: Partial<OrderTerms>) => {
  const { notional, added, distance } = exposureOf('SOL-PERP', order(given), ORACLE, before && order(before))
  return [notional / USDC, added / USDC, distance]
}

describe('what an order exposes', () => {
  it.each<[string, Partial<OrderTerms>, [bigint, bigint, number]]>([
    ['a buyer pays his limit', { limitPrice: 101n * USDC }, [101n, 101n, 100]],
    ['a bid below the oracle is no distance', { limitPrice: 50n * USDC }, [50n, 50n, 0]],
    [
      'a seller below the oracle sells what the oracle says',
      { side: 'sell', limitPrice: 90n * USDC },
      [100n, 100n, 1_000],
    ],
    ['an offer above is worth its limit', { side: 'sell', limitPrice: 120n * USDC }, [120n, 120n, 0]],
    ['without a limit it is worth the oracle', {}, [100n, 100n, 0]],
    [
      'one that waits is judged where it is set off',
      { triggerDirection: 'above', triggerPrice: 150n * USDC, limitPrice: 151n * USDC },
      [151n, 151n, 67],
    ],
    [
      'a trigger that was reached already does not excuse a limit',
      { triggerDirection: 'below', triggerPrice: 150n * USDC, limitPrice: 151n * USDC },
      [151n, 151n, 5_100],
    ],
  ])('%s', (_, given, expected) => {
    expect(of(given)).toEqual(expected)
  })

  it('is counted once: a change counts for what it adds', () => {
    const before = { limitPrice: 100n * USDC }
    expect(of({ limitPrice: 100n * USDC, size: 3n * one }, before)).toEqual([300n, 200n, 0])
    expect(of({ limitPrice: 90n * USDC }, before)).toEqual([90n, 0n, 0])
  })

  it('rounds against the trader', () => {
    expect(exposureOf('SOL-PERP', order({ size: 1n, limitPrice: ORACLE + 1n }), ORACLE)).toMatchObject({
      notional: 1n,
      distance: 1,
    })
  })
})

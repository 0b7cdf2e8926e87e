import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountHealth, isMet } from '#client/math/index.ts'
import { reduceTicket } from './fields.ts'
import { evaluateTicket } from './model.ts'
import { base, CASH, context, NOW, position, SOL, seen, ticket, usd, warned } from './testing.ts'

describe('warnings', () => {
  it('name a resting order that would be liquidatable where it fills', () => {
    const held = position('25', '-3581')
    const world = context({ portfolio: { ...CASH, quote: usd('400'), positions: [held] } })
    // The long it adds to is deep in loss down there.
    expect(warned(seen({ kind: 'limit', price: '130', size: '1' }, world))).toEqual(['liquidated-before'])
    const roomy = context({ portfolio: { ...CASH, quote: usd('430'), positions: [held] } })
    expect(warned(seen({ kind: 'limit', price: '131', size: '8' }, roomy))).toEqual(['liquidatable'])
  })

  it('name large slippage', () => {
    const thin = context({}, { depth: base('20000'), userNetBase: 0n })
    expect(warned(seen({ size: '20' }, thin))).toEqual([])
    const skewed = context({}, { depth: base('100000'), userNetBase: base('500') })
    expect(warned(seen({ size: '20', slippageBps: 200 }, skewed))).toEqual(['slippage'])
  })
})

it('whatever is typed, nothing throws, and what is sent keeps the program’s rules', () => {
  const number = fc.oneof(
    fc.constant(''),
    fc.integer({ min: 1, max: 30_000 }).map((cents) => (cents / 100).toFixed(2)),
    fc.stringMatching(/^-?\d{0,12}\.?\d{0,7}$/),
  )
  fc.assert(
    fc.property(
      fc.record({
        side: fc.constantFrom('buy' as const, 'sell' as const),
        kind: fc.constantFrom('market', 'limit', 'stop', 'takeProfit', 'trailing', 'pegged', 'ladder', 'twap', 'oco'),
        execution: fc.constantFrom('market' as const, 'limit' as const),
        timeInForce: fc.constantFrom('gtc' as const, 'gtt' as const, 'ioc' as const, 'fok' as const),
        price: number,
        trigger: number,
        lastPrice: number,
        bound: number,
        distance: number,
        offset: number,
        takeProfit: number,
        stopLoss: number,
        size: number,
        count: fc.integer({ min: 2, max: 16 }),
        distanceUnit: fc.constantFrom('price' as const, 'percent' as const),
        sizeUnit: fc.constantFrom('base' as const, 'quote' as const, 'percent' as const),
        protectUnit: fc.constantFrom('price' as const, 'percent' as const, 'pnl' as const),
        protect: fc.boolean(),
        reduceOnly: fc.boolean(),
        postOnly: fc.boolean(),
      }),
      fc.constantFrom(CASH, { ...CASH, positions: [position('2', '-286')] }),
      (typed, portfolio) => {
        const fields = reduceTicket(ticket(typed), { type: 'edit', change: {} })
        const { order, estimate } = evaluateTicket(fields, context({ portfolio }))
        if (order === null) return
        expect(estimate).not.toBeNull()
        expect(order.orders.length).toBeLessThanOrEqual(16)
        for (const one of order.orders) {
          expect(one.parent === undefined ? one.size > 0n : one.size === 0n).toBe(true)
          expect(one.size % SOL.stepSize).toBe(0n)
          const waits = (one.triggerDirection ?? 'none') !== 'none'
          const trails = (one.trailingDistance ?? 0n) > 0n
          expect(waits && !trails).toBe(one.triggerPrice !== undefined)
          if (one.kind === 'limit') expect((one.limitPrice ?? 0n) % SOL.tickSize).toBe(0n)
          if (one.timeInForce === 'goodTillTime') expect(one.expiresAt).toBeGreaterThan(BigInt(NOW / 1000))
          else expect(one.expiresAt ?? 0n).toBe(0n)
          if (one.postOnly === true) expect(waits).toBe(false)
        }
      },
    ),
    { numRuns: 3_000 },
  )
})

it('the largest size of every kind is one that its margin accepts', () => {
  const kinds = [
    { kind: 'limit', price: '140' },
    { kind: 'stop', side: 'buy', trigger: '146' },
    { kind: 'pegged', offset: '-0.5' },
    { kind: 'oco', side: 'buy', price: '140', trigger: '146' },
    { kind: 'trailing', side: 'sell', distance: '2' },
  ] as const
  for (const fields of kinds) {
    const { order, estimate } = seen({ ...fields, leverage: 20, sizeUnit: 'percent', size: '100' })
    expect(order, fields.kind).not.toBeNull()
    expect(estimate?.missingMargin).toBe(0n)
  }
  expect(isMet(accountHealth(CASH, 'Initial'))).toBe(true)
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUnits } from '#client/units.ts'
import { reduceTicket } from './fields.ts'
import { base, CASH, codes, context, long, SOL, seen, sent, ticket, usd } from './testing.ts'

describe('a scaled order', () => {
  const scaled = { kind: 'ladder', side: 'buy', price: '142', lastPrice: '138', count: 5, size: '5' } as const

  it('is as many limits as asked for, evenly spread, in one group that does not cancel itself', () => {
    const orders = sent(scaled)
    expect(orders.map(({ limitPrice }) => limitPrice)).toEqual(['142', '141', '140', '139', '138'].map(usd))
    expect(orders.every(({ size }) => size === base('1'))).toBe(true)
    expect(orders.every(({ groupId, oneCancelsOther }) => groupId === 1 && oneCancelsOther === undefined)).toBe(true)
  })

  it('may be heavier at one end', () => {
    const sizes = (shape: 'first' | 'last') => sent({ ...scaled, shape, size: '15' }).map(({ size }) => size)
    expect(sizes('last')).toEqual(['1', '2', '3', '4', '5'].map(base))
    expect(sizes('first')).toEqual(['5', '4', '3', '2', '1'].map(base))
  })

  it('adds up to its size, on ticks and steps, whatever the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 16 }),
        fc.bigInt({ min: 10_000n, max: 14_000n }),
        fc.bigInt({ min: 100n, max: 3_000n }),
        fc.bigInt({ min: 400n, max: 10_000n }),
        fc.constantFrom('even' as const, 'first' as const, 'last' as const),
        (count, from, span, steps, shape) => {
          const cents = (value: bigint) => `${value / 100n}.${String(value % 100n).padStart(2, '0')}`
          const fields = { ...scaled, count, shape, price: cents(from), lastPrice: cents(from - span) }
          const { order } = seen({ ...fields, size: cents(steps) })
          if (order === null) return
          const total = order.orders.reduce((sum, { size }) => sum + size, 0n)
          expect(total).toBe(steps * SOL.stepSize)
          const prices = order.orders.map(({ limitPrice }) => limitPrice ?? 0n)
          expect(prices[0]).toBe(from * SOL.tickSize)
          expect(prices.at(-1)).toBe((from - span) * SOL.tickSize)
          expect(new Set(prices).size).toBe(count)
          expect(prices.every((price) => price % SOL.tickSize === 0n)).toBe(true)
          expect(order.orders.every(({ size }) => size > 0n && size % SOL.stepSize === 0n)).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is refused where a rung would be too small, has no price of its own, or no slot', () => {
    expect(codes(ticket({ ...scaled, size: '0.2' }), context())).toEqual(['below-minimum'])
    expect(codes(ticket({ ...scaled, lastPrice: '141.98' }), context())).toEqual(['ladder-range'])
    const busy = context({ portfolio: { ...CASH, openOrders: 13 } })
    expect(seen(scaled, busy).problems[0]?.message).toContain('room for 3 more')
  })

  it('costs and leads to what all of its fills together do', () => {
    const { estimate } = seen(scaled)
    expect(estimate).toMatchObject({ way: 'rests', value: usd('700'), averagePrice: usd('140') })
    expect(estimate?.keeperReward).toBe(5n * SOL.keeperRewardFlat + usd('0.007'))
  })
})

describe('one cancels other', () => {
  const pair = { kind: 'oco', side: 'sell', price: '150', trigger: '138', size: '2', reduceOnly: true } as const

  it('is a limit and a stop of one size in one group', () => {
    expect(sent(pair, long('2', '-286'))).toMatchObject([
      { kind: 'limit', limitPrice: usd('150'), size: base('2'), groupId: 1, oneCancelsOther: true },
      { kind: 'market', triggerDirection: 'below', triggerPrice: usd('138'), size: base('2'), groupId: 1 },
    ])
  })

  it('counts both for margin while they stand', () => {
    const opening = { ...pair, reduceOnly: false, leverage: 20 }
    const { maxBase } = seen({ ...opening, size: '' })
    const alone = seen({ kind: 'limit', side: 'sell', price: '150', leverage: 20 }).maxBase
    expect(maxBase).toBeLessThan((alone * 6n) / 10n)
    expect(codes(ticket({ ...opening, size: formatUnits(maxBase, 9) }), context())).toEqual([])
    expect(codes(ticket({ ...opening, size: formatUnits(maxBase + SOL.stepSize, 9) }), context())).toEqual(['margin'])
  })

  it('needs its limit on the other side of the price', () => {
    expect(codes(ticket({ ...pair, price: '140' }), long('2', '-286'))).toEqual(['wrong-side'])
    expect(codes(ticket({ ...pair, trigger: '145' }), long('2', '-286'))).toEqual(['wrong-side'])
  })
})

describe('a bracket', () => {
  const bracket = { size: '2', protect: true } as const

  it('brings children that sleep without a size, and cancel each other', () => {
    expect(sent({ ...bracket, takeProfit: '150', stopLoss: '138' })).toMatchObject([
      { kind: 'market', side: 'buy', size: base('2') },
      {
        side: 'sell',
        size: 0n,
        reduceOnly: true,
        triggerDirection: 'above',
        triggerPrice: usd('150'),
        parent: 0,
        groupId: 1,
        oneCancelsOther: true,
      },
      {
        side: 'sell',
        size: 0n,
        reduceOnly: true,
        triggerDirection: 'below',
        triggerPrice: usd('138'),
        parent: 0,
        groupId: 1,
        oneCancelsOther: true,
      },
    ])
    expect(sent({ ...bracket, stopLoss: '138' })).toHaveLength(2)
    expect(sent({ ...bracket, stopLoss: '138' })[1]).not.toHaveProperty('groupId')
  })

  it.each([
    ['percent', '5', '2', '147', '137.2'],
    ['pnl', '20', '10', '150', '135'],
  ] as const)('may be given in %s of what the limit order enters at', (protectUnit, takeProfit, stopLoss, up, down) => {
    const orders = sent({ ...bracket, kind: 'limit', price: '140', protectUnit, takeProfit, stopLoss })
    expect(orders.slice(1).map(({ triggerPrice }) => triggerPrice)).toEqual([usd(up), usd(down)])
  })

  it('is turned round for a short', () => {
    const orders = sent({ ...bracket, side: 'sell', takeProfit: '138', stopLoss: '150' })
    expect(orders.slice(1)).toMatchObject([
      { side: 'buy', triggerDirection: 'below' },
      { side: 'buy', triggerDirection: 'above' },
    ])
  })

  it('says what it brings, costs included', () => {
    const { protection, estimate } = seen({ ...bracket, takeProfit: '150', stopLoss: '138' })
    const gain = (usd('150') - (estimate?.averagePrice ?? 0n)) * 2n
    expect(protection.takeProfit?.pnl).toBeLessThan(gain)
    expect(protection.takeProfit?.pnl).toBeGreaterThan(gain - usd('1'))
    expect(protection.stopLoss?.pnl).toBeLessThan(0n)
  })

  it('must have its work before it at the price the parent fills at', () => {
    expect(codes(ticket({ ...bracket, takeProfit: '140' }), context())).toEqual(['wrong-side'])
    // Below the price now, but above where this limit order fills.
    expect(sent({ ...bracket, kind: 'limit', price: '135', takeProfit: '140', stopLoss: '130' })).toHaveLength(3)
    expect(codes(ticket({ ...bracket, kind: 'limit', price: '135', stopLoss: '136' }), context())).toEqual([
      'wrong-side',
    ])
    expect(codes(ticket({ ...bracket, kind: 'stop', trigger: '150', takeProfit: '149' }), context())).toEqual([
      'wrong-side',
    ])
  })

  it('is unfinished without a price, needs slots for all, and goes with nothing that only reduces', () => {
    expect(seen(bracket).problems[0]).toMatchObject({ code: 'no-protection', shown: false })
    const full = context({ portfolio: { ...CASH, openOrders: 14 } })
    expect(codes(ticket({ ...bracket, takeProfit: '150', stopLoss: '138' }), full)).toEqual(['order-slots'])
    expect(reduceTicket(ticket(bracket), { type: 'edit', change: { reduceOnly: true } }).protect).toBe(false)
  })
})

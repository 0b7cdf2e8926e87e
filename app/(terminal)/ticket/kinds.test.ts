import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NewOrder } from '#client/instructions/orders.ts'
import { accountHealth, isMet, poolQuote, previewOrder } from '#client/math/index.ts'
import { formatUnits } from '#client/units.ts'
import type { TicketFields } from './fields.ts'
import { reduceTicket } from './fields.ts'
import { evaluateTicket, type TicketView } from './model.ts'
import { base, CASH, codes, context, NOW, position, SOL, ticket, usd } from './testing.ts'

const sent = (fields: Partial<TicketFields>, world = context()): readonly NewOrder[] => {
  const view = evaluateTicket(ticket(fields), world)
  expect(view.problems).toEqual([])
  return view.order?.orders ?? []
}
const seen = (fields: Partial<TicketFields>, world = context()): TicketView => evaluateTicket(ticket(fields), world)
const warned = (view: TicketView): string[] => view.warnings.map(({ code }) => code)
const long = (size: string, entry: string) => context({ portfolio: { ...CASH, positions: [position(size, entry)] } })

describe('a limit order', () => {
  const limit = { kind: 'limit', price: '140', size: '2' } as const

  it.each([
    ['gtc', 'goodTillCancel'],
    ['ioc', 'immediateOrCancel'],
    ['fok', 'fillOrKill'],
  ] as const)('%s goes as %s, without an expiry', (timeInForce, named) => {
    expect(sent({ ...limit, price: '150', timeInForce })).toMatchObject([{ timeInForce: named, expiresAt: 0n }])
  })

  it('good till time expires its lifetime after now', () => {
    expect(sent({ ...limit, timeInForce: 'gtt', lifetimeS: 3_600 })).toMatchObject([
      { timeInForce: 'goodTillTime', expiresAt: BigInt(NOW / 1000 + 3_600) },
    ])
  })

  it('that only rests earns the rebate of its tier and owes no keeper', () => {
    const world = context({}, { makerRebatePpm: 100, rebateShare: 5_000 })
    expect(seen({ ...limit, postOnly: true }, world).estimate).toMatchObject({ fee: -usd('0.014'), keeperReward: 0n })
  })

  it('takes the fee of the trader’s tier', () => {
    const fee = (takerShare: number) => seen(limit, context({}, { takerShare })).estimate?.fee
    expect([fee(10_000), fee(6_000)]).toEqual([usd('0.14'), usd('0.084')])
  })
})

describe('what resting orders of others offer', () => {
  const asks = [[usd('143.28'), base('2')] as const]

  it('is taken before the pool where it is no worse, and makes the price', () => {
    const alone = seen({ size: '3' }).estimate
    const booked = seen({ size: '3' }, context({ resting: { asks, bids: [] } })).estimate
    expect(booked?.fromMakers).toBe(base('2'))
    expect(booked?.value).toBe(usd('286.56') + poolQuote({ ...curve(), userNetBase: SOL.userNetBase }, base('1')))
    expect(booked?.value).toBeLessThan(alone?.value ?? 0n)
  })

  it('is passed over where the pool is better', () => {
    const dear = [[usd('145'), base('2')] as const]
    expect(seen({ size: '3' }, context({ resting: { asks: dear, bids: [] } })).estimate?.fromMakers).toBe(0n)
  })
})

const curve = () => ({ price: SOL.price.price, depth: SOL.depth, halfSpreadPpm: 200 })

describe('a stop', () => {
  it('waits on the losing side, and has no limit of its own: a gap must not leave it behind', () => {
    const orders = sent({ kind: 'stop', side: 'sell', trigger: '138', size: '2', reduceOnly: true }, long('2', '-286'))
    expect(orders).toMatchObject([
      { kind: 'market', side: 'sell', triggerDirection: 'below', triggerPrice: usd('138'), reduceOnly: true },
    ])
    expect(orders[0]?.limitPrice).toBeUndefined()
  })

  it('fills, as far as one can say, at the pool’s price of its trigger', () => {
    const { estimate } = seen(
      { kind: 'stop', side: 'sell', trigger: '138', size: '2', reduceOnly: true },
      long('2', '-286'),
    )
    const there = { ...SOL, price: { ...SOL.price, price: usd('138') } }
    const preview = previewOrder(CASH, there, { side: 'sell', size: base('2') })
    expect(estimate).toMatchObject({ way: 'waits', value: preview.quote, fee: preview.fee })
    expect(estimate?.realisedPnl).toBe(preview.quote - usd('286'))
  })

  it('limit waits too, and then never fills beyond its price', () => {
    expect(
      sent({ kind: 'stop', execution: 'limit', side: 'buy', trigger: '150', price: '150.5', size: '1' }),
    ).toMatchObject([{ kind: 'limit', triggerDirection: 'above', triggerPrice: usd('150'), limitPrice: usd('150.5') }])
  })

  it('on the wrong side is a take-profit, and the click says so', () => {
    const [problem] = seen({ kind: 'stop', side: 'sell', trigger: '150', size: '1' }).problems
    expect(problem).toMatchObject({
      code: 'wrong-side',
      field: 'trigger',
      remedy: { kind: 'become', become: 'takeProfit' },
    })
    const wrong = ticket({ kind: 'stop', side: 'sell', trigger: '150', size: '1' })
    const mended = reduceTicket(wrong, { type: 'kind', kind: 'takeProfit', reduces: false })
    expect(evaluateTicket(mended, context()).order).not.toBeNull()
  })

  it('reduces what is held as soon as it is chosen', () => {
    const chosen = reduceTicket(ticket({ side: 'sell' }), { type: 'kind', kind: 'stop', reduces: true })
    expect(chosen.reduceOnly).toBe(true)
    expect(reduceTicket(chosen, { type: 'kind', kind: 'limit', reduces: true }).reduceOnly).toBe(false)
  })

  it('behind the liquidation price is warned of', () => {
    const held = { ...position('100', '-14327') }
    const world = context({ portfolio: { ...CASH, quote: usd('1000'), positions: [held] } })
    const stop = { kind: 'stop', side: 'sell', size: '100', reduceOnly: true } as const
    expect(warned(seen({ ...stop, trigger: '130' }, world))).toContain('liquidated-before')
    expect(warned(seen({ ...stop, trigger: '141' }, world))).not.toContain('liquidated-before')
  })
})

describe('a take-profit', () => {
  it.each([
    ['sell', '150', 'above'],
    ['buy', '138', 'below'],
  ] as const)('to %s waits %s', (side, trigger, triggerDirection) => {
    expect(sent({ kind: 'takeProfit', side, trigger, size: '1' })).toMatchObject([
      { kind: 'market', side, triggerDirection, triggerPrice: usd(trigger) },
    ])
  })
})

describe('a trailing stop', () => {
  const trailing = { kind: 'trailing', side: 'sell', size: '2', reduceOnly: true } as const

  it('names its distance and its direction, never a trigger', () => {
    const [order] = sent({ ...trailing, distance: '2.5' }, long('2', '-286'))
    expect(order).toMatchObject({ kind: 'market', triggerDirection: 'below', trailingDistance: usd('2.5') })
    expect(order?.triggerPrice).toBeUndefined()
  })

  it('in percent is a distance on the tick', () => {
    expect(sent({ ...trailing, distance: '1', distanceUnit: 'percent' }, long('2', '-286'))).toMatchObject([
      { trailingDistance: usd('1.43') },
    ])
    expect(seen({ ...trailing, distance: '1', distanceUnit: 'percent' }, long('2', '-286')).reference).toBe(
      usd('141.84'),
    )
  })

  it('begins at a price that is fresh and sure, and with a distance smaller than it', () => {
    expect(codes(ticket({ ...trailing, distance: '200' }), long('2', '-286'))).toContain('bad-price')
    const held = { ...CASH, positions: [position('2', '-286')] }
    const unsure = context({ portfolio: held }, { quality: 'uncertain' })
    expect(codes(ticket({ ...trailing, distance: '2' }), unsure)).toEqual(['stale-price'])
    expect(codes(ticket({ ...trailing, distance: '2' }), context({ portfolio: held, now: NOW + 20_000 }))).toEqual([
      'stale-price',
    ])
  })
})

describe('a pegged order', () => {
  it('is a limit at an offset from the oracle, with a bound only if one is named', () => {
    const pegged = { kind: 'pegged', side: 'buy', offset: '-0.5', size: '2' } as const
    expect(sent(pegged)).toMatchObject([{ kind: 'limit', pegOffset: -usd('0.5'), limitPrice: 0n }])
    expect(sent({ ...pegged, bound: '142' })).toMatchObject([{ pegOffset: -usd('0.5'), limitPrice: usd('142') }])
    expect(seen(pegged).reference).toBe(usd('142.77'))
    expect(seen({ ...pegged, bound: '142' }).reference).toBe(usd('142'))
  })

  it('may be given in percent, signed', () => {
    expect(sent({ kind: 'pegged', side: 'sell', offset: '0.5', distanceUnit: 'percent', size: '2' })).toMatchObject([
      { pegOffset: usd('0.72') },
    ])
  })

  it('that would cross is warned of, and refused when it shall only rest', () => {
    const crossing = { kind: 'pegged', side: 'buy', offset: '1', size: '2' } as const
    expect(warned(seen(crossing))).toContain('fills-now')
    expect(codes(ticket({ ...crossing, postOnly: true }), context())).toEqual(['would-take'])
  })
})

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
        kind: fc.constantFrom('market', 'limit', 'stop', 'takeProfit', 'trailing', 'pegged', 'ladder', 'oco'),
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

import { describe, expect, it } from 'vitest'
import { poolQuote, previewOrder } from '#client/math/index.ts'
import { reduceTicket } from './fields.ts'
import { evaluateTicket } from './model.ts'
import { base, CASH, codes, context, long, NOW, position, SOL, seen, sent, ticket, usd, warned } from './testing.ts'

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

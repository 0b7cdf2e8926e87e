import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountHealth, isMet, previewOrder, withOrder } from '#client/math/index.ts'
import { evaluateTicket, sizeAtPercent, sizeInUnit } from './model.ts'
import { base, CASH, codes, context, NOW, position, SOL, ticket, usd } from './testing.ts'

describe('a market order', () => {
  const view = evaluateTicket(ticket({ size: '3.5' }), context())

  it('is ready to send and the button says exactly what it does', () => {
    expect(view.problems).toEqual([])
    expect(view.order).toMatchObject({ orders: [{ side: 'buy', size: base('3.5') }], title: 'Buy 3.50 SOL at market' })
    expect(view.label).toBe('Buy 3.50 SOL · $502.15')
  })

  it("is estimated by the pool's exact quote, the fees of the program and the account it leads to", () => {
    const preview = previewOrder(CASH, SOL, { side: 'buy', size: base('3.5') })
    expect(view.estimate).toMatchObject({
      value: preview.quote,
      fee: preview.fee,
      keeperReward: preview.keeperReward,
      averagePrice: preview.averagePrice,
      slippagePpm: preview.slippagePpm,
      liquidationPrice: preview.liquidationPrice,
      way: 'now',
    })
  })

  it('never accepts a price further from the oracle than the slippage limit', () => {
    expect(view.order?.orders[0]?.limitPrice).toBe(usd('143.98'))
    expect(evaluateTicket(ticket({ size: '3.5', side: 'sell' }), context()).order?.orders[0]?.limitPrice).toBe(
      usd('142.56'),
    )
  })

  it('shows the share of collateral used before and after', () => {
    expect(view.estimate?.marginBefore).toBe(0n)
    expect(view.estimate?.marginAfter).toBe(50n)
  })

  it('lets longs pay and shorts get a positive funding rate', () => {
    expect(view.estimate?.fundingPerDay).toBeLessThan(0n)
    const short = evaluateTicket(ticket({ size: '3.5', side: 'sell' }), context())
    expect(short.estimate?.fundingPerDay).toBeGreaterThan(0n)
  })

  it('waits for a fresh price and says so, while a limit order does not', () => {
    const late = context({ now: NOW + 20_000 })
    expect(codes(ticket({ size: '3.5' }), late)).toEqual(['stale-price'])
    expect(codes(ticket({ kind: 'limit', price: '140', size: '3.5' }), late)).toEqual([])
    expect(evaluateTicket(ticket({ size: '3.5' }), late).problems[0]?.message).toContain('20 s old')
  })

  it('is refused where it would fill beyond its own limit', () => {
    expect(codes(ticket({ size: '30', slippageBps: 1 }), context())).toEqual(['slippage'])
  })

  it('may be closed with an unsure price when it only reduces', () => {
    const unsure = context({ portfolio: { ...CASH, positions: [position('2', '-280')] } }, { quality: 'uncertain' })
    expect(codes(ticket({ size: '1', side: 'sell' }), unsure)).toEqual(['stale-price'])
    expect(codes(ticket({ size: '1', side: 'sell', reduceOnly: true }), unsure)).toEqual([])
  })
})

describe('a limit order', () => {
  it('rests at its price and costs what its fill there costs', () => {
    const view = evaluateTicket(ticket({ kind: 'limit', price: '140', size: '2' }), context())
    expect(view.estimate).toMatchObject({ way: 'rests', averagePrice: usd('140'), value: usd('280') })
    expect(view.order).toMatchObject({
      orders: [{ kind: 'limit', limitPrice: usd('140'), timeInForce: 'goodTillCancel' }],
      title: 'Buy 2.00 SOL at 140.00',
    })
  })

  it('is filled by the pool at once when its price reaches it', () => {
    const view = evaluateTicket(ticket({ kind: 'limit', price: '150', size: '2' }), context())
    expect(view.estimate?.way).toBe('now')
    expect(view.estimate?.averagePrice).toBeLessThan(usd('144'))
  })

  it('that takes at once or not at all is refused while the pool would not fill it', () => {
    const ioc = (price: string) =>
      evaluateTicket(ticket({ kind: 'limit', timeInForce: 'ioc', price, size: '2' }), context())
    expect(ioc('140').order).toBeNull()
    expect(ioc('140').problems[0]).toMatchObject({ code: 'slippage', field: 'price', shown: true })
    expect(ioc('150').order).toMatchObject({ orders: [{ timeInForce: 'immediateOrCancel' }] })
  })

  it('that is post-only is sent only where the pool would not fill it', () => {
    const postOnly = (price: string) =>
      evaluateTicket(ticket({ kind: 'limit', postOnly: true, price, size: '2' }), context())
    expect(postOnly('150').problems[0]).toMatchObject({ code: 'would-take', field: 'price', shown: true })
    expect(postOnly('140').order).toMatchObject({ orders: [{ postOnly: true }] })
  })

  it('off the tick names the nearest price that is on it', () => {
    const [problem] = evaluateTicket(ticket({ kind: 'limit', price: '140.004', size: '2' }), context()).problems
    expect(problem).toMatchObject({ code: 'price-tick', field: 'price', remedy: { kind: 'price', price: '140' } })
  })
})

describe('what stands in the way', () => {
  it.each([
    ['no-wallet', ticket({ size: '1' }), context({ wallet: 'none', portfolio: null })],
    ['isolated', ticket({ size: '1' }), context({ isolatedMarket: 'BTC-PERP' })],
    ['reading-account', ticket({ size: '1' }), context({ portfolio: null, reading: true })],
    ['no-account', ticket({ size: '1' }), context({ portfolio: null })],
    ['no-size', ticket(), context()],
    ['bad-size', ticket({ size: '1.0000000001' }), context()],
    ['size-step', ticket({ size: '1.005' }), context()],
    ['below-minimum', ticket({ size: '0.05' }), context()],
    ['no-price', ticket({ kind: 'limit', size: '1' }), context()],
    ['nothing-to-reduce', ticket({ size: '1', reduceOnly: true }), context()],
    ['one-fill-cap', ticket({ size: '1500' }), context({ portfolio: { ...CASH, quote: usd('1000000') } })],
    [
      'pool-cap',
      ticket({ kind: 'limit', price: '140', size: '60000' }),
      context({ portfolio: { ...CASH, quote: usd('9000000') } }),
    ],
    ['market-closed', ticket({ size: '1' }), context({}, { status: 'reduceOnly' })],
    ['market-closed', ticket({ size: '1' }), context({}, { status: 'settling' })],
    ['market-closed', ticket({ size: '1' }), context({}, { status: 'settling', settlementPrice: SOL.price.price })],
    ['order-slots', ticket({ size: '1' }), context({ portfolio: { ...CASH, openOrders: 16 } })],
    ['margin', ticket({ size: '900' }), context()],
  ])('%s', (code, fields, world) => {
    const { problems, order, label } = evaluateTicket(fields, world)
    expect(problems[0]?.code).toBe(code)
    expect(order).toBeNull()
    expect(label).toBe(problems[0]?.label)
    expect(problems[0]?.message).toMatch(/[a-z]/)
  })

  it('is a sentence, never an error, for sizes and prices beyond all bounds', () => {
    for (const fields of [
      ticket({ size: '100000000' }),
      ticket({ side: 'sell', size: '100000000' }),
      ticket({ kind: 'limit', side: 'sell', price: '1000000000000', size: '10' }),
      ticket({ kind: 'limit', price: '100000000000000000000', size: '1' }),
    ]) {
      const view = evaluateTicket(fields, context())
      expect(view.order).toBeNull()
      expect(view.problems.some(({ shown, message }) => shown && message.length > 20)).toBe(true)
    }
  })

  it('never throws, whatever digits are typed, and never sends what has no estimate', () => {
    const digits = (decimals: number) =>
      fc
        .tuple(fc.stringMatching(/^\d{0,30}$/), fc.stringMatching(new RegExp(`^\\d{0,${decimals}}$`)))
        .map(([whole, part]) => (part === '' ? whole : `${whole}.${part}`))
    const held = { ...CASH, positions: [position('2', '-286')] }
    fc.assert(
      fc.property(
        fc.record({
          side: fc.constantFrom('buy' as const, 'sell' as const),
          kind: fc.constantFrom('market' as const, 'limit' as const),
          timeInForce: fc.constantFrom('gtc' as const, 'ioc' as const),
          sizeUnit: fc.constantFrom('base' as const, 'quote' as const),
          reduceOnly: fc.boolean(),
          size: digits(10),
          price: digits(7),
          leverage: fc.integer({ min: 1, max: 20 }),
        }),
        fc.constantFrom(null, CASH, held),
        (typed, portfolio) => {
          const world = context({ portfolio })
          const view = evaluateTicket(ticket(typed), world)
          if (view.estimate === null) expect(view.order).toBeNull()
          sizeAtPercent(ticket(typed), world, 50)
          sizeInUnit(ticket(typed), world, typed.sizeUnit === 'base' ? 'quote' : 'base')
        },
      ),
      { numRuns: 500 },
    )
  })

  it('names the deposit that would be enough', () => {
    const [problem] = evaluateTicket(ticket({ size: '900' }), context()).problems
    expect(problem?.remedy).toEqual({ kind: 'deposit', label: 'Deposit' })
    const missing = /needs \$([\d\u202f.]+) more/.exec(problem?.message ?? '')?.[1]?.replaceAll('\u202f', '') ?? ''
    const richer = { ...CASH, quote: CASH.quote + usd(missing) }
    expect(codes(ticket({ size: '900' }), context({ portfolio: richer }))).toEqual([])
  })

  it('is only the wait for a price where there is none yet, or no pool', () => {
    for (const world of [context({ market: null }), context({}, { depth: 0n })]) {
      expect(evaluateTicket(ticket({ size: '1' }), world)).toMatchObject({
        order: null,
        label: 'Waiting for the price…',
      })
    }
  })

  it('wants a fresher price the further it is from its average', () => {
    const late = (ema: string) => context({ now: NOW + 6_000 }, { price: { ...SOL.price, ema: usd(ema) } })
    expect(codes(ticket({ size: '1' }), late('143'))).toEqual([])
    expect(codes(ticket({ size: '1' }), late('140'))).toEqual(['stale-price'])
  })

  it('is nothing yet while a field is only empty', () => {
    expect(evaluateTicket(ticket(), context()).problems[0]?.shown).toBe(false)
  })
})

describe('the size', () => {
  it('of a share of the largest size is leverage × free collateral, rounded down to a step', () => {
    expect(sizeAtPercent(ticket({ leverage: 5 }), context(), 100)).toBe('174.49')
    expect(sizeAtPercent(ticket({ leverage: 5 }), context(), 50)).toBe('87.24')
    expect(sizeAtPercent(ticket({ leverage: 10 }), context(), 50)).toBe('174.49')
    expect(sizeAtPercent(ticket(), context(), 0)).toBe('')
  })

  it('of what closes does not depend on leverage, and reduce-only stops there', () => {
    const held = context({ portfolio: { ...CASH, positions: [position('2', '-286')] } })
    expect(sizeAtPercent(ticket({ side: 'sell', reduceOnly: true }), held, 100)).toBe('2')
    expect(Number(sizeAtPercent(ticket({ side: 'sell', leverage: 1 }), held, 100))).toBeGreaterThan(36)
  })

  it('in USDC becomes the base that this buys, and back', () => {
    const view = evaluateTicket(ticket({ size: '502.15', sizeUnit: 'quote' }), context())
    expect(view.order?.orders[0]?.size).toBe(base('3.5'))
    expect(sizeInUnit(ticket({ size: '3.5' }), context(), 'quote')).toBe('502.15')
    expect(sizeInUnit(ticket({ size: '502.15', sizeUnit: 'quote' }), context(), 'base')).toBe('3.5')
  })

  it('that the ticket offers as the largest is one that margin accepts', () => {
    const side = fc.constantFrom('buy' as const, 'sell' as const)
    fc.assert(
      fc.property(
        side,
        fc.integer({ min: 1, max: 20 }),
        fc.bigInt({ min: usd('20'), max: usd('200000') }),
        fc.bigInt({ min: -3_000n, max: 3_000n }),
        (direction, leverage, quote, steps) => {
          const held = steps * SOL.stepSize
          const entry = -(held * SOL.price.price) / 10n ** 9n
          const portfolio = {
            ...CASH,
            quote,
            positions: held === 0n ? [] : [{ ...position('0', '0'), base: held, quoteEntry: entry }],
          }
          fc.pre(isMet(accountHealth(portfolio, 'Initial')))
          const { maxBase } = evaluateTicket(ticket({ side: direction, leverage }), context({ portfolio }))
          expect(maxBase % SOL.stepSize).toBe(0n)
          if (maxBase === 0n) return
          expect(previewOrder(portfolio, SOL, { side: direction, size: maxBase }).isAllowed).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('is judged with the other open orders', () => {
    const busy = withOrder(CASH, SOL, { side: 'buy', size: base('300'), reduceOnly: false })
    const alone = evaluateTicket(ticket({ leverage: 20 }), context())
    const crowded = evaluateTicket(ticket({ leverage: 20 }), context({ portfolio: busy }))
    expect(crowded.maxBase).toBeLessThan(alone.maxBase)
  })
})

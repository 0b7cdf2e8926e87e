import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountHealth, isMet, type Portfolio, previewOrder, withOrder } from '#client/math/index.ts'
import { parseUnits } from '#client/units.ts'
import type { MarketView } from '../account/market-view.ts'
import { initialFields, type TicketFields } from './fields.ts'
import { evaluateTicket, sizeAtPercent, sizeInUnit, type TicketContext } from './model.ts'

const base = (text: string) => parseUnits(text, 9)
const usd = (text: string) => parseUnits(text, 6)
const NOW = 1_700_000_000_000

const SOL: MarketView = {
  market: 'SOL-PERP',
  index: 0,
  baseSymbol: 'SOL',
  status: 'active',
  price: { price: usd('143.27'), confidence: usd('0.02'), ema: usd('143.2') },
  publishedAt: NOW - 400,
  quality: 'valid',
  ratios: { initial: 500, maintenance: 300, liquidationBuffer: 200 },
  stepSize: base('0.01'),
  tickSize: usd('0.01'),
  minNotional: usd('10'),
  maxLeverage: 20,
  depth: base('1000000'),
  baseSpreadPpm: 200,
  confMultiplier: 10_000,
  takerFeePpm: 500,
  defaultSlippage: 50,
  takerShare: 10_000,
  refereeDiscount: 0,
  keeperRewardFlat: 5_000n,
  keeperRewardPpm: 10,
  userNetBase: base('1200'),
  openInterestLong: base('2000'),
  openInterestShort: base('800'),
  openInterestCap: base('100000'),
  largerOpenInterest: base('2000'),
  marginScaleFrom: 0n,
  marginScaleTo: 0n,
  settlementPrice: null,
  allocation: usd('5000000'),
  quoteCash: usd('171000'),
  fundingIndexLong: 0n,
  fundingIndexShort: 0n,
  fundingRateHourly: parseUnits('0.000031', 12),
}

const CASH: Portfolio = { quote: usd('5000'), tokens: [], positions: [], openOrders: 0 }

function context(change: Partial<TicketContext> = {}, market: Partial<MarketView> = {}): TicketContext {
  return { market: { ...SOL, ...market }, portfolio: CASH, reading: false, wallet: 'connected', now: NOW, ...change }
}

const ticket = (change: Partial<TicketFields> = {}): TicketFields => ({ ...initialFields(), ...change })

const position = (size: string, entry: string): Portfolio['positions'][number] => ({
  market: 'SOL-PERP',
  price: SOL.price,
  ratios: SOL.ratios,
  base: base(size),
  quoteEntry: usd(entry),
  quoteBreakEven: usd(entry),
  funding: 0n,
  openBids: 0n,
  openAsks: 0n,
})

const codes = (fields: TicketFields, world: TicketContext): string[] =>
  evaluateTicket(fields, world).problems.map(({ code }) => code)

describe('a market order', () => {
  const view = evaluateTicket(ticket({ size: '3.5' }), context())

  it('is ready to send and the button says exactly what it does', () => {
    expect(view.problems).toEqual([])
    expect(view.order).toMatchObject({ side: 'buy', base: base('3.5'), title: 'Buy 3.50 SOL at market' })
    expect(view.label).toBe('Buy 3.50 SOL · $502.15')
  })

  it("is estimated by the pool's exact quote, the fees of the program and the account it leads to", () => {
    const preview = previewOrder(CASH, SOL, { side: 'buy', size: base('3.5') })
    expect(view.estimate).toMatchObject({
      value: preview.quote,
      cost: preview.fee + preview.keeperReward,
      averagePrice: preview.averagePrice,
      slippagePpm: preview.slippagePpm,
      liquidationPrice: preview.liquidationPrice,
      fillsNow: true,
    })
  })

  it('never accepts a price further from the oracle than the slippage limit', () => {
    expect(view.order?.limitPrice).toBe(usd('143.98'))
    expect(evaluateTicket(ticket({ size: '3.5', side: 'sell' }), context()).order?.limitPrice).toBe(usd('142.56'))
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
    expect(codes(ticket({ type: 'limit', price: '140', size: '3.5' }), late)).toEqual([])
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
    const view = evaluateTicket(ticket({ type: 'limit', price: '140', size: '2' }), context())
    expect(view.estimate).toMatchObject({ fillsNow: false, averagePrice: usd('140'), value: usd('280') })
    expect(view.order).toMatchObject({ type: 'limit', limitPrice: usd('140'), title: 'Buy 2.00 SOL at 140.00' })
  })

  it('is filled by the pool at once when its price reaches it', () => {
    const view = evaluateTicket(ticket({ type: 'limit', price: '150', size: '2' }), context())
    expect(view.estimate?.fillsNow).toBe(true)
    expect(view.estimate?.averagePrice).toBeLessThan(usd('144'))
  })

  it('that takes at once or not at all is refused while the pool would not fill it', () => {
    const ioc = (price: string) =>
      evaluateTicket(ticket({ type: 'limit', timeInForce: 'ioc', price, size: '2' }), context())
    expect(ioc('140').order).toBeNull()
    expect(ioc('140').problems[0]).toMatchObject({ code: 'slippage', field: 'price', shown: true })
    expect(ioc('150').order).toMatchObject({ timeInForce: 'ioc' })
  })

  it('that is post-only is sent only where the pool would not fill it', () => {
    const postOnly = (price: string) =>
      evaluateTicket(ticket({ type: 'limit', postOnly: true, price, size: '2' }), context())
    expect(postOnly('150').problems[0]).toMatchObject({ code: 'would-take', field: 'price', shown: true })
    expect(postOnly('140').order).toMatchObject({ postOnly: true })
  })

  it('off the tick names the nearest price that is on it', () => {
    const [problem] = evaluateTicket(ticket({ type: 'limit', price: '140.004', size: '2' }), context()).problems
    expect(problem).toMatchObject({ code: 'price-tick', field: 'price', remedy: { kind: 'price', price: '140' } })
  })
})

describe('what stands in the way', () => {
  it.each<[string, TicketFields, TicketContext]>([
    ['no-wallet', ticket({ size: '1' }), context({ wallet: 'none', portfolio: null })],
    ['reading-account', ticket({ size: '1' }), context({ portfolio: null, reading: true })],
    ['no-account', ticket({ size: '1' }), context({ portfolio: null })],
    ['no-size', ticket(), context()],
    ['bad-size', ticket({ size: '1.0000000001' }), context()],
    ['size-step', ticket({ size: '1.005' }), context()],
    ['below-minimum', ticket({ size: '0.05' }), context()],
    ['no-price', ticket({ type: 'limit', size: '1' }), context()],
    ['nothing-to-reduce', ticket({ size: '1', reduceOnly: true }), context()],
    ['one-fill-cap', ticket({ size: '1500' }), context({ portfolio: { ...CASH, quote: usd('1000000') } })],
    [
      'pool-cap',
      ticket({ type: 'limit', price: '140', size: '60000' }),
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
      ticket({ type: 'limit', side: 'sell', price: '1000000000000', size: '10' }),
      ticket({ type: 'limit', price: '100000000000000000000', size: '1' }),
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
          type: fc.constantFrom('market' as const, 'limit' as const),
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
    expect(view.order?.base).toBe(base('3.5'))
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

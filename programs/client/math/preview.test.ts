import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountHealth, isMet } from './margin.ts'
import { liquidationPrice, type Portfolio, type PortfolioPosition, summarise, withFill } from './portfolio.ts'
import { maxOrderSize, previewOrder, type TradedMarket } from './preview.ts'

const price = { price: 150_000_000n, confidence: 15_000n, ema: 150_000_000n }
const ratios = { initial: 500, maintenance: 300, liquidationBuffer: 200 }
const market: TradedMarket = {
  market: 'SOL-PERP',
  price,
  ratios,
  allocation: 10_000_000_000_000n,
  quoteCash: 0n,
  userNetBase: 0n,
  depth: 10n ** 15n,
  baseSpreadPpm: 200,
  confMultiplier: 10_000,
  takerFeePpm: 500,
  defaultSlippage: 50,
  takerShare: 10_000,
  refereeDiscount: 0,
  keeperRewardFlat: 10_000n,
  keeperRewardPpm: 0,
  stepSize: 10_000_000n,
  largerOpenInterest: 0n,
  marginScaleFrom: 1_000_000_000_000n,
  marginScaleTo: 2_000_000_000_000n,
}

const portfolio = (quote: bigint, ...positions: PortfolioPosition[]): Portfolio => ({
  quote,
  tokens: [],
  positions,
  openOrders: 0,
})

const long = (base: bigint, quoteEntry: bigint): PortfolioPosition => ({
  market: 'SOL-PERP',
  base,
  quoteEntry,
  quoteBreakEven: quoteEntry,
  funding: 0n,
  openBids: 0n,
  openAsks: 0n,
  price,
  ratios,
})

const isSafeAt = (account: Portfolio, oracle: bigint) =>
  isMet(
    accountHealth(
      {
        ...account,
        positions: account.positions.map((position) => ({ ...position, price: { ...position.price, price: oracle } })),
        tokens: account.tokens.map((token) => ({ ...token, price: { ...token.price, price: oracle } })),
      },
      'Maintenance',
    ),
  )

describe('liquidationPrice', () => {
  it('is where equity meets maintenance margin', () => {
    // 10 long at 150 on 300 USDC: 300 + 10(p − 150) = 0.3p → p = 123.7113…
    expect(liquidationPrice(portfolio(300_000_000n, long(10_000_000_000n, -1_500_000_000n)), 'SOL-PERP')).toBe(
      123_711_340n,
    )
    // the short mirror: 300 − 10(p − 150) = 0.3p → p = 174.7572…
    expect(liquidationPrice(portfolio(300_000_000n, long(-10_000_000_000n, 1_500_000_000n)), 'SOL-PERP')).toBe(
      174_757_282n,
    )
  })

  it('knows that collateral of the same asset moves with it', () => {
    const solToken = {
      amount: 10_000_000_000n,
      unit: 10n ** 9n,
      price,
      age: 0n,
      initialWeight: 8_000,
      maintenanceWeight: 9_000,
    }
    const hedged = {
      ...portfolio(0n, long(-9_000_000_000n, 1_350_000_000n)),
      tokens: [{ ...solToken, market: 'SOL-PERP' }],
    }
    expect(liquidationPrice(hedged, 'SOL-PERP')).toBeGreaterThan(600_000_000n)
    const unlinked = { ...hedged, tokens: [solToken] }
    expect(liquidationPrice(unlinked, 'SOL-PERP')).toBeLessThan(300_000_000n)
  })

  it('is the price at which a fresh update liquidates, however old the last one is', () => {
    const profitable = portfolio(0n, long(10_000_000_000n, -1_200_000_000n))
    const silent = { ...profitable, positions: profitable.positions.map((held) => ({ ...held, age: 3_600n })) }
    expect(liquidationPrice(silent, 'SOL-PERP')).toBe(liquidationPrice(profitable, 'SOL-PERP'))
    expect(liquidationPrice(silent, 'SOL-PERP')).not.toBeNull()
  })

  it('is null without a position and for a long that no price can hurt', () => {
    expect(liquidationPrice(portfolio(1n), 'SOL-PERP')).toBeNull()
    expect(liquidationPrice(portfolio(2_000_000_000n, long(10_000_000_000n, -1_500_000_000n)), 'SOL-PERP')).toBeNull()
  })

  it('separates safe from unsafe for every account', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 10n }),
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).filter((base) => base / 10n ** 7n !== 0n),
        fc.bigInt({ min: 100_000_000n, max: 200_000_000n }),
        (quote, base, entry) => {
          const account = portfolio(quote, long(base, -(base * entry) / 10n ** 9n))
          const at = liquidationPrice(account, 'SOL-PERP')
          if (at === null) return
          const towardsSafety = base > 0n ? 1n : -1n
          expect(isSafeAt(account, at)).toBe(false)
          expect(isSafeAt(account, at + towardsSafety)).toBe(true)
        },
      ),
    )
  })
})

describe('previewOrder', () => {
  const account = portfolio(1_000_000_000n)

  it('quotes the pool with fee, slippage and what the account becomes', () => {
    const preview = previewOrder(account, market, { side: 'buy', size: 20_000_000_000n })
    // curve: 3000 · (1 + 1e-5) · 1.0002 = 3 000.630006
    expect(preview.quote).toBe(3_000_630_006n)
    expect(preview.averagePrice).toBe(150_031_501n)
    expect(preview.slippagePpm).toBe(211)
    expect(preview.fee).toBe(1_500_316n)
    expect(preview.keeperReward).toBe(10_000n)
    expect(preview.realisedPnl).toBe(0n)
    expect(preview.isAllowed).toBe(true)
    expect(preview.leverage).toBe(30_064)
    const filled = withFill(account, market, {
      base: 20_000_000_000n,
      quote: preview.quote,
      fee: preview.fee + preview.keeperReward,
    }).portfolio
    expect(preview.liquidationPrice).toBe(liquidationPrice(filled, 'SOL-PERP'))
  })

  it("charges the trader's tier less the referee's discount", () => {
    const terms = { ...market, takerShare: 8_000, refereeDiscount: 1_000 }
    expect(previewOrder(account, terms, { side: 'buy', size: 20_000_000_000n }).fee).toBe(1_080_227n)
  })

  it('asks more margin of an order that adds to a crowded market, and none of one that only closes', () => {
    // $1.5 M open, half way from 5 % to 100 %: 52.5 % of $3 000.
    const crowded = { ...market, largerOpenInterest: 10_000_000_000_000n }
    const open = { side: 'buy', size: 20_000_000_000n, limitPrice: 150_000_000n } as const
    const rich = portfolio(1_600_000_000n)
    expect([rich, account].map((held) => previewOrder(held, crowded, open).isAllowed)).toEqual([true, false])
    expect(previewOrder(account, market, open).isAllowed).toBe(true)
    const held = portfolio(1n, long(-20_000_000_000n, 3_000_000_000n))
    expect(previewOrder(held, crowded, open).isAllowed).toBe(true)
  })

  it('fills a limit order at its price', () => {
    const preview = previewOrder(account, market, { side: 'sell', size: 1_000_000_000n, limitPrice: 160_000_000n })
    expect([preview.quote, preview.slippagePpm]).toEqual([160_000_000n, -66_666])
  })

  it('refuses what margin does not carry, and never a close', () => {
    expect(previewOrder(account, market, { side: 'buy', size: 200_000_000_000n }).isAllowed).toBe(false)
    const underWater = portfolio(0n, long(10_000_000_000n, -1_600_000_000n))
    const close = previewOrder(underWater, market, { side: 'sell', size: 10_000_000_000n })
    expect([close.isAllowed, close.realisedPnl < -100_000_000n, close.liquidationPrice]).toEqual([true, true, null])
  })
})

describe('maxOrderSize', () => {
  it('is the largest allowed multiple of the step', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 5n * 10n ** 9n }),
        fc.constantFrom('buy' as const, 'sell' as const),
        fc.constantFrom(-5_000_000_000n, 0n, 5_000_000_000n),
        fc.constantFrom(undefined, 140_000_000n, 160_000_000n),
        (quote, side, held, limitPrice) => {
          const account = held === 0n ? portfolio(quote) : portfolio(quote, long(held, -(held * 150n) / 1_000n))
          const order = limitPrice === undefined ? { side } : { side, limitPrice }
          const size = maxOrderSize(account, market, order)
          expect(size % market.stepSize).toBe(0n)
          if (size > 0n) expect(previewOrder(account, market, { ...order, size }).isAllowed).toBe(true)
          const next = previewOrder(account, market, { ...order, size: size + market.stepSize })
          expect(next.isAllowed).toBe(false)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('is bounded by the pool for a market order and by the position for a reduce-only one', () => {
    const rich = portfolio(10n ** 15n, long(7_000_000_000n, -1_000_000_000n))
    expect(maxOrderSize(rich, market, { side: 'buy' })).toBe(10n ** 12n)
    expect(maxOrderSize(rich, market, { side: 'sell', reduceOnly: true })).toBe(7_000_000_000n)
    expect(maxOrderSize(rich, market, { side: 'buy', reduceOnly: true })).toBe(0n)
    const whale = portfolio(10n ** 15n, long(3n * 10n ** 12n, -450n * 10n ** 9n))
    expect(maxOrderSize(whale, market, { side: 'sell', reduceOnly: true })).toBe(3n * 10n ** 12n)
  })
})

describe('summarise', () => {
  it('adds up equity, notional and leverage', () => {
    const account = portfolio(300_000_000n, long(10_000_000_000n, -1_400_000_000n))
    expect(summarise(account)).toEqual({
      equity: 400_000_000n,
      notional: 1_500_000_000n,
      unrealisedPnl: 100_000_000n,
      leverage: 37_500,
    })
    expect(summarise(portfolio(-5n)).leverage).toBeNull()
  })
})

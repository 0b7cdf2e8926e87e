import { describe, expect, it } from 'vitest'
import { accountHealth, isMet, type Portfolio } from '#client/math/index.ts'
import { parseUnits } from '#client/units.ts'
import type { FillDto, OrderDto, PositionDto, SubAccountDto } from '#server/exchange/schema.ts'
import { freeAfter, withdrawLimit, without } from '../transfers/limits.ts'
import { toCsv } from './csv.ts'
import { averagePrice, negate } from './decimal.ts'
import type { MarketView } from './market-view.ts'
import { marketsOf, portfolioOf, tokenOf } from './portfolio.ts'
import {
  breakEvenPrice,
  distanceBps,
  positionFigures,
  positionLeverage,
  profitAt,
  returnOnEquity,
} from './position-figures.ts'
import { settlementOf } from './settlement.ts'

const usd = (text: string) => parseUnits(text, 6)
const NOW = 1_700_000_000_000
const USDC = '7LwHRxVwhpXnyHQQbTmjpwcTau7DajcGuRWuRV6Pqud1'
const SOL = 'So11111111111111111111111111111111111111112'

const LONG: PositionDto = {
  market: 'SOL-PERP',
  base: '12',
  quoteEntry: '-1716.48',
  quoteBreakEven: '-1718.28',
  lastFundingIndex: '0.5',
  realisedPnl: '1.25',
  fundingPaid: '0.12',
  feesPaid: '1.8',
  openedAt: NOW,
  updatedAt: NOW,
}

const VIEW = {
  settlementPrice: null,
  market: 'SOL-PERP',
  price: { price: usd('143.27'), confidence: usd('0.02'), ema: usd('143.2') },
  ratios: { initial: 500, maintenance: 300, liquidationBuffer: 200 },
  takerFeePpm: 500,
  defaultSlippage: 50,
  publishedAt: NOW - 400,
  fundingIndexLong: parseUnits('0.51', 9),
  fundingIndexShort: parseUnits('0.51', 9),
} as MarketView

const order = (change: Partial<OrderDto>): OrderDto =>
  ({
    market: 'SOL-PERP',
    side: 'buy',
    size: '4',
    filled: '1',
    stage: 'active',
    limitPrice: '140',
    triggerPrice: null,
    pegOffset: null,
    eligibleAt: NOW - 60_000,
    reduceOnly: false,
    postOnly: false,
    ...change,
  }) as OrderDto

const subAccount = (change: Partial<SubAccountDto> = {}): SubAccountDto =>
  ({
    id: 0,
    balances: [{ mint: USDC, symbol: 'USDC', amount: '5000' }],
    positions: [LONG],
    orders: [],
    ...change,
  }) as SubAccountDto

const views = new Map([['SOL-PERP', VIEW]])
const world = {
  usdcMint: USDC,
  now: NOW,
  collaterals: [{ mint: SOL, market: 'SOL-PERP', decimals: 9, initialWeight: 8_000, maintenanceWeight: 9_000 }],
}
const portfolio = (change: Partial<SubAccountDto> = {}): Portfolio => portfolioOf(subAccount(change), views, world)!

describe('the margin portfolio of a sub-account', () => {
  it('holds its cash, its positions with accrued funding, and the risk of its open orders', () => {
    const made = portfolio({ orders: [order({}), order({ side: 'sell', filled: '0' }), order({ reduceOnly: true })] })
    expect(made.quote).toBe(usd('5000'))
    expect(made.openOrders).toBe(3)
    expect(made.positions[0]).toMatchObject({
      base: parseUnits('12', 9),
      openBids: parseUnits('3', 9),
      openAsks: parseUnits('4', 9),
      // 12 SOL × 0.01 quote per base since the last settlement, paid by the long.
      funding: usd('-0.12'),
      orderCost: 0n,
    })
  })

  it('keeps what orders may cost that cannot be taken back', () => {
    const inFlight = order({ eligibleAt: NOW, limitPrice: '144.27' })
    // 3 SOL at a dollar above the oracle, and 5 bp.
    expect(portfolio({ orders: [inFlight] }).positions[0]?.orderCost).toBe(usd('3') + usd('0.216405'))
    expect(portfolio({ orders: [{ ...inFlight, postOnly: true }] }).positions[0]?.orderCost).toBe(0n)
    // One that waits fills within the market's default distance of its trigger.
    const stop = order({ stage: 'awaitingTrigger', limitPrice: null, triggerPrice: '150' })
    expect(portfolio({ orders: [stop] }).positions[0]?.orderCost).toBe(usd('2.25') + usd('0.226125'))
  })

  it('is unknown while a price it depends on is unknown: an unknown margin is not a safe one', () => {
    expect(portfolioOf(subAccount(), new Map(), world)).toBeNull()
    expect(
      portfolioOf(subAccount({ balances: [{ mint: 'other', symbol: '?', amount: '1' }] }), views, world),
    ).toBeNull()
  })

  it('values SOL by its weights', () => {
    const made = portfolio({ positions: [], balances: [{ mint: SOL, symbol: 'SOL', amount: '10' }] })
    expect(accountHealth(made, 'Initial').collateral).toBe((usd('143.18') * 10n * 8_000n) / 10_000n)
  })

  it('names each market with a position or an order once, and no closed ones', () => {
    const closed = { ...LONG, market: 'ETH-PERP', base: '0' }
    expect(
      marketsOf(subAccount({ positions: [LONG, closed], orders: [order({}), order({ market: 'BTC-PERP' })] })),
    ).toEqual(['SOL-PERP', 'BTC-PERP'])
  })
})

describe('the figures of a position', () => {
  it('come from its signed cash', () => {
    expect(positionFigures(LONG)).toMatchObject({
      side: 'long',
      entryPrice: usd('143.04'),
    })
    const short = { ...LONG, base: '-12', quoteEntry: '1716.48', quoteBreakEven: '1714.68' }
    expect(positionFigures(short)).toMatchObject({
      side: 'short',
      entryPrice: usd('143.04'),
    })
  })

  it('break even where closing pays what the position has cost, accrued funding and closing fees included', () => {
    const free = { ...VIEW, takerFeePpm: 0, keeperRewardPpm: 0, keeperRewardFlat: 0n }
    const short = { ...LONG, base: '-12', quoteEntry: '1716.48', quoteBreakEven: '1714.68' }
    // 0.12 of funding is still to be paid by the long, and to be received by the short.
    expect(breakEvenPrice(LONG, free)).toBe(usd('143.2'))
    expect(breakEvenPrice(short, free)).toBe(usd('142.9'))

    const terms = { ...free, takerFeePpm: 500, keeperRewardPpm: 10, keeperRewardFlat: 5_000n }
    // (1718.28 + 0.12 + 0.005) / 12 / (1 − 0.00051), rounded up; (1714.68 + 0.12 − 0.005) / 12 / (1 + 0.00051), down.
    expect(breakEvenPrice(LONG, terms)).toBe(usd('143.273487'))
    expect(breakEvenPrice(short, terms)).toBe(usd('142.826741'))
  })

  it('show a break-even of 0 once gains have paid the whole cost back', () => {
    const terms = { ...VIEW, takerFeePpm: 500, keeperRewardPpm: 10, keeperRewardFlat: 0n }
    expect(breakEvenPrice({ ...LONG, quoteBreakEven: '3' }, terms)).toBe(0n)
  })

  it('gain with the price when long and lose when short', () => {
    expect(profitAt(positionFigures(LONG), usd('143.27'))).toBe(usd('2.76'))
    expect(profitAt(positionFigures({ ...LONG, base: '-12', quoteEntry: '1716.48' }), usd('143.27'))).toBe(usd('-2.76'))
  })

  it('return the leverage times the change of the price', () => {
    const five = portfolio({ balances: [{ mint: USDC, symbol: 'USDC', amount: '343.296' }] })
    expect(returnOnEquity(usd('17.1648'), { ...five, positions: [] })).toBe(500n)
    expect(positionLeverage(parseUnits('12', 9), usd('143.27'), five)).toBeGreaterThan(49_000n)
    expect(returnOnEquity(1n, { ...five, quote: usd('-5000') })).toBeNull()
  })

  it('measure distance from the present price', () => {
    expect(distanceBps(usd('143.27'), usd('130.9'))).toBe(-863n)
  })
})

describe('the settlement of a closed position', () => {
  const fill = (change: Partial<FillDto>): FillDto =>
    ({
      size: '6',
      quote: '860',
      realisedPnl: '1',
      fee: '0.43',
      fundingPayment: '-0.01',
      positionBaseAfter: '6',
      ...change,
    }) as FillDto

  it('sums its whole life: profit, fees and funding', () => {
    const settled = settlementOf(LONG, [fill({}), fill({ positionBaseAfter: '0' })])
    expect(settled).toEqual({
      closed: true,
      realised: usd('3.25'),
      fees: usd('2.66'),
      funding: usd('-0.14'),
      net: usd('0.45'),
    })
  })

  it('is not there without a fill, and not closed by a part', () => {
    expect(settlementOf(LONG, [])).toBeNull()
    expect(settlementOf(LONG, [fill({})])?.closed).toBe(false)
  })

  it('averages the price of several fills by size', () => {
    expect(
      averagePrice([
        { size: '1', quote: '100' },
        { size: '3', quote: '320' },
      ]),
    ).toBe(usd('105'))
    expect(averagePrice([])).toBeNull()
  })
})

describe('a withdrawal', () => {
  it('takes all there is when nothing needs it', () => {
    expect(withdrawLimit('USDC', usd('5000'), portfolio({ positions: [] }))).toEqual({ max: usd('5000'), reason: null })
  })

  it('leaves exactly the initial margin, and says why', () => {
    const held = portfolio()
    const { max, reason } = withdrawLimit('USDC', usd('5000'), held)
    expect(reason).toContain('margin')
    expect(isMet(accountHealth(without('USDC', max, held), 'Initial'))).toBe(true)
    expect(isMet(accountHealth(without('USDC', max + 1n, held), 'Initial'))).toBe(false)
    expect(freeAfter('USDC', max, held)).toBe(0n)
  })
})

describe('a first deposit of SOL', () => {
  it('raises free collateral by what SOL counts for', () => {
    const held = portfolio({ positions: [] })
    const sol = tokenOf(world.collaterals[0]!, 0n, VIEW, NOW)
    const before = freeAfter('SOL', 0n, held, sol)
    expect(before).toBe(usd('5000'))
    expect(freeAfter('SOL', -10n * 10n ** 9n, held, sol) - before).toBe((usd('143.18') * 10n * 8_000n) / 10_000n)
  })
})

describe('a CSV file', () => {
  it('has a column per field, UTC times, and quotes where needed', () => {
    expect(toCsv([{ id: 'a', at: 0, note: 'x, "y"', none: null }])).toBe(
      'id,at,note,none\r\na,1970-01-01T00:00:00.000Z,"x, ""y""",\r\n',
    )
  })
})

it('negates exact text', () => {
  expect(['1.50', '-2', '0'].map(negate)).toEqual(['-1.50', '2', '0'])
})

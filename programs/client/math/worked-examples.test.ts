import { describe, expect, it } from 'vitest'
import { decayedVolume, feeScheduleIsSound, makerRebateOf, takerFeeOf } from './fees.ts'
import { applyFill } from './fills.ts'
import { accrueFunding, fundingPayment } from './funding.ts'
import { bankruptcyQuote, collateralCost, collateralForDebt, liquidationSize } from './liquidation.ts'
import { accountHealth, debtCap, debtInterest, type MarginKind, type PositionRisk } from './margin.ts'
import { halfSpreadPpm, mayLowerDepth, type PoolCurve, poolEquity, poolQuote, settledEquity } from './pool.ts'
import { redeemShares } from './shares.ts'
import { shareLoss, shareOfDebt } from './waterfall.ts'

// The worked examples of perps-math/tests/own_vectors.rs, so that the twin also stands on its own.

const sol = { price: 150_000_000n, confidence: 150_000n, ema: 148_500_000n }

function curve(userNetBase: bigint, confidence: bigint): PoolCurve {
  const spread = halfSpreadPpm(sol.price, confidence, 200, 10_000)
  return { price: sol.price, userNetBase, depth: 10n ** 14n, halfSpreadPpm: spread }
}

describe('pool', () => {
  it.each([
    ['P1 buy', 10n ** 12n, 75_000n, 500_000_000_000n, 75_975_468_750n],
    ['P2 sell', -2n * 10n ** 12n, 15_000n, -333_333_333_333n, 48_906_883_333n],
    ['P3 first part', 10n ** 12n, 75_000n, 123_456_789_001n, 18_724_492_286n],
    ['P3 rest', 1_123_456_789_001n, 75_000n, 376_543_210_999n, 57_250_976_465n],
  ])('%s', (_, net, confidence, base, quote) => {
    expect(poolQuote(curve(net, confidence), base)).toBe(quote)
  })
})

describe('pool equity', () => {
  it('leaves out the premium of the curve once a market is settled', () => {
    const market = [100_000_000_000n, 15_010_000_000n, 100_000_000_000n, 150_000_000n] as const
    expect(settledEquity(...market)).toBe(100_010_000_000n)
    expect(poolEquity(...market, 10n ** 14n)).toBe(100_002_500_000n)
  })

  it('lets the depth fall only while the skew is small', () => {
    const skews = [100_000_000_000n, -100_000_000_001n]
    expect(skews.map((skew) => mayLowerDepth(skew, 10n ** 14n))).toEqual([true, false])
  })

  it('redeems at the lower value per share', () => {
    expect(redeemShares(10n, { shares: 1_000n, nav: 1_000n }, { shares: 500n, nav: 600n })).toBe(10n)
    expect(redeemShares(10n, { shares: 1_000n, nav: 900n }, { shares: 1_000n, nav: 1_000n })).toBe(9n)
  })
})

describe('fees', () => {
  it('share one fee between tier, discount and referrer', () => {
    expect(takerFeeOf(1_234_567_891n, 500, 8_000, 1_000, 2_000)).toEqual({ paid: 444_445n, referrer: 88_889n })
    expect(makerRebateOf(1_234_567_891n, 100, 12_000)).toBe(148_148n)
    expect([10_125, 10_126].map((rebate) => feeScheduleIsSound(6_000, rebate, 1_000, 2_500))).toEqual([true, false])
  })

  it('forget a volume in thirty days', () => {
    const after = [0n, 15n, 30n].map((days) => decayedVolume(30_000_001n, days * 86_400n))
    expect(after).toEqual([30_000_001n, 15_000_000n, 0n])
  })
})

describe('funding', () => {
  it.each([
    ['F1', 150_060_000n, 60n, 30_000n, 20_833n, 28_800n],
    ['F2', 150_900_000n, 3_600n, 930_000n, 38_750_000n, 0n],
    ['F3', 156_000_000n, 3_600n, 4_545_454n, 189_393_916n, 57_600n],
  ])('%s', (_, mark, seconds, premium, indexDelta, remainder) => {
    expect(accrueFunding({ oracle: 150_000_000n, mark, clampDivisor: 33, seconds, remainder: 0n })).toEqual({
      premium,
      indexDelta,
      remainder,
      forgiven: 0n,
    })
  })

  it('rounds against the payer and against the receiver', () => {
    expect(fundingPayment(12_345_678_901n, 38_750_000n, 0n)).toBe(-478_396n)
    expect(fundingPayment(-12_345_678_901n, 38_750_000n, 0n)).toBe(478_395n)
  })
})

describe('margin', () => {
  const solCollateral = {
    amount: 10_000_000_000n,
    unit: 1_000_000_000n,
    price: sol,
    age: 0n,
    initialWeight: 8_000,
    maintenanceWeight: 9_000,
  }
  const m1: PositionRisk = {
    base: 20_000_000_000n,
    quoteEntry: -2_800_000_000n,
    funding: 0n,
    openBids: 5_000_000_000n,
    openAsks: 40_000_000_000n,
    price: sol,
    ratios: { initial: 1_000, maintenance: 500, liquidationBuffer: 200 },
  }
  const m2: PositionRisk = {
    ...m1,
    base: -3_500_000_000n,
    quoteEntry: 500_000_000n,
    openBids: 6_000_000_000n,
    openAsks: 4_250_000_000n,
    ratios: { initial: 500, maintenance: 300, liquidationBuffer: 200 },
  }

  it.each<[string, MarginKind, bigint, PositionRisk, bigint, bigint]>([
    ['M1', 'Initial', 500_000_000n, m1, 1_822_800_000n, 375_000_000n],
    ['M1', 'Maintenance', 500_000_000n, m1, 2_048_650_000n, 150_000_000n],
    ['M2', 'Initial', -120_000_000n, m2, 1_041_800_000n, 58_125_000n],
    ['M2', 'Maintenance', -120_000_000n, m2, 1_203_650_000n, 15_750_000n],
  ])('%s %s', (_, kind, quote, position, collateral, requirement) => {
    const account = { quote, tokens: [solCollateral], positions: [position], openOrders: 0 }
    expect(accountHealth(account, kind)).toEqual({ collateral, requirement })
  })
})

describe('a position with an old price', () => {
  const long: PositionRisk = {
    base: 1_000_000_000n,
    quoteEntry: -100_000_000n,
    funding: 0n,
    openBids: 0n,
    openAsks: 0n,
    price: { price: 150_000_000n, confidence: 0n, ema: 150_000_000n },
    ratios: { initial: 500, maintenance: 300, liquidationBuffer: 200 },
  }
  const collateral = (position: PositionRisk, kind: MarginKind = 'Maintenance') =>
    accountHealth({ quote: 0n, tokens: [], positions: [position], openOrders: 0 }, kind).collateral

  it('loses its profit between 15 and 60 minutes, but never its loss', () => {
    const profits = [0n, 900n, 2_250n, 3_600n].map((age) => collateral({ ...long, age }))
    expect(profits).toEqual([50_000_000n, 50_000_000n, 25_000_000n, 0n])
    expect(collateral({ ...long, quoteEntry: -160_000_000n, age: 3_600n })).toBe(-10_000_000n)
  })

  it('counts as before for new risk, which has its own rules for old prices', () => {
    expect(collateral({ ...long, age: 3_600n }, 'Initial')).toBe(40_000_000n)
  })
})

describe('debt', () => {
  it('costs fifteen percent a year, rounded up, and is capped', () => {
    expect(debtInterest(1_000_000_000n, 31_536_000n)).toBe(150_000_000n)
    expect(debtInterest(1n, 1n)).toBe(1n)
    expect([19n, 20n, 100_000_000_000n].map(debtCap)).toEqual([0n, 1n, 5_000_000_000n])
  })

  it('is repaid by the fewest tokens at one percent below the oracle', () => {
    expect(collateralForDebt(297_000_000n, 150_000_000n, 10n ** 9n)).toBe(1_999_999_994n)
    expect(collateralCost(1_999_999_994n, 150_000_000n, 10n ** 9n)).toBe(297_000_000n)
    expect(collateralCost(1_999_999_993n, 150_000_000n, 10n ** 9n)).toBe(296_999_999n)
  })

  it('goes to the markets that made it', () => {
    expect([shareOfDebt(100n, 1n, 3n), shareOfDebt(66n, 2n, 2n)]).toEqual([34n, 66n])
  })
})

describe('liquidation and loss', () => {
  const l1 = {
    base: 100_000_000_000n,
    price: 137_000_000n,
    equity: 400_000_000n,
    target: 685_000_000n,
    maintenance: 300,
    liquidationBuffer: 200,
    liquidationFee: 100,
    insuranceFee: 100,
    step: 1_000_000n,
  }

  it('L1 takes just enough', () => {
    expect(liquidationSize(l1)).toEqual({
      size: 69_344_000_000n,
      liquidationFee: 95_001_280n,
      insuranceFee: 95_001_280n,
      whole: false,
    })
  })

  it('L3 takes everything when equity cannot pay both fees', () => {
    expect(liquidationSize({ ...l1, price: 134_900_000n, equity: 190_000_000n, target: 674_500_000n })).toEqual({
      size: 100_000_000_000n,
      liquidationFee: 134_900_000n,
      insuranceFee: 55_100_000n,
      whole: true,
    })
  })

  it.each([
    ['a long', 3_000_000_000n, 45_000_000n, 405_000_000n],
    ['a short', -3_000_000_000n, 45_000_000n, 495_000_000n],
    ['a long without equity', 3_000_000_000n, -45_000_000n, 495_000_000n],
    ['a short beyond rescue', -3_000_000_000n, -450_000_001n, 0n],
  ])('closes %s at its bankruptcy price', (_, base, equity, quote) => {
    expect(bankruptcyQuote(base, 3_000_000_000n, 150_000_000n, equity)).toBe(quote)
  })

  it('B1 shares what insurance and pool do not bear', () => {
    expect(
      shareLoss({
        loss: 1_000_000_000n,
        insurance: 300_000_000n,
        insuranceFloor: 100_000_000n,
        insuranceCap: 150_000_000n,
        poolCap: 250_000_000n,
        openInterestLong: 700_000_000_000n,
        openInterestShort: 400_000_000_000n,
        price: 150_000_000n,
      }),
    ).toEqual({
      fromInsurance: 150_000_000n,
      fromPool: 250_000_000n,
      indexDelta: 545_455_000n,
      fromLongs: 381_818_500n,
      fromShorts: 218_182_000n,
      residue: 500n,
      deficit: 0n,
    })
  })
})

describe("Drift's reduce and flip family", () => {
  it.each([
    [10n, -10n, -1n, 5n, 9n, -9n, 4n],
    [10n, -10n, -11n, 22n, -1n, 2n, 10n],
    [10n, -10n, -11n, 10n, -1n, 1n, -1n],
    [-10n, 100n, 11n, -60n, 1n, -6n, 46n],
    [-10n, 100n, 11n, -120n, 1n, -11n, -9n],
  ])('%s at %s, fill %s for %s', (base, quoteEntry, delta, quote, baseAfter, entryAfter, realisedPnl) => {
    const fill = applyFill({ base, quoteEntry, quoteBreakEven: quoteEntry }, delta, quote, 0n)
    expect([fill.position.base, fill.position.quoteEntry, fill.realisedPnl]).toEqual([
      baseAfter,
      entryAfter,
      realisedPnl,
    ])
  })
})

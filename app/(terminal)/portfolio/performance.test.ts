import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { performanceOf, samplesOf } from './performance.ts'

const DAY = 86_400_000
const history = (...points: [equity: string, deposits: string][]) => ({
  points: points.map(([equity, netDeposits], day) => ({
    at: day * DAY,
    equity,
    netDeposits,
    unrealisedPnl: '0',
    notional: '0',
  })),
  netDeposits: points.at(-1)?.[1] ?? '0',
})
const usd = (amount: number) => BigInt(amount) * 1_000_000n

describe('money', () => {
  it('that is brought in or taken out is no profit, no return and no drawdown', () => {
    const samples = samplesOf(history(['100', '100'], ['300', '300'], ['50', '50']), null)
    expect(samples.map(({ pnl, drawdown, index }) => [pnl, drawdown, index])).toEqual([
      [0n, 0, 1],
      [0n, 0, 1],
      [0n, 0, 1],
    ])
  })

  it('that is made counts from where the range begins, up to what the account is worth now', () => {
    const samples = samplesOf(history(['150', '100'], ['180', '100']), { at: 5 * DAY, equity: usd(165) })
    expect(samples.map(({ pnl }) => pnl)).toEqual([usd(0), usd(30), usd(15)])
    const performance = performanceOf(samples)
    expect(performance?.change).toBeCloseTo(0.1)
    expect(performance?.maxDrawdown).toBeCloseTo(-15 / 180)
  })

  it('that was given in between was at work from the start of the step', () => {
    const [, last] = samplesOf(history(['100', '100'], ['220', '200']), null)
    expect(last?.index).toBeCloseTo(1.1)
  })
})

describe('an account', () => {
  it('without a count has no performance', () => {
    expect(samplesOf(history(), null)).toEqual([])
    expect(performanceOf([])).toBeNull()
  })

  it('that lost everything can start again', () => {
    const samples = samplesOf(history(['100', '100'], ['0', '100'], ['50', '150'], ['60', '150']), null)
    expect(samples.map(({ index }) => index)).toEqual([1, 0, 0, 0])
    expect(performanceOf(samples)?.maxDrawdown).toBe(-1)
  })
})

describe('ratios of risk', () => {
  it('need a week of days, and losses where they judge by losses', () => {
    const rising = history(...Array.from({ length: 9 }, (_, day): [string, string] => [String(100 + day * day), '100']))
    expect(performanceOf(samplesOf(history(['100', '100'], ['110', '100']), null))).toMatchObject({ sharpe: null })
    const performance = performanceOf(samplesOf(rising, null))
    expect(performance?.sharpe).toBeGreaterThan(0)
    expect(performance?.sortino).toBeNull()
  })

  it('are those of the textbook', () => {
    // Daily returns of +10 % and −5 % by turns: mean 2.5 %, deviation 8.0178 % of eight, downside 3.5355 %.
    let worth = 1_000_000
    const days: [string, string][] = [[String(worth), '0']]
    for (let day = 0; day < 8; day += 1) {
      worth *= day % 2 === 0 ? 1.1 : 0.95
      days.push([worth.toFixed(6), '0'])
    }
    const performance = performanceOf(samplesOf(history(...days), null))
    expect(performance?.sharpe).toBeCloseTo((0.025 / 0.0801784) * Math.sqrt(365), 3)
    expect(performance?.sortino).toBeCloseTo((0.025 / 0.0353553) * Math.sqrt(365), 3)
  })
})

it('no series of counts makes a drawdown that is no share', () => {
  const amount = fc.integer({ min: 0, max: 1_000_000 }).map(String)
  fc.assert(
    fc.property(fc.array(fc.tuple(amount, amount), { minLength: 1, maxLength: 30 }), (points) => {
      for (const { drawdown, index } of samplesOf(history(...points), null)) {
        expect(drawdown >= -1 && drawdown <= 0).toBe(true)
        expect(Number.isFinite(index) && index >= 0).toBe(true)
      }
    }),
  )
})

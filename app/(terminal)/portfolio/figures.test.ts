import { expect, it } from 'vitest'
import { derive, duration } from './figures.ts'

const sums = {
  market: null,
  net: '0',
  realisedPnl: '0',
  fees: '0',
  funding: '0',
  interest: '0',
  other: '0',
  fills: 9,
  volume: '1000',
  makerVolume: '250',
  trades: 5,
  wins: 3,
  grossProfit: '90',
  grossLoss: '-40',
  best: '60',
  worst: '-30',
  holdMs: 500_000,
  medianHoldMs: 60_000,
  exposedMs: 0,
}

it('derives shares and averages from exact sums', () => {
  expect(derive(sums)).toEqual({
    winRate: '0.6',
    profitFactor: '2.25',
    expectancy: 10_000_000n,
    averageWin: 30_000_000n,
    averageLoss: -20_000_000n,
    makerShare: '0.25',
    averageHoldMs: 100_000,
  })
})

it('judges nothing where there is nothing to judge by', () => {
  const nothing = { ...sums, trades: 0, wins: 0, grossProfit: '0', grossLoss: '0', volume: '0', makerVolume: '0' }
  expect(Object.values(derive(nothing)).every((value) => value === null)).toBe(true)
})

it('tells how long in two units', () => {
  const hour = 3_600_000
  expect([20_000, 42 * 60_000, 2 * hour, 76 * hour, null].map(duration)).toEqual([
    '20\u202fs',
    '42\u202fmin',
    '2\u202fh',
    '3\u202fd 4\u202fh',
    '–',
  ])
})

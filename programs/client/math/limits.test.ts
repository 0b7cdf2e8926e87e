import { describe, expect, it } from 'vitest'
import {
  afterLoss,
  afterProfit,
  budgetSpent,
  meanBalance,
  notWithdrawable,
  stillLocked,
  type WarmUp,
  withdrawFloor,
} from './limits.ts'

const profit: WarmUp = { locked: 1_000_000_000n, from: 1_000n, until: 1_600n }

describe('the warm-up of profits', () => {
  it('starts whole and lasts ten minutes', () => {
    expect(afterProfit({ locked: 0n, from: 0n, until: 0n }, 1_000n, 1_000_000_000n)).toEqual(profit)
  })

  it.each([
    [0n, 1_000_000_000n],
    [1_000n, 1_000_000_000n],
    [1_001n, 998_333_334n],
    [1_300n, 500_000_000n],
    [1_599n, 1_666_667n],
    [1_600n, 0n],
  ])('at %s still locks %s', (now, locked) => {
    expect(stillLocked(profit, now)).toBe(locked)
  })

  it('exempts the first $100', () => {
    expect([1_300n, 1_599n].map((now) => notWithdrawable(profit, now))).toEqual([400_000_000n, 0n])
  })

  it('shares one line between profits, from the newest on', () => {
    expect(afterProfit(profit, 1_300n, 250_000_000n)).toEqual({ locked: 750_000_000n, from: 1_300n, until: 1_900n })
    expect(afterProfit(profit, 2_000n, 0n)).toEqual({ locked: 0n, from: 2_000n, until: 2_000n })
  })

  it('is consumed by losses first', () => {
    expect(afterLoss(profit, 1_300n, 200_000_000n)).toEqual({ locked: 300_000_000n, from: 1_300n, until: 1_600n })
    expect(afterLoss(profit, 1_300n, 500_000_000n)).toEqual({ locked: 0n, from: 1_300n, until: 1_300n })
  })

  it('stands still while the clock goes back', () => {
    expect(afterProfit(profit, 0n, 5n)).toEqual(afterProfit(profit, 1_000n, 5n))
    expect(afterLoss(profit, 0n, 5n)).toEqual(afterLoss(profit, 1_000n, 5n))
  })
})

describe('the withdraw level', () => {
  it('is three quarters of a mean that follows the balance within a day', () => {
    const means = [0n, 6n, 24n, 48n].map((hours) => meanBalance(1_000_000n, 2_000_000n, hours * 3_600n))
    expect(means).toEqual([1_000_000n, 1_250_000n, 2_000_000n, 2_000_000n])
    expect([0n, 1n, 4n, 1_000_001n].map(withdrawFloor)).toEqual([0n, 1n, 3n, 750_001n])
  })
})

describe('a loss budget', () => {
  it('comes back over a day', () => {
    expect([0n, 21_600n, 86_400n].map((seconds) => budgetSpent(100n, 120n, seconds))).toEqual([100n, 70n, 0n])
  })
})

import { describe, expect, it } from 'vitest'
import { projectPosition } from './positions.ts'

const AT = new Date(1_700_000_000_000)
const SOL = 1_000_000_000n

function positionAfter(base: bigint, baseChange: bigint) {
  const state = {
    quoteEntry: -base * 150n,
    quoteBreakEven: -base * 151n,
    fundingIndex: 5n,
    realisedPnl: 70n,
    fundingPaid: 3n,
    fees: 9n,
  }
  return projectPosition({ subAccount: 'sub', market: 'SOL-PERP', authority: 'owner', base, baseChange, ...state }, AT)
}

describe('a position after a fill', () => {
  it('opens from flat with fresh totals', () => {
    expect(positionAfter(2n * SOL, 2n * SOL)).toMatchObject({
      kind: 'put',
      row: { base: 2n * SOL, fees_paid: 9n, realised_pnl: 0n, opened_at: AT },
    })
    expect(positionAfter(-SOL, -SOL)).toMatchObject({ kind: 'put', row: { base: -SOL } })
  })

  it('adds to the totals while it stays on its side', () => {
    for (const change of [
      positionAfter(3n * SOL, SOL),
      positionAfter(SOL, -SOL),
      positionAfter(-3n * SOL, -SOL),
      positionAfter(-SOL, SOL),
    ]) {
      expect(change).toMatchObject({ kind: 'update', add: { realised_pnl: 70n, funding_paid: 3n, fees_paid: 9n } })
    }
  })

  it('starts over when it changes sides', () => {
    expect(positionAfter(-SOL, -3n * SOL)).toMatchObject({
      kind: 'put',
      row: { base: -SOL, realised_pnl: 0n, opened_at: AT },
    })
    expect(positionAfter(SOL, 4n * SOL)).toMatchObject({ kind: 'put', row: { base: SOL } })
  })

  it('is gone when flat', () => {
    expect(positionAfter(0n, -SOL)).toEqual({
      kind: 'remove',
      table: 'positions',
      key: { sub_account: 'sub', market: 'SOL-PERP' },
    })
  })
})

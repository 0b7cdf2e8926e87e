import type { Change } from '../changes.ts'

export type PositionAfter = {
  subAccount: string
  market: string
  authority: string
  /** Signed change of base by this event, and the position after it. */
  baseChange: bigint
  base: bigint
  quoteEntry: bigint
  quoteBreakEven: bigint
  fundingIndex: bigint
  /** What this event added. `fundingPaid` and `fees` positive = the trader paid. */
  realisedPnl: bigint
  fundingPaid: bigint
  fees: bigint
}

/**
 * The open position after a fill. Its totals count from where it left flat or changed sides; a position that went flat
 * is gone (its fills stay in `trades`).
 */
export function projectPosition(after: PositionAfter, at: Date): Change {
  const key = { sub_account: after.subAccount, market: after.market }
  if (after.base === 0n) return { kind: 'remove', table: 'positions', key }
  const before = after.base - after.baseChange
  const state = {
    base: after.base,
    quote_entry: after.quoteEntry,
    quote_break_even: after.quoteBreakEven,
    last_funding_index: after.fundingIndex,
    updated_at: at,
  }
  if (before === 0n || before > 0n !== after.base > 0n) {
    return {
      kind: 'put',
      table: 'positions',
      row: {
        ...key,
        authority: after.authority,
        ...state,
        realised_pnl: 0n,
        funding_paid: 0n,
        fees_paid: after.fees,
        opened_at: at,
      },
    }
  }
  return {
    kind: 'update',
    table: 'positions',
    key,
    set: state,
    add: { realised_pnl: after.realisedPnl, funding_paid: after.fundingPaid, fees_paid: after.fees },
  }
}

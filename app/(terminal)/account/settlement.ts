import type { Quote } from '#client/units.ts'
import type { FillDto, PositionDto } from '#server/exchange/schema.ts'
import { addQuote, toBase, toQuote } from './decimal.ts'

/** What a position has brought and cost before the order that reduces it. */
export type PositionTotals = Pick<PositionDto, 'base' | 'realisedPnl' | 'feesPaid' | 'fundingPaid'>

export type Settlement = {
  /** The position is gone, or turned round; else it only became smaller. */
  closed: boolean
  /** Since the position was opened, as all of these. */
  realised: Quote
  /** Positive = paid. */
  fees: Quote
  /** Positive = received. */
  funding: Quote
  net: Quote
}

/** Sum of a position's life after these fills; null when nothing filled. */
export function settlementOf(before: PositionTotals, fills: readonly FillDto[]): Settlement | null {
  const last = fills.at(-1)
  if (last === undefined) return null
  const realised = toQuote(before.realisedPnl) + addQuote(fills.map((fill) => fill.realisedPnl))
  const fees = toQuote(before.feesPaid) + addQuote(fills.map((fill) => fill.fee))
  const funding = addQuote(fills.map((fill) => fill.fundingPayment)) - toQuote(before.fundingPaid)
  const after = toBase(last.positionBaseAfter)
  const closed = after === 0n || after > 0n !== toBase(before.base) > 0n
  return { closed, realised, fees, funding, net: realised - fees + funding }
}

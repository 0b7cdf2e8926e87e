import type { OrderDto } from '#server/exchange/schema.ts'

/** Why an order left without being filled whole, and what to do. */
const SENTENCE: Record<string, string> = {
  requested: 'Cancelled as you asked.',
  lapsed: 'Nobody could fill it within its limit in its window, so it lapsed: allow more slippage, or place it again.',
  price_limit: 'The rest of it was beyond your limit: allow more slippage, or try again.',
  nothing_to_reduce: 'There was nothing left to reduce.',
  insufficient_margin: 'Filling it would have left too little margin. Deposit, or take a smaller size.',
  pool_capacity: 'The pool had no room for the rest. Try a smaller size, or later.',
  liquidation: 'It was taken off because the account was being liquidated.',
  risk_refused: 'The market took no new risk at that moment. Closing still works.',
  price_refused: 'The oracle price was not good enough to fill it. Nothing was traded: place it again.',
  expired: 'Its time had passed.',
  group_filled: 'Another order of its group filled in its place.',
  parent_gone: 'The order it belonged to left the book unfilled.',
  self_trade: 'It would have traded with another order of yours.',
  delegate_budget: 'The loss budget of the delegate who placed it is used up for now.',
  below_initial_margin: 'The account fell below initial margin, so orders that add risk were taken off.',
  market_settled: 'The market is being wound down.',
}

export function reasonSentence({ status, reason }: Pick<OrderDto, 'status' | 'reason'>): string {
  const known = reason === null ? undefined : SENTENCE[reason]
  return known ?? (status === 'expired' ? 'It expired.' : 'It was cancelled.')
}

import { t, word } from '#app/i18n/t.ts'
import type { OrderDto } from '#server/exchange/schema.ts'

/** Why an order left without being filled whole, and what to do. */
const SENTENCE: Record<string, string> = {
  requested: word('Cancelled as you asked.'),
  lapsed: word(
    'Nobody could fill it within its limit in its window, so it lapsed: allow more slippage, or place it again.',
  ),
  price_limit: word('The rest of it was beyond your limit: allow more slippage, or try again.'),
  nothing_to_reduce: word('There was nothing left to reduce.'),
  insufficient_margin: word('Filling it would have left too little margin. Deposit, or take a smaller size.'),
  pool_capacity: word('The pool had no room for the rest. Try a smaller size, or later.'),
  liquidation: word('It was taken off because the account was being liquidated.'),
  risk_refused: word('The market took no new risk at that moment. Closing still works.'),
  price_refused: word('The oracle price was not good enough to fill it. Nothing was traded: place it again.'),
  expired: word('Its time had passed.'),
  group_filled: word('Another order of its group filled in its place.'),
  parent_gone: word('The order it belonged to left the book unfilled.'),
  self_trade: word('It would have traded with another order of yours.'),
  delegate_budget: word('The loss budget of the delegate who placed it is used up for now.'),
  below_initial_margin: word('The account fell below initial margin, so orders that add risk were taken off.'),
  market_settled: word('The market is being wound down.'),
}

export function reasonSentence({ status, reason }: Pick<OrderDto, 'status' | 'reason'>): string {
  const known = reason === null ? undefined : SENTENCE[reason]
  return t(known ?? (status === 'expired' ? word('It expired.') : word('It was cancelled.')))
}

import type { OrderDto } from '#server/exchange/schema.ts'

/** Why an order left without being filled whole, and what to do. */
const SENTENCE: Record<string, string> = {
  requested: 'Cancelled as you asked.',
  lapsed: 'Nobody filled it in its window, so it lapsed. Nothing was traded: place it again.',
  price_limit:
    'The price that could fill it was beyond your limit. Nothing was traded: raise the slippage limit or try again.',
  nothing_to_reduce: 'There was nothing left to reduce.',
  insufficient_margin: 'Filling it would have left too little margin. Deposit, or take a smaller size.',
  pool_capacity: 'The pool had no room for the rest. Try a smaller size, or later.',
  liquidation: 'It was taken off because the account was being liquidated.',
  risk_refused: 'The market took no new risk at that moment. Closing still works.',
  price_refused: 'The oracle price was not good enough to fill it. Nothing was traded: place it again.',
}

export function reasonSentence({ status, reason }: Pick<OrderDto, 'status' | 'reason'>): string {
  const known = reason === null ? undefined : SENTENCE[reason]
  return known ?? (status === 'expired' ? 'It expired.' : 'It was cancelled.')
}

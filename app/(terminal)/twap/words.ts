import { marketStore } from '#app/data/market.tsx'
import { t, word } from '#app/i18n/t.ts'
import { formatCountdown, formatPrice, formatSize } from '#app/ui/format.ts'
import { averagePrice, priceText } from '../account/decimal.ts'
import { type Reason, type Step, slotAt, type Twap, type Waiting } from './model.ts'

const PAUSED: Readonly<Partial<Record<Reason, string>>> = {
  trader: word('Paused. Its end time stays; what is behind is made up for by larger slices.'),
  failures: word('Paused after three slices in a row were refused.'),
  key: word('Paused: the trading key may not send this. Renew its limits, then let it go on.'),
}

const ENDED: Readonly<Partial<Record<Reason, string>>> = {
  trader: word('Cancelled. What was filled stays.'),
  filled: word('All of it is filled.'),
  time: word('Its time is over. What was not filled by then is not sent any more.'),
  'nothing-to-reduce': word('There is nothing left to reduce.'),
  'market-closed': word('The market is being wound down.'),
}

/** Why it does not run, as a sentence, with what the chain said. */
export function reasonWords({ status, reason, detail }: Twap): string {
  const sentence = reason === null ? undefined : (status === 'paused' ? PAUSED : ENDED)[reason]
  return [sentence === undefined ? '' : t(sentence), detail].filter(Boolean).join(' ')
}

const WAITING: Readonly<Record<Waiting, string>> = {
  slice: word('A slice is on its way'),
  slot: word('Waits for its next slice'),
  paused: word('Paused'),
  unknown: word('Waits for the price and the account'),
  'stale-price': word('Waits for a fresh price'),
  limit: word('The price is beyond its limit'),
  key: word('Waits for a trading key'),
}

/** What it is doing now, in a few words. */
export function stateWords(twap: Twap, step: Step, now: number, chainIsAway: boolean): string {
  if (twap.status === 'ended') return twap.reason === 'filled' ? t('Filled') : t('Ended')
  if (twap.status === 'paused') return t('Paused')
  if (chainIsAway) return t('Waits for the chain')
  if (step.do !== 'wait') return t('Sending a slice')
  const next = slotAt(twap, twap.lastSlot + 1)
  if (step.why !== 'slot' || twap.lastSlot + 1 >= twap.slices || next <= now) return t(WAITING[step.why])
  return t('Next slice in {time}', { time: formatCountdown(next - now) })
}

/** "Bought 9.50 of 10.00 SOL over time, at 143.27 on average". */
export function resultWords({ side, market: id, size, filled, quote }: Twap): string {
  const market = marketStore(id).get()
  const step = market?.params.stepSize ?? '0.01'
  const price = averagePrice([{ size: filled, quote }])
  const values = {
    filled: formatSize(filled, step),
    size: formatSize(size, step, { suffix: ` ${market?.baseSymbol ?? ''}` }),
    price: price === null ? '' : formatPrice(priceText(price), market?.params.tickSize ?? '0.01'),
  }
  if (price === null) return t('TWAP of {size} has ended without a fill', values)
  return side === 'buy'
    ? t('Bought {filled} of {size} over time, at {price} on average', values)
    : t('Sold {filled} of {size} over time, at {price} on average', values)
}

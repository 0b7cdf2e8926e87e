import type { Landing } from '#app/wallet/send.ts'
import { max, min } from '#client/math/fixed.ts'
import { oneFillCap, slippageLimit } from '#client/math/index.ts'
import type { Base, Price } from '#client/units.ts'
import type { MarketId, Side } from '#server/exchange/schema.ts'
import { baseText, quoteText, toBase, toPrice, toQuote } from '../account/decimal.ts'
import { isStalePrice, type MarketView, notionalOf } from '../account/market-view.ts'
import { floorStep } from '../ticket/fields.ts'

/*
 * A time-weighted order as a pure function: when its slices are due, how large the next one is, and what becomes of it when
 * one fails. The program knows no such order; a browser sends its slices as market orders of their own, each with a client
 * order id that follows from its place, so that a slice can always be found again and is never sent twice.
 */

/** What the trader asked for. Amounts are exact decimal text. */
export type TwapTerms = {
  market: MarketId
  side: Side
  size: string
  slices: number
  durationMs: number
  /** Sizes and moments vary, so that nobody can trade ahead of the next one. */
  randomise: boolean
  /** No slice is sent, or filled, beyond it; null for none. */
  limit: string | null
  reduceOnly: boolean
  /** How far a slice may fill from the oracle price, ratio 1e4. */
  slippageBps: number
}

export type Twap = TwapTerms & {
  id: string
  authority: string
  subAccountId: number
  startAt: number
  /** 32 bits: from them follow its irregularities and its client order ids. */
  seed: number
  status: 'running' | 'paused' | 'ended'
  /** Why it paused or ended; null while it runs. */
  reason: Reason | null
  /** What the chain or the wallet said, where that is the reason. */
  detail: string
  /** The last slot of the schedule that has been used; -1 before the first. */
  lastSlot: number
  /** Slices that reached the chain. */
  sent: number
  filled: string
  quote: string
  /** Slices in a row that did not go out. */
  failures: number
  /** Written down before anything is signed, and kept until its end is known. */
  current: Slice | null
}

/** `sending`: it may be on its way · `placed`: it is on the chain, and its end is not known yet. */
export type Slice = { slot: number; size: string; state: 'sending' | 'placed'; landing: Landing | null }

export type Reason = 'trader' | 'filled' | 'time' | 'nothing-to-reduce' | 'market-closed' | 'failures' | 'key'

export const MOST_SLICES = 1_000
/** Failures in a row after which it waits for its trader. */
const MOST_FAILURES = 3
/** What lies behind is made up for by slices up to this many times their even size. */
const CATCH_UP = 3n
/** A moment varies by so much of the interval, a size by so much of the even one, either way. */
const MOMENT_SPREAD = 0.25
const SIZE_SPREAD = 0.2

export const endOf = ({ startAt, durationMs }: Pick<Twap, 'startAt' | 'durationMs'>): number => startAt + durationMs

export const intervalOf = ({ durationMs, slices }: Pick<TwapTerms, 'durationMs' | 'slices'>): number =>
  durationMs / slices

/** When slot `slot` begins. The first begins at once. */
export function slotAt(twap: Twap, slot: number): number {
  const irregular = twap.randomise && slot > 0 ? (chance(twap.seed, 2 * slot) * 2 - 1) * MOMENT_SPREAD : 0
  return Math.round(twap.startAt + (slot + irregular) * intervalOf(twap))
}

/** The slot that runs at `now`; -1 before the first. */
export function slotOf(twap: Twap, now: number): number {
  const even = Math.min(twap.slices - 1, Math.floor((now - twap.startAt) / intervalOf(twap)) + 1)
  let slot = Math.max(-1, even)
  while (slot >= 0 && slotAt(twap, slot) > now) slot -= 1
  return slot
}

/** How much of the whole should be filled once slot `slot` is over; all of it after the last. */
export function targetOf(twap: Twap, slot: number): Base {
  const total = toBase(twap.size)
  const even = (total * BigInt(slot + 1)) / BigInt(twap.slices)
  if (!twap.randomise || slot >= twap.slices - 1) return even
  const spread = (total * BigInt(Math.round(SIZE_SPREAD * 1_000))) / 1_000n / BigInt(twap.slices)
  return even + (spread * BigInt(Math.round((chance(twap.seed, 2 * slot + 1) * 2 - 1) * 1_000))) / 1_000n
}

/** The smallest slice that a schedule without hindrance sends, before it is rounded to a step. */
export function smallestSlice(total: Base, slices: number, randomise: boolean): Base {
  const even = total / BigInt(slices)
  return randomise && slices > 1 ? (even * BigInt(Math.round((1 - 2 * SIZE_SPREAD) * 10))) / 10n : even
}

/** Of 44 bits: random among an account's 16 open orders, and never 0, which means none. */
export const clientIdOf = ({ seed }: Pick<Twap, 'seed'>, slot: number): bigint =>
  (BigInt(seed) << 12n) + BigInt(slot + 1)

/** A number in [0, 1) that is the same whenever it is asked for: one round of the mulberry32 generator. */
function chance(seed: number, place: number): number {
  let state = (seed + Math.imul(place + 1, 0x6d2b79f5)) >>> 0
  state = Math.imul(state ^ (state >>> 15), state | 1)
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61)
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32
}

/** What a step is judged by. */
export type TwapWorld = {
  /** On the server's clock, ms. */
  now: number
  /** Null while the market or its price is not known. */
  market: MarketView | null
  /** Signed; null while the account is not known. */
  position: Base | null
  /** Whether a key of this browser may trade for the account now. */
  hasKey: boolean
}

export type Waiting = 'slice' | 'slot' | 'paused' | 'unknown' | 'stale-price' | 'limit' | 'key'
export type Step =
  | { do: 'wait'; why: Waiting }
  | { do: 'send'; slot: number; size: Base; limitPrice: Price }
  | { do: 'end'; reason: Reason }

const wait = (why: Waiting): Step => ({ do: 'wait', why })

/** What is to be done now. A slot that passed unused is never made up for by itself: the next one takes over what is behind. */
export function nextStep(twap: Twap, { now, market, position, hasKey }: TwapWorld): Step {
  if (twap.current !== null) return wait('slice')
  if (market === null || position === null) return now >= endOf(twap) ? { do: 'end', reason: 'time' } : wait('unknown')
  const left = toBase(twap.size) - toBase(twap.filled)
  if (left < market.stepSize) return { do: 'end', reason: 'filled' }
  if (now >= endOf(twap)) return { do: 'end', reason: 'time' }
  if (market.settlementPrice !== null) return { do: 'end', reason: 'market-closed' }
  const closable = twap.side === 'buy' ? -position : position
  if (twap.reduceOnly && closable <= 0n) return { do: 'end', reason: 'nothing-to-reduce' }
  if (twap.status === 'paused') return wait('paused')
  const slot = slotOf(twap, now)
  if (slot <= twap.lastSlot) return wait('slot')
  if (!hasKey) return wait('key')
  if (market.quality !== 'valid' || isStalePrice(market, now)) return wait('stale-price')
  const limit = twap.limit === null ? null : toPrice(twap.limit)
  const oracle = market.price.price
  if (limit !== null && (twap.side === 'buy' ? oracle > limit : oracle < limit)) return wait('limit')
  const size = sliceSize(twap, slot, left, market, twap.reduceOnly ? closable : null)
  if (size === 0n) return wait('slot')
  return { do: 'send', slot, size, limitPrice: worstPrice(twap, limit, market) }
}

/** What is behind the schedule, at most so much of it at once; 0 while that is less than an order may be. */
function sliceSize(twap: Twap, slot: number, left: Base, market: MarketView, closable: Base | null): Base {
  const behind = targetOf(twap, slot) - toBase(twap.filled)
  const most = (toBase(twap.size) * CATCH_UP) / BigInt(twap.slices)
  const wanted = min(min(behind, most), min(left, oneFillCap(market.depth)))
  const size = floorStep(max(0n, closable === null ? wanted : min(wanted, closable)), market.stepSize)
  return closable === null && notionalOf(size, market) < market.minNotional ? 0n : size
}

function worstPrice({ side, slippageBps }: Twap, limit: Price | null, market: MarketView): Price {
  const bound = slippageLimit(side, market.price.price, slippageBps, market.tickSize)
  if (limit === null) return bound
  return side === 'buy' ? min(bound, limit) : max(bound, limit)
}

/** The slot is used up by this slice: nothing else is sent in it unless the chain never takes this. */
export const begins = (twap: Twap, slot: number, size: Base): Twap => ({
  ...twap,
  lastSlot: slot,
  current: { slot, size: baseText(size), state: 'sending', landing: null },
})

/** It is signed and about to leave. */
export const isSigned = (twap: Twap, landing: Landing): Twap =>
  twap.current === null ? twap : { ...twap, current: { ...twap.current, landing } }

export const isPlaced = (twap: Twap): Twap =>
  twap.current === null
    ? twap
    : { ...twap, sent: twap.sent + 1, failures: 0, current: { ...twap.current, state: 'placed' } }

/** Its order is over; what it left goes to those that follow. */
export const isOver = (twap: Twap, filled: Base, quote: bigint): Twap => ({
  ...twap,
  filled: baseText(toBase(twap.filled) + filled),
  quote: quoteText(toQuote(twap.quote) + quote),
  current: null,
})

/** It never left, or the chain never took it: the same slice may be sent again while its slot runs. */
export const neverLeft = (twap: Twap): Twap =>
  twap.current === null ? twap : { ...twap, lastSlot: twap.current.slot - 1, current: null }

/** The chain refused it. The slot is lost; after some in a row it is for the trader to look at. */
export function isRefused(twap: Twap, reason: 'failures' | 'key', detail: string): Twap {
  const failures = twap.failures + 1
  const next = { ...twap, failures, current: null }
  const stops = reason === 'key' || failures >= MOST_FAILURES
  return stops && twap.status === 'running' ? { ...next, status: 'paused', reason, detail } : next
}

export const pauses = (twap: Twap): Twap =>
  twap.status === 'running' ? { ...twap, status: 'paused', reason: 'trader', detail: '' } : twap

/** Time went on meanwhile: it ends when it would have ended. */
export const resumes = (twap: Twap): Twap =>
  twap.status === 'paused' ? { ...twap, status: 'running', reason: null, detail: '', failures: 0 } : twap

export const ends = (twap: Twap, reason: Reason): Twap =>
  twap.status === 'ended' ? twap : { ...twap, status: 'ended', reason, detail: '' }

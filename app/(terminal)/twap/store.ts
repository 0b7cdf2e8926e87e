import { create } from 'zustand'
import { isRecord, type Kept, listOf, oneOf, within } from '#app/data/kept.ts'
import { keptStore } from '#app/data/kept-store.ts'
import type { Landing } from '#app/wallet/send.ts'
import type { MarketId } from '#server/exchange/schema.ts'
import { MOST_SLICES, type Slice, type Twap } from './model.ts'

/** The time-weighted orders of this browser, newest first: each of its tabs sees them, and one of them runs them. */
export const useTwaps = keptStore<{ twaps: readonly Twap[] }>('twaps', 1, { twaps: [] }, (kept) => ({
  twaps: listOf(kept.twaps, readTwap),
}))

/** So many that are over are kept to be looked at. */
const MOST_ENDED = 20

export function addTwap(twap: Twap): void {
  useTwaps.change(({ twaps }) => {
    const ended = twaps.filter(({ status }) => status === 'ended').slice(MOST_ENDED)
    return { twaps: [twap, ...twaps.filter((known) => !ended.includes(known))] }
  })
}

/** Changes the newest state of one, whichever tab wrote it. */
export const changeTwap = (id: string, next: (twap: Twap) => Twap): void =>
  useTwaps.change(({ twaps }) => ({ twaps: twaps.map((twap) => (twap.id === id ? next(twap) : twap)) }))

export const removeTwap = (id: string): void =>
  useTwaps.change(({ twaps }) => ({ twaps: twaps.filter((twap) => twap.id !== id) }))

export const findTwap = (id: string): Twap | undefined => useTwaps.getState().twaps.find((twap) => twap.id === id)

export type Shown = { authority: string | null; subAccountId: number | undefined; market: MarketId | null }

/** Those of one sub-account, in one market or in all; what is over stands last. */
export function useShownTwaps({ authority, subAccountId, market }: Shown): readonly Twap[] {
  const { twaps } = useTwaps()
  return twaps
    .filter((twap) => twap.authority === authority && twap.subAccountId === subAccountId)
    .filter((twap) => market === null || twap.market === market)
    .sort((a, b) => Number(isRunning(b)) - Number(isRunning(a)) || b.startAt - a.startAt)
}

export const isRunning = ({ status }: Twap): boolean => status !== 'ended'

/** Whether the chain answers the tab that runs them. */
export const useTwapChain = create<{ isAway: boolean }>()(() => ({ isAway: false }))

const REASONS = ['trader', 'filled', 'time', 'nothing-to-reduce', 'market-closed', 'failures', 'key'] as const
const isText = (value: unknown): value is string => typeof value === 'string'
const isAmount = (value: unknown): value is string => isText(value) && /^\d+(\.\d+)?$/.test(value)
const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

function readTwap(value: unknown): Twap | null {
  if (!isRecord(value)) return null
  const { id, authority, market, size, filled, quote, limit, detail, startAt, durationMs, seed, current } = value
  if (!isText(id) || !isText(authority) || !isText(market) || !isTime(startAt) || !isTime(durationMs)) return null
  if (!isAmount(size) || !isAmount(filled) || !isAmount(quote) || !isTime(seed)) return null
  const slice = current === null ? null : readSlice(current)
  // One that is on its way and cannot be followed must not go on.
  if (slice === undefined) return null
  return {
    id,
    authority,
    market,
    size,
    filled,
    quote,
    startAt,
    durationMs,
    seed,
    limit: isAmount(limit) ? limit : null,
    detail: isText(detail) ? detail : '',
    subAccountId: within(value.subAccountId, 0, 65_535, 0),
    side: oneOf(['buy', 'sell'], value.side, 'buy'),
    slices: within(value.slices, 1, MOST_SLICES, 1),
    randomise: value.randomise === true,
    reduceOnly: value.reduceOnly === true,
    slippageBps: within(value.slippageBps, 1, 10_000, 50),
    status: oneOf(['running', 'paused', 'ended'], value.status, 'paused'),
    reason: REASONS.find((known) => known === value.reason) ?? null,
    lastSlot: within(value.lastSlot, -1, MOST_SLICES, -1),
    sent: within(value.sent, 0, MOST_SLICES, 0),
    failures: within(value.failures, 0, MOST_SLICES, 0),
    current: slice,
  }
}

function readSlice(value: unknown): Slice | undefined {
  if (!isRecord(value) || !isTime(value.slot) || !isAmount(value.size)) return undefined
  const landing = isRecord(value.landing) ? readLanding(value.landing) : null
  return { slot: value.slot, size: value.size, state: oneOf(['sending', 'placed'], value.state, 'sending'), landing }
}

const readLanding = ({ signature, lastValidBlockHeight }: Kept): Landing | null =>
  isText(signature) && isTime(lastValidBlockHeight) ? { signature, lastValidBlockHeight } : null

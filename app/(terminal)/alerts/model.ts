/*
 * When an alert speaks, as pure folds over what is observed: (what is known, observation) → what is known then, and what
 * to say. A value that wavers around its threshold speaks once; danger that grows speaks again at once.
 */

export type Severity = 'info' | 'warning' | 'critical'

/** What a user asked to be told of: a price in quote per base, or an hourly funding rate as a ratio; exact decimals. */
export type Rule = {
  id: string
  kind: 'price' | 'funding'
  market: string
  side: 'above' | 'below'
  at: string
  /** Speaks again each time; else it is done with after the first. */
  repeats: boolean
}

/** Whether a rule may speak. It may not from when it spoke until its value has come back far enough. */
export type Arm = { armed: boolean }

/** A crossing in whatever integer unit; `rearm`: how far back beyond the threshold the value must come. */
export type Threshold = { side: 'above' | 'below'; at: bigint; rearm: bigint }

/** One observation of a threshold's value. A value that is beyond it when first seen counts as having crossed. */
export function observe({ armed }: Arm, { side, at, rearm }: Threshold, value: bigint): Arm & { speaks: boolean } {
  const isBeyond = side === 'above' ? value >= at : value <= at
  if (armed) return { armed: !isBeyond, speaks: isBeyond }
  return { armed: side === 'above' ? value <= at - rearm : value >= at + rearm, speaks: false }
}

/** Half a permille of the price: noise of one moment comes back less. */
export const priceRearm = (at: bigint): bigint => at / 2_000n
/** A tenth of the rate. */
export const fundingRearm = (at: bigint): bigint => (at < 0n ? -at : at) / 10n

/** Distances from liquidation, bps of the price, from the far one to the near one. */
export type Levels = readonly [number, number, number]
export const DEFAULT_LEVELS: Levels = [2_000, 1_000, 500]
export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical']

/** How near a position is known to be: the nearest level it has come to (−1: none) and when each last spoke, ms. */
export type Nearness = { level: number; spokeAt: Readonly<Record<number, number>> }
export const FAR: Nearness = { level: -1, spokeAt: {} }

/** A level that was left and reached again is quiet this long; a nearer one never is. */
const QUIET_MS = 15 * 60_000
/** The nearest level speaks again as long as it lasts. */
const REPEAT_MS = 60_000

/** It leaves a level only with a fifth more distance than brought it there. */
const isLeft = (distance: number, level: number): boolean => distance >= level + level / 5

/**
 * One observation of the distance (bps; null: nothing can liquidate it). `speaks`: the level to tell of, or null.
 * Coming nearer speaks at once, with the nearest level reached; staying at the nearest one speaks every minute.
 */
export function observeDistance(
  known: Nearness,
  levels: Levels,
  distance: number | null,
  now: number,
): { known: Nearness; speaks: number | null } {
  const reached = distance === null ? -1 : levels.filter((level) => distance <= level).length - 1
  if (reached > known.level) {
    const spokeAt = known.spokeAt[reached]
    const isQuiet = reached < levels.length - 1 && spokeAt !== undefined && now - spokeAt < QUIET_MS
    return isQuiet ? { known: { ...known, level: reached }, speaks: null } : speak(known, reached, now)
  }
  const current = levels[known.level]
  if (current !== undefined && (distance === null || isLeft(distance, current))) {
    // Down to the nearest level that it has not left yet.
    const kept = levels.findLastIndex((level, at) => at < known.level && distance !== null && !isLeft(distance, level))
    return { known: { ...known, level: Math.max(reached, kept) }, speaks: null }
  }
  const isWorst = known.level === levels.length - 1
  const lastAt = known.spokeAt[known.level] ?? Number.NEGATIVE_INFINITY
  return isWorst && now - lastAt >= REPEAT_MS ? speak(known, known.level, now) : { known, speaks: null }
}

const speak = (known: Nearness, level: number, now: number): { known: Nearness; speaks: number } => ({
  known: { level, spokeAt: { ...known.spokeAt, [level]: now } },
  speaks: level,
})

/** Something that was told. `id` is the same in every tab, so that it is told once. */
export type Notice = {
  id: string
  at: number
  kind: 'price' | 'funding' | 'fill' | 'liquidation'
  severity: Severity
  title: string
  text: string
  market: string
  read: boolean
}

const KEPT = 100

/** Newest first, each once, the oldest forgotten. */
export function withNotice(notices: readonly Notice[], notice: Notice): readonly Notice[] {
  if (notices.some(({ id }) => id === notice.id)) return notices
  return [notice, ...notices].slice(0, KEPT)
}

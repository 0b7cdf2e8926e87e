/** One candle in whole price units. */
export type Candle = { open: number; high: number; low: number; close: number }

/** Prices between the recorded extremes are rounded to this: 0.001 quote. */
const GRAIN = 1_000
/** Width of the random walk between two known points, as a share of the candle's range. */
const ROUGHNESS = 0.6

/**
 * A path of `count` prices through a candle: starts at the open, ends at the close, touches exactly the high and the
 * low, and never leaves them. The same seed gives the same path. Only + − × ÷ and √ are used, which IEEE 754 fixes to
 * the last bit, so that every machine plays the same prices.
 * @throws RangeError when `count` is below 10: the four recorded prices need a place each.
 */
export function bridgeCandle({ open, high, low, close }: Candle, count: number, seed: number): Float64Array {
  if (count < 10) throw new RangeError(`a candle needs at least 10 ticks, got ${count}`)
  const random = generator(seed)
  const last = count - 1
  const knots = [{ at: 0, value: open }]
  const extremes = random() < 0.5 ? [high, low] : [low, high]
  for (const [half, value] of extremes.entries()) {
    if (open === value || close === value) continue
    knots.push({ at: placeInHalf(half, last, random()), value })
  }
  knots.push({ at: last, value: close })

  const path = new Float64Array(count)
  const steps = new Float64Array(count)
  for (const [index, { at: to, value: target }] of knots.entries()) {
    path[to] = target
    const before = knots[index - 1]
    if (before === undefined) continue
    const { at: from, value: start } = before
    const length = to - from
    let walked = 0
    for (let step = 1; step <= length; step++) {
      walked += random() - 0.5
      steps[step] = walked
    }
    const width = (ROUGHNESS * (high - low)) / Math.sqrt(length)
    for (let step = 1; step < length; step++) {
      const share = step / length
      const drift = start + (target - start) * share
      const noise = width * ((steps[step] ?? 0) - walked * share)
      const rounded = Math.round((drift + noise) / GRAIN) * GRAIN
      path[from + step] = Math.min(high, Math.max(low, rounded))
    }
  }
  return path
}

/** Extremes keep a distance from each other and from both ends: a candle's whole range within one tick would be a spike. */
function placeInHalf(half: number, last: number, random: number): number {
  const [from, to] = half === 0 ? [0.1, 0.4] : [0.6, 0.9]
  return Math.round(last * (from + (to - from) * random))
}

/** Mulberry32: 32-bit integer arithmetic only, uniform in [0, 1). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

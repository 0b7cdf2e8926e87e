export type Room = {
  /** Of each label, pixels. */
  height: number
  /** Centre of a label that keeps its place, if there is one. */
  fixed: number | null
  /** Where labels may be, pixels from the top. */
  from: number
  to: number
}

/**
 * Where labels go so that none covers another or the fixed one. They keep their order and give way outwards from the
 * fixed one, each no further than it must; at the edges they give way inwards again.
 * @param ys centres in pixels from the top @returns how far each moves, in the order of `ys`
 */
export function labelShifts(ys: readonly number[], { height, fixed, from, to }: Room): number[] {
  const placed = [...ys]
  const at = (index: number) => placed[index] ?? 0
  const byY = ys.map((_, index) => index).sort((a, b) => at(a) - at(b))
  /** Each of `indices` at least a label's height beyond the one before, beginning at `free`. */
  const stack = (indices: readonly number[], direction: -1 | 1, free: number) => {
    let next = direction * free
    for (const index of indices) {
      placed[index] = direction * Math.max(direction * at(index), next)
      next = direction * at(index) + height
    }
  }
  const isBelow = (index: number) => fixed === null || at(index) > fixed
  stack(byY.filter(isBelow), 1, fixed === null ? from + height / 2 : fixed + height)
  stack(byY.filter((index) => !isBelow(index)).toReversed(), -1, fixed === null ? to - height / 2 : fixed - height)
  if (byY.length * height <= to - from) {
    stack(byY.toReversed(), -1, to - height / 2)
    stack(byY, 1, from + height / 2)
  }
  return placed.map((y, index) => y - (ys[index] ?? 0))
}

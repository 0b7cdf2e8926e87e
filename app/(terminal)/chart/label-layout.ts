/**
 * Where price labels of height `height` go on the axis so that none covers another or the newest price. They keep their
 * order and give way outwards from the newest price, each no further than it must.
 * @param ys centres in pixels from the top @returns how far each moves, in the order of `ys`
 */
export function labelShifts(ys: readonly number[], newest: number | null, height: number): number[] {
  const shifts = ys.map(() => 0)
  const place = (indices: number[], direction: -1 | 1) => {
    let free = newest === null ? Number.NEGATIVE_INFINITY : direction * newest + height
    for (const index of indices) {
      const y = direction * (ys[index] ?? 0)
      const at = Math.max(y, free)
      shifts[index] = direction * (at - y)
      free = at + height
    }
  }
  const byY = ys.map((_, index) => index).sort((a, b) => (ys[a] ?? 0) - (ys[b] ?? 0))
  const isBelow = (index: number) => newest === null || (ys[index] ?? 0) > newest
  place(byY.filter(isBelow), 1)
  place(byY.filter((index) => !isBelow(index)).reverse(), -1)
  return shifts
}

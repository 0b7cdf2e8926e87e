import type { Clock } from '#server/platform/clock.ts'

/** What a transaction offers for its place in a block, in micro-lamports per compute unit. */
export type PriorityFees = {
  /** 0 offers nothing. `loop`: what is late for one loop says nothing about another. */
  price(loop: string): Promise<number>
  /** One of this loop was not taken in time: the next offers more. */
  late(loop: string): void
  landed(loop: string): void
}

export type PriorityFeeOptions = {
  clock: Clock
  /** What was paid lately for the accounts we write, one figure for each slot; one failure keeps what was known. */
  recent: () => Promise<readonly number[]>
  /** Of these the offer is this percentile, 0 to 100. */
  percentile: number
  /** Never more than this. */
  cap: number
}

const KNOWN_FOR_MS = 5_000
const ESCALATION = 2
/** Where nobody pays anything an offer that is to grow begins here. */
const FIRST_OFFER = 1_000
/** Doublings remembered: more would not come down again for long. */
const MOST_LATE = 8

export function createPriorityFees({ clock, recent, percentile, cap }: PriorityFeeOptions): PriorityFees {
  let known = { at: Number.NEGATIVE_INFINITY, price: 0 }
  let asking: Promise<void> | undefined
  const lateness = new Map<string, number>()

  const refresh = async () => {
    try {
      known = { at: clock.now(), price: percentileOf(await recent(), percentile) }
    } catch {
      known = { ...known, at: clock.now() }
    } finally {
      asking = undefined
    }
  }
  return {
    price: async (loop) => {
      if (clock.now() - known.at >= KNOWN_FOR_MS) {
        asking ??= refresh()
        // Only the first has to wait; the others offer what was known a moment ago.
        if (known.at === Number.NEGATIVE_INFINITY) await asking
      }
      const late = lateness.get(loop) ?? 0
      const base = late === 0 ? known.price : Math.max(known.price, FIRST_OFFER)
      return Math.min(Math.ceil(base * ESCALATION ** late), cap)
    },
    late: (loop) => {
      lateness.set(loop, Math.min((lateness.get(loop) ?? 0) + 1, MOST_LATE))
    },
    landed: (loop) => {
      lateness.set(loop, Math.max((lateness.get(loop) ?? 0) - 1, 0))
    },
  }
}

function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(Math.floor((sorted.length * percentile) / 100), sorted.length - 1)] ?? 0
}

/** A small, fixed generator: Math.random could not be replayed. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** 0 ≤ x < 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  pick<const T extends readonly [unknown, ...unknown[]]>(values: T): T[number]
  pick<T>(values: readonly T[]): T | undefined
  pick<T>(values: readonly T[]): T | undefined {
    return values[Math.floor(this.next() * values.length)]
  }

  /** Between `low` and `high`, small and large orders of magnitude alike. */
  spread(low: number, high: number): number {
    return low * (high / low) ** this.next()
  }

  /** About normal, mean 0, deviation 1. */
  normal(): number {
    let sum = 0
    for (let i = 0; i < 12; i++) sum += this.next()
    return sum - 6
  }

  /** A part of a whole, now and then all of it. */
  part(whole: bigint): bigint {
    return this.chance(0.15) ? whole : (whole * BigInt(this.int(1, 1_000))) / 1_000n
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.int(0, 255))
  }
}

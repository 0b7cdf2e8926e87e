export const ONE = 1_000_000_000n
export const USD = 1_000_000n
export const CENT = 10_000n

/** A balanced pool of 100 000 base depth at $100, half spread 1 bp. */
export const market = {
  price: { price: 100n * USD, confidence: 0n, ema: 100n * USD },
  userNetBase: 0n,
  depth: 100_000n * ONE,
  baseSpreadPpm: 100,
  confMultiplier: 0,
  allocation: 10_000_000n * USD,
  quoteCash: 0n,
  tickSize: CENT,
}
export const NOTHING = { bids: [], asks: [] }
export const NOBODY = new Set<string>()

/** Start values of the design, for tests. */
import type { PublicKey } from '@solana/web3.js'
import type { Fields } from './program.ts'

export const BASE = 1_000_000_000n
export const USD = 1_000_000n
/** The quote token's deposit cap. */
export const NO_CAP = 2n ** 64n - 1n

export type MarketName = 'SOL' | 'BTC' | 'ETH' | 'JUP'
export const MARKETS: readonly MarketName[] = ['SOL', 'BTC', 'ETH', 'JUP']

/** Test prices; K is 0.45·E₀ / (0.03·P) for $1 000 000 each. */
export const START_PRICES: Record<MarketName, bigint> = {
  SOL: 150n * USD,
  BTC: 60_000n * USD,
  ETH: 3_000n * USD,
  JUP: 1n * USD,
}

const STEPS: Record<MarketName, { step: bigint; tick: bigint }> = {
  SOL: { step: 10_000_000n, tick: 10_000n },
  BTC: { step: 100_000n, tick: 100_000n },
  ETH: { step: 1_000_000n, tick: 10_000n },
  JUP: { step: BASE, tick: 100n },
}

export function feedId(name: string): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => name.charCodeAt(i % name.length))
}

export function symbolBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(16)
  bytes.set(Buffer.from(`${name}-PERP`))
  return bytes
}

export function marketParams(name: MarketName, change: Fields = {}): Fields {
  const price = START_PRICES[name]
  return {
    feedId: feedId(name),
    stepSize: STEPS[name].step,
    tickSize: STEPS[name].tick,
    minNotional: 10n * USD,
    depthK: (15n * 1_000_000n * USD * BASE) / price,
    openInterestCap: (10_000_000n * USD * BASE) / price,
    marginScaleFrom: 0n,
    marginScaleTo: 0n,
    insuranceCap: 100_000n * USD,
    poolLossCap: 200_000n * USD,
    spreadPpm: 200,
    confMultiplierBps: 10_000,
    takerFeePpm: 500,
    makerRebatePpm: 100,
    fundingClampDivisor: 33,
    fillDelayS: 1,
    initialMarginBps: 500,
    maintenanceMarginBps: 300,
    liquidationFeeBps: 100,
    insuranceFeeBps: 100,
    liquidationBufferBps: 200,
    maxConfBps: 50,
    defaultSlippageBps: 50,
    unitExponent: 0,
    ...change,
  }
}

export const MARKET_STATUS = { active: 0, reduceOnly: 1, settling: 2 } as const

export function tokenVaultParams(change: Fields = {}): Fields {
  return {
    feedId: new Uint8Array(32),
    depositCap: NO_CAP,
    initialWeightBps: 10_000,
    maintenanceWeightBps: 10_000,
    ...change,
  }
}

export function exchangeParams(admin: PublicKey, change: Fields = {}): Fields {
  return {
    admin,
    riskAuthority: admin,
    pauseAuthority: admin,
    treasury: admin,
    keeperRewardFlat: 10_000n,
    keeperRewardPpm: 10,
    timelockS: 0,
    poolFeeShareBps: 6_000,
    treasuryFeeShareBps: 3_000,
    refereeDiscountBps: 1_000,
    referrerShareBps: 2_000,
    poolExitCooldownS: 60,
    ...change,
  }
}

import { FEEDS } from '#client/feeds.ts'
import type { ExchangeParams, MarketParams, TokenVaultParams } from '#client/generated/types.ts'
import { LOCALNET_USDC_MINT } from '#client/localnet-keys.ts'
import { depthForEquity } from '#client/math/pool.ts'
import { NATIVE_MINT } from '#client/pda.ts'

/**
 * Everything `launchExchange` sets up; the authorities and the treasury are the launching admin until they are changed.
 * Without a timelock: where there is one, operators announce what opens vaults and markets, and wait.
 */
export type ExchangeDefinition = {
  quoteMint: string
  params: Omit<ExchangeParams, 'admin' | 'riskAuthority' | 'pauseAuthority' | 'treasury'> & { timelockS: 0 }
  /** In order of their index; the quote token first. */
  vaults: readonly { mint: string; params: TokenVaultParams }[]
  markets: readonly { symbol: string; params: MarketParams; allocation: bigint }[]
}

const USDC = 1_000_000n
const PRICE = 1_000_000n
const BASE = 1_000_000_000n
const NO_FEED = '0'.repeat(64)
/** Nobody is kept from adding margin. */
const NO_CAP = 2n ** 64n - 1n

/**
 * A market with the start values of the majors. `referencePrice` only scales the pool's depth and the cap on open
 * interest to the allocation; every trade is at the oracle's price.
 */
function major(
  asset: 'SOL' | 'BTC' | 'ETH',
  {
    allocation,
    referencePrice,
    stepSize,
    tickSize,
  }: { allocation: bigint; referencePrice: bigint; stepSize: bigint; tickSize: bigint },
): ExchangeDefinition['markets'][number] {
  return {
    symbol: `${asset}-PERP`,
    allocation,
    params: {
      feedId: FEEDS[`${asset}/USD`].id,
      stepSize,
      tickSize,
      minNotional: 10n * USDC,
      depthK: depthForEquity(allocation, referencePrice),
      openInterestCap: (allocation * BASE) / referencePrice,
      // One side at its cap needs about three times the initial margin of an empty market.
      marginScaleFrom: (allocation * 3n) / 4n,
      marginScaleTo: allocation * 3n,
      insuranceCap: 250_000n * USDC,
      poolLossCap: allocation / 10n,
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
    },
  }
}

/** The local exchange: deep enough that a fill of $100 000 is one fill (10 bp of the depth). */
export const LOCALNET_EXCHANGE: ExchangeDefinition = {
  quoteMint: LOCALNET_USDC_MINT.toBase58(),
  params: {
    keeperRewardFlat: 5_000n,
    keeperRewardPpm: 10,
    timelockS: 0,
    poolFeeShareBps: 6_000,
    treasuryFeeShareBps: 3_000,
    refereeDiscountBps: 1_000,
    referrerShareBps: 2_000,
    poolExitCooldownS: 60,
  },
  vaults: [
    {
      mint: LOCALNET_USDC_MINT.toBase58(),
      params: {
        feedId: NO_FEED,
        depositCap: NO_CAP,
        initialWeightBps: 10_000,
        maintenanceWeightBps: 10_000,
      },
    },
    {
      mint: NATIVE_MINT.toBase58(),
      params: {
        feedId: FEEDS['SOL/USD'].id,
        depositCap: 1_000_000n * BASE,
        initialWeightBps: 8_000,
        maintenanceWeightBps: 9_000,
      },
    },
  ],
  markets: [
    major('SOL', {
      allocation: 20_000_000n * USDC,
      referencePrice: 170n * PRICE,
      stepSize: BASE / 100n,
      tickSize: PRICE / 100n,
    }),
    major('BTC', {
      allocation: 20_000_000n * USDC,
      referencePrice: 107_000n * PRICE,
      stepSize: BASE / 10_000n,
      tickSize: PRICE / 10n,
    }),
    major('ETH', {
      allocation: 10_000_000n * USDC,
      referencePrice: 2_600n * PRICE,
      stepSize: BASE / 1_000n,
      tickSize: PRICE / 100n,
    }),
  ],
}

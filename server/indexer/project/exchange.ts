import type { EventOf } from '#client/events.ts'
import type { ExchangeParams, MarketParams, TokenVaultParams } from '#client/generated/types.ts'
import { NATIVE_MINT } from '#client/pda.ts'
import type { Change } from '../changes.ts'
import { chainTime, type Directory } from './place.ts'

export function projectExchangeInitialized(
  event: EventOf<'ExchangeInitialized'>,
  { exchange, pool, insurance }: Directory,
): Change[] {
  const at = chainTime(event.at)
  return [
    {
      kind: 'put',
      table: 'exchange',
      row: {
        address: exchange,
        quote_mint: event.quoteMint,
        pause_bits: 0,
        fee_tiers: [],
        ...exchangeColumns(event.params),
        updated_at: at,
      },
    },
    {
      kind: 'put',
      table: 'pools',
      row: { address: pool, idle: 0n, shares: 0n, epoch: 0n, pending_deposits: 0n, sequence: 0n, updated_at: at },
    },
    {
      kind: 'put',
      table: 'insurance',
      row: { address: insurance, balance: 0n, floor: 0n, sequence: 0n, updated_at: at },
    },
  ]
}

export function exchangeColumns(params: ExchangeParams) {
  return {
    admin: params.admin,
    risk_authority: params.riskAuthority,
    pause_authority: params.pauseAuthority,
    treasury: params.treasury,
    keeper_reward_flat: params.keeperRewardFlat,
    keeper_reward_ppm: params.keeperRewardPpm,
    timelock_s: params.timelockS,
    pool_fee_share_bps: params.poolFeeShareBps,
    treasury_fee_share_bps: params.treasuryFeeShareBps,
    referee_discount_bps: params.refereeDiscountBps,
    referrer_share_bps: params.referrerShareBps,
    pool_exit_cooldown_s: params.poolExitCooldownS,
  }
}

export function projectPauseChanged(event: EventOf<'PauseChanged'>, { exchange }: Directory): Change[] {
  return [
    {
      kind: 'update',
      table: 'exchange',
      key: { address: exchange },
      set: { pause_bits: event.pauseBits, updated_at: chainTime(event.at) },
    },
  ]
}

export function projectTokenVaultInitialized(event: EventOf<'TokenVaultInitialized'>, directory: Directory): Change[] {
  const { mint, index, tokenVault: address, decimals, params } = event
  return [
    {
      kind: 'put',
      table: 'token_vaults',
      row: {
        mint,
        index,
        address,
        symbol: symbolOf(mint, directory.quoteMint()),
        decimals,
        ledger_total: 0n,
        ...vaultColumns(params),
        updated_at: chainTime(event.at),
      },
    },
  ]
}

/** A vault's feed is not a column: clients read it from the chain. */
export function vaultColumns(params: TokenVaultParams) {
  return {
    deposit_cap: params.depositCap,
    initial_weight_bps: params.initialWeightBps,
    maintenance_weight_bps: params.maintenanceWeightBps,
  }
}

/** The program knows mints, not names: its quote token is USDC, the native mint is shown as SOL, others by their address. */
function symbolOf(mint: string, quoteMint: string): string {
  if (mint === quoteMint) return 'USDC'
  return mint === NATIVE_MINT.toBase58() ? 'SOL' : `${mint.slice(0, 4)}…${mint.slice(-4)}`
}

export function projectMarketInitialized(event: EventOf<'MarketInitialized'>): Change[] {
  const at = chainTime(event.at)
  const { params } = event
  return [
    {
      kind: 'put',
      table: 'markets',
      row: {
        market: event.symbol,
        index: event.index,
        address: event.market,
        // It waits for the change that activates it.
        status: 'reduce_only',
        ...marketColumns(params),
        open_interest_long: 0n,
        open_interest_short: 0n,
        pool_allocation: 0n,
        pool_base: 0n,
        pool_quote: 0n,
        funding_index_long: 0n,
        funding_index_short: 0n,
        funding_rate_daily: 0n,
        funding_at: at,
        oracle_price: 0n,
        sequence: event.sequence,
        updated_at: at,
      },
    },
  ]
}

export function marketColumns(params: MarketParams) {
  return {
    feed_id: params.feedId,
    step_size: params.stepSize,
    tick_size: params.tickSize,
    min_notional: params.minNotional,
    depth_k: params.depthK,
    open_interest_cap: params.openInterestCap,
    margin_scale_from: params.marginScaleFrom,
    margin_scale_to: params.marginScaleTo,
    insurance_cap: params.insuranceCap,
    pool_loss_cap: params.poolLossCap,
    spread_ppm: params.spreadPpm,
    conf_multiplier_bps: params.confMultiplierBps,
    taker_fee_ppm: params.takerFeePpm,
    maker_rebate_ppm: params.makerRebatePpm,
    initial_margin_bps: params.initialMarginBps,
    maintenance_margin_bps: params.maintenanceMarginBps,
    liquidation_fee_bps: params.liquidationFeeBps,
    insurance_fee_bps: params.insuranceFeeBps,
    liquidation_buffer_bps: params.liquidationBufferBps,
    max_conf_bps: params.maxConfBps,
    default_slippage_bps: params.defaultSlippageBps,
    funding_clamp_divisor: params.fundingClampDivisor,
    fill_delay_s: params.fillDelayS,
    unit_exponent: params.unitExponent,
  }
}

//! What an admin may set. Every value that reaches an account goes through here, whichever instruction brings it.
use anchor_lang::prelude::*;
use perps_math::fees::{fee_schedule_is_sound, MAX_REBATE_OF_FEE};
use perps_math::liquidation::COLLATERAL_DISCOUNT;
use perps_math::margin::OPEN_ORDER_MARGIN;
use perps_math::pool::{may_lower_depth, one_fill_cap};
use perps_math::{PPM, RATIO};

use crate::arithmetic::OrRefuse;
use crate::constants::{
    FADED_FEED_AGE_S, MAINNET_USDC, MAX_FILL_DELAY_S, MAX_POOL_EXIT_COOLDOWN_S, MAX_TIMELOCK_S,
    MINIMUM_REAL_TIMELOCK_S, QUOTE_VAULT_INDEX,
};
use crate::errors::PerpsError;
use crate::price_rules::age;
use crate::state::{ExchangeParams, FeeTier, Market, MarketParams, TokenVault, TokenVaultParams, MAX_FEE_TIERS};

pub fn require_sound_exchange(params: &ExchangeParams, tiers: &[FeeTier], quote_mint: &Pubkey) -> Result<()> {
    let keys = [params.admin, params.risk_authority, params.pause_authority, params.treasury];
    let is_sound = !keys.contains(&Pubkey::default())
        && params.pool_fee_share_bps.saturating_add(params.treasury_fee_share_bps) <= RATIO
        && params.keeper_reward_flat <= OPEN_ORDER_MARGIN
        && params.keeper_reward_ppm <= PPM / 1_000
        && params.timelock_s <= MAX_TIMELOCK_S
        && params.pool_exit_cooldown_s <= MAX_POOL_EXIT_COOLDOWN_S;
    require!(is_sound, PerpsError::InvalidParameter);
    require!(*quote_mint != MAINNET_USDC || params.timelock_s >= MINIMUM_REAL_TIMELOCK_S, PerpsError::TimelockTooShort);
    require_sound_fees(params, tiers)
}

/// Tiers ascend from volume 0, and no fill between any two of them pays out more than it takes in.
pub fn require_sound_fees(params: &ExchangeParams, tiers: &[FeeTier]) -> Result<()> {
    let ascend = tiers.windows(2).all(|pair| pair[0].volume < pair[1].volume);
    let starts_at_zero = tiers.first().is_some_and(|tier| tier.volume == 0);
    let within_fee = tiers.iter().all(|tier| tier.taker_share_bps <= RATIO);
    require!(starts_at_zero && ascend && within_fee && tiers.len() <= MAX_FEE_TIERS, PerpsError::InvalidParameter);
    let lowest_taker_share = tiers.iter().map(|tier| tier.taker_share_bps).min().unwrap_or_default();
    let highest_rebate_share = tiers.iter().map(|tier| tier.rebate_share_bps).max().unwrap_or_default();
    let is_sound = fee_schedule_is_sound(
        lowest_taker_share,
        highest_rebate_share,
        u32::from(params.referee_discount_bps),
        u32::from(params.referrer_share_bps),
    )
    .or_refuse()?;
    require!(is_sound, PerpsError::InvalidParameter);
    Ok(())
}

pub fn require_sound_market(p: &MarketParams) -> Result<()> {
    require!(are_base_amounts_sound(p)? && are_ratios_sound(p) && are_fees_sound(p), PerpsError::InvalidParameter);
    Ok(())
}

/// Positions are i64s; the curve's product P·q·4K is 256 bits wide in `perps_math` and needs no bound of its own. The curve
/// ends where the users' skew reaches K, so their open interest stays below it.
fn are_base_amounts_sound(p: &MarketParams) -> Result<bool> {
    let largest = i64::MAX.unsigned_abs();
    Ok(p.feed_id != [0; 32]
        && p.step_size > 0
        && p.tick_size > 0
        && p.depth_k <= largest
        && p.open_interest_cap < p.depth_k
        // The pool must be able to fill the smallest order.
        && p.step_size <= one_fill_cap(p.depth_k).or_refuse()?
        && p.margin_scale_from <= p.margin_scale_to
        && matches!(p.unit_exponent, 0 | 3 | 6))
}

fn are_ratios_sound(p: &MarketParams) -> bool {
    let fees = u32::from(p.liquidation_fee_bps) + u32::from(p.insurance_fee_bps);
    let kept = u32::from(p.maintenance_margin_bps) + u32::from(p.liquidation_buffer_bps);
    p.maintenance_margin_bps > 0
        && p.maintenance_margin_bps < p.initial_margin_bps
        && u32::from(p.initial_margin_bps) <= RATIO
        // A partial liquidation must leave the account better off, and fees must fit in what maintenance holds back.
        && fees < kept
        && fees <= u32::from(p.maintenance_margin_bps)
        && (1..RATIO).contains(&u32::from(p.max_conf_bps))
        && u32::from(p.default_slippage_bps) < RATIO
        && matches!(p.funding_clamp_divisor, 10 | 20 | 33)
        && (1..=MAX_FILL_DELAY_S).contains(&p.fill_delay_s)
}

fn are_fees_sound(p: &MarketParams) -> bool {
    let rebate = u64::from(p.maker_rebate_ppm) * u64::from(RATIO);
    p.spread_ppm < PPM / 10
        && p.taker_fee_ppm < PPM / 10
        && rebate <= u64::from(p.taker_fee_ppm) * u64::from(MAX_REBATE_OF_FEE)
}

/// What a market in use cannot have: another feed or unit under open positions, sizes that its step no longer divides,
/// a curve so much steeper that the mark jumps. Funding must have accrued.
pub fn require_market_can_change(market: &Market, params: &MarketParams) -> Result<()> {
    let now = &market.params;
    let ledger = &market.ledger;
    let is_flat = ledger.open_interest_long == 0 && ledger.open_interest_short == 0;
    let same_price = params.feed_id == now.feed_id && params.unit_exponent == now.unit_exponent;
    require!(is_flat || same_price, PerpsError::ParameterInUse);
    require!(now.step_size.is_multiple_of(params.step_size), PerpsError::ParameterInUse);
    let may_have_depth =
        params.depth_k >= now.depth_k || may_lower_depth(market.user_net_base(), params.depth_k).or_refuse()?;
    require!(may_have_depth, PerpsError::DepthInUse);
    Ok(())
}

/// The quote token has no feed and is worth 1, now and later; it has no cap either, or whoever filled it would keep others
/// from adding margin. Another may not count for more than a debtor gets who must
/// sell it: else the sale would bring the account nearer to liquidation.
pub fn require_sound_vault(index: u16, p: &TokenVaultParams) -> Result<()> {
    let weights = (p.initial_weight_bps, p.maintenance_weight_bps);
    let is_sound = if index == QUOTE_VAULT_INDEX {
        p.feed_id == [0; 32] && weights == (RATIO, RATIO) && p.deposit_cap == u64::MAX
    } else {
        p.feed_id != [0; 32] && weights.0 <= weights.1 && weights.1 <= RATIO - COLLATERAL_DISCOUNT
    };
    require!(is_sound, PerpsError::InvalidParameter);
    Ok(())
}

/// Without a price collateral that somebody holds would count nothing until the new feed speaks. Once the old feed has been
/// silent for so long that it counts nothing anyway, a new one can only help.
pub fn require_vault_can_change(vault: &TokenVault, params: &TokenVaultParams, now: i64) -> Result<()> {
    let is_unused = vault.ledger_total == 0 || age(&vault.price, now) >= FADED_FEED_AGE_S;
    require!(is_unused || params.feed_id == vault.params.feed_id, PerpsError::ParameterInUse);
    Ok(())
}

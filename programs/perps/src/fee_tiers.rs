//! What a taker pays and a maker gets: the market's rates at the trader's tier by 30-day volume, and who referred it.
use anchor_lang::prelude::*;
use perps_math::fees::{self, decayed_volume, maker_rebate_of, taker_fee_of, TakerFee};

use crate::arithmetic::{Checked, OrRefuse};
use crate::constants::KNOWN_TIER_S;
use crate::state::{Exchange, FeeTier, MarketParams, Order, SubAccount, UserAccount};

/// Place in the fee schedule of a taker at one moment.
pub struct TakerTier(u16);

impl TakerTier {
    /// By the volume of the owner, with what this account traded as maker since the owner was last told.
    pub fn of(exchange: &Exchange, user: &UserAccount, sub: &SubAccount, now: i64) -> Result<Self> {
        let elapsed = now.saturating_sub(user.volume_at).max(0).unsigned_abs();
        let volume = decayed_volume(user.volume, elapsed).or_refuse()?.plus(sub.maker_volume)?;
        let tiers = exchange.fee_tiers();
        Ok(TakerTier(tiers.iter().rposition(|tier| volume >= tier.volume).unwrap_or(0) as u16))
    }

    pub fn fee(&self, exchange: &Exchange, user: &UserAccount, market: &MarketParams, quote: u64) -> Result<TakerFee> {
        let is_referred = user.referrer != Pubkey::default();
        let of_referral = |share: u16| if is_referred { u32::from(share) } else { 0 };
        taker_fee_of(
            quote,
            market.taker_fee_ppm,
            tier_at(exchange, self.0).taker_share_bps,
            of_referral(exchange.params.referee_discount_bps),
            of_referral(exchange.params.referrer_share_bps),
        )
        .or_refuse()
    }

    /// Tells the owner what was traded, and the account the tier its resting orders earn rebates at.
    pub fn record(&self, user: &mut UserAccount, sub: &mut SubAccount, quote: u64, now: i64) -> Result<()> {
        user.add_volume(std::mem::take(&mut sub.maker_volume).plus(quote)?, now)?;
        sub.fee_tier = self.0;
        sub.fee_tier_until = now.saturating_add(KNOWN_TIER_S);
        Ok(())
    }
}

/// Rebate (quote 1e6) of a resting order that traded `quote`. A fill has the maker's account but not its owner's, so the
/// tier is the one the account was last told, for 30 days.
pub fn maker_rebate(
    exchange: &Exchange,
    maker: &SubAccount,
    market: &MarketParams,
    quote: u64,
    now: i64,
) -> Result<u64> {
    let tier = if now < maker.fee_tier_until { maker.fee_tier } else { 0 };
    maker_rebate_of(quote, market.maker_rebate_ppm, tier_at(exchange, tier).rebate_share_bps).or_refuse()
}

/// Reward (quote 1e6) of whoever cranked the fill, from the taker. The flat part is what an open order reserves in margin,
/// so an order pays it once: else a keeper's own makers could fill it in many small parts for it.
pub fn keeper_reward(exchange: &Exchange, order: &Order, quote: u64) -> Result<u64> {
    let params = &exchange.params;
    let flat = if order.filled == 0 { params.keeper_reward_flat } else { 0 };
    fees::keeper_reward(quote, flat, params.keeper_reward_ppm).or_refuse()
}

/// A schedule that became shorter has its last tier for those who were told a higher one.
fn tier_at(exchange: &Exchange, tier: u16) -> &FeeTier {
    &exchange.fee_tiers[usize::from(tier.min(exchange.fee_tier_count.saturating_sub(1)))]
}

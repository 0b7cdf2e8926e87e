//! Who may be liquidated, and what the pool can take over.
use anchor_lang::prelude::*;
use perps_math::liquidation::LiquidationInputs;
use perps_math::margin::MarginKind;
use perps_math::pool;

use crate::arithmetic::OrRefuse;
use crate::constants::{TAKEOVER_HOURLY_BPS, TAKEOVER_WINDOW_S};
use crate::errors::PerpsError;
use crate::margin::MarginAccounts;
use crate::price_rules::PriceUse;
use crate::state::{Market, SubAccount};

/// Proves the account liquidatable: no price it depends on is old, and it is below maintenance. Its market's funding
/// and its own must be settled.
pub fn liquidation_inputs<'a>(
    sub: &SubAccount,
    slot: usize,
    market: &'a Market,
    risk: MarginAccounts<'a>,
    now: i64,
) -> Result<LiquidationInputs> {
    let risk = risk.with_market(market);
    let maintenance = risk.below_maintenance(sub, Some(market.index), now)?.ok_or(PerpsError::NotLiquidatable)?;
    Ok(LiquidationInputs {
        base: sub.positions[slot].base,
        price: market.price.price,
        equity: maintenance.collateral,
        target: risk.health(sub, MarginKind::Liquidation, now)?.requirement,
        maintenance: u32::from(market.params.maintenance_margin_bps),
        liquidation_buffer: u32::from(market.params.liquidation_buffer_bps),
        liquidation_fee: u32::from(market.params.liquidation_fee_bps),
        insurance_fee: u32::from(market.params.insurance_fee_bps),
        step: market.params.step_size,
    })
}

/// A price as fresh as a fill's: where a trader is the other side, whoever calls could wait for an old price to suit him.
pub fn require_fill_price(market: &Market, now: i64) -> Result<()> {
    PriceUse::ReduceFill.require(&market.price, market.max_conf_bps(), now)
}

/// Base 1e9 the pool may take over now.
#[derive(Clone, Copy)]
pub struct PoolRoom {
    pub size: u64,
    /// The part of it that lowers the pool's skew; what goes beyond uses up the hour's allowance.
    pub lowers: u64,
}

/// What lowers the pool's skew, and beyond that the hour's allowance inside the cap, for closing a position of `base`.
pub fn pool_room(market: &mut Market, base: i64, now: i64) -> Result<PoolRoom> {
    let buys = base < 0;
    let d = market.user_net_base();
    let lowers = if (d < 0) == buys { d.unsigned_abs() } else { 0 };
    if now >= market.takeover_window_at.saturating_add(TAKEOVER_WINDOW_S) {
        market.takeover_window_at = now;
        market.takeover_base = 0;
    }
    let price = market.price.price;
    let hourly = pool::open_cap_base(market.pool_equity(price)?, price, TAKEOVER_HOURLY_BPS).or_refuse()?;
    let allowance = hourly.saturating_sub(market.takeover_base);
    let room = market.pool_room(price, buys, pool::LIQUIDATION_CAP)?.min(lowers.saturating_add(allowance));
    Ok(PoolRoom { size: market.floor_to_step(room), lowers })
}

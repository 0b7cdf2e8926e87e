//! When an order's clock starts, and whether it takes: the rules that keep an order from being a free option.
use anchor_lang::prelude::*;
use perps_math::orders::{is_within_limit, slippage_limit, trailing_trigger, worst_cost};
use perps_math::pool;

use crate::arithmetic::{Checked, OrRefuse};
use crate::constants::RESTING_FILL_AGE_S;
use crate::errors::PerpsError;
use crate::price_rules::{self, PriceUse};
use crate::state::{order_flags, Market, Order, OrderKind};

/// Only prices published from here on may fill the order, or set it off. The cluster's clock may lag behind Pyth's, so
/// the price that is already known counts as well. An active limit order that crosses the pool's quote becomes a taker:
/// it is bound to its one price first, and rests afterwards. An active market order without a limit gets the market's
/// default distance, a trailing stop begins at the price of the moment.
pub fn start_clock(order: &mut Order, market: &Market, now: i64) -> Result<()> {
    let price = &market.price;
    order.placed_at = now;
    order.eligible_from = now.max(price.publish_time).plus(i64::from(market.params.fill_delay_s))?;
    if order.is_active() && order.kind == OrderKind::Market as u8 && order.limit_price == 0 {
        order.limit_price = limit_or_default(order, market, price.price)?;
        order.set(order_flags::DEFAULT_LIMIT, true);
    }
    if order.awaits_trigger() && order.trails() && order.trailing_extreme == 0 {
        PriceUse::OpenFill.require(price, market.max_conf_bps(), now)?;
        set_extreme(order, price.price)?;
    }
    let may_rest = order.is_active() && !order.is_immediate() && !order.is_post_only();
    order.set(order_flags::TAKES, may_rest && may_cross(order, market, now));
    Ok(())
}

/// The order's limit where the oracle stands at `oracle` (1e6), or the market's default distance from there.
fn limit_or_default(order: &Order, market: &Market, oracle: u64) -> Result<u64> {
    match order.limit_at(oracle)? {
        0 => slippage_limit(order.is_buy(), oracle, u32::from(market.params.default_slippage_bps)).or_refuse(),
        limit => Ok(limit),
    }
}

/// What filling `size` (base 1e9) of an order that takes may cost at worst (quote 1e6), by the cached price, or by the
/// trigger of one that waits for it.
pub fn cost_of_taking(order: &Order, size: u64, market: &Market) -> Result<u64> {
    let waits = !order.is_active() && order.trigger_price > 0;
    let oracle = if waits { order.trigger_price } else { market.price.price };
    let limit = limit_or_default(order, market, oracle)?;
    worst_cost(order.is_buy(), size, limit, oracle, market.params.taker_fee_ppm).or_refuse()
}

/// A price too old to fill a resting order, or that makes no quote, cannot tell that the order does not cross.
fn may_cross(order: &Order, market: &Market, now: i64) -> bool {
    price_rules::age(&market.price, now) > RESTING_FILL_AGE_S || crosses_pool(order, market).unwrap_or(true)
}

/// Whether the pool would fill the order's first step at once. Its whole size would tell less: on a long curve a large
/// order crosses only with its first part.
pub fn crosses_pool(order: &Order, market: &Market) -> Result<bool> {
    let step = market.params.step_size;
    let base = order.side().signed(step).ok_or(PerpsError::MathOverflow)?;
    let quote = pool::pool_quote(&market.pool_curve(&market.price)?, base).or_refuse()?;
    is_within_limit(order.is_buy(), step, quote, order.limit_at(market.price.price)?).or_refuse()
}

/// The best oracle price a trailing stop has seen, and its trigger at its distance from it.
pub fn set_extreme(order: &mut Order, extreme: u64) -> Result<()> {
    order.trailing_extreme = extreme;
    order.trigger_price = trailing_trigger(order.is_buy(), extreme, order.trailing_distance).or_refuse()?;
    Ok(())
}

/// A cached price may set an order off, or move its trigger, when it was published after the order, is nearly new and
/// good enough for `price_use`.
pub fn require_trigger_price(order: &Order, market: &Market, price_use: PriceUse, now: i64) -> Result<()> {
    let price = &market.price;
    require!(price.publish_time >= order.eligible_from, PerpsError::OrderNotEligible);
    require!(price_rules::age(price, now) <= RESTING_FILL_AGE_S, PerpsError::PriceStale);
    price_use.require(price, market.max_conf_bps(), now)
}

//! What an order must be to enter the book, or to stay in it changed.
use anchor_lang::prelude::*;
use perps_math::orders::is_triggered;
use perps_math::pool;

use crate::arithmetic::OrRefuse;
use crate::errors::PerpsError;
use crate::fill_rules::notional;
use crate::order_rules::crosses_pool;
use crate::state::{
    order_flags, pause, Exchange, Market, MarketStatus, Order, OrderKind, SubAccount, TimeInForce, TriggerDirection,
};

/// Who may take orders into this market at all.
pub(super) fn require_open_to(sub: &SubAccount, market: &Market) -> Result<()> {
    require!(sub.is_isolated == 0 || sub.isolated_market == market.index, PerpsError::IsolatedMarket);
    require!(!market.is_settled(), PerpsError::MarketSettling);
    require!(market.price.price > 0, PerpsError::PriceMissing);
    Ok(())
}

/// The order's own numbers, before its clock starts. `reference`: the price its trigger is judged from (1e6).
pub(super) fn require_sound(order: &Order, market: &Market, reference: u64, now: i64) -> Result<()> {
    require_sound_flags(order)?;
    require_sound_size(order, market)?;
    let has_expiry = order.time_in_force == TimeInForce::GoodTillTime as u8;
    require!(if has_expiry { order.expires_at > now } else { order.expires_at == 0 }, PerpsError::OrderExpiry);
    require_sound_price(order, market)?;
    require_sound_trigger(order, market, reference)
}

fn require_sound_flags(order: &Order) -> Result<()> {
    let rests = !order.is_immediate();
    require!(!order.is_post_only() || (rests && !order.has_trigger()), PerpsError::OrderFlags);
    require!(!order.has(order_flags::PEGGED) || (rests && !order.has_trigger()), PerpsError::OrderPeg);
    require!(!order.has(order_flags::ONE_CANCELS_OTHER) || order.group_id != 0, PerpsError::OrderGroup);
    Ok(())
}

/// A sleeping child has no size of its own: it gets what its parent fills.
pub(super) fn require_sound_size(order: &Order, market: &Market) -> Result<()> {
    let is_sound = if order.awaits_parent() {
        order.size == order.filled
    } else {
        order.remaining() > 0 && order.size.is_multiple_of(market.params.step_size)
    };
    require!(is_sound, PerpsError::OrderSize);
    Ok(())
}

fn require_sound_price(order: &Order, market: &Market) -> Result<()> {
    let is_limit = order.kind == OrderKind::Limit as u8;
    let is_pegged = order.has(order_flags::PEGGED);
    let on_tick = !is_limit || order.limit_price.is_multiple_of(market.params.tick_size);
    let is_named = order.limit_price > 0 || is_pegged || !is_limit;
    require!(on_tick && is_named, PerpsError::OrderPrice);
    require!(!is_pegged || order.limit_at(market.price.price).is_ok(), PerpsError::OrderPeg);
    Ok(())
}

/// A waiting order's trigger lies ahead of the price; a trailing stop's follows from its distance. An active order's has
/// done its work.
fn require_sound_trigger(order: &Order, market: &Market, reference: u64) -> Result<()> {
    let tick = market.params.tick_size;
    if !order.has_trigger() {
        require!(order.trailing_distance == 0, PerpsError::TrailingDistance);
        require!(order.trigger_price == 0, PerpsError::OrderTrigger);
        // It would close what its parent opens at once.
        require!(!(order.has(order_flags::BRACKET) && order.is_immediate()), PerpsError::OrderTrigger);
        return Ok(());
    }
    let is_above = order.trigger_direction == TriggerDirection::Above as u8;
    if order.trails() {
        let is_sound = order.trailing_distance.is_multiple_of(tick) && order.trailing_distance < reference;
        require!(is_sound, PerpsError::TrailingDistance);
        // It guards against the price coming back; a fixed limit would stay behind.
        let is_stop = is_above == order.is_buy() && order.kind == OrderKind::Market as u8;
        require!(is_stop, PerpsError::OrderTrigger);
    } else {
        require!(order.trigger_price > 0 && order.trigger_price.is_multiple_of(tick), PerpsError::OrderTrigger);
    }
    let is_known = !order.trails() || order.trailing_extreme > 0;
    let is_reached = is_known && !order.is_active() && is_triggered(is_above, order.trigger_price, reference);
    require!(!is_reached, PerpsError::OrderTrigger);
    Ok(())
}

/// Where the oracle will stand, at best for the trigger, when the order fills: what its children's triggers are judged
/// from (1e6).
pub(super) fn entry_price(order: &Order, market: &Market) -> Result<u64> {
    let from = if order.awaits_trigger() { order.trigger_price } else { market.price.price };
    if order.kind == OrderKind::Market as u8 {
        return Ok(from);
    }
    let limit = order.limit_at(market.price.price)?;
    Ok(if order.is_buy() { from.min(limit) } else { from.max(limit) })
}

/// A reduce-only order needs something to reduce that no other one in flight may have; others need the exchange, the market and a size worth its keeper.
pub(super) fn require_admitted(
    order: &Order,
    exchange: &Exchange,
    market: &Market,
    sub: &SubAccount,
    now: i64,
) -> Result<()> {
    if order.is_reduce_only() {
        let base = sub.position_slot(market.index).map_or(0, |slot| sub.positions[slot].base);
        require!(order.awaits_parent() || order.reduces(base), PerpsError::ReduceOnlyWithoutPosition);
        require!(!exceeds_position(sub, order, base, now), PerpsError::OrderInFlight);
    } else {
        require!(!exchange.is_paused(pause::OPENS, now), PerpsError::OpensPaused);
        require!(market.status == MarketStatus::Active as u8, PerpsError::MarketReduceOnly);
        require_worth(order, market)?;
        let largest = pool::one_fill_cap(market.params.depth_k).or_refuse()?;
        require!(!order.is_immediate() || order.size <= largest, PerpsError::OrderTooLarge);
    }
    require!(!order.is_post_only() || !crosses_pool(order, market)?, PerpsError::PostOnlyWouldCross);
    Ok(())
}

/// Whether reductions in flight would together close more than is held: each has a price of its own, and whoever cranks
/// one of them would choose which of the prices closes the position.
fn exceeds_position(sub: &SubAccount, order: &Order, base: i64, now: i64) -> bool {
    let reduction = |o: &Order| if o.is_in_flight(now) && o.reduces(base) { o.fillable(base).size } else { 0 };
    let others = sub.orders.iter().filter(|o| o.is_reduce_only() && o.market_index == order.market_index);
    let in_flight = others.fold(reduction(order), |sum, other| sum.saturating_add(reduction(other)));
    in_flight > base.unsigned_abs()
}

/// Dust would cost its owner a keeper's flat reward each time, and the book a slot.
pub(super) fn require_worth(order: &Order, market: &Market) -> Result<()> {
    let notional = notional(order.remaining(), market.price.price)?;
    require!(order.is_reduce_only() || notional >= market.params.min_notional, PerpsError::OrderTooSmall);
    Ok(())
}

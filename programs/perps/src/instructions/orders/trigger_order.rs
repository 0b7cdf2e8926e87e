use anchor_lang::prelude::*;
use perps_math::orders::is_triggered;

use crate::errors::PerpsError;
use crate::events::OrderTriggered;
use crate::order_rules::{require_trigger_price, start_clock};
use crate::price_rules::PriceUse;
use crate::state::{Market, OrderStage, SubAccount, TriggerDirection};

#[event_cpi]
#[derive(Accounts)]
pub struct TriggerOrder<'info> {
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Sets a waiting order off when the cached oracle price has reached its trigger; anyone may. The order fills at a later
/// price, so that who sets it off does not choose what it fills at.
pub fn trigger_order(ctx: Context<TriggerOrder>, order_id: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let market = &ctx.accounts.market.load()?;
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    let at = sub.order_slot(order_id)?;
    let mut order = sub.orders[at];
    require!(order.market_index == market.index, PerpsError::WrongAccount);
    require!(!market.is_settled(), PerpsError::MarketSettling);
    require!(order.awaits_trigger(), PerpsError::NotWaitingForTrigger);
    require!(!order.is_expired(now), PerpsError::OrderExpiry);

    let price_use = if order.is_reduce_only() { PriceUse::ReduceFill } else { PriceUse::OpenFill };
    require_trigger_price(&order, market, price_use, now)?;
    let is_above = order.trigger_direction == TriggerDirection::Above as u8;
    require!(is_triggered(is_above, order.trigger_price, market.price.price), PerpsError::TriggerNotReached);

    order.stage = OrderStage::Active as u8;
    start_clock(&mut order, market, now)?;
    sub.orders[at] = order;
    emit_cpi!(OrderTriggered {
        sub_account: ctx.accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        market_index: market.index,
        order: order.record(),
        oracle_price: market.price.price,
        publish_time: market.price.publish_time,
        at: now,
    });
    Ok(())
}

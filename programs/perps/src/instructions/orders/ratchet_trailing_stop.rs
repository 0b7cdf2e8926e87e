use anchor_lang::prelude::*;
use perps_math::orders::ratchet;

use crate::arithmetic::OrRefuse;
use crate::errors::PerpsError;
use crate::events::TrailingStopMoved;
use crate::order_rules::{require_trigger_price, set_extreme};
use crate::price_rules::PriceUse;
use crate::state::{Market, SubAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct RatchetTrailingStop<'info> {
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Moves a trailing stop after a better oracle price, never back; anyone may.
pub fn ratchet_trailing_stop(ctx: Context<RatchetTrailingStop>, order_id: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let market = &ctx.accounts.market.load()?;
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    let at = sub.order_slot(order_id)?;
    let order = &mut sub.orders[at];
    require!(order.market_index == market.index, PerpsError::WrongAccount);
    require!(order.awaits_trigger() && order.trails(), PerpsError::NotWaitingForTrigger);

    // What an unsure price has moved could not be moved back.
    require_trigger_price(order, market, PriceUse::OpenFill, now)?;
    let extreme = ratchet(order.is_buy(), order.trailing_extreme, market.price.price).or_refuse()?;
    set_extreme(order, extreme.ok_or(PerpsError::RatchetTooSmall)?)?;
    let moved = *order;
    emit_cpi!(TrailingStopMoved {
        sub_account: ctx.accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        market_index: market.index,
        order_id,
        trailing_extreme: moved.trailing_extreme,
        trigger_price: moved.trigger_price,
        publish_time: market.price.publish_time,
        at: now,
    });
    Ok(())
}

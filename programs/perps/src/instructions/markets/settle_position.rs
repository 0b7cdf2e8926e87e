use anchor_lang::prelude::*;
use perps_math::margin::unrealised_pnl;

use crate::arithmetic::OrRefuse;
use crate::errors::PerpsError;
use crate::events::PositionSettled;
use crate::instructions::risk::{cancel_orders, Close};
use crate::order_groups::GroupChanges;
use crate::settlement::{accrue, trade_with_pool, Trade};
use crate::state::{CancelReason, Market, SubAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct SettlePosition<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Closes a position of a market being wound down at its settlement price, without fees, and takes its orders off;
/// anyone may. A debt it leaves is for `resolve_bankruptcy`.
pub fn settle_position(ctx: Context<SettlePosition>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let market = &mut ctx.accounts.market.load_mut()?;
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    require!(market.is_settled(), PerpsError::MarketNotSettling);
    let slot = sub.position_slot(market.index).ok_or(PerpsError::NoPosition)?;
    let held = &sub.positions[slot];
    require!(held.base != 0 || held.open_orders > 0, PerpsError::NoPosition);

    let accrued = accrue(sub, slot, market, now)?;
    let base = sub.positions[slot].base;
    let quote = unrealised_pnl(base, 0, market.settlement_price).or_refuse()?;
    let trade = Trade { base: -base, quote, cost: 0, at: now };
    let realised_pnl = trade_with_pool(sub, slot, market, &trade)?;
    let position = sub.positions[slot];
    let canceled = cancel_orders(sub, Some(market.index), CancelReason::MarketSettled)?;
    sub.release_position_slot(slot);
    let orders = GroupChanges { canceled, changed: vec![] };
    let close = Close { base_change: -base, quote_change: quote, realised_pnl, accrued, orders, position };
    emit_cpi!(PositionSettled {
        party: close.party(ctx.accounts.sub_account.key(), sub.next_sequence()?, sub.quote_balance()),
        settlement_price: market.settlement_price,
        market: market.record(ctx.accounts.market.key())?,
        at: now,
    });
    Ok(())
}

use anchor_lang::prelude::*;
use perps_math::margin::unrealised_pnl;

use crate::arithmetic::OrRefuse;
use crate::errors::PerpsError;
use crate::events::PositionSettled;
use crate::instructions::risk::{cancel_orders, collect_insurance_fees, cover_debt, Close};
use crate::margin::MarginAccounts;
use crate::order_groups::GroupChanges;
use crate::settlement::{accrue, trade_with_pool, Trade};
use crate::state::{CancelReason, Insurance, Market, SubAccount};

/// Remaining accounts: the vaults of the tokens the sub-account holds.
#[event_cpi]
#[derive(Accounts)]
pub struct SettlePosition<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

/// Closes a position of a market being wound down at its settlement price, without fees, and takes its orders off;
/// anyone may. What it leaves unpaid is covered as far as this market answers for it: nobody shall leave the pool, or close
/// here, between the loss and its booking.
pub fn settle_position<'info>(ctx: Context<'info, SettlePosition<'info>>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let market = &mut ctx.accounts.market.load_mut()?;
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    let insurance = &mut ctx.accounts.insurance.load_mut()?;
    let risk = MarginAccounts::load(ctx.remaining_accounts, &ctx.accounts.market.key())?;
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
    collect_insurance_fees(market, insurance)?;
    let covered = cover_debt(sub, slot, market, insurance, &risk, now)?;
    sub.release_position_slot(slot);
    let orders = GroupChanges { canceled, changed: vec![] };
    let close = Close { base_change: -base, quote_change: quote, realised_pnl, accrued, orders, position };
    insurance.next_sequence()?;
    emit_cpi!(PositionSettled {
        party: close.party(ctx.accounts.sub_account.key(), sub.next_sequence()?, sub.quote_balance()),
        settlement_price: market.settlement_price,
        covered,
        market: market.record(ctx.accounts.market.key())?,
        insurance_balance: insurance.balance,
        insurance_sequence: insurance.sequence,
        at: now,
    });
    Ok(())
}

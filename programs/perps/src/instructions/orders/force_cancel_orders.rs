use anchor_lang::prelude::*;
use perps_math::margin::MarginKind;

use crate::errors::PerpsError;
use crate::events::OrderCanceled;
use crate::margin::MarginAccounts;
use crate::order_groups;
use crate::state::{CancelReason, SubAccount};

/// Remaining accounts: those that the Initial margin of the account needs.
#[event_cpi]
#[derive(Accounts)]
pub struct ForceCancelOrders<'info> {
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Takes off the orders that could add risk to an account below its initial margin; anyone may, nobody is paid.
pub fn force_cancel_orders<'info>(ctx: Context<'info, ForceCancelOrders<'info>>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    let risk = MarginAccounts::load(ctx.remaining_accounts, &ctx.accounts.sub_account.key())?;
    require!(!risk.meets(sub, MarginKind::Initial, now)?, PerpsError::MeetsInitialMargin);
    // A collateral that counts nothing only because nobody refreshed its price does not make the account poor.
    require!(!risk.has_old_collateral(sub, now)?, PerpsError::PriceStale);

    let mut orders = Vec::new();
    for at in 0..sub.orders.len() {
        let order = &sub.orders[at];
        // One in flight is judged by its fill: taking it off here would let its owner take it back.
        if order.in_use != 0 && !order.is_reduce_only() && !order.is_in_flight(now) {
            order_groups::cancel(sub, at, CancelReason::BelowInitialMargin, &mut orders)?;
        }
    }
    require!(!orders.is_empty(), PerpsError::OrderNotFound);
    emit_cpi!(OrderCanceled {
        sub_account: ctx.accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        orders,
        at: now,
    });
    Ok(())
}

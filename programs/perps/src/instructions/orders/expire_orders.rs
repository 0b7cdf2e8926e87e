use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::events::OrderCanceled;
use crate::order_groups;
use crate::state::{CancelReason, SubAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct ExpireOrders<'info> {
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Takes off every order whose time has passed; anyone may, nobody is paid. A stop that waits for its trigger again when
/// it lapses is `execute_order`'s.
pub fn expire_orders(ctx: Context<ExpireOrders>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    let mut orders = Vec::new();
    for at in 0..sub.orders.len() {
        let order = &sub.orders[at];
        let reason = if order.has_lapsed(now) && !order.rearms(CancelReason::Lapsed) {
            CancelReason::Lapsed
        } else if order.is_expired(now) {
            CancelReason::Expired
        } else {
            continue;
        };
        order_groups::cancel(sub, at, reason, &mut orders)?;
    }
    require!(!orders.is_empty(), PerpsError::NothingExpired);
    emit_cpi!(OrderCanceled {
        sub_account: ctx.accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        orders,
        at: now,
    });
    Ok(())
}

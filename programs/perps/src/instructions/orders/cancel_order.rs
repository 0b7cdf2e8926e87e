use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::events::OrderCanceled;
use crate::order_groups;
use crate::state::{CancelReason, Order, SubAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct CancelOrder<'info> {
    /// The owner, or the delegate while it lasts.
    pub trader: Signer<'info>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize)]
pub enum CancelTarget {
    OrderId(u64),
    ClientId(u64),
    /// Every order of a market that may be canceled now.
    Market(u16),
    /// Every order that may be canceled now.
    All,
}

impl CancelTarget {
    fn names(&self, order: &Order) -> bool {
        match *self {
            CancelTarget::OrderId(id) => order.order_id == id,
            CancelTarget::ClientId(id) => id != 0 && order.client_id == id,
            CancelTarget::Market(index) => order.market_index == index,
            CancelTarget::All => true,
        }
    }
}

/// A parent takes its sleeping children with it.
pub fn cancel_order(ctx: Context<CancelOrder>, target: CancelTarget) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    require!(sub.may_trade(&ctx.accounts.trader.key(), now), PerpsError::NotTrader);

    let mut orders = Vec::new();
    let mut found = false;
    for at in 0..sub.orders.len() {
        let order = &sub.orders[at];
        if order.in_use == 0 || !target.names(order) {
            continue;
        }
        found = true;
        if !order.is_in_flight(now) {
            order_groups::cancel(sub, at, CancelReason::Requested, &mut orders)?;
        }
    }
    require!(found, PerpsError::OrderNotFound);
    require!(!orders.is_empty(), PerpsError::OrderInFlight);
    emit_cpi!(OrderCanceled {
        sub_account: ctx.accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        orders,
        at: now,
    });
    Ok(())
}

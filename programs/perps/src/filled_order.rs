//! What becomes of an order after its fill, and of the orders that depend on it.
use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::events::FillParty;
use crate::order_groups::{after_fill, remove, GroupChanges, Rest};
use crate::settlement::Accrued;
use crate::state::{order_flags, CancelReason, Market, OraclePrice, Order, OrderStatus, Position, SubAccount};

/// One side of a fill that has been applied.
#[derive(Clone, Copy, Debug)]
pub struct FilledSide {
    pub order_at: usize,
    pub size: u64,
    pub realised_pnl: i64,
    pub accrued: Accrued,
    pub rest: Rest,
}

/// Moves the account's other orders after a fill, takes the order off when it is done, and tells both.
pub fn finish_order(
    sub: &mut SubAccount,
    key: Pubkey,
    side: &FilledSide,
    market: &Market,
    price: &OraclePrice,
    now: i64,
) -> Result<FillParty> {
    let at = side.order_at;
    // Its one price is used: what is left of it rests.
    sub.orders[at].set(order_flags::TAKES, false);
    let order = sub.orders[at];
    let slot = sub.position_slot(market.index).ok_or(PerpsError::NoPosition)?;
    let position = sub.positions[slot];
    let GroupChanges { canceled, changed } = after_fill(sub, at, side.size, side.rest, market, price, now)?;
    let reason = match side.rest {
        Rest::Leaves(reason) if !order.is_reduce_only() || order.reduces(position.base) => reason,
        _ => CancelReason::NothingToReduce,
    };
    let (order_status, cancel_reason) = match (order.remaining(), sub.orders[at].in_use) {
        (0, _) => (OrderStatus::Filled, None),
        (_, 0) => (OrderStatus::Canceled, Some(reason)),
        _ => (OrderStatus::Open, None),
    };
    Ok(FillParty {
        realised_pnl: side.realised_pnl,
        funding_payment: side.accrued.funding_payment,
        interest: side.accrued.interest,
        order_status,
        cancel_reason,
        canceled,
        changed,
        ..party(sub, key, &order, &position)?
    })
}

/// Takes off an order that can never fill, beside a fill of others.
pub fn take_off(sub: &mut SubAccount, key: Pubkey, at: usize, reason: CancelReason) -> Result<FillParty> {
    let order = sub.orders[at];
    let slot = sub.position_slot(order.market_index).ok_or(PerpsError::NoPosition)?;
    let position = sub.positions[slot];
    let mut canceled = Vec::new();
    remove(sub, at, &mut canceled)?;
    Ok(FillParty {
        order_status: OrderStatus::Canceled,
        cancel_reason: Some(reason),
        canceled,
        ..party(sub, key, &order, &position)?
    })
}

/// An account that did nothing yet, with its next sequence.
fn party(sub: &mut SubAccount, sub_account: Pubkey, order: &Order, position: &Position) -> Result<FillParty> {
    Ok(FillParty {
        sub_account,
        sequence: sub.next_sequence()?,
        order_id: order.order_id,
        client_id: order.client_id,
        realised_pnl: 0,
        funding_payment: 0,
        interest: 0,
        order_filled: order.filled,
        order_status: OrderStatus::Open,
        cancel_reason: None,
        position_base: position.base,
        position_quote_entry: position.quote_entry,
        position_quote_break_even: position.quote_break_even,
        quote_balance: sub.quote_balance(),
        canceled: vec![],
        changed: vec![],
    })
}

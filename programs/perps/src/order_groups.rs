//! Orders that depend on each other: a bracket's children on their parent, one-cancels-other orders on their group, and
//! reduce-only orders on their position.
use anchor_lang::prelude::*;

use crate::arithmetic::Checked;
use crate::errors::PerpsError;
use crate::events::{CanceledOrder, OrderRecord};
use crate::order_rules::{set_extreme, start_clock};
use crate::state::{order_flags, CancelReason, Market, OraclePrice, Order, OrderStage, SubAccount};

/// Orders of an account that another order's fill or end took off, and those it woke, resized or sent back to sleep.
#[derive(Debug, Default)]
pub struct GroupChanges {
    pub canceled: Vec<CanceledOrder>,
    pub changed: Vec<OrderRecord>,
}

/// Slots written, as bits: an order written twice is told once.
type Slots = u16;

/// What becomes of an order's unfilled rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// At its limit.
    Rests,
    /// Bound to the next one price, with a new clock.
    TakesAgain,
    /// Until its trigger is reached again.
    WaitsAgain,
    Leaves(CancelReason),
}

/// What a fill of `size` does to the order in `order_at` and to the account's others of that market; call after the
/// trade, with the price it was made at. An order that is done leaves; what it tells of itself is the caller's.
pub fn after_fill(
    sub: &mut SubAccount,
    order_at: usize,
    size: u64,
    rest: Rest,
    market: &Market,
    price: &OraclePrice,
    now: i64,
) -> Result<GroupChanges> {
    let filled = sub.orders[order_at];
    let mut canceled = Vec::new();
    let mut written: Slots = 0;
    for at in 0..sub.orders.len() {
        if at != order_at && is_rival(&filled, &sub.orders[at], now) {
            cut(sub, at, size, &mut canceled, &mut written)?;
        }
    }
    let base = base_in(sub, filled.market_index);
    for (at, child) in sub.orders.iter_mut().enumerate().filter(|(_, o)| o.is_child_of(filled.order_id)) {
        // A fill that only reduced an opposite position leaves its children nothing to close.
        let opened = if child.reduces(base) { size.min(base.unsigned_abs()) } else { 0 };
        // What is bound to one price cannot grow: the price may be known.
        if opened > 0 && !child.is_in_flight(now) && !child.has_lapsed(now) {
            wake(child, opened, market, price, now)?;
            written |= 1 << at;
        }
    }
    if filled.remaining() == 0 || matches!(rest, Rest::Leaves(_)) {
        remove(sub, order_at, &mut canceled)?;
    } else if rest != Rest::Rests {
        let order = &mut sub.orders[order_at];
        if rest == Rest::WaitsAgain {
            order.rearm();
        } else {
            start_clock(order, market, now)?;
        }
        written |= 1 << order_at;
    }
    lapse(sub, filled.market_index, &mut canceled, &mut written)?;
    canceled.retain(|order| order.order_id != filled.order_id);
    Ok(changes(sub, canceled, written))
}

/// How many other orders of the account a fill of this one may change, at most.
pub fn dependents(sub: &SubAccount, order_at: usize) -> usize {
    let filled = &sub.orders[order_at];
    let depends = |other: &Order| {
        let is_grouped = filled.has(order_flags::ONE_CANCELS_OTHER) && other.group_id == filled.group_id;
        other.market_index == filled.market_index && (is_grouped || other.is_reduce_only())
    };
    let others = sub.orders.iter().enumerate().filter(|(at, other)| *at != order_at && other.in_use != 0);
    others.filter(|(_, other)| depends(other)).count()
}

/// Reduce-only orders go with the position they reduce, else they would close the next one at prices meant for this.
/// Call after a position was closed or turned by anything but a fill of an order.
pub fn lapse_reductions(sub: &mut SubAccount, market_index: u16) -> Result<GroupChanges> {
    let mut canceled = Vec::new();
    let mut written: Slots = 0;
    lapse(sub, market_index, &mut canceled, &mut written)?;
    Ok(changes(sub, canceled, written))
}

/// Takes an order off, and its sleeping children with it.
pub fn cancel(sub: &mut SubAccount, at: usize, reason: CancelReason, canceled: &mut Vec<CanceledOrder>) -> Result<()> {
    canceled.push(sub.orders[at].canceled(reason));
    remove(sub, at, canceled)
}

/// The same where the order itself is told elsewhere.
pub fn remove(sub: &mut SubAccount, at: usize, canceled: &mut Vec<CanceledOrder>) -> Result<()> {
    let parent_id = sub.remove_order(at)?.order_id;
    for at in 0..sub.orders.len() {
        if sub.orders[at].is_child_of(parent_id) && sub.orders[at].awaits_parent() {
            canceled.push(sub.remove_order(at)?.canceled(CancelReason::ParentGone));
        }
    }
    Ok(())
}

/// Whether what fills of `filled` is taken off `other`. Group ids are the client's, so they bind within one market only;
/// a bracket binds parent and child otherwise. An order in flight that adds risk stays whole: a fill of another order of
/// the group, found for the purpose, would take it back after its price is known.
fn is_rival(filled: &Order, other: &Order, now: i64) -> bool {
    let is_grouped = |order: &Order| order.has(order_flags::ONE_CANCELS_OTHER);
    other.in_use != 0
        && is_grouped(filled)
        && is_grouped(other)
        && other.group_id == filled.group_id
        && other.market_index == filled.market_index
        && !other.awaits_parent()
        && !other.is_child_of(filled.order_id)
        && !filled.is_child_of(other.order_id)
        && (other.is_reduce_only() || !other.is_in_flight(now))
}

fn cut(
    sub: &mut SubAccount,
    at: usize,
    size: u64,
    canceled: &mut Vec<CanceledOrder>,
    written: &mut Slots,
) -> Result<()> {
    let order = sub.orders[at];
    let left = order.remaining().saturating_sub(size);
    if left == 0 {
        return retire(sub, at, CancelReason::GroupFilled, canceled, written);
    }
    let slot = sub.position_slot(order.market_index).ok_or(PerpsError::OrderNotFound)?;
    sub.change_open_size(slot, &order, order.remaining(), left)?;
    sub.orders[at].size = order.filled.plus(left)?;
    *written |= 1 << at;
    Ok(())
}

/// A child grows by what its parent opened, from a new clock: a price that is known already must not fill what it grew.
/// One that waits for its trigger keeps its clock, and gets a new one when it is set off: whoever fills its parent in
/// crumbs would keep it from that for ever.
fn wake(child: &mut Order, size: u64, market: &Market, price: &OraclePrice, now: i64) -> Result<()> {
    child.size = child.size.plus(size)?;
    if child.awaits_trigger() {
        return Ok(());
    }
    if child.awaits_parent() {
        child.stage = if child.has_trigger() { OrderStage::AwaitingTrigger } else { OrderStage::Active } as u8;
        // A price that has fallen to the distance makes no trigger: it waits at zero for a better one, and must not keep
        // its parent from filling.
        if child.trails() && set_extreme(child, price.price).is_err() {
            child.trigger_price = 0;
        }
    }
    start_clock(child, market, now)
}

fn lapse(
    sub: &mut SubAccount,
    market_index: u16,
    canceled: &mut Vec<CanceledOrder>,
    written: &mut Slots,
) -> Result<()> {
    let base = base_in(sub, market_index);
    for at in 0..sub.orders.len() {
        let order = &sub.orders[at];
        let is_due = order.in_use != 0 && order.market_index == market_index && order.is_reduce_only();
        if is_due && !order.awaits_parent() && !order.reduces(base) {
            retire(sub, at, CancelReason::NothingToReduce, canceled, written)?;
        }
    }
    Ok(())
}

/// Takes an order off; a bracket's child whose parent may still fill goes back to sleep instead, or what the parent
/// fills next would stand without its stop. A market order that was set off cannot: its limit is of that moment.
fn retire(
    sub: &mut SubAccount,
    at: usize,
    reason: CancelReason,
    canceled: &mut Vec<CanceledOrder>,
    written: &mut Slots,
) -> Result<()> {
    let order = sub.orders[at];
    let may_wake = sub.parent_of(&order).is_some_and(|parent| parent.remaining() > 0)
        && !(order.is_active() && order.is_immediate());
    if !may_wake {
        return cancel(sub, at, reason, canceled);
    }
    let child = &mut sub.orders[at];
    child.size = child.filled;
    child.stage = OrderStage::AwaitingParent as u8;
    child.set(order_flags::TAKES, false);
    if child.trails() {
        (child.trailing_extreme, child.trigger_price) = (0, 0);
    }
    *written |= 1 << at;
    Ok(())
}

fn base_in(sub: &SubAccount, market_index: u16) -> i64 {
    sub.position_slot(market_index).map_or(0, |slot| sub.positions[slot].base)
}

fn changes(sub: &SubAccount, canceled: Vec<CanceledOrder>, written: Slots) -> GroupChanges {
    let is_written = |at: usize| written & (1 << at) != 0;
    let standing = sub.orders.iter().enumerate().filter(|(at, order)| is_written(*at) && order.in_use != 0);
    // Room for all at once: memory given up while a list grows does not come back.
    let mut changed = Vec::with_capacity(written.count_ones() as usize);
    changed.extend(standing.map(|(_, order)| order.record()));
    GroupChanges { canceled, changed }
}

#[cfg(test)]
mod tests;

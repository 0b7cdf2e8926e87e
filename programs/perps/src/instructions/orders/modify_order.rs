use anchor_lang::prelude::*;

use super::order_checks::{
    entry_price, require_admitted, require_open_to, require_sound, require_sound_size, require_worth,
};
use super::place_order::PlaceOrder;
use crate::delegate_budget::{require_budget, require_trader};
use crate::errors::PerpsError;
use crate::events::OrderModified;
use crate::margin::MarginAccounts;
use crate::order_rules::{set_extreme, start_clock};
use crate::state::{order_flags, Market, Order, SubAccount};

/// The order as it shall be. The size counts what has filled; zero prices as in `PlaceOrderArgs`.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct ModifyOrderArgs {
    pub order_id: u64,
    pub size: u64,
    pub limit_price: u64,
    /// The trigger of an order that has been set off cannot change.
    pub trigger_price: u64,
    pub trailing_distance: u64,
    pub peg_offset: Option<i64>,
    pub expires_at: i64,
}

/// An order that only shrinks keeps its clock, and with it its place; any other change makes it a new order with the old
/// id: judged like one, and filled only by prices published after it.
pub fn modify_order<'info>(ctx: Context<'info, PlaceOrder<'info>>, args: ModifyOrderArgs) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    let exchange = &accounts.exchange.load()?;
    let market = &accounts.market.load()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    require_trader(sub, &accounts.trader.key(), now)?;
    let at = sub.order_slot(args.order_id)?;
    let before = sub.orders[at];
    require!(before.market_index == market.index, PerpsError::WrongAccount);
    require_open_to(sub, market)?;
    require!(!before.is_in_flight(now) && !before.has_lapsed(now), PerpsError::OrderInFlight);

    let mut order = changed(&before, &args)?;
    let shrinks = order.size <= before.size && Order { size: before.size, ..order } == before;
    if shrinks {
        require_sound_size(&order, market)?;
        require_worth(&order, market)?;
    } else {
        require_sound(&order, market, reference_price(sub, &order, market)?, now)?;
        start_clock(&mut order, market, now)?;
        require_admitted(&order, exchange, market, sub, now)?;
    }
    let by_delegate = accounts.trader.key() != sub.authority;
    order.set(order_flags::BY_DELEGATE, by_delegate);
    let slot = sub.position_slot(market.index).ok_or(PerpsError::OrderNotFound)?;
    sub.change_open_size(slot, &order, before.remaining(), order.remaining())?;
    sub.orders[at] = order;
    let risk = MarginAccounts::load(ctx.remaining_accounts, &accounts.market.key())?.with_market(market);
    if by_delegate {
        require_budget(sub, &risk, now)?;
    }
    if !shrinks && !order.is_reduce_only() {
        risk.require_initial_for_order(sub, market.index, now)?;
    }
    emit_cpi!(OrderModified {
        sub_account: accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        market_index: market.index,
        order: order.record(),
        oracle_price: market.price.price,
        by_delegate,
        at: now,
    });
    Ok(())
}

/// The order with the new numbers. A trailing stop keeps the best price it has seen.
fn changed(before: &Order, args: &ModifyOrderArgs) -> Result<Order> {
    require!(args.peg_offset.is_some() == before.has(order_flags::PEGGED), PerpsError::OrderPeg);
    let mut order = Order {
        size: args.size,
        limit_price: args.limit_price,
        peg_offset: args.peg_offset.unwrap_or_default(),
        expires_at: args.expires_at,
        ..*before
    };
    if before.is_active() {
        let is_same = args.trigger_price == before.trigger_price && args.trailing_distance == before.trailing_distance;
        require!(is_same, PerpsError::OrderTrigger);
        return Ok(order);
    }
    order.trailing_distance = args.trailing_distance;
    if !order.trails() {
        (order.trigger_price, order.trailing_extreme) = (args.trigger_price, 0);
        return Ok(order);
    }
    require!(args.trigger_price == 0, PerpsError::OrderTrigger);
    if before.trails() && before.trailing_extreme > 0 {
        set_extreme(&mut order, before.trailing_extreme).map_err(|_| PerpsError::TrailingDistance)?;
    } else {
        (order.trigger_price, order.trailing_extreme) = (0, 0);
    }
    Ok(order)
}

/// Where the trigger is judged from: the price its sleeping child would wake at, else the oracle's.
fn reference_price(sub: &SubAccount, order: &Order, market: &Market) -> Result<u64> {
    let parent = sub.parent_of(order).filter(|_| order.awaits_parent());
    parent.map_or(Ok(market.price.price), |parent| entry_price(parent, market))
}

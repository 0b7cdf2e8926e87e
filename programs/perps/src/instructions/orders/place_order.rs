//! place_order, and its two short ways open_position and close_position.
use anchor_lang::prelude::*;
use perps_math::orders::fraction_size;
use perps_math::RATIO;

use super::order_checks::{entry_price, require_admitted, require_open_to, require_sound};
use crate::arithmetic::{Checked, OrRefuse};
use crate::constants::MAX_ORDERS_AT_ONCE;
use crate::delegate_budget::{require_budget, require_trader};
use crate::errors::PerpsError;
use crate::events::OrderPlaced;
use crate::margin::MarginAccounts;
use crate::order_rules::start_clock;
use crate::state::{
    order_flags, Exchange, Market, Order, OrderKind, OrderStage, Side, SubAccount, TimeInForce, TriggerDirection,
};

/// Remaining accounts: every other market the sub-account has a position or order in, and every token vault it holds
/// besides the quote's. The owner's reduce-only orders need none.
#[event_cpi]
#[derive(Accounts)]
pub struct PlaceOrder<'info> {
    /// The owner, or the delegate while it lasts.
    pub trader: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct PlaceOrderArgs {
    pub kind: OrderKind,
    pub side: Side,
    pub time_in_force: TimeInForce,
    pub reduce_only: bool,
    pub post_only: bool,
    /// Base 1e9; 0 for a bracket's child, which gets what its parent fills.
    pub size: u64,
    /// Price 1e6; 0 lets a market order take the market's default distance from the oracle, and a pegged one go without
    /// a bound.
    pub limit_price: u64,
    /// 0 is none.
    pub client_id: u64,
    /// `None` for an order that is active at once; a trailing stop names its direction only.
    pub trigger_direction: TriggerDirection,
    pub trigger_price: u64,
    /// Price 1e6 between the best oracle price and the trigger of a trailing stop; 0 is none.
    pub trailing_distance: u64,
    /// Price 1e6 from the oracle, for a pegged limit order.
    pub peg_offset: Option<i64>,
    /// Unix seconds, with good-till-time only.
    pub expires_at: i64,
    /// Chosen by the client; 0 is none.
    pub group_id: u32,
    /// What fills of this order is taken off the others of its group.
    pub one_cancels_other: bool,
    /// Makes it a bracket's child of an earlier order of the same call, by its place there.
    pub parent: Option<u8>,
}

impl PlaceOrderArgs {
    /// A market order without anything else.
    fn market(side: Side, size: u64, limit_price: u64, client_id: u64, reduce_only: bool) -> Self {
        PlaceOrderArgs {
            kind: OrderKind::Market,
            side,
            time_in_force: TimeInForce::ImmediateOrCancel,
            reduce_only,
            post_only: false,
            size,
            limit_price,
            client_id,
            trigger_direction: TriggerDirection::None,
            trigger_price: 0,
            trailing_distance: 0,
            peg_offset: None,
            expires_at: 0,
            group_id: 0,
            one_cancels_other: false,
            parent: None,
        }
    }
}

#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct OpenPositionArgs {
    pub side: Side,
    pub size: u64,
    /// No fill is worse than this; must be named.
    pub limit_price: u64,
    pub client_id: u64,
}

#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct ClosePositionArgs {
    /// Share of the position (1e4 = all of it), rounded up to the step.
    pub fraction_bps: u16,
    pub limit_price: u64,
    pub client_id: u64,
}

/// Up to four orders of one market at once, judged together.
pub fn place_order<'info>(ctx: Context<'info, PlaceOrder<'info>>, orders: Vec<PlaceOrderArgs>) -> Result<()> {
    let event = place(ctx.accounts, ctx.remaining_accounts, &orders)?;
    emit_cpi!(event);
    Ok(())
}

/// A market order in.
pub fn open_position<'info>(ctx: Context<'info, PlaceOrder<'info>>, args: OpenPositionArgs) -> Result<()> {
    require!(args.limit_price > 0, PerpsError::OrderPrice);
    let order = PlaceOrderArgs::market(args.side, args.size, args.limit_price, args.client_id, false);
    let event = place(ctx.accounts, ctx.remaining_accounts, &[order])?;
    emit_cpi!(event);
    Ok(())
}

/// A reduce-only market order out.
pub fn close_position<'info>(ctx: Context<'info, PlaceOrder<'info>>, args: ClosePositionArgs) -> Result<()> {
    require!((1..=RATIO).contains(&u32::from(args.fraction_bps)), PerpsError::CloseFraction);
    require!(args.limit_price > 0, PerpsError::OrderPrice);
    let (base, step) = {
        let market = ctx.accounts.market.load()?;
        let sub = ctx.accounts.sub_account.load()?;
        let slot = sub.position_slot(market.index).ok_or(PerpsError::NoPosition)?;
        (sub.positions[slot].base, market.params.step_size)
    };
    require!(base != 0, PerpsError::NoPosition);
    let side = if base > 0 { Side::Sell } else { Side::Buy };
    let size = fraction_size(base.unsigned_abs(), u32::from(args.fraction_bps), step).or_refuse()?;
    let order = PlaceOrderArgs::market(side, size, args.limit_price, args.client_id, true);
    let event = place(ctx.accounts, ctx.remaining_accounts, &[order])?;
    emit_cpi!(event);
    Ok(())
}

fn place<'info>(
    accounts: &PlaceOrder<'info>,
    remaining: &'info [AccountInfo<'info>],
    orders: &[PlaceOrderArgs],
) -> Result<OrderPlaced> {
    require!((1..=MAX_ORDERS_AT_ONCE).contains(&orders.len()), PerpsError::OrderCount);
    let now = Clock::get()?.unix_timestamp;
    let exchange = &accounts.exchange.load()?;
    let market = &accounts.market.load()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    require_trader(sub, &accounts.trader.key(), now)?;
    require_open_to(sub, market)?;
    let by_delegate = accounts.trader.key() != sub.authority;

    let mut placed: Vec<usize> = Vec::with_capacity(orders.len());
    for args in orders {
        let parent = match args.parent {
            Some(index) => Some(sub.orders[*placed.get(usize::from(index)).ok_or(PerpsError::BracketParent)?]),
            None => None,
        };
        let reference = parent.map_or(Ok(market.price.price), |parent| entry_price(&parent, market))?;
        let mut order = draft(args, parent.as_ref(), market.index)?;
        order.set(order_flags::BY_DELEGATE, by_delegate);
        require_sound(&order, market, reference, now)?;
        start_clock(&mut order, market, now)?;
        require_admitted(&order, exchange, market, sub, now)?;
        placed.push(add_order(sub, order)?);
    }
    let risk = MarginAccounts::load(remaining, &accounts.market.key())?.with_market(market);
    if by_delegate {
        require_budget(sub, &risk, now)?;
    }
    if orders.iter().any(|order| !order.reduce_only) {
        risk.require_initial_for_order(sub, market.index, now)?;
    }
    Ok(OrderPlaced {
        sub_account: accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        market_index: market.index,
        orders: placed.iter().map(|at| sub.orders[*at].record()).collect(),
        oracle_price: market.price.price,
        by_delegate,
        at: now,
    })
}

/// The order the arguments describe, without id and clock.
fn draft(args: &PlaceOrderArgs, parent: Option<&Order>, market_index: u16) -> Result<Order> {
    if let Some(parent) = parent {
        let opens = !parent.is_reduce_only() && parent.side() != args.side;
        require!(opens && args.reduce_only, PerpsError::BracketParent);
    }
    // A trailing stop's trigger follows from its distance.
    require!(args.trailing_distance == 0 || args.trigger_price == 0, PerpsError::OrderTrigger);
    let stage = match (parent, args.trigger_direction) {
        (Some(_), _) => OrderStage::AwaitingParent,
        (None, TriggerDirection::None) => OrderStage::Active,
        (None, _) => OrderStage::AwaitingTrigger,
    };
    let mut order = Order {
        client_id: args.client_id,
        size: args.size,
        limit_price: args.limit_price,
        trigger_price: args.trigger_price,
        trailing_distance: args.trailing_distance,
        peg_offset: args.peg_offset.unwrap_or_default(),
        expires_at: args.expires_at,
        group_id: args.group_id,
        market_index,
        in_use: 1,
        kind: args.kind as u8,
        side: args.side as u8,
        time_in_force: args.time_in_force as u8,
        trigger_direction: args.trigger_direction as u8,
        stage: stage as u8,
        parent_id: parent.map_or(0, |parent| parent.order_id),
        ..Order::default()
    };
    order.set(order_flags::REDUCE_ONLY, args.reduce_only);
    order.set(order_flags::POST_ONLY, args.post_only);
    order.set(order_flags::PEGGED, args.peg_offset.is_some());
    order.set(order_flags::ONE_CANCELS_OTHER, args.one_cancels_other);
    order.set(order_flags::BRACKET, parent.is_some());
    Ok(order)
}

/// Gives the order the next id and a free slot.
fn add_order(sub: &mut SubAccount, mut order: Order) -> Result<usize> {
    let is_taken = |o: &Order| o.in_use != 0 && o.client_id == order.client_id;
    require!(order.client_id == 0 || !sub.orders.iter().any(is_taken), PerpsError::ClientIdInUse);
    let at = sub.orders.iter().position(|o| o.in_use == 0).ok_or(PerpsError::OrderSlotsFull)?;
    let slot = sub.take_position_slot(order.market_index)?;
    order.order_id = sub.next_order_id;
    sub.next_order_id = sub.next_order_id.plus(1)?;
    sub.orders[at] = order;
    sub.positions[slot].open_orders += 1;
    sub.change_open_size(slot, &order, 0, order.size)?;
    Ok(at)
}

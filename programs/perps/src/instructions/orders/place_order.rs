//! place_order, and its two short ways open_position and close_position.
use anchor_lang::prelude::*;
use perps_math::orders::{fraction_size, is_within_limit, slippage_limit};
use perps_math::{margin, pool, RATIO};

use crate::arithmetic::{Checked, OrRefuse};
use crate::errors::PerpsError;
use crate::events::OrderPlaced;
use crate::margin::MarginAccounts;
use crate::state::{
    order_flags, pause, Exchange, Market, MarketStatus, Order, OrderKind, Side, SubAccount, TimeInForce,
    TriggerDirection,
};

/// Remaining accounts: every other market the sub-account has a position or order in, and every token vault it holds
/// besides the quote's. Not needed for reduce-only orders.
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
    /// Base 1e9.
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
    let args = orders.first().ok_or(PerpsError::OrderCount)?;
    let event = place(ctx.accounts, ctx.remaining_accounts, args)?;
    emit_cpi!(event);
    Ok(())
}

/// A market order in.
pub fn open_position<'info>(ctx: Context<'info, PlaceOrder<'info>>, args: OpenPositionArgs) -> Result<()> {
    require!(args.limit_price > 0, PerpsError::OrderPrice);
    let order = PlaceOrderArgs::market(args.side, args.size, args.limit_price, args.client_id, false);
    let event = place(ctx.accounts, ctx.remaining_accounts, &order)?;
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
    let event = place(ctx.accounts, ctx.remaining_accounts, &order)?;
    emit_cpi!(event);
    Ok(())
}

fn place<'info>(
    accounts: &PlaceOrder<'info>,
    remaining: &'info [AccountInfo<'info>],
    args: &PlaceOrderArgs,
) -> Result<OrderPlaced> {
    let now = Clock::get()?.unix_timestamp;
    let exchange = &accounts.exchange.load()?;
    let market = &accounts.market.load()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    require!(sub.may_trade(&accounts.trader.key(), now), PerpsError::NotTrader);

    let limit_price = check_order(exchange, market, sub, args, now)?;
    let order = Order {
        order_id: sub.next_order_id,
        client_id: args.client_id,
        size: args.size,
        limit_price,
        placed_at: now,
        // The cluster's clock may lag behind Pyth's: a price already known must never fill the order.
        eligible_from: now.max(market.price.publish_time).plus(i64::from(market.params.fill_delay_s))?,
        market_index: market.index,
        in_use: 1,
        kind: args.kind as u8,
        side: args.side as u8,
        time_in_force: args.time_in_force as u8,
        flags: (u8::from(args.reduce_only) * order_flags::REDUCE_ONLY)
            | (u8::from(args.post_only) * order_flags::POST_ONLY),
        ..Order::default()
    };
    add_order(sub, order, market)?;
    if !args.reduce_only {
        MarginAccounts::load(remaining, &accounts.market.key())?.with_market(market).require_initial(sub, now)?;
    }
    Ok(OrderPlaced {
        sub_account: accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        market_index: market.index,
        orders: vec![order.record()],
        oracle_price: market.price.price,
        by_delegate: accounts.trader.key() != sub.authority,
        at: now,
    })
}

fn add_order(sub: &mut SubAccount, order: Order, market: &Market) -> Result<()> {
    let at = sub.orders.iter().position(|o| o.in_use == 0).ok_or(PerpsError::OrderSlotsFull)?;
    let slot = sub.take_position_slot(market.index)?;
    sub.next_order_id = sub.next_order_id.plus(1)?;
    sub.orders[at] = order;
    sub.positions[slot].open_orders += 1;
    sub.change_open_size(slot, &order, 0, order.size)
}

/// Everything about an order that needs no margin; returns its price limit.
fn check_order(exchange: &Exchange, market: &Market, sub: &SubAccount, args: &PlaceOrderArgs, now: i64) -> Result<u64> {
    let is_market = args.kind == OrderKind::Market;
    let immediate = is_market || args.time_in_force == TimeInForce::ImmediateOrCancel;
    require!(!(args.post_only && immediate), PerpsError::OrderFlags);
    require!(args.size > 0 && args.size.is_multiple_of(market.params.step_size), PerpsError::OrderSize);
    require!(market.price.price > 0, PerpsError::PriceMissing);
    let taken = |o: &Order| o.in_use != 0 && o.client_id == args.client_id;
    require!(args.client_id == 0 || !sub.orders.iter().any(taken), PerpsError::ClientIdInUse);

    let is_buy = args.side == Side::Buy;
    let limit_price = if is_market && args.limit_price == 0 {
        slippage_limit(is_buy, market.price.price, u32::from(market.params.default_slippage_bps)).or_refuse()?
    } else {
        let on_tick = is_market || args.limit_price.is_multiple_of(market.params.tick_size);
        require!(args.limit_price > 0 && on_tick, PerpsError::OrderPrice);
        args.limit_price
    };

    if args.reduce_only {
        let base = sub.position_slot(market.index).map_or(0, |slot| sub.positions[slot].base);
        let reduces = if is_buy { base < 0 } else { base > 0 };
        require!(reduces, PerpsError::ReduceOnlyWithoutPosition);
    } else {
        require!(!exchange.is_paused(pause::OPENS, now), PerpsError::OpensPaused);
        require!(market.status == MarketStatus::Active as u8, PerpsError::MarketReduceOnly);
        let notional = margin::margin_requirement(args.size, market.price.price, RATIO).or_refuse()?;
        require!(notional >= market.params.min_notional, PerpsError::OrderTooSmall);
        let largest = pool::one_fill_cap(market.params.depth_k).or_refuse()?;
        require!(!immediate || args.size <= largest, PerpsError::OrderTooLarge);
    }
    if args.post_only {
        let size = args.side.signed(args.size).ok_or(PerpsError::MathOverflow)?;
        let quote = pool::pool_quote(&market.pool_curve(&market.price)?, size).or_refuse()?;
        let crosses = is_within_limit(is_buy, args.size, quote, limit_price).or_refuse()?;
        require!(!crosses, PerpsError::PostOnlyWouldCross);
    }
    Ok(limit_price)
}

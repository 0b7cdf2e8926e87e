//! Fills an order from the pool, or takes it off the book when it can never fill.
use anchor_lang::prelude::*;
use perps_math::orders::is_within_limit;
use perps_math::pool;

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::constants::{FILL_WINDOW_S, RESTING_FILL_AGE_S};
use crate::errors::PerpsError;
use crate::events::{CanceledOrder, OrderCanceled, OrderFilled};
use crate::margin::MarginAccounts;
use crate::price_rules::{self, PriceUse};
use crate::price_update::PriceUpdate;
use crate::settlement::{collect_fee, fill_costs, settle_position_funding, trade_with_pool, Trade};
use crate::state::{
    pause, CancelReason, Exchange, Market, MarketStatus, OraclePrice, Order, OrderStatus, Side, SubAccount,
};

/// Remaining accounts as in `PlaceOrder`.
#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteOrder<'info> {
    /// Anyone: the price and the pool decide, not who asks.
    pub keeper: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    /// Earns the keeper reward; without it none is paid.
    #[account(mut, constraint = keeper_sub_account.key() != sub_account.key() @ PerpsError::SameSubAccount)]
    pub keeper_sub_account: Option<AccountLoader<'info, SubAccount>>,
    /// CHECK: needed by orders that take at one price; checked by `PriceUpdate::read` and `the_one_price`.
    pub price_update: Option<UncheckedAccount<'info>>,
}

/// A fill that has been applied, before its margin is judged.
struct Fill {
    size: u64,
    quote: u64,
    fee: u64,
    reward: u64,
    realised_pnl: i64,
    funding_payment: i64,
    adds_risk: bool,
    /// Why the rest of an order that cannot wait is dropped.
    rest: Option<CancelReason>,
}

/// Why nothing was filled: written on an order that is dropped for it, returned where the order stays.
struct Refusal(CancelReason, PerpsError);

type Attempt = core::result::Result<Fill, Refusal>;

pub fn execute_order<'info>(ctx: Context<'info, ExecuteOrder<'info>>, order_id: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    let exchange = &accounts.exchange.load()?;
    let market = &mut accounts.market.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    let at = sub.order_slot(order_id)?;
    let order = sub.orders[at];
    require!(order.market_index == market.index, PerpsError::WrongAccount);

    market.accrue_funding(now)?;
    let result = if order.takes_at_one_price() && now >= order.eligible_from.saturating_add(FILL_WINDOW_S) {
        Err(Refusal(CancelReason::Lapsed, PerpsError::OrderNotFound))
    } else {
        let price = fill_price(accounts.price_update.as_deref(), &order, market, now)?;
        let risk = MarginAccounts::load(ctx.remaining_accounts, &accounts.market.key())?;
        let pays_keeper = accounts.keeper_sub_account.is_some();
        attempt(exchange, market, sub, at, &price, risk, pays_keeper, now)?.map(|fill| (fill, price))
    };

    match result {
        Err(Refusal(reason, error)) => {
            if !is_final(&order, reason) {
                return Err(error.into());
            }
            let removed = sub.remove_order(at)?;
            emit_cpi!(OrderCanceled {
                sub_account: accounts.sub_account.key(),
                sequence: sub.next_sequence()?,
                orders: vec![CanceledOrder::from(&removed)],
                reason,
                at: now,
            });
        }
        Ok((fill, price)) => {
            let slot = sub.position_slot(market.index).ok_or(PerpsError::NoPosition)?;
            let position = sub.positions[slot];
            let order = sub.orders[at];
            let is_filled = order.remaining() == 0;
            if is_filled || fill.rest.is_some() {
                sub.remove_order(at)?;
            }
            let (keeper_sequence, keeper_quote_balance) = pay_keeper(&accounts.keeper_sub_account, fill.reward)?;
            emit_cpi!(OrderFilled {
                sub_account: accounts.sub_account.key(),
                sequence: sub.next_sequence()?,
                market: accounts.market.key(),
                market_sequence: market.next_sequence()?,
                market_index: market.index,
                order_id,
                client_id: order.client_id,
                side: if order.is_buy() { Side::Buy } else { Side::Sell },
                size: fill.size,
                quote: fill.quote,
                fee: fill.fee,
                keeper_reward: fill.reward,
                realised_pnl: fill.realised_pnl,
                funding_payment: fill.funding_payment,
                oracle_price: price.price,
                publish_time: price.publish_time,
                order_filled: order.filled,
                order_status: match (is_filled, fill.rest) {
                    (true, _) => OrderStatus::Filled,
                    (false, Some(_)) => OrderStatus::Canceled,
                    (false, None) => OrderStatus::Open,
                },
                cancel_reason: if is_filled { None } else { fill.rest },
                position_base: position.base,
                position_quote_entry: position.quote_entry,
                position_quote_break_even: position.quote_break_even,
                quote_balance: sub.quote_balance(),
                open_interest_long: market.ledger.open_interest_long,
                open_interest_short: market.ledger.open_interest_short,
                pool_base: market.ledger.pool_base,
                pool_quote: market.ledger.pool_quote,
                pool_allocation: market.ledger.pool_allocation,
                funding_index_long: market.funding.index_long,
                funding_index_short: market.funding.index_short,
                keeper_sub_account: accounts.keeper_sub_account.as_ref().map(|keeper| keeper.key()),
                keeper_sequence,
                keeper_quote_balance,
                at: now,
            });
        }
    }
    Ok(())
}

/// The price that may fill the order: the one update published across `eligible_from` for a taker, whoever cranks; the
/// cached one, nearly new, for a resting order. A newer update passed is cached on the way.
fn fill_price(update: Option<&AccountInfo>, order: &Order, market: &mut Market, now: i64) -> Result<OraclePrice> {
    if !order.takes_at_one_price() {
        let price = market.price;
        require!(price.publish_time >= order.eligible_from, PerpsError::OrderNotEligible);
        require!(price_rules::age(&price, now) <= RESTING_FILL_AGE_S, PerpsError::PriceStale);
        return Ok(price);
    }
    let source = update.ok_or(PerpsError::PriceAccountNeeded)?;
    let update = PriceUpdate::read(source, market.params.unit_exponent, now)?;
    require!(update.feed_id == market.params.feed_id, PerpsError::PriceWrongFeed);
    let price = update.price;
    let is_the_one = price.prev_publish_time < order.eligible_from && order.eligible_from <= price.publish_time;
    require!(is_the_one, PerpsError::PriceNotTheOne);
    if price.publish_time > market.price.publish_time {
        market.cache_price(&price)?;
    }
    Ok(price)
}

/// Fills what can be filled. When the result is refused, everything is as it was.
#[allow(clippy::too_many_arguments)]
fn attempt(
    exchange: &Exchange,
    market: &mut Market,
    sub: &mut SubAccount,
    at: usize,
    price: &OraclePrice,
    risk: MarginAccounts,
    pays_keeper: bool,
    now: i64,
) -> Result<Attempt> {
    let slot = sub.position_slot(market.index).ok_or(PerpsError::OrderNotFound)?;
    let before = (sub.positions[slot], sub.orders[at], sub.quote_balance(), market.ledger);
    let judged = match fill_from_pool(exchange, market, sub, at, slot, price, pays_keeper, now)? {
        Err(refusal) => Err(refusal),
        Ok(fill) => {
            let risk = risk.with_market(market);
            let is_sound = if fill.adds_risk {
                risk.meets_initial(sub, now)?
            } else {
                risk.reduction_is_sound(sub, slot, &before.0, before.2, now)?
            };
            let error = if fill.adds_risk { PerpsError::InsufficientMargin } else { PerpsError::ReduceWorsensMargin };
            if is_sound { Ok(fill) } else { Err(Refusal(CancelReason::InsufficientMargin, error)) }
        }
    };
    if judged.is_err() {
        (sub.positions[slot], sub.orders[at], sub.collaterals[0].amount, market.ledger) = before;
    }
    Ok(judged)
}

#[allow(clippy::too_many_arguments)]
fn fill_from_pool(
    exchange: &Exchange,
    market: &mut Market,
    sub: &mut SubAccount,
    at: usize,
    slot: usize,
    price: &OraclePrice,
    pays_keeper: bool,
    now: i64,
) -> Result<Attempt> {
    let order = sub.orders[at];
    require!(!order.is_post_only(), PerpsError::PostOnlyAgainstPool);
    let is_buy = order.is_buy();
    let base = sub.positions[slot].base;
    let reducible = if (base < 0) == is_buy { base.unsigned_abs() } else { 0 };
    let wanted = if order.is_reduce_only() { order.remaining().min(reducible) } else { order.remaining() };
    if wanted == 0 {
        return Ok(Err(Refusal(CancelReason::NothingToReduce, PerpsError::NoPosition)));
    }
    let adds_risk = wanted > reducible;
    if let Some(refusal) = refusal(exchange, market, adds_risk, price, now)? {
        return Ok(Err(refusal));
    }

    let cap = if adds_risk { pool::OPEN_CAP } else { pool::LIQUIDATION_CAP };
    let room = market.pool_room(price.price, is_buy, cap)?.min(pool::one_fill_cap(market.params.depth_k).or_refuse()?);
    let size = market.floor_to_step(wanted.min(room));
    if size == 0 {
        return Ok(Err(Refusal(CancelReason::PoolCapacity, PerpsError::PoolCapacity)));
    }
    let side = if is_buy { Side::Buy } else { Side::Sell };
    let signed_size = side.signed(size).ok_or(PerpsError::MathOverflow)?;
    let quote = pool::pool_quote(&market.pool_curve(price)?, signed_size).or_refuse()?;
    if !is_within_limit(is_buy, size, quote, order.limit_price).or_refuse()? {
        return Ok(Err(Refusal(CancelReason::PriceLimit, PerpsError::PriceLimit)));
    }

    let funding_payment = settle_position_funding(sub, slot, market)?;
    let (fee, reward) = fill_costs(exchange, market, quote, pays_keeper)?;
    let cash = if is_buy { -signed(quote)? } else { signed(quote)? };
    let trade = Trade { base: signed_size, quote: cash, fee, reward, at: now };
    let realised_pnl = trade_with_pool(sub, slot, market, &trade)?;
    collect_fee(&mut market.ledger, &exchange.params, fee)?;
    let interest = market.ledger.open_interest_long.max(market.ledger.open_interest_short);
    if adds_risk && interest > market.params.open_interest_cap {
        return Ok(Err(Refusal(CancelReason::PoolCapacity, PerpsError::OpenInterestCap)));
    }

    sub.change_open_size(slot, &order, order.remaining(), order.remaining().minus(size)?)?;
    let filled = &mut sub.orders[at];
    filled.filled = filled.filled.plus(size)?;
    filled.quote_filled = filled.quote_filled.plus(quote)?;
    let rest = if order.is_reduce_only() && size == reducible {
        Some(CancelReason::NothingToReduce)
    } else if order.takes_at_one_price() {
        Some(CancelReason::PoolCapacity)
    } else {
        None
    };
    Ok(Ok(Fill { size, quote, fee, reward, realised_pnl, funding_payment, adds_risk, rest }))
}

/// Whether the exchange, the market or the price refuses the fill altogether.
fn refusal(
    exchange: &Exchange,
    market: &Market,
    adds_risk: bool,
    price: &OraclePrice,
    now: i64,
) -> Result<Option<Refusal>> {
    let price_use = if adds_risk { PriceUse::OpenFill } else { PriceUse::ReduceFill };
    if let Some(error) = price_use.refusal(price, market.max_conf_bps(), now)? {
        return Ok(Some(Refusal(CancelReason::PriceRefused, error)));
    }
    if !adds_risk {
        return Ok(None);
    }
    let is_thin = pool::is_equity_below(
        market.pool_equity(price.price)?,
        market.user_net_base(),
        price.price,
        pool::REDUCE_ONLY_EQUITY,
    )
    .or_refuse()?;
    let reasons = [
        (exchange.is_paused(pause::OPENS, now), PerpsError::OpensPaused),
        (exchange.is_paused(pause::POOL_FILLS, now), PerpsError::PoolFillsPaused),
        (market.status != MarketStatus::Active as u8 || is_thin, PerpsError::MarketReduceOnly),
    ];
    let refused = reasons.into_iter().find(|(applies, _)| *applies);
    Ok(refused.map(|(_, error)| Refusal(CancelReason::RiskRefused, error)))
}

/// A taker's order has one chance. A resting one waits, unless waiting cannot help.
fn is_final(order: &Order, reason: CancelReason) -> bool {
    let hopeless = matches!(reason, CancelReason::NothingToReduce | CancelReason::InsufficientMargin);
    order.takes_at_one_price() || hopeless
}

/// Credits the reward; returns the account's sequence and balance (0, 0 without one).
pub fn pay_keeper(keeper: &Option<AccountLoader<SubAccount>>, reward: u64) -> Result<(u64, i64)> {
    let Some(loader) = keeper else { return Ok((0, 0)) };
    let account = &mut loader.load_mut()?;
    account.add_quote(signed(reward)?)?;
    Ok((account.next_sequence()?, account.quote_balance()))
}

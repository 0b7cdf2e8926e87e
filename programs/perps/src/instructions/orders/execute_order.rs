//! Fills an order from resting makers and the pool, or takes it off the book when it can never fill; a stop that missed
//! its moment waits for its trigger again.
use anchor_lang::prelude::*;

use super::fill::{fill_order, Fill, FillRequest};
use crate::arithmetic::Checked;
use crate::constants::{MAX_MAKERS, RESTING_FILL_AGE_S};
use crate::errors::PerpsError;
use crate::events::{OrderCanceled, OrderFilled, OrderRearmed};
use crate::fill_rules::{Refusal, Step, Stop};
use crate::filled_order::finish_order;
use crate::margin::MarginAccounts;
use crate::order_groups::cancel;
use crate::price_rules;
use crate::price_update::PriceUpdate;
use crate::settlement::pay_keeper;
use crate::state::{CancelReason, Exchange, Market, OraclePrice, Order, SubAccount, UserAccount};

/// Remaining accounts: the makers' sub-accounts (writable) in the order of `maker_order_ids`, then, in any order, the
/// other markets and token vaults that the margin of the taker and of the makers needs.
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
    /// The taker's owner: volume, fee tier, referrer.
    #[account(mut, constraint = user_account.load()?.authority == sub_account.load()?.authority @ PerpsError::WrongAccount)]
    pub user_account: AccountLoader<'info, UserAccount>,
    /// Earns the keeper reward; without it none is paid.
    #[account(mut, constraint = keeper_sub_account.key() != sub_account.key() @ PerpsError::SameSubAccount)]
    pub keeper_sub_account: Option<AccountLoader<'info, SubAccount>>,
    /// CHECK: needed by orders that take at one price; checked by `PriceUpdate::read` and `fill_price`.
    pub price_update: Option<UncheckedAccount<'info>>,
}

pub fn execute_order<'info>(
    ctx: Context<'info, ExecuteOrder<'info>>,
    order_id: u64,
    maker_order_ids: Vec<u64>,
) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    let market = &mut accounts.market.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    let at = sub.order_slot(order_id)?;
    let order = sub.orders[at];
    require!(order.market_index == market.index, PerpsError::WrongAccount);
    require!(order.is_active(), PerpsError::OrderNotActive);
    require!(!order.is_post_only(), PerpsError::PostOnlyAgainstPool);

    market.accrue_funding(now)?;
    match attempt(accounts, ctx.remaining_accounts, &maker_order_ids, market, sub, at, now) {
        Ok((fill, price)) => {
            let event = commit(accounts, &order, market, sub, &fill, &price, now)?;
            emit_cpi!(event);
        }
        Err(Stop::Refused(Refusal(reason, _))) if order.rearms(reason) => {
            sub.orders[at].rearm();
            emit_cpi!(OrderRearmed {
                sub_account: accounts.sub_account.key(),
                sequence: sub.next_sequence()?,
                market_index: market.index,
                order: sub.orders[at].record(),
                reason,
                at: now,
            });
        }
        Err(Stop::Refused(Refusal(reason, error))) if is_final(&order, error) => {
            let mut orders = Vec::new();
            cancel(sub, at, reason, &mut orders)?;
            emit_cpi!(OrderCanceled {
                sub_account: accounts.sub_account.key(),
                sequence: sub.next_sequence()?,
                orders,
                at: now,
            });
        }
        Err(Stop::Refused(Refusal(_, error))) => return Err(error.into()),
        Err(Stop::Failed(error)) => return Err(error),
    }
    Ok(())
}

/// Everything that may still be refused; returns the fill and the price it was made at.
fn attempt<'info>(
    accounts: &ExecuteOrder<'info>,
    remaining: &'info [AccountInfo<'info>],
    maker_order_ids: &[u64],
    market: &mut Market,
    sub: &mut SubAccount,
    order_at: usize,
    now: i64,
) -> Step<(Fill<'info>, OraclePrice)> {
    let order = sub.orders[order_at];
    if order.has_lapsed(now) {
        return Err(Refusal(CancelReason::Lapsed, PerpsError::OrderNotFound).into());
    }
    if order.is_expired(now) {
        return Err(Refusal(CancelReason::Expired, PerpsError::OrderNotFound).into());
    }
    let count = maker_order_ids.len();
    if count > MAX_MAKERS || count > remaining.len() {
        return Err(error!(PerpsError::MakerAccounts).into());
    }
    let (makers, others) = remaining.split_at(count);
    let (price, no_pool) = fill_price(accounts.price_update.as_deref(), &order, market, now)?;
    let risk = MarginAccounts::load(others, &accounts.market.key())?;
    let request = FillRequest {
        exchange: &*accounts.exchange.load()?,
        order_at,
        price,
        no_pool,
        makers,
        maker_order_ids,
        pays_keeper: accounts.keeper_sub_account.is_some(),
        now,
    };
    let fill = fill_order(&request, market, sub, &*accounts.user_account.load()?, &risk)?;
    Ok((fill, price))
}

/// Makes a fill final: what is paid to others, the orders of every side, and what happened.
fn commit<'info>(
    accounts: &ExecuteOrder<'info>,
    order: &Order,
    market: &mut Market,
    sub: &mut SubAccount,
    fill: &Fill<'info>,
    price: &OraclePrice,
    now: i64,
) -> Result<OrderFilled> {
    let Fill { taker, costs, legs } = fill;
    let (size, quote) = (legs.size()?, legs.quote()?);
    let user = &mut accounts.user_account.load_mut()?;
    user.referral_owed = user.referral_owed.plus(costs.referrer_fee)?;
    costs.tier.record(user, sub, quote, now)?;

    let taker = finish_order(sub, accounts.sub_account.key(), taker, market, price, now)?;
    let makers = legs.makers.commit(market, price, now)?;
    let (keeper_sequence, keeper_quote_balance) =
        pay_keeper(&accounts.keeper_sub_account, costs.reward, &mut market.ledger, now)?;
    Ok(OrderFilled {
        market: accounts.market.key(),
        market_sequence: market.next_sequence()?,
        market_index: market.index,
        side: order.side(),
        taker,
        size,
        quote,
        fee: costs.fee,
        referrer_fee: costs.referrer_fee,
        keeper_reward: costs.reward,
        makers,
        pool_size: legs.pool_size,
        pool_quote_traded: legs.pool_quote,
        oracle_price: price.price,
        publish_time: price.publish_time,
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
    })
}

/// The price that may fill the order, and why not from the pool: the one update published across `eligible_from` for a
/// taker, whoever cranks; for a resting order the cached one, which the pool wants nearly new and newer than the order.
/// A newer update passed is cached on the way.
fn fill_price(
    update: Option<&AccountInfo>,
    order: &Order,
    market: &mut Market,
    now: i64,
) -> Result<(OraclePrice, Option<PerpsError>)> {
    if !order.is_in_flight(now) {
        let price = market.price;
        let no_pool = if price.publish_time < order.eligible_from {
            Some(PerpsError::OrderNotEligible)
        } else {
            (price_rules::age(&price, now) > RESTING_FILL_AGE_S).then_some(PerpsError::PriceStale)
        };
        return Ok((price, no_pool));
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
    Ok((price, None))
}

/// A resting order waits, unless waiting cannot help it. One that takes waits until its window is over only for what
/// others may have: whoever executes it without makers would else take off what the book could fill.
fn is_final(order: &Order, error: PerpsError) -> bool {
    let others_may_have =
        [PerpsError::PriceLimit, PerpsError::PoolCapacity, PerpsError::PoolFillsPaused, PerpsError::OpenInterestCap];
    let cannot_wait = [
        PerpsError::NoPosition,
        PerpsError::InsufficientMargin,
        PerpsError::DelegateBudgetUsed,
        PerpsError::MarketSettling,
        PerpsError::OrderNotFound,
    ];
    if order.is_immediate() {
        !others_may_have.contains(&error)
    } else {
        cannot_wait.contains(&error)
    }
}

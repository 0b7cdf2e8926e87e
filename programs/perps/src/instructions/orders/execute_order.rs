//! Fills an order from the pool, or takes it off the book when it can never fill.
use anchor_lang::prelude::*;

use super::pool_fill::{attempt, FillRequest, Refusal};
use crate::arithmetic::Checked;
use crate::cash::{charge_interest, credit_quote};
use crate::constants::RESTING_FILL_AGE_S;
use crate::errors::PerpsError;
use crate::events::{FillParty, OrderCanceled, OrderFilled};
use crate::margin::MarginAccounts;
use crate::price_rules;
use crate::price_update::PriceUpdate;
use crate::state::{
    CancelReason, Exchange, Market, MarketLedger, OraclePrice, Order, OrderStatus, SubAccount, UserAccount,
};

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
    require!(maker_order_ids.is_empty(), PerpsError::MakerAccounts);
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    let exchange = &accounts.exchange.load()?;
    let market = &mut accounts.market.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    let at = sub.order_slot(order_id)?;
    let order = sub.orders[at];
    require!(order.market_index == market.index, PerpsError::WrongAccount);

    market.accrue_funding(now)?;
    let result = if order.is_immediate() && now >= order.lapses_at() {
        Err(Refusal(CancelReason::Lapsed, PerpsError::OrderNotFound))
    } else {
        let price = fill_price(accounts.price_update.as_deref(), &order, market, now)?;
        let risk = MarginAccounts::load(ctx.remaining_accounts, &accounts.market.key())?;
        let pays_keeper = accounts.keeper_sub_account.is_some();
        let request = FillRequest { exchange, order_at: at, price, pays_keeper, now };
        attempt(&request, market, sub, risk)?.map(|fill| (fill, price))
    };

    match result {
        Err(Refusal(reason, error)) => {
            if !is_final(&order, error) {
                return Err(error.into());
            }
            let removed = sub.remove_order(at)?;
            emit_cpi!(OrderCanceled {
                sub_account: accounts.sub_account.key(),
                sequence: sub.next_sequence()?,
                orders: vec![removed.canceled(reason)],
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
            let (keeper_sequence, keeper_quote_balance) =
                pay_keeper(&accounts.keeper_sub_account, fill.reward, &mut market.ledger, now)?;
            emit_cpi!(OrderFilled {
                market: accounts.market.key(),
                market_sequence: market.next_sequence()?,
                market_index: market.index,
                side: order.side(),
                taker: FillParty {
                    sub_account: accounts.sub_account.key(),
                    sequence: sub.next_sequence()?,
                    order_id,
                    client_id: order.client_id,
                    realised_pnl: fill.realised_pnl,
                    funding_payment: fill.funding_payment,
                    interest: 0,
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
                    canceled: vec![],
                    changed: vec![],
                },
                size: fill.size,
                quote: fill.quote,
                fee: fill.fee,
                referrer_fee: 0,
                keeper_reward: fill.reward,
                makers: vec![],
                pool_size: fill.size,
                pool_quote_traded: fill.quote,
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
            });
        }
    }
    Ok(())
}

/// The price that may fill the order: the one update published across `eligible_from` for a taker, whoever cranks; the
/// cached one, nearly new, for a resting order. A newer update passed is cached on the way.
fn fill_price(update: Option<&AccountInfo>, order: &Order, market: &mut Market, now: i64) -> Result<OraclePrice> {
    if !order.takes_at_one_price(now) {
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

/// A taker's order has one chance. A resting one waits, unless waiting cannot help it.
fn is_final(order: &Order, error: PerpsError) -> bool {
    order.is_immediate() || matches!(error, PerpsError::NoPosition | PerpsError::InsufficientMargin)
}

/// Credits the reward; returns the account's sequence and balance (0, 0 without one).
pub fn pay_keeper(
    keeper: &Option<AccountLoader<SubAccount>>,
    reward: u64,
    ledger: &mut MarketLedger,
    now: i64,
) -> Result<(u64, i64)> {
    let Some(loader) = keeper else { return Ok((0, 0)) };
    let account = &mut loader.load_mut()?;
    ledger.pool_allocation = ledger.pool_allocation.plus(charge_interest(account, now)?)?;
    credit_quote(account, reward)?;
    Ok((account.next_sequence()?, account.quote_balance()))
}

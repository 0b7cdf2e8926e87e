use anchor_lang::prelude::*;
use perps_math::liquidation::{
    caller_reward, liquidation_fees, liquidation_size, takeover_limit_price, takeover_quote, trader_takeover_quote,
    LiquidationInputs,
};
use perps_math::margin::MarginKind;
use perps_math::pool;

use super::bankruptcy::{collect_insurance_fees, cover_debt};
use super::forced_close::{cancel_orders, closing_trade, held_position, Close};
use super::take_over::{liquidation_inputs, pool_room, require_fill_price};
use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::constants::MAX_MAKERS;
use crate::delegate_budget::require_trader;
use crate::errors::PerpsError;
use crate::events::PositionLiquidated;
use crate::fill_rules::makers_may_add_risk;
use crate::makers::{match_makers, Incoming, Matched};
use crate::margin::MarginAccounts;
use crate::order_groups::{lapse_reductions, GroupChanges};
use crate::settlement::{accrue, apply_trade, pay_keeper, trade_with_pool, Trade};
use crate::state::{CancelReason, Exchange, Insurance, Market, SubAccount};

/// Remaining accounts: the makers' sub-accounts (writable) in the order of `maker_order_ids`, then, in any order, the
/// other markets and token vaults that the margin of the account, of the makers, and of a taking liquidator needs.
#[event_cpi]
#[derive(Accounts)]
pub struct LiquidatePosition<'info> {
    /// Anyone; to take the position over, the owner or delegate of the taking sub-account.
    pub liquidator: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    /// Takes over what `take_size` says, and earns the caller's share of the fee on the rest; without it that stays
    /// the pool's.
    #[account(mut, constraint = liquidator_sub_account.key() != sub_account.key() @ PerpsError::SameSubAccount)]
    pub liquidator_sub_account: Option<AccountLoader<'info, SubAccount>>,
}

/// Reduces one position of an account below maintenance margin: to the resting orders named, to the liquidator up to
/// `take_size`, and the rest to the pool. An account it empties with a debt is covered as far as this market answers
/// for it.
pub fn liquidate_position<'info>(
    ctx: Context<'info, LiquidatePosition<'info>>,
    take_size: u64,
    maker_order_ids: Vec<u64>,
) -> Result<()> {
    let count = maker_order_ids.len();
    require!(count <= MAX_MAKERS && count <= ctx.remaining_accounts.len(), PerpsError::MakerAccounts);
    let (makers, others) = ctx.remaining_accounts.split_at(count);
    let event = liquidate(&LiquidationRequest {
        accounts: ctx.accounts,
        makers,
        maker_order_ids: &maker_order_ids,
        take_size,
        risk: MarginAccounts::load(others, &ctx.accounts.market.key())?,
        now: Clock::get()?.unix_timestamp,
    })?;
    emit_cpi!(event);
    Ok(())
}

struct LiquidationRequest<'a, 'info> {
    accounts: &'a LiquidatePosition<'info>,
    makers: &'info [AccountInfo<'info>],
    maker_order_ids: &'a [u64],
    take_size: u64,
    risk: MarginAccounts<'info>,
    now: i64,
}

fn liquidate(request: &LiquidationRequest) -> Result<PositionLiquidated> {
    let LiquidationRequest { accounts, now, .. } = *request;
    let market = &mut accounts.market.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    let insurance = &mut accounts.insurance.load_mut()?;
    require!(!market.is_settled(), PerpsError::MarketSettling);
    let slot = held_position(sub, market)?;

    if request.take_size > 0 || !request.makers.is_empty() {
        require_fill_price(market, now)?;
    }
    market.accrue_funding(now)?;
    let accrued = accrue(sub, slot, market, now)?;
    let inputs = liquidation_inputs(sub, slot, market, request.risk.clone(), now)?;
    // Resting orders could add risk while the account is being reduced.
    let canceled = cancel_orders(sub, None, CancelReason::Liquidation)?;

    let plan = liquidation_size(&inputs).or_refuse()?;
    let matched = meet_makers(request, &sub.authority, market, &inputs, plan.size)?;
    let left = plan.size.minus(matched.size)?;
    let taken_size = left.min(market.floor_to_step(request.take_size));
    let room = pool_room(market, inputs.base, now)?;
    let pool_size = left.minus(taken_size)?.min(room.size);
    // What nobody has room for costs no fees.
    let size = matched.size.plus(taken_size)?.plus(pool_size)?;
    require!(size > 0, PerpsError::PoolCapacity);
    let (liquidation_fee, insurance_fee) = liquidation_fees(size, &inputs).or_refuse()?;

    let mut close = Close { accrued, orders: GroupChanges { canceled, changed: vec![] }, ..Close::default() };
    let rewards = caller_rewards(accounts, &inputs, &matched, pool_size)?;
    // Insurance's fee goes with the first leg there is.
    let mut cost = signed(insurance_fee)?;
    if matched.size > 0 {
        let (base, quote) = closing_trade(inputs.base, matched.size, matched.quote)?;
        let cost = std::mem::take(&mut cost).plus(signed(rewards.from_account)?)?;
        close.add(base, quote, apply_trade(sub, slot, market, &Trade { base, quote, cost, at: now })?)?;
    }
    let makers = matched.commit(market, &market.price, now)?;
    let mut taken = None;
    if taken_size > 0 {
        let quote = trader_takeover_quote(&inputs, taken_size).or_refuse()?;
        let (base, quote) = closing_trade(inputs.base, taken_size, quote)?;
        let trade = Trade { base, quote, cost: std::mem::take(&mut cost), at: now };
        close.add(base, quote, apply_trade(sub, slot, market, &trade)?)?;
        taken = Some(take(request, &sub.authority, market, &trade)?);
    }
    if pool_size > 0 {
        let quote = pool_takeover_quote(market, &inputs, pool_size, insurance_fee)?;
        let (base, quote) = closing_trade(inputs.base, pool_size, quote)?;
        close.add(base, quote, trade_with_pool(sub, slot, market, &Trade { base, quote, cost, at: now })?)?;
        // The pool earned the fee in its price; the caller's share comes out of that.
        market.ledger.pool_quote = market.ledger.pool_quote.minus(signed(rewards.from_pool)?)?;
        // Through zero, what lies beyond it is new skew, however much was there before.
        market.takeover_base = market.takeover_base.plus(pool_size.saturating_sub(room.lowers))?;
    }
    market.ledger.insurance_fees = market.ledger.insurance_fees.plus(insurance_fee)?;
    collect_insurance_fees(market, insurance)?;
    close.position = sub.positions[slot];
    let covered = cover_debt(sub, slot, market, insurance, &request.risk, now)?;
    sub.release_position_slot(slot);

    let liquidator_reward = rewards.from_account.plus(rewards.from_pool)?;
    let (liquidator_sequence, liquidator_quote_balance) =
        pay_keeper(&accounts.liquidator_sub_account, liquidator_reward, &mut market.ledger, now)?;
    let liquidator = accounts.liquidator_sub_account.as_ref().map(|account| account.key());
    insurance.next_sequence()?;
    Ok(PositionLiquidated {
        party: close.party(accounts.sub_account.key(), sub.next_sequence()?, sub.quote_balance()),
        liquidation_fee,
        insurance_fee,
        liquidator_reward,
        oracle_price: market.price.price,
        publish_time: market.price.publish_time,
        makers,
        taken_size,
        pool_size,
        covered,
        market: market.record(accounts.market.key())?,
        insurance_balance: insurance.balance,
        insurance_sequence: insurance.sequence,
        liquidator_sub_account: liquidator,
        liquidator_sequence,
        liquidator_quote_balance,
        taken: taken
            .zip(liquidator)
            .map(|(close, key)| close.party(key, liquidator_sequence, liquidator_quote_balance)),
        at: now,
    })
}

/// Resting orders that take the position over at their own price, which is no worse for the account than another
/// trader's.
#[inline(never)]
fn meet_makers<'info>(
    request: &LiquidationRequest<'_, 'info>,
    authority: &Pubkey,
    market: &mut Market,
    inputs: &LiquidationInputs,
    size: u64,
) -> Result<Matched<'info>> {
    let LiquidationRequest { accounts, makers, maker_order_ids, ref risk, now, .. } = *request;
    if makers.is_empty() {
        return Ok(Matched::default());
    }
    let exchange = &accounts.exchange.load()?;
    let price = market.price;
    let incoming = Incoming {
        exchange,
        authority: *authority,
        is_buy: inputs.base < 0,
        limit_price: takeover_limit_price(inputs, size).or_refuse()?,
        placed_at: now,
        by_delegate: false,
        price,
        // The caller chose the moment.
        price_is_newer: false,
        pool: None,
        may_add_risk: makers_may_add_risk(exchange, market, &price, now)?,
        reducible: size,
        ledger: market.ledger,
        // All of its orders leave anyway, in few bytes each.
        dependents: 0,
        pays_rebates: false,
        now,
    };
    match_makers(&incoming, market, risk, makers, maker_order_ids, size)
}

/// The caller's share of the fee on what makers and the pool took over (quote 1e6).
#[derive(Default)]
struct CallerRewards {
    /// Out of what the makers' prices are better than the fee.
    from_account: u64,
    from_pool: u64,
}

fn caller_rewards(
    accounts: &LiquidatePosition,
    inputs: &LiquidationInputs,
    matched: &Matched,
    pool_size: u64,
) -> Result<CallerRewards> {
    if accounts.liquidator_sub_account.is_none() {
        return Ok(CallerRewards::default());
    }
    let reward_of = |size: u64| caller_reward(liquidation_fees(size, inputs)?.0);
    let at_fee = trader_takeover_quote(inputs, matched.size).or_refuse()?;
    let saved = if inputs.base > 0 { (matched.quote, at_fee) } else { (at_fee, matched.quote) };
    let of_makers = reward_of(matched.size).or_refuse()?;
    Ok(CallerRewards {
        from_account: of_makers.min(saved.0.saturating_sub(saved.1)),
        from_pool: reward_of(matched.size.plus(pool_size)?).or_refuse()?.saturating_sub(of_makers),
    })
}

/// The liquidator's side of `trade`: it must be another trader's account, its own to trade with, and carry the position.
#[inline(never)]
fn take(request: &LiquidationRequest, authority: &Pubkey, market: &mut Market, trade: &Trade) -> Result<Close> {
    let LiquidationRequest { accounts, ref risk, now, .. } = *request;
    let loader = accounts.liquidator_sub_account.as_ref().ok_or(PerpsError::WrongAccount)?;
    let taker = &mut loader.load_mut()?;
    require_trader(taker, &accounts.liquidator.key(), now)?;
    require_keys_neq!(taker.authority, *authority, PerpsError::SameAuthority);
    require!(taker.is_isolated == 0 || taker.isolated_market == market.index, PerpsError::IsolatedMarket);
    let slot = taker.take_position_slot(market.index)?;
    let accrued = accrue(taker, slot, market, now)?;
    let (base, quote) = (-trade.base, -trade.quote);
    let realised_pnl = apply_trade(taker, slot, market, &Trade { base, quote, cost: 0, at: now })?;
    let position = taker.positions[slot];
    let orders = lapse_reductions(taker, market.index)?;
    let risk = risk.clone().with_market(market);
    require!(risk.meets(taker, MarginKind::Initial, now)?, PerpsError::LiquidatorMargin);
    taker.release_position_slot(slot);
    Ok(Close { base_change: base, quote_change: quote, realised_pnl, accrued, orders, position })
}

fn pool_takeover_quote(market: &Market, inputs: &LiquidationInputs, size: u64, insurance_fee: u64) -> Result<u64> {
    let (base, _) = closing_trade(inputs.base, size, 0)?;
    let curve_quote = pool::pool_quote(&market.pool_curve(&market.price)?, base).or_refuse()?;
    let (liquidation_fee, _) = liquidation_fees(size, inputs).or_refuse()?;
    takeover_quote(inputs, size, (liquidation_fee, insurance_fee), curve_quote).or_refuse()
}

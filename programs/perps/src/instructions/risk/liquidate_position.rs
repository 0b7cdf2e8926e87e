use anchor_lang::prelude::*;
use perps_math::liquidation::{
    caller_reward, liquidation_fees, liquidation_size, takeover_quote, trader_takeover_quote, LiquidationInputs,
};
use perps_math::margin::MarginKind;
use perps_math::pool;

use super::bankruptcy::{collect_insurance_fees, cover_debt};
use super::forced_close::{cancel_orders, closing_trade, held_position, Close};
use super::take_over::{liquidation_inputs, pool_room, PoolRoom};
use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::errors::PerpsError;
use crate::events::PositionLiquidated;
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

/// Reduces one position of an account below maintenance margin: to the liquidator, up to `take_size`, and the rest to
/// the pool. An account it empties with a debt is covered as far as this market answers for it.
pub fn liquidate_position<'info>(
    ctx: Context<'info, LiquidatePosition<'info>>,
    take_size: u64,
    maker_order_ids: Vec<u64>,
) -> Result<()> {
    require!(maker_order_ids.is_empty(), PerpsError::MakerAccounts);
    let now = Clock::get()?.unix_timestamp;
    let event = liquidate(ctx.accounts, ctx.remaining_accounts, take_size, now)?;
    emit_cpi!(event);
    Ok(())
}

fn liquidate<'info>(
    accounts: &LiquidatePosition<'info>,
    remaining: &'info [AccountInfo<'info>],
    take_size: u64,
    now: i64,
) -> Result<PositionLiquidated> {
    let market = &mut accounts.market.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    let insurance = &mut accounts.insurance.load_mut()?;
    require!(!market.is_settled(), PerpsError::MarketSettling);
    let slot = held_position(sub, market)?;

    market.accrue_funding(now)?;
    let accrued = accrue(sub, slot, market, now)?;
    let risk = MarginAccounts::load(remaining, &accounts.market.key())?;
    let inputs = liquidation_inputs(sub, slot, market, risk, now)?;
    // Resting orders could add risk while the account is being reduced.
    let canceled = cancel_orders(sub, None, CancelReason::Liquidation)?;

    let plan = liquidation_size(&inputs).or_refuse()?;
    let taken_size = plan.size.min(market.floor_to_step(take_size));
    let room = pool_room(market, inputs.base, now)?;
    let pool_size = plan.size.minus(taken_size)?.min(room.size);
    // What the pool has no room for costs no fees.
    let size = taken_size.plus(pool_size)?;
    require!(size > 0, PerpsError::PoolCapacity);
    let (liquidation_fee, insurance_fee) = liquidation_fees(size, &inputs).or_refuse()?;

    let mut close = Close { accrued, orders: GroupChanges { canceled, changed: vec![] }, ..Close::default() };
    let mut taken = None;
    let mut cost = signed(insurance_fee)?;
    if taken_size > 0 {
        let quote = trader_takeover_quote(&inputs, taken_size).or_refuse()?;
        let (base, quote) = closing_trade(inputs.base, taken_size, quote)?;
        let trade = Trade { base, quote, cost: std::mem::take(&mut cost), at: now };
        close.add(base, quote, apply_trade(sub, slot, market, &trade)?)?;
        taken = Some(take(accounts, remaining, &sub.authority, market, &trade)?);
    }
    let mut reward = 0;
    if pool_size > 0 {
        let pool_fee = liquidation_fees(pool_size, &inputs).or_refuse()?.0;
        let quote = pool_takeover_quote(market, &inputs, pool_size, (pool_fee, insurance_fee))?;
        let (base, quote) = closing_trade(inputs.base, pool_size, quote)?;
        let trade = Trade { base, quote, cost, at: now };
        close.add(base, quote, trade_with_pool(sub, slot, market, &trade)?)?;
        reward = reward_caller(accounts, market, pool_fee)?;
        use_allowance(market, &room, pool_size)?;
    }
    market.ledger.insurance_fees = market.ledger.insurance_fees.plus(insurance_fee)?;
    collect_insurance_fees(market, insurance)?;
    close.position = sub.positions[slot];
    let covered = cover_debt(sub, slot, market, insurance)?;
    sub.release_position_slot(slot);

    let (liquidator_sequence, liquidator_quote_balance) =
        pay_keeper(&accounts.liquidator_sub_account, reward, &mut market.ledger, now)?;
    let liquidator = accounts.liquidator_sub_account.as_ref().map(|account| account.key());
    insurance.sequence = insurance.sequence.plus(1)?;
    Ok(PositionLiquidated {
        party: close.party(accounts.sub_account.key(), sub.next_sequence()?, sub.quote_balance()),
        liquidation_fee,
        insurance_fee,
        liquidator_reward: reward,
        oracle_price: market.price.price,
        publish_time: market.price.publish_time,
        makers: vec![],
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

/// The liquidator's side of `trade`: it must be another trader's account, its own to trade with, and carry the position.
#[inline(never)]
fn take<'info>(
    accounts: &LiquidatePosition<'info>,
    remaining: &'info [AccountInfo<'info>],
    authority: &Pubkey,
    market: &mut Market,
    trade: &Trade,
) -> Result<Close> {
    let now = trade.at;
    let loader = accounts.liquidator_sub_account.as_ref().ok_or(PerpsError::WrongAccount)?;
    let taker = &mut loader.load_mut()?;
    require!(taker.may_trade(&accounts.liquidator.key(), now), PerpsError::NotTrader);
    require_keys_neq!(taker.authority, *authority, PerpsError::SameAuthority);
    require!(taker.is_isolated == 0 || taker.isolated_market == market.index, PerpsError::IsolatedMarket);
    let slot = taker.take_position_slot(market.index)?;
    let accrued = accrue(taker, slot, market, now)?;
    let (base, quote) = (-trade.base, -trade.quote);
    let realised_pnl = apply_trade(taker, slot, market, &Trade { base, quote, cost: 0, at: now })?;
    let position = taker.positions[slot];
    let orders = lapse_reductions(taker, market.index)?;
    let risk = MarginAccounts::load(remaining, &accounts.market.key())?.with_market(market);
    require!(risk.meets(taker, MarginKind::Initial, now)?, PerpsError::LiquidatorMargin);
    taker.release_position_slot(slot);
    Ok(Close { base_change: base, quote_change: quote, realised_pnl, accrued, orders, position })
}

fn pool_takeover_quote(market: &Market, inputs: &LiquidationInputs, size: u64, fees: (u64, u64)) -> Result<u64> {
    let (base, _) = closing_trade(inputs.base, size, 0)?;
    let curve_quote = pool::pool_quote(&market.pool_curve(&market.price)?, base).or_refuse()?;
    takeover_quote(inputs, size, fees, curve_quote).or_refuse()
}

/// The pool earned the fee in its price; the caller's share comes out of that.
fn reward_caller(accounts: &LiquidatePosition, market: &mut Market, pool_fee: u64) -> Result<u64> {
    if accounts.liquidator_sub_account.is_none() {
        return Ok(0);
    }
    let reward = caller_reward(pool_fee).or_refuse()?;
    market.ledger.pool_quote = market.ledger.pool_quote.minus(signed(reward)?)?;
    Ok(reward)
}

/// Through zero, what lies beyond it is new skew, however much was there before.
fn use_allowance(market: &mut Market, room: &PoolRoom, size: u64) -> Result<()> {
    market.takeover_base = market.takeover_base.plus(size.saturating_sub(room.lowers))?;
    Ok(())
}

use anchor_lang::prelude::*;
use perps_math::liquidation::{caller_reward, liquidation_fees, liquidation_size, takeover_quote, LiquidationInputs};
use perps_math::margin::MarginKind;
use perps_math::pool;

use super::bankruptcy::cover_loss;
use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::constants::{TAKEOVER_HOURLY_BPS, TAKEOVER_WINDOW_S};
use crate::errors::PerpsError;
use crate::events::{CanceledOrder, CoveredLoss, PositionLiquidated, ReducedParty};
use crate::instructions::orders::pay_keeper;
use crate::margin::MarginAccounts;
use crate::settlement::{repay_deficit, settle_position_funding, trade_with_pool, Trade};
use crate::state::{CancelReason, Exchange, Insurance, Market, SubAccount};

/// Remaining accounts: the makers' sub-accounts (writable) in the order of `maker_order_ids`, then, in any order, the
/// other markets and token vaults that the margin of the account, of the makers, and of a taking liquidator needs.
#[event_cpi]
#[derive(Accounts)]
pub struct LiquidatePosition<'info> {
    /// Anyone.
    pub liquidator: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    /// Earns the caller's share of the fee; without it the pool keeps it.
    #[account(mut, constraint = liquidator_sub_account.key() != sub_account.key() @ PerpsError::SameSubAccount)]
    pub liquidator_sub_account: Option<AccountLoader<'info, SubAccount>>,
}

/// Reduces one position of an account below maintenance margin, into the pool.
pub fn liquidate_position<'info>(
    ctx: Context<'info, LiquidatePosition<'info>>,
    take_size: u64,
    maker_order_ids: Vec<u64>,
) -> Result<()> {
    require!(take_size == 0 && maker_order_ids.is_empty(), PerpsError::MakerAccounts);
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    let market = &mut accounts.market.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    let insurance = &mut accounts.insurance.load_mut()?;
    let slot = sub.position_slot(market.index).ok_or(PerpsError::NoPosition)?;
    require!(sub.positions[slot].base != 0, PerpsError::NoPosition);

    market.accrue_funding(now)?;
    let funding_payment = settle_position_funding(sub, slot, market, now)?;
    let risk = MarginAccounts::load(ctx.remaining_accounts, &accounts.market.key())?;
    let inputs = liquidation_inputs(sub, slot, market, risk, now)?;
    let canceled = cancel_all(sub)?;

    let takeover = take_over(sub, slot, market, &inputs, accounts.liquidator_sub_account.is_some(), now)?;
    let position = sub.positions[slot];
    sub.release_position_slot(slot);
    let insurance_fees = std::mem::take(&mut market.ledger.insurance_fees);
    insurance.balance = insurance.balance.plus(repay_deficit(&mut market.ledger, insurance_fees)?)?;
    let covered = if sub.is_bankrupt() { cover_loss(sub, slot, market, insurance)? } else { CoveredLoss::default() };

    let (liquidator_sequence, liquidator_quote_balance) =
        pay_keeper(&accounts.liquidator_sub_account, takeover.reward, &mut market.ledger, now)?;
    insurance.sequence = insurance.sequence.plus(1)?;
    emit_cpi!(PositionLiquidated {
        party: ReducedParty {
            sub_account: accounts.sub_account.key(),
            sequence: sub.next_sequence()?,
            base_change: takeover.base,
            quote_change: takeover.quote,
            realised_pnl: takeover.realised_pnl,
            funding_payment,
            interest: 0,
            position_base: position.base,
            position_quote_entry: position.quote_entry,
            position_quote_break_even: position.quote_break_even,
            quote_balance: sub.quote_balance(),
            canceled,
            changed: vec![],
        },
        liquidation_fee: takeover.liquidation_fee,
        insurance_fee: takeover.insurance_fee,
        liquidator_reward: takeover.reward,
        oracle_price: market.price.price,
        publish_time: market.price.publish_time,
        makers: vec![],
        taken_size: 0,
        pool_size: takeover.base.unsigned_abs(),
        covered,
        market: market.record(accounts.market.key())?,
        insurance_balance: insurance.balance,
        insurance_sequence: insurance.sequence,
        liquidator_sub_account: accounts.liquidator_sub_account.as_ref().map(|account| account.key()),
        liquidator_sequence,
        liquidator_quote_balance,
        liquidator_position_base: 0,
        liquidator_position_quote_entry: 0,
        liquidator_position_quote_break_even: 0,
        at: now,
    });
    Ok(())
}

/// Proves the account liquidatable: no price it depends on is old, and it is below maintenance.
fn liquidation_inputs(
    sub: &SubAccount,
    slot: usize,
    market: &Market,
    risk: MarginAccounts,
    now: i64,
) -> Result<LiquidationInputs> {
    let risk = risk.with_market(market);
    risk.require_liquidation_prices(sub, Some(market.index), now)?;
    let maintenance = risk.health(sub, MarginKind::Maintenance, now)?;
    require!(!maintenance.is_met(), PerpsError::NotLiquidatable);
    Ok(LiquidationInputs {
        base: sub.positions[slot].base,
        price: market.price.price,
        equity: maintenance.collateral,
        target: risk.health(sub, MarginKind::Liquidation, now)?.requirement,
        maintenance: u32::from(market.params.maintenance_margin_bps),
        liquidation_buffer: u32::from(market.params.liquidation_buffer_bps),
        liquidation_fee: u32::from(market.params.liquidation_fee_bps),
        insurance_fee: u32::from(market.params.insurance_fee_bps),
        step: market.params.step_size,
    })
}

/// Resting orders could add risk while the account is being reduced.
fn cancel_all(sub: &mut SubAccount) -> Result<Vec<CanceledOrder>> {
    let mut canceled = Vec::new();
    for at in 0..sub.orders.len() {
        if sub.orders[at].in_use != 0 {
            canceled.push(sub.remove_order(at)?.canceled(CancelReason::Liquidation));
        }
    }
    Ok(canceled)
}

struct Takeover {
    base: i64,
    quote: i64,
    liquidation_fee: u64,
    insurance_fee: u64,
    reward: u64,
    realised_pnl: i64,
}

fn take_over(
    sub: &mut SubAccount,
    slot: usize,
    market: &mut Market,
    inputs: &LiquidationInputs,
    pays_caller: bool,
    now: i64,
) -> Result<Takeover> {
    let plan = liquidation_size(inputs).or_refuse()?;
    let is_long = inputs.base > 0;
    let lowers = skew_lowered(market, !is_long);
    let room = takeover_room(market, !is_long, lowers, now)?;
    let size = market.floor_to_step(plan.size.min(room));
    require!(size > 0, PerpsError::PoolCapacity);
    // A take-over clipped by the pool's room costs less than the plan's.
    let (liquidation_fee, insurance_fee) = liquidation_fees(size, inputs).or_refuse()?;

    let base = if is_long { -signed(size)? } else { signed(size)? };
    let curve_quote = pool::pool_quote(&market.pool_curve(&market.price)?, base).or_refuse()?;
    let unsigned = takeover_quote(inputs, size, (liquidation_fee, insurance_fee), curve_quote).or_refuse()?;
    let quote = if is_long { signed(unsigned)? } else { -signed(unsigned)? };
    let reward = if pays_caller { caller_reward(liquidation_fee).or_refuse()? } else { 0 };

    let trade = Trade { base, quote, fee: insurance_fee, reward: 0, at: now };
    let realised_pnl = trade_with_pool(sub, slot, market, &trade)?;
    let ledger = &mut market.ledger;
    ledger.insurance_fees = ledger.insurance_fees.plus(insurance_fee)?;
    // The pool earned the liquidation fee in its price; the caller's share comes out of that.
    ledger.pool_quote = ledger.pool_quote.minus(signed(reward)?)?;
    // Through zero, what lies beyond it is new skew, however much was there before.
    market.takeover_base = market.takeover_base.plus(size.saturating_sub(lowers))?;
    Ok(Takeover { base, quote, liquidation_fee, insurance_fee, reward, realised_pnl })
}

/// How much of the pool's skew a take-over can lower before it adds to it, base 1e9.
fn skew_lowered(market: &Market, is_buy: bool) -> u64 {
    let d = market.user_net_base();
    if (d < 0) == is_buy {
        d.unsigned_abs()
    } else {
        0
    }
}

/// Base the pool may take over now: what lowers its skew, and beyond that the hour's allowance inside the cap.
fn takeover_room(market: &mut Market, is_buy: bool, lowers: u64, now: i64) -> Result<u64> {
    if now >= market.takeover_window_at.saturating_add(TAKEOVER_WINDOW_S) {
        market.takeover_window_at = now;
        market.takeover_base = 0;
    }
    let price = market.price.price;
    let hourly = pool::open_cap_base(market.pool_equity(price)?, price, TAKEOVER_HOURLY_BPS).or_refuse()?;
    let allowance = hourly.saturating_sub(market.takeover_base);
    Ok(market.pool_room(price, is_buy, pool::LIQUIDATION_CAP)?.min(lowers.saturating_add(allowance)))
}

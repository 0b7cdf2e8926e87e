use anchor_lang::prelude::*;
use perps_math::liquidation::{bankruptcy_quote, deleverage_equity, equity_covers_fees, LiquidationInputs};
use perps_math::margin::unrealised_pnl;

use super::bankruptcy::cover_debt;
use super::forced_close::{cancel_orders, closing_trade, held_position, Close};
use super::take_over::{liquidation_inputs, pool_room, require_fill_price};
use crate::arithmetic::OrRefuse;
use crate::errors::PerpsError;
use crate::events::PositionDeleveraged;
use crate::margin::MarginAccounts;
use crate::order_groups::{lapse_reductions, GroupChanges};
use crate::settlement::{accrue, apply_trade, Trade};
use crate::state::{CancelReason, Insurance, Market, SubAccount};

/// Remaining accounts: those that the margin of the liquidated account needs, and of the counterparty where the close
/// costs it more than it frees.
#[event_cpi]
#[derive(Accounts)]
pub struct Deleverage<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    /// Holds the opposite position in profit.
    #[account(mut, constraint = counterparty.key() != sub_account.key() @ PerpsError::SameSubAccount)]
    pub counterparty: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

/// Last resort: closes a position that the pool cannot take over against an opposite one, at its bankruptcy price;
/// anyone may. Only once the account cannot pay for a liquidation any more.
pub fn deleverage<'info>(ctx: Context<'info, Deleverage<'info>>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let event = close_against(ctx.accounts, ctx.remaining_accounts, now)?;
    emit_cpi!(event);
    Ok(())
}

fn close_against<'info>(
    accounts: &Deleverage<'info>,
    remaining: &'info [AccountInfo<'info>],
    now: i64,
) -> Result<PositionDeleveraged> {
    let market = &mut accounts.market.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    let counterparty = &mut accounts.counterparty.load_mut()?;
    let insurance = &mut accounts.insurance.load_mut()?;
    require!(!market.is_settled(), PerpsError::MarketSettling);
    require_keys_neq!(sub.authority, counterparty.authority, PerpsError::SameAuthority);
    let slot = held_position(sub, market)?;
    require_fill_price(market, now)?;

    market.accrue_funding(now)?;
    let accrued = accrue(sub, slot, market, now)?;
    let risk = MarginAccounts::load(remaining, &accounts.market.key())?;
    let inputs = liquidation_inputs(sub, slot, market, risk.clone(), now)?;
    require!(!equity_covers_fees(&inputs).or_refuse()?, PerpsError::DeleverageTooEarly);
    require!(pool_room(market, inputs.base, now)?.size == 0, PerpsError::PoolCanTakeOver);

    let canceled = cancel_orders(sub, None, CancelReason::Liquidation)?;
    let trade = bankruptcy_trade(sub, slot, counterparty, market, &inputs, now)?;
    let other = close_counterparty(counterparty, market, &trade, &risk)?;
    let realised_pnl = apply_trade(sub, slot, market, &trade)?;
    let close = Close {
        base_change: trade.base,
        quote_change: trade.quote,
        realised_pnl,
        accrued,
        orders: GroupChanges { canceled, changed: vec![] },
        position: sub.positions[slot],
    };
    let covered = cover_debt(sub, slot, market, insurance, &risk, now)?;
    sub.release_position_slot(slot);

    insurance.next_sequence()?;
    Ok(PositionDeleveraged {
        party: close.party(accounts.sub_account.key(), sub.next_sequence()?, sub.quote_balance()),
        counterparty: other.party(
            accounts.counterparty.key(),
            counterparty.next_sequence()?,
            counterparty.quote_balance(),
        ),
        oracle_price: market.price.price,
        publish_time: market.price.publish_time,
        covered,
        market: market.record(accounts.market.key())?,
        insurance_balance: insurance.balance,
        insurance_sequence: insurance.sequence,
        at: now,
    })
}

/// As much of the position as the counterparty holds of the opposite one.
fn bankruptcy_trade(
    sub: &SubAccount,
    slot: usize,
    counterparty: &SubAccount,
    market: &Market,
    inputs: &LiquidationInputs,
    now: i64,
) -> Result<Trade> {
    let opposite = counterparty.position_slot(market.index).map_or(0, |at| counterparty.positions[at].base);
    require!(opposite.signum() == -inputs.base.signum(), PerpsError::NotDeleverageable);
    let size = inputs.base.unsigned_abs().min(opposite.unsigned_abs());
    let own_pnl = unrealised_pnl(inputs.base, sub.positions[slot].quote_entry, inputs.price).or_refuse()?;
    // Tokens count for less in the equity than they sell for: while there are any, a debt is theirs to pay.
    let own_loss = if sub.holds_tokens() { 0 } else { own_pnl };
    let equity = deleverage_equity(inputs.equity, own_loss);
    let quote = bankruptcy_quote(inputs.base, size, inputs.price, equity).or_refuse()?;
    let (base, quote) = closing_trade(inputs.base, size, quote)?;
    Ok(Trade { base, quote, cost: 0, at: now })
}

/// The other side of `trade`. It gives up profit at most: it must stand in profit at the oracle, realise no loss, and
/// come no nearer to its own liquidation.
#[inline(never)]
fn close_counterparty(
    counterparty: &mut SubAccount,
    market: &mut Market,
    trade: &Trade,
    risk: &MarginAccounts,
) -> Result<Close> {
    let slot = held_position(counterparty, market)?;
    let accrued = accrue(counterparty, slot, market, trade.at)?;
    let before = counterparty.positions[slot];
    let quote_before = counterparty.quote_balance();
    let profit = unrealised_pnl(before.base, before.quote_entry, market.price.price).or_refuse()?;
    let (base, quote) = (-trade.base, -trade.quote);
    let realised_pnl = apply_trade(counterparty, slot, market, &Trade { base, quote, ..*trade })?;
    let risk = risk.clone().with_market(market);
    let is_sound = risk.reduction_is_sound(counterparty, slot, &before, quote_before, trade.at)?;
    require!(profit > 0 && realised_pnl >= 0 && is_sound, PerpsError::NotDeleverageable);
    let position = counterparty.positions[slot];
    let orders = lapse_reductions(counterparty, market.index)?;
    counterparty.release_position_slot(slot);
    Ok(Close { base_change: base, quote_change: quote, realised_pnl, accrued, orders, position })
}

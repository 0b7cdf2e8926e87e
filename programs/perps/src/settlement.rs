//! Moves a trade between sub-accounts and a market's pool: the one place where base and quote change hands.
use anchor_lang::prelude::*;
use perps_math::{fees, fills, funding};

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::cash::{book_market_cash, charge_interest, credit_quote};
use crate::state::{ExchangeParams, Market, MarketLedger, SubAccount};

/// A trade as the sub-account sees it.
#[derive(Clone, Copy, Debug)]
pub struct Trade {
    /// Signed base (1e9) and cash (1e6): a buyer's cash is negative.
    pub base: i64,
    pub quote: i64,
    /// Fees and rewards the account pays (+), or the rebate it earns (−), quote 1e6.
    pub cost: i64,
    pub at: i64,
}

impl Trade {
    pub fn of(is_buy: bool, size: u64, quote: u64, cost: i64, at: i64) -> Result<Self> {
        let (base, quote) = (signed(size)?, signed(quote)?);
        let (base, quote) = if is_buy { (base, -quote) } else { (-base, quote) };
        Ok(Trade { base, quote, cost, at })
    }
}

/// What time cost an account before its position changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accrued {
    pub interest: u64,
    pub funding_payment: i64,
}

/// Charges interest, to the market's pool, and settles the position's funding; the market must have accrued.
pub fn accrue(sub: &mut SubAccount, slot: usize, market: &mut Market, now: i64) -> Result<Accrued> {
    let interest = charge_interest(sub, now)?;
    market.ledger.pool_allocation = market.ledger.pool_allocation.plus(interest)?;
    Ok(Accrued { interest, funding_payment: settle_position_funding(sub, slot, market, now)? })
}

/// Settles the funding a position owes or is owed. Returns what it paid (+) or received (−).
fn settle_position_funding(sub: &mut SubAccount, slot: usize, market: &mut Market, now: i64) -> Result<i64> {
    let position = &mut sub.positions[slot];
    let index = market.funding_index(position.base);
    let received = funding::funding_payment(position.base, index, position.last_funding_index).or_refuse()?;
    position.last_funding_index = index;
    position.funding_paid = position.funding_paid.minus(received)?;
    if position.base != 0 {
        position.quote_break_even = position.quote_break_even.plus(received)?;
    }
    book_market_cash(sub, slot, received, now)?;
    market.ledger.funding_pot = market.ledger.funding_pot.minus(received)?;
    Ok(-received)
}

/// Applies a trade with the pool; the account must be settled. Returns the realised PnL, which is now in the balance.
pub fn trade_with_pool(sub: &mut SubAccount, slot: usize, market: &mut Market, trade: &Trade) -> Result<i64> {
    let realised_pnl = apply_trade(sub, slot, market, trade)?;
    apply_to_pool(&mut market.ledger, trade.base, trade.quote)?;
    Ok(realised_pnl)
}

/// One user's side of a trade: position, balance, open interest. The other sides must be applied in the same
/// instruction.
pub fn apply_trade(sub: &mut SubAccount, slot: usize, market: &mut Market, trade: &Trade) -> Result<i64> {
    let position = &mut sub.positions[slot];
    let base_before = position.base;
    let held = fills::Position {
        base: position.base,
        quote_entry: position.quote_entry,
        quote_break_even: position.quote_break_even,
    };
    let outcome = fills::apply_fill(&held, trade.base, trade.quote, trade.cost).or_refuse()?;
    position.base = outcome.position.base;
    position.quote_entry = outcome.position.quote_entry;
    position.quote_break_even = outcome.position.quote_break_even;
    position.last_funding_index = market.funding_index(position.base);
    position.realised_pnl = position.realised_pnl.plus(outcome.realised_pnl)?;
    position.fees_paid = position.fees_paid.plus(trade.cost.max(0).unsigned_abs())?;
    if base_before == 0 || base_before.signum() != position.base.signum() {
        position.opened_at = trade.at;
    }
    let base_after = position.base;
    book_market_cash(sub, slot, outcome.realised_pnl.minus(trade.cost)?, trade.at)?;

    move_open_interest(&mut market.ledger, base_before, base_after)?;
    sweep_funding_dust(&mut market.ledger)?;
    Ok(outcome.realised_pnl)
}

/// The pool's side of what users traded with it, signed as they see it; zero when they traded among themselves.
pub fn apply_to_pool(ledger: &mut MarketLedger, base: i64, quote: i64) -> Result<()> {
    ledger.pool_base = ledger.pool_base.minus(base)?;
    ledger.pool_quote = ledger.pool_quote.minus(quote)?;
    Ok(())
}

fn move_open_interest(ledger: &mut MarketLedger, before: i64, after: i64) -> Result<()> {
    let long = |base: i64| base.max(0).unsigned_abs();
    let short = |base: i64| base.min(0).unsigned_abs();
    ledger.open_interest_long = ledger.open_interest_long.minus(long(before))?.plus(long(after))?;
    ledger.open_interest_short = ledger.open_interest_short.minus(short(before))?.plus(short(after))?;
    Ok(())
}

/// When nobody holds anything every payer has settled: what is left of the pot is rounding, and insurance's.
fn sweep_funding_dust(ledger: &mut MarketLedger) -> Result<()> {
    if ledger.open_interest_long == 0 && ledger.open_interest_short == 0 && ledger.funding_pot > 0 {
        ledger.insurance_fees = ledger.insurance_fees.plus(ledger.funding_pot.unsigned_abs())?;
        ledger.funding_pot = 0;
    }
    Ok(())
}

/// Divides a trading fee. A deficit is repaid before anybody gets a share.
pub fn collect_fee(ledger: &mut MarketLedger, params: &ExchangeParams, fee: u64) -> Result<()> {
    let left = repay_deficit(ledger, fee)?;
    let split = fees::split_fee(left, params.pool_fee_share_bps, params.treasury_fee_share_bps).or_refuse()?;
    ledger.pool_allocation = ledger.pool_allocation.plus(split.pool)?;
    ledger.treasury_fees = ledger.treasury_fees.plus(split.treasury)?;
    ledger.insurance_fees = ledger.insurance_fees.plus(split.insurance)?;
    Ok(())
}

/// Pays the market's deficit from `income`; returns what is left of it.
pub fn repay_deficit(ledger: &mut MarketLedger, income: u64) -> Result<u64> {
    let repaid = income.min(ledger.deficit);
    ledger.deficit = ledger.deficit.minus(repaid)?;
    income.minus(repaid)
}

/// Credits whoever cranked the instruction, after the interest of its own debt. Returns the account's sequence and
/// balance (0, 0 without one).
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

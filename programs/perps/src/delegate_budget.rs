//! What a delegate may lose: an account bled to a friend by bad prices and needless fees loses at most the budget a day,
//! and what its orders in flight cost when that was used up.
use anchor_lang::prelude::*;
use perps_math::orders::loss_against_oracle;

use crate::arithmetic::{Checked, OrRefuse};
use crate::errors::PerpsError;
use crate::state::{order_flags, Order, SubAccount};

/// What is left of the budget of 24 hours, quote 1e6.
pub fn budget_left(sub: &SubAccount, now: i64) -> Result<u64> {
    Ok(sub.delegate_budget.saturating_sub(sub.delegate_spent_by(now)?))
}

/// Who has used it up places and changes nothing until some has come back.
pub fn require_budget_left(sub: &SubAccount, now: i64) -> Result<()> {
    require!(budget_left(sub, now)? > 0, PerpsError::DelegateBudgetUsed);
    Ok(())
}

/// Charges a fill of a delegate's order with its loss against the oracle (1e6) and its `costs` (fees and reward, 1e6).
/// False when the budget does not hold it.
pub fn charge_delegate(
    sub: &mut SubAccount,
    order: &Order,
    (size, quote): (u64, u64),
    costs: u64,
    oracle: u64,
    now: i64,
) -> Result<bool> {
    if !order.has(order_flags::BY_DELEGATE) {
        return Ok(true);
    }
    let loss = loss_against_oracle(order.is_buy(), size, quote, oracle).or_refuse()?;
    sub.restore_delegate_budget(now)?;
    sub.delegate_spent = sub.delegate_spent.plus(loss)?.plus(costs)?;
    Ok(sub.delegate_spent <= sub.delegate_budget)
}

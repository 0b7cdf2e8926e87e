//! What a delegate may lose: an account bled to a friend by bad prices and needless fees loses at most the budget a day.
//! What an order that nobody can take back may cost is asked when it is placed; what rests is asked when it fills.
use anchor_lang::prelude::*;
use perps_math::orders::loss_against_oracle;

use crate::arithmetic::{Checked, OrRefuse};
use crate::errors::PerpsError;
use crate::margin::MarginAccounts;
use crate::state::{order_flags, Order, SubAccount};

/// The owner, or a delegate with something left to lose: one without takes no new risk until some has come back.
pub fn require_trader(sub: &SubAccount, key: &Pubkey, now: i64) -> Result<()> {
    require!(sub.may_trade(key, now), PerpsError::NotTrader);
    require!(*key == sub.authority || budget_left(sub, now)? > 0, PerpsError::DelegateBudgetUsed);
    Ok(())
}

/// Call after a delegate placed or changed an order: the budget holds what its orders may cost.
pub fn require_budget(sub: &SubAccount, risk: &MarginAccounts, now: i64) -> Result<()> {
    require!(committed(sub, risk, now)? <= budget_left(sub, now)?, PerpsError::DelegateBudgetUsed);
    Ok(())
}

/// Charges a fill of a delegate's order with its loss against the oracle (1e6) and its `costs` (fees and reward, 1e6).
/// False when an order that rested must not fill for it. One at its one price fills all the same: it was asked when it
/// was placed, and a budget lowered, or used up, once that price is known would be a free cancel.
pub fn charge_delegate(
    sub: &mut SubAccount,
    order: &Order,
    (size, quote): (u64, u64),
    costs: u64,
    oracle: u64,
    risk: &MarginAccounts,
    now: i64,
) -> Result<bool> {
    if !order.has(order_flags::BY_DELEGATE) {
        return Ok(true);
    }
    let loss = loss_against_oracle(order.is_buy(), size, quote, oracle).or_refuse()?;
    sub.restore_delegate_budget(now)?;
    sub.delegate_spent = sub.delegate_spent.plus(loss)?.plus(costs)?;
    Ok(order.is_in_flight(now) || sub.delegate_spent.plus(committed(sub, risk, now)?)? <= sub.delegate_budget)
}

/// Of the budget of 24 hours, quote 1e6.
fn budget_left(sub: &SubAccount, now: i64) -> Result<u64> {
    Ok(sub.delegate_budget.saturating_sub(sub.delegate_spent_by(now)?))
}

/// What the delegate's orders that take may still cost.
fn committed(sub: &SubAccount, risk: &MarginAccounts, now: i64) -> Result<u64> {
    risk.cost_of_takers(sub, |order| order.has(order_flags::BY_DELEGATE), now)
}

//! What a delegate may lose: an account bled to a friend by bad prices and needless fees loses at most the budget a day.
use anchor_lang::prelude::*;
use perps_math::orders::loss_against_oracle;

use crate::arithmetic::{Checked, OrRefuse};
use crate::state::{order_flags, Order, SubAccount};

/// Charges a fill of a delegate's order with its loss against the oracle (1e6) and its `costs` (fees and reward, 1e6).
/// False when the budget of 24 hours does not hold it.
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

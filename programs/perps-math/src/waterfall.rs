//! Who bears a loss that an account cannot: insurance, the pool, then everyone in the market.

use crate::error::MathResult;
use crate::fixed::{mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::{BASE, RATIO};

/// One bankruptcy moves the index of a market by at most this share of its price, 1e4 (2.5 %).
const MAX_SOCIALISED: u32 = 250;
/// Price 1e6 → funding index 1e9.
const INDEX_PER_PRICE: u64 = 1_000;

/// Amounts quote 1e6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LossInputs {
    /// What the bankrupt account could not pay.
    pub loss: u64,
    /// Balance of the insurance fund, the floor it keeps, and what this market may still draw.
    pub insurance: u64,
    pub insurance_floor: u64,
    pub insurance_cap: u64,
    /// What the market's pool may still bear.
    pub pool_cap: u64,
    /// Users' open interest after the bankrupt position is gone, base 1e9.
    pub open_interest_long: u64,
    pub open_interest_short: u64,
    /// Oracle price, 1e6.
    pub price: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LossShares {
    pub from_insurance: u64,
    pub from_pool: u64,
    /// Added to the long funding index and taken from the short one, 1e9.
    pub index_delta: i64,
    /// What the index will collect from longs and shorts, rounded down.
    pub from_longs: u64,
    pub from_shorts: u64,
    /// Collected beyond the loss, to insurance.
    pub residue: u64,
    /// Still nobody's: recorded on the market, repaid before any fee leaves it.
    pub deficit: u64,
}

/// a = min(loss, max(0, insurance − floor), cap); b = min(rest, pool cap);
/// per base = min(⌈rest·1e9 / (L + S)⌉, 2.5 % of the price); the rest is the deficit. Errors: `Overflow`.
pub fn share_loss(inputs: &LossInputs) -> MathResult<LossShares> {
    let from_insurance =
        inputs.loss.min(inputs.insurance.saturating_sub(inputs.insurance_floor)).min(inputs.insurance_cap);
    let uninsured = inputs.loss.minus(from_insurance)?;
    let from_pool = uninsured.min(inputs.pool_cap);
    let rest = uninsured.minus(from_pool)?;

    let per_base = socialised_per_base(rest, inputs)?;
    let collect = |open_interest: u64| -> MathResult<u64> {
        narrow(mul_div_floor(u128::from(open_interest), u128::from(per_base), u128::from(BASE))?)
    };
    let (from_longs, from_shorts) = (collect(inputs.open_interest_long)?, collect(inputs.open_interest_short)?);
    let collected = from_longs.plus(from_shorts)?;
    Ok(LossShares {
        from_insurance,
        from_pool,
        index_delta: narrow(per_base.times(INDEX_PER_PRICE)?)?,
        from_longs,
        from_shorts,
        residue: collected.saturating_sub(rest),
        deficit: rest.saturating_sub(collected),
    })
}

/// Price 1e6 each base unit loses, rounded up and capped; zero without open interest.
fn socialised_per_base(rest: u64, inputs: &LossInputs) -> MathResult<u64> {
    let open_interest = u128::from(inputs.open_interest_long).plus(u128::from(inputs.open_interest_short))?;
    if open_interest == 0 {
        return Ok(0);
    }
    let exact = mul_div_ceil(u128::from(rest), u128::from(BASE), open_interest)?;
    let cap = mul_div_floor(u128::from(inputs.price), u128::from(MAX_SOCIALISED), u128::from(RATIO))?;
    narrow(exact.min(cap))
}

/// The part of an account's debt (quote 1e6) that one market answers for: debt·here / everywhere, rounded
/// up, at most the debt. `loss_here`, `loss_everywhere`: what the account lost in it and in all its markets. A debt is
/// borne by the markets that made it, so that the caps per market bound the right one; asked with the debt and the
/// losses still unassigned, the parts add up to the whole debt. Errors: `DivisionByZero` without any loss.
pub fn share_of_debt(debt: u64, loss_here: u64, loss_everywhere: u64) -> MathResult<u64> {
    let share = mul_div_ceil(u128::from(debt), u128::from(loss_here), u128::from(loss_everywhere))?;
    narrow(share.min(u128::from(debt)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::MathError;

    #[test]
    fn a_debt_goes_to_the_markets_that_made_it() {
        assert_eq!(share_of_debt(100, 1, 3), Ok(34));
        assert_eq!(share_of_debt(66, 2, 2), Ok(66));
        assert_eq!(share_of_debt(100, 0, 3), Ok(0));
        assert_eq!(share_of_debt(u64::MAX, u64::MAX, 1), Ok(u64::MAX));
        assert_eq!(share_of_debt(100, 0, 0), Err(MathError::DivisionByZero));
    }
}

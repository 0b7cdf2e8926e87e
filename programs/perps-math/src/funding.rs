//! Funding: what longs and shorts pay each other so that the mark stays near the oracle.

use crate::error::{MathError, MathResult};
use crate::fixed::{floor_div_signed, narrow, Checked};

/// Seconds in the period a premium is quoted for.
pub const FUNDING_PERIOD: i64 = 86_400;
/// A gap longer than this accrues only this much; the rest is forgiven (and logged by the program).
pub const MAX_ACCRUAL_SECONDS: u64 = 3_600;
/// The premium every day starts from: oracle / 5000 (2 bp).
const OFFSET_DIVISOR: u64 = 5_000;
/// Marks within oracle / 2000 (5 bp) of the oracle count as equal to it.
const DEAD_ZONE_DIVISOR: u64 = 2_000;
/// Price 1e6 → funding index 1e9.
const INDEX_PER_PRICE: i128 = 1_000;
/// base 1e9 × index 1e9 → quote 1e6.
const PAYMENT_SCALE: i128 = 1_000_000_000_000;

/// State of a market's accrual. All prices are those that were true since the last touch: accrue before changing them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundingInputs {
    /// Oracle price, 1e6.
    pub oracle: u64,
    /// Mark price, 1e6.
    pub mark: u64,
    /// The premium stays within ± oracle / this: 33, 20 or 10 by the market's tier.
    pub clamp_divisor: u32,
    /// Time since the last touch.
    pub seconds: u64,
    /// Remainder the last touch left, 0..86 400.
    pub remainder: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundingAccrual {
    /// Premium x per day, price 1e6, after dead zone and clamp; positive: longs pay.
    pub premium: i64,
    /// Change of both cumulative indices, 1e9.
    pub index_delta: i64,
    /// Carried to the next touch, 0..86 400.
    pub remainder: i64,
    /// Seconds beyond [`MAX_ACCRUAL_SECONDS`], which nobody pays for.
    pub forgiven: u64,
}

/// Daily premium, price 1e6, signed. s = mark − oracle; within the dead zone only the offset counts.
/// Quotients round down (they are bounds of magnitudes). Errors: `DivisionByZero`, `Overflow`.
pub fn funding_premium(oracle: u64, mark: u64, clamp_divisor: u32) -> MathResult<i64> {
    let bound = oracle.checked_div(u64::from(clamp_divisor)).ok_or(MathError::DivisionByZero)?;
    let bound: i64 = narrow(bound)?;
    let offset = i128::from(oracle.wrapping_div(OFFSET_DIVISOR));
    let spread = i128::from(mark).minus(i128::from(oracle))?;
    let premium = if spread.unsigned_abs() <= u128::from(oracle.wrapping_div(DEAD_ZONE_DIVISOR)) {
        offset
    } else {
        spread.plus(offset)?
    };
    narrow(premium.clamp(i128::from(bound).times(-1)?, i128::from(bound)))
}

/// One touch of the market. n = x·1000·dt + rem; Δ = ⌊n / 86 400⌋, rem = n mod 86 400, so many short touches add up
/// to exactly what one long touch gives. Errors: `DivisionByZero` (clamp divisor), `Overflow`.
pub fn accrue_funding(inputs: &FundingInputs) -> MathResult<FundingAccrual> {
    let premium = funding_premium(inputs.oracle, inputs.mark, inputs.clamp_divisor)?;
    let seconds = inputs.seconds.min(MAX_ACCRUAL_SECONDS);
    let numerator =
        i128::from(premium).times(INDEX_PER_PRICE)?.times(i128::from(seconds))?.plus(i128::from(inputs.remainder))?;
    let index_delta = floor_div_signed(numerator, i128::from(FUNDING_PERIOD))?;
    Ok(FundingAccrual {
        premium,
        index_delta: narrow(index_delta)?,
        remainder: narrow(numerator.minus(index_delta.times(i128::from(FUNDING_PERIOD))?)?)?,
        forgiven: inputs.seconds.saturating_sub(MAX_ACCRUAL_SECONDS),
    })
}

/// Cash (quote 1e6, signed) an account receives for holding `base` (1e9) while its side's index moved from
/// `last_index` to `index`: ⌊−base·Δ / 1e12⌋. Negative is a payment, rounded up; positive a receipt, rounded down.
/// Errors: `Overflow`.
pub fn funding_payment(base: i64, index: i64, last_index: i64) -> MathResult<i64> {
    let delta = i128::from(last_index).minus(i128::from(index))?;
    narrow(floor_div_signed(i128::from(base).times(delta)?, PAYMENT_SCALE)?)
}

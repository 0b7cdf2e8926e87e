//! From a published price to ours, and how long it may be used.

use crate::error::{MathError, MathResult};
use crate::fixed::{mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::RATIO;

const MIN_EXPONENT: i32 = -18;
/// Decimals of our prices.
const PRICE_DECIMALS: i32 = 6;

/// A published price · 10^exponent as price 1e6, rounded down.
/// Errors: `InvalidPrice` when it is not positive (before or after rounding) or the exponent is outside −18..=0,
/// `Overflow`.
pub fn scale_price(value: i64, exponent: i32) -> MathResult<u64> {
    let value = u128::try_from(value).map_err(|_| MathError::InvalidPrice)?;
    let (multiplier, divisor) = price_scale(exponent)?;
    match narrow(mul_div_floor(value, multiplier, divisor)?)? {
        0 => Err(MathError::InvalidPrice),
        price => Ok(price),
    }
}

/// A published confidence interval · 10^exponent as price 1e6, rounded up: doubt is never rounded away.
/// Errors: `InvalidPrice` for an exponent outside −18..=0, `Overflow`.
pub fn scale_confidence(value: u64, exponent: i32) -> MathResult<u64> {
    let (multiplier, divisor) = price_scale(exponent)?;
    narrow(mul_div_ceil(u128::from(value), multiplier, divisor)?)
}

/// |price − EMA| / EMA, 1e4, rounded up. Errors: `DivisionByZero` for an EMA of zero, `Overflow`.
pub fn ema_gap(price: u64, ema: u64) -> MathResult<u32> {
    let gap = mul_div_ceil(u128::from(price.abs_diff(ema)), u128::from(RATIO), u128::from(ema))?;
    narrow(gap.min(u128::from(u32::MAX)))
}

/// confidence / price, 1e4, rounded up. Errors: `DivisionByZero` for a price of zero.
pub fn confidence_ratio(price: u64, confidence: u64) -> MathResult<u32> {
    let ratio = mul_div_ceil(u128::from(confidence), u128::from(RATIO), u128::from(price))?;
    narrow(ratio.min(u128::from(u32::MAX)))
}

/// Oldest price (seconds) that may fill an order: the faster the market moves, the fresher it must be.
/// `ema_gap` 1e4: up to 1 % → 10 s, up to 3 % → 5 s, above → 2 s.
pub fn max_fill_age(ema_gap: u32) -> u64 {
    match ema_gap {
        0..=100 => 10,
        101..=300 => 5,
        _ => 2,
    }
}

/// (multiplier, divisor) that turn 10^exponent into 1e6.
fn price_scale(exponent: i32) -> MathResult<(u128, u128)> {
    if !(MIN_EXPONENT..=0).contains(&exponent) {
        return Err(MathError::InvalidPrice);
    }
    let shift = i128::from(exponent).plus(i128::from(PRICE_DECIMALS))?;
    let power = 10u128.checked_pow(narrow(shift.unsigned_abs())?).ok_or(MathError::Overflow)?;
    Ok(if shift >= 0 { (power, 1) } else { (1, power) })
}

//! What an order's own numbers mean: its price limit, and a part of a position.

use crate::error::MathResult;
use crate::fixed::{mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::{BASE, RATIO};

/// True when trading `size` (base 1e9) for `quote` (1e6) is no worse for the order's owner than `limit_price` (1e6):
/// a buyer pays at most ⌊size·limit / 1e9⌋, a seller gets at least ⌈size·limit / 1e9⌉. Errors: `Overflow`.
pub fn is_within_limit(is_buy: bool, size: u64, quote: u64, limit_price: u64) -> MathResult<bool> {
    let at_limit = u128::from(size).times(u128::from(limit_price))?;
    let traded = u128::from(quote).times(u128::from(BASE))?;
    Ok(if is_buy { traded <= at_limit } else { traded >= at_limit })
}

/// Price limit (1e6) `slippage` (1e4) worse than the oracle: a buyer's rounds down, a seller's up.
/// Errors: `Overflow`, also when a seller's slippage exceeds 100 %.
pub fn slippage_limit(is_buy: bool, price: u64, slippage: u32) -> MathResult<u64> {
    let (price, ratio) = (u128::from(price), u128::from(RATIO));
    if is_buy {
        narrow(mul_div_floor(price, ratio.plus(u128::from(slippage))?, ratio)?)
    } else {
        narrow(mul_div_ceil(price, ratio.minus(u128::from(slippage))?, ratio)?)
    }
}

/// Share (`fraction` 1e4) of `held` base (1e9), rounded up to `step`, at most `held`.
/// Errors: `DivisionByZero` without a step, `Overflow`.
pub fn fraction_size(held: u64, fraction: u32, step: u64) -> MathResult<u64> {
    let exact = mul_div_ceil(u128::from(held), u128::from(fraction), u128::from(RATIO))?;
    let stepped = mul_div_ceil(exact, 1, u128::from(step))?.times(u128::from(step))?;
    narrow(stepped.min(u128::from(held)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_admits_its_own_price_and_not_one_unit_worse() {
        // 0.333333333 SOL at $150: 49.99999995, so a buyer at the limit pays at most 49 999 999 units.
        assert_eq!(is_within_limit(true, 333_333_333, 49_999_999, 150_000_000), Ok(true));
        assert_eq!(is_within_limit(true, 333_333_333, 50_000_000, 150_000_000), Ok(false));
        assert_eq!(is_within_limit(false, 333_333_333, 50_000_000, 150_000_000), Ok(true));
        assert_eq!(is_within_limit(false, 333_333_333, 49_999_999, 150_000_000), Ok(false));
    }

    #[test]
    fn default_limits_round_towards_the_oracle() {
        assert_eq!(slippage_limit(true, 150_000_001, 50), Ok(150_750_001));
        assert_eq!(slippage_limit(false, 150_000_001, 50), Ok(149_250_001));
    }

    #[test]
    fn a_fraction_rounds_up_to_the_step_and_never_beyond_the_position() {
        assert_eq!(fraction_size(1_000_000_000, 2_500, 100_000_000), Ok(300_000_000));
        assert_eq!(fraction_size(1_050_000_000, 10_000, 100_000_000), Ok(1_050_000_000));
        assert_eq!(fraction_size(1, 1, 1), Ok(1));
    }
}

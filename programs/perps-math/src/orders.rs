//! What an order's own numbers mean: its price limit, its trigger, and a part of a position.

use crate::error::{MathError, MathResult};
use crate::fees::taker_fee;
use crate::fixed::{ceil_div, mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::{BASE, RATIO};

/// A trailing stop's extreme moves by at least this share of itself, 1e4 (5 bp): anyone may ratchet, nobody is paid.
pub const RATCHET_STEP: u32 = 5;

/// True when trading `size` (base 1e9) for `quote` (1e6) is no worse for the order's owner than `limit_price` (1e6):
/// a buyer pays at most ⌊size·limit / 1e9⌋, a seller gets at least ⌈size·limit / 1e9⌉. Errors: `Overflow`.
pub fn is_within_limit(is_buy: bool, size: u64, quote: u64, limit_price: u64) -> MathResult<bool> {
    let at_limit = u128::from(size).times(u128::from(limit_price))?;
    let traded = u128::from(quote).times(u128::from(BASE))?;
    Ok(if is_buy { traded <= at_limit } else { traded >= at_limit })
}

/// Quote (1e6) of trading `size` (base 1e9) at exactly `limit_price` (1e6), rounded so that the limit holds: a buyer's
/// down, a seller's up. Errors: `Overflow`.
pub fn limit_quote(is_buy: bool, size: u64, limit_price: u64) -> MathResult<u64> {
    let (size, price) = (u128::from(size), u128::from(limit_price));
    narrow(if is_buy {
        mul_div_floor(size, price, u128::from(BASE))?
    } else {
        mul_div_ceil(size, price, u128::from(BASE))?
    })
}

/// True when trading `size` (base 1e9) for `quote` (1e6) is, per unit of base, no worse for a buyer or seller than trading
/// `other_size` for `other_quote`. Exact. Errors: `Overflow`.
pub fn is_no_worse(is_buy: bool, size: u64, quote: u64, other_size: u64, other_quote: u64) -> MathResult<bool> {
    let price = u128::from(quote).times(u128::from(other_size))?;
    let other_price = u128::from(other_quote).times(u128::from(size))?;
    Ok(if is_buy { price <= other_price } else { price >= other_price })
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

/// Price limit (1e6) of a pegged order: `offset` from the oracle, but a buyer's at most and a seller's at least `bound`
/// (0: none). Exact. Errors: `InvalidPrice` when oracle + offset is not positive, `Overflow`.
pub fn pegged_limit(is_buy: bool, oracle: u64, offset: i64, bound: u64) -> MathResult<u64> {
    let limit = positive_price(i128::from(oracle).plus(i128::from(offset))?)?;
    Ok(match (bound, is_buy) {
        (0, _) => limit,
        (_, true) => limit.min(bound),
        (_, false) => limit.max(bound),
    })
}

/// True once the oracle has reached the trigger, from the side the order waits on. Prices 1e6.
pub fn is_triggered(is_above: bool, trigger_price: u64, oracle: u64) -> bool {
    if is_above {
        oracle >= trigger_price
    } else {
        oracle <= trigger_price
    }
}

/// Trigger (1e6) of a trailing stop: a sell stop, which protects a long, sits `distance` below the highest price seen, a
/// buy stop above the lowest. Exact. Errors: `InvalidPrice` when it is not positive, `Overflow`.
pub fn trailing_trigger(is_buy: bool, extreme: u64, distance: u64) -> MathResult<u64> {
    let (extreme, distance) = (i128::from(extreme), i128::from(distance));
    positive_price(if is_buy { extreme.plus(distance)? } else { extreme.minus(distance)? })
}

/// The extreme (1e6) of a trailing stop after `price`: the price itself when it is better for the position (higher for a
/// sell stop, lower for a buy stop) by at least [`RATCHET_STEP`] of the old extreme, else none.
/// Errors: `InvalidPrice` for a price of zero.
pub fn ratchet(is_buy: bool, extreme: u64, price: u64) -> MathResult<Option<u64>> {
    if price == 0 {
        return Err(MathError::InvalidPrice);
    }
    let gain = if is_buy { extreme.saturating_sub(price) } else { price.saturating_sub(extreme) };
    let step = mul_div_ceil(u128::from(extreme), u128::from(RATCHET_STEP), u128::from(RATIO))?;
    Ok((gain > 0 && u128::from(gain) >= step).then_some(price))
}

/// True when trading `size` (base 1e9) for `quote` (1e6) is within `band` (1e4) of its value at the oracle (1e6):
/// |quote − size·P| ≤ band·size·P, without rounding. Errors: `Overflow` for a band above 100 % of an extreme value.
pub fn is_near_oracle(size: u64, quote: u64, oracle: u64, band: u32) -> MathResult<bool> {
    let (value, traded) = at_scale(size, quote, oracle)?;
    // The gap is whole, so comparing it with the floor is comparing it with the exact product.
    Ok(value.abs_diff(traded) <= mul_div_floor(value, u128::from(band), u128::from(RATIO))?)
}

/// What trading `size` (base 1e9) for `quote` (1e6) loses against the oracle (1e6), quote 1e6, rounded up; zero when it
/// gains. Errors: `Overflow`.
pub fn loss_against_oracle(is_buy: bool, size: u64, quote: u64, oracle: u64) -> MathResult<u64> {
    let (value, traded) = at_scale(size, quote, oracle)?;
    let loss = if is_buy { traded.saturating_sub(value) } else { value.saturating_sub(traded) };
    narrow(ceil_div(loss, u128::from(BASE))?)
}

/// The most that filling `size` (base 1e9) within `limit_price` can cost against the oracle (both 1e6): the loss at the
/// limit and the fee (ppm) there, quote 1e6, rounded up. Errors: `Overflow`.
pub fn worst_cost(is_buy: bool, size: u64, limit_price: u64, oracle: u64, fee_ppm: u32) -> MathResult<u64> {
    let quote = limit_quote(is_buy, size, limit_price)?;
    loss_against_oracle(is_buy, size, quote, oracle)?.plus(taker_fee(quote, fee_ppm)?)
}

/// (size at the oracle, quote), both at base 1e9 × quote 1e6.
fn at_scale(size: u64, quote: u64, oracle: u64) -> MathResult<(u128, u128)> {
    Ok((u128::from(size).times(u128::from(oracle))?, u128::from(quote).times(u128::from(BASE))?))
}

fn positive_price(price: i128) -> MathResult<u64> {
    if price <= 0 {
        return Err(MathError::InvalidPrice);
    }
    narrow(price)
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
    fn the_quote_at_a_limit_is_within_it_and_one_unit_more_is_not() {
        assert_eq!(limit_quote(true, 333_333_333, 150_000_000), Ok(49_999_999));
        assert_eq!(limit_quote(false, 333_333_333, 150_000_000), Ok(50_000_000));
        assert_eq!(limit_quote(true, u64::MAX, u64::MAX), Err(MathError::Overflow));
        for is_buy in [true, false] {
            let quote = limit_quote(is_buy, 333_333_333, 150_000_001).unwrap();
            let worse = if is_buy { quote + 1 } else { quote - 1 };
            assert_eq!(is_within_limit(is_buy, 333_333_333, quote, 150_000_001), Ok(true));
            assert_eq!(is_within_limit(is_buy, 333_333_333, worse, 150_000_001), Ok(false));
        }
    }

    #[test]
    fn prices_of_different_sizes_compare_exactly() {
        // 1/3 against 33 333 333 333/100 000 000 000.
        assert_eq!(is_no_worse(true, 3, 1, 100_000_000_000, 33_333_333_333), Ok(false));
        assert_eq!(is_no_worse(false, 3, 1, 100_000_000_000, 33_333_333_333), Ok(true));
        assert_eq!([true, false].map(|is_buy| is_no_worse(is_buy, 3, 1, 6, 2)), [Ok(true), Ok(true)]);
        assert_eq!(is_no_worse(true, u64::MAX, u64::MAX, u64::MAX, u64::MAX), Ok(true));
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
    #[test]
    fn a_pegged_order_follows_the_oracle_up_to_its_bound() {
        assert_eq!(pegged_limit(true, 150_000_000, -250_000, 0), Ok(149_750_000));
        assert_eq!(pegged_limit(true, 150_000_000, -250_000, 149_000_000), Ok(149_000_000));
        assert_eq!(pegged_limit(false, 150_000_000, 250_000, 149_000_000), Ok(150_250_000));
        assert_eq!(pegged_limit(false, 150_000_000, 250_000, 151_000_000), Ok(151_000_000));
        assert_eq!(pegged_limit(true, 5, -5, 9), Err(MathError::InvalidPrice), "a bound does not save a price of zero");
        assert_eq!(pegged_limit(true, 5, i64::MIN, 0), Err(MathError::InvalidPrice));
        assert_eq!(pegged_limit(false, u64::MAX, 1, 1), Err(MathError::Overflow));
    }

    #[test]
    fn a_trigger_fires_at_its_own_price() {
        assert_eq!([99, 100, 101].map(|oracle| is_triggered(true, 100, oracle)), [false, true, true]);
        assert_eq!([99, 100, 101].map(|oracle| is_triggered(false, 100, oracle)), [true, true, false]);
    }

    #[test]
    fn a_trailing_stop_keeps_its_distance_from_the_extreme() {
        assert_eq!(trailing_trigger(false, 150_000_000, 3_000_000), Ok(147_000_000));
        assert_eq!(trailing_trigger(true, 150_000_000, 3_000_000), Ok(153_000_000));
        assert_eq!(trailing_trigger(false, 3_000_000, 3_000_000), Err(MathError::InvalidPrice));
        assert_eq!(trailing_trigger(true, u64::MAX, 1), Err(MathError::Overflow));
    }

    #[test]
    fn an_extreme_moves_five_basis_points_at_a_time_and_only_for_the_better() {
        assert_eq!(ratchet(false, 150_000_000, 150_074_999), Ok(None));
        assert_eq!(ratchet(false, 150_000_000, 150_075_000), Ok(Some(150_075_000)));
        assert_eq!(ratchet(false, 150_000_000, 1), Ok(None));
        assert_eq!(ratchet(true, 150_000_000, 149_925_001), Ok(None));
        assert_eq!(ratchet(true, 150_000_000, 149_925_000), Ok(Some(149_925_000)));
        assert_eq!(ratchet(true, 150_000_000, u64::MAX), Ok(None));
        assert_eq!([ratchet(false, 1, 1), ratchet(true, 0, 1)], [Ok(None), Ok(None)]);
        assert_eq!(ratchet(true, 1, 0), Err(MathError::InvalidPrice));
    }

    #[test]
    fn a_band_includes_its_edge() {
        // 2 % of 0.333333333 SOL at $150 is 0.99999999900: 49 999 999.95 ± 999 999.999.
        let near = |quote| is_near_oracle(333_333_333, quote, 150_000_000, 200);
        assert_eq!([49_000_000, 48_999_999].map(near), [Ok(true), Ok(false)]);
        assert_eq!([50_999_999, 51_000_000].map(near), [Ok(true), Ok(false)]);
        assert_eq!(is_near_oracle(1_000_000_000, 102, 100, 200), Ok(true));
        assert_eq!(is_near_oracle(1_000_000_000, 103, 100, 200), Ok(false));
        assert_eq!(is_near_oracle(0, 0, 100, 0), Ok(true));
        assert_eq!(is_near_oracle(u64::MAX, 1, u64::MAX, 10_001), Err(MathError::Overflow));
    }

    #[test]
    fn a_loss_against_the_oracle_rounds_up() {
        assert_eq!(loss_against_oracle(true, 333_333_333, 50_000_000, 150_000_000), Ok(1));
        assert_eq!(loss_against_oracle(true, 333_333_333, 49_999_999, 150_000_000), Ok(0));
        assert_eq!(loss_against_oracle(false, 333_333_333, 49_000_000, 150_000_000), Ok(1_000_000));
        assert_eq!(loss_against_oracle(false, 333_333_333, 50_000_000, 150_000_000), Ok(0));
        assert_eq!(loss_against_oracle(false, u64::MAX, 0, u64::MAX), Err(MathError::Overflow));
    }

    #[test]
    fn the_worst_cost_is_the_loss_and_the_fee_at_the_limit() {
        // 90 SOL at $150.75 instead of $150, and 5 bp of $13 567.50.
        assert_eq!(worst_cost(true, 90_000_000_000, 150_750_000, 150_000_000, 500), Ok(67_500_000 + 6_783_750));
        assert_eq!(worst_cost(false, 90_000_000_000, 149_250_000, 150_000_000, 500), Ok(67_500_000 + 6_716_250));
        // A limit on the good side of the oracle leaves the fee.
        assert_eq!(worst_cost(true, 1_000_000_000, 149_000_000, 150_000_000, 500), Ok(74_500));
        assert_eq!(worst_cost(false, 1_000_000_000, 0, 150_000_000, 500), Ok(150_000_000));
        assert_eq!(worst_cost(true, u64::MAX, u64::MAX, 1, 1), Err(MathError::Overflow));
    }
}

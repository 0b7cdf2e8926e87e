//! The market's liquidity pool: a linear price curve around the oracle, and the caps that keep it solvent.

use crate::error::{MathError, MathResult};
use crate::fixed::{ceil_div, floor_div_signed, mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::orders::is_within_limit;
use crate::{BASE, PPM, RATIO};

/// Opening fills keep |d|·P within this share of the pool's equity.
pub const OPEN_CAP: u32 = 4_500;
/// Liquidation take-overs may go this far.
pub const LIQUIDATION_CAP: u32 = 7_000;
/// Share of the curve's depth that one pool fill may take (10 bp).
pub const ONE_FILL_CAP: u32 = 10;
/// Below this share of |d|·P in equity the market is reduce-only by itself.
pub const REDUCE_ONLY_EQUITY: u32 = 5_000;
/// Below this share anyone may settle the market at the oracle.
pub const SETTLE_EQUITY: u32 = 1_500;
/// A market's depth may fall while |d|/K is within this, 1e4 (10 bp).
const LOWER_DEPTH_SKEW: u32 = 10;

/// Denominator of P·base·(1 + spread): base 1e9 × fees 1e6.
const SPREAD_SCALE: u128 = BASE as u128 * PPM as u128;

/// What prices a trade against the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolCurve {
    /// Oracle price, 1e6, > 0.
    pub price: u64,
    /// d: users' net base, 1e9; the pool holds −d.
    pub user_net_base: i64,
    /// K: base, 1e9, > 0. Moving d by K would move the mark by 100 %.
    pub depth: u64,
    /// Half spread against the taker, ppm; see [`half_spread_ppm`].
    pub half_spread_ppm: u32,
}

/// max(s0, ⌈c·conf/price⌉) in ppm: at least the floor, wider when the oracle is unsure. Rounds up.
/// `base_spread_ppm` s0 · `conf_multiplier` c, 1e4 = 1.0 · `price`, `confidence` 1e6.
/// Errors: `InvalidPrice` for a price of zero, `Overflow` beyond `u32`.
pub fn half_spread_ppm(price: u64, confidence: u64, base_spread_ppm: u32, conf_multiplier: u32) -> MathResult<u32> {
    if price == 0 {
        return Err(MathError::InvalidPrice);
    }
    let weighted = u128::from(confidence).times(u128::from(conf_multiplier))?;
    let from_confidence: u32 =
        narrow(mul_div_ceil(weighted, u128::from(PPM), u128::from(price).times(u128::from(RATIO))?)?)?;
    Ok(base_spread_ppm.max(from_confidence))
}

/// Quote (1e6, unsigned) of trading `base` (1e9; > 0 the taker buys, < 0 sells) with the pool.
///
/// A = 2K + 2d + q; a buyer pays ⌈⌈P·q·A / 2K⌉·(1e6 + h) / 1e15⌉, a seller gets the same with floors and (1e6 − h).
/// Path independent before rounding, so splitting a trade or a round trip at one price never profits.
/// Errors: `InvalidPrice`, `DivisionByZero` (no depth), `OutsideCurve`, `Overflow`.
pub fn pool_quote(curve: &PoolCurve, base: i64) -> MathResult<u64> {
    if curve.price == 0 {
        return Err(MathError::InvalidPrice);
    }
    let twice_depth = u128::from(curve.depth).times(2)?;
    let span = i128::from(curve.depth).plus(i128::from(curve.user_net_base))?.times(2)?.plus(i128::from(base))?;
    if span <= 0 {
        return Err(MathError::OutsideCurve);
    }
    let (span, spread) = (span.unsigned_abs(), u128::from(curve.half_spread_ppm));
    let oracle_value = u128::from(curve.price).times(u128::from(base.unsigned_abs()))?;
    if base > 0 {
        let on_curve = mul_div_ceil(oracle_value, span, twice_depth)?;
        narrow(mul_div_ceil(on_curve, u128::from(PPM).plus(spread)?, SPREAD_SCALE)?)
    } else {
        let kept = u128::from(PPM).checked_sub(spread).ok_or(MathError::OutsideCurve)?;
        let on_curve = mul_div_floor(oracle_value, span, twice_depth)?;
        narrow(mul_div_floor(on_curve, kept, SPREAD_SCALE)?)
    }
}

/// (size, quote) of the largest part of `most` that a taker gets within `limit_price` (1e6): all of it, else a multiple of
/// `step`, else nothing. Sizes base 1e9, quote 1e6.
///
/// The average price of the part is judged, as that of every fill is ([`is_within_limit`]): judged by its last unit, an
/// order that is within its limit as a whole would not be filled whole. The average is a straight line in the size, so
/// the largest is where it meets the limit; where a quote's rounding spoils that, where it meets a limit tighter by what
/// rounding can cost. What is left out by that is worth at most a unit of price and two of quote; and where the first
/// step is beyond the limit there is nothing, so that an order fills when it crosses.
/// Errors: as [`pool_quote`]; `DivisionByZero` without a step.
pub fn largest_fill(curve: &PoolCurve, is_buy: bool, limit_price: u64, most: u64, step: u64) -> MathResult<(u64, u64)> {
    let within = |size: u64| -> MathResult<Option<(u64, u64)>> {
        let base: i64 = narrow(size)?;
        let quote = pool_quote(curve, if is_buy { base } else { base.times(-1)? })?;
        Ok(is_within_limit(is_buy, size, quote, limit_price)?.then_some((size, quote)))
    };
    if let Some(whole) = within(most)? {
        return Ok(whole);
    }
    let first = if step <= most { within(step)? } else { None };
    let Some(first) = first else {
        return Ok((0, 0));
    };
    let bound = size_at(curve, is_buy, limit_price)?.max(step);
    let rounding: u64 = narrow(ceil_div(u128::from(BASE).times(2)?, u128::from(bound))?)?;
    let tighter = if is_buy { limit_price.saturating_sub(rounding) } else { limit_price.plus(rounding)? };
    for limit in [limit_price, tighter] {
        let size = size_at(curve, is_buy, limit)?.min(most);
        let on_step = size.minus(size.checked_rem(step).ok_or(MathError::DivisionByZero)?)?;
        if let Some(part) = within(on_step)?.filter(|_| on_step > 0) {
            return Ok(part);
        }
    }
    Ok(first)
}

/// Base (1e9, rounded down) up to which the average price of [`pool_quote`], without its rounding, is within
/// `limit_price` (1e6): a buyer's 2K·limit / (P·(1 + h)) − 2K − 2d, a seller's 2K + 2d − 2K·limit / (P·(1 − h)).
fn size_at(curve: &PoolCurve, is_buy: bool, limit_price: u64) -> MathResult<u64> {
    let (twice_depth, spread) = (u128::from(curve.depth).times(2)?, u128::from(curve.half_spread_ppm));
    let at_limit = u128::from(limit_price).times(u128::from(PPM))?;
    let empty = i128::from(curve.depth).plus(i128::from(curve.user_net_base))?.times(2)?;
    let size = if is_buy {
        let one = u128::from(curve.price).times(u128::from(PPM).plus(spread)?)?;
        narrow::<u128, i128>(mul_div_floor(twice_depth, at_limit, one)?)?.minus(empty)?
    } else {
        let one = u128::from(curve.price).times(u128::from(PPM).minus(spread)?)?;
        empty.minus(narrow(mul_div_ceil(twice_depth, at_limit, one)?)?)?
    };
    narrow(size.clamp(0, i128::from(i64::MAX)))
}

/// Oracle × (1 + d/K), 1e6, rounded down: the pool's mid, for funding and display only.
/// Errors: `DivisionByZero` (no depth), `OutsideCurve` when d ≤ −K, `Overflow`.
pub fn mark_price(price: u64, user_net_base: i64, depth: u64) -> MathResult<u64> {
    let level = i128::from(depth).plus(i128::from(user_net_base))?;
    if depth != 0 && level <= 0 {
        return Err(MathError::OutsideCurve);
    }
    narrow(mul_div_floor(u128::from(price), level.unsigned_abs(), u128::from(depth))?)
}

/// Equity of the pool in one market, quote 1e6, rounded down; negative when the market has eaten its allocation.
///
/// allocation + quote cash − d·P − ⌈P·d² / 2K⌉: the last term is the premium the curve pays back on the way to d = 0.
/// Errors: `DivisionByZero` (no depth), `Overflow`.
pub fn pool_equity(allocation: u64, quote_cash: i64, user_net_base: i64, price: u64, depth: u64) -> MathResult<i64> {
    let d = u128::from(user_net_base.unsigned_abs());
    let premium = mul_div_ceil(d.times(u128::from(price))?, d, u128::from(depth).times(2)?.times(u128::from(BASE))?)?;
    narrow(worth_at(allocation, quote_cash, user_net_base, price)?.minus(narrow(premium)?)?)
}

/// The same in a market that is wound down, where everybody closes at one `price` and the curve pays no premium back:
/// allocation + quote cash − d·P, rounded down. Errors: `Overflow`.
pub fn settled_equity(allocation: u64, quote_cash: i64, user_net_base: i64, price: u64) -> MathResult<i64> {
    narrow(worth_at(allocation, quote_cash, user_net_base, price)?)
}

fn worth_at(allocation: u64, quote_cash: i64, user_net_base: i64, price: u64) -> MathResult<i128> {
    let inventory = floor_div_signed(i128::from(user_net_base).times(i128::from(price))?.times(-1)?, i128::from(BASE))?;
    i128::from(allocation).plus(i128::from(quote_cash))?.plus(inventory)
}

/// Largest |d| (base 1e9, rounded down) with |d|·P ≤ `cap`·equity. Zero when the pool has no equity.
/// `cap` 1e4: [`OPEN_CAP`] or [`LIQUIDATION_CAP`]. Errors: `DivisionByZero` for a price of zero, `Overflow`.
pub fn open_cap_base(equity: i64, price: u64, cap: u32) -> MathResult<u64> {
    let equity = u128::from(u64::try_from(equity).unwrap_or(0));
    narrow(mul_div_floor(
        equity.times(u128::from(cap))?,
        u128::from(BASE),
        u128::from(price).times(u128::from(RATIO))?,
    )?)
}

/// Largest base (1e9, rounded down) that one fill may take from the pool: 10 bp of its depth.
pub fn one_fill_cap(depth: u64) -> MathResult<u64> {
    narrow(mul_div_floor(u128::from(depth), u128::from(ONE_FILL_CAP), u128::from(RATIO))?)
}

/// True when equity < `ratio`·|d|·P: with [`REDUCE_ONLY_EQUITY`] the market takes no opens, with [`SETTLE_EQUITY`]
/// anyone may settle it. `ratio` 1e4. Errors: `Overflow`.
pub fn is_equity_below(equity: i64, user_net_base: i64, price: u64, ratio: u32) -> MathResult<bool> {
    let needed = mul_div_ceil(
        u128::from(user_net_base.unsigned_abs()).times(u128::from(price))?,
        u128::from(ratio),
        u128::from(BASE).times(u128::from(RATIO))?,
    )?;
    Ok(i128::from(equity) < narrow::<u128, i128>(needed)?)
}

/// Depth K (base 1e9, rounded down) at which the open cap moves the mark by 3 %: 0.45·equity / (0.03·price).
/// Errors: `DivisionByZero` for a price of zero, `Overflow`.
pub fn depth_for_equity(equity: u64, price: u64) -> MathResult<u64> {
    narrow(mul_div_floor(u128::from(equity).times(15)?, u128::from(BASE), u128::from(price))?)
}

/// True while |d|/K ≤ 10 bp: lowering K moves the mark of whoever holds d, so it may fall only when hardly anybody does.
/// d and K base 1e9. Errors: none in range.
pub fn may_lower_depth(user_net_base: i64, depth: u64) -> MathResult<bool> {
    let skew = u128::from(user_net_base.unsigned_abs()).times(u128::from(RATIO))?;
    Ok(skew <= u128::from(depth).times(u128::from(LOWER_DEPTH_SKEW))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settled_market_owes_no_premium() {
        // As in a live market, but without the 7.5 of premium that 100 SOL of 100 000 would still pay back.
        let settled = settled_equity(100_000_000_000, 15_010_000_000, 100_000_000_000, 150_000_000).unwrap();
        let live = pool_equity(100_000_000_000, 15_010_000_000, 100_000_000_000, 150_000_000, 100_000_000_000_000);
        assert_eq!((settled, live), (100_010_000_000, Ok(settled - 7_500_000)));
        assert_eq!(settled_equity(0, 0, 1, 1), Ok(-1));
        assert_eq!(settled_equity(0, 0, -1, 1), Ok(0));
        assert_eq!(settled_equity(u64::MAX, i64::MAX, 0, 1), Err(MathError::Overflow));
    }

    #[test]
    fn depth_falls_only_while_the_skew_is_small() {
        assert_eq!(may_lower_depth(100_000_000_000, 100_000_000_000_000), Ok(true));
        assert_eq!(may_lower_depth(-100_000_000_001, 100_000_000_000_000), Ok(false));
        assert_eq!(
            [may_lower_depth(0, 0), may_lower_depth(1, 0), may_lower_depth(i64::MIN, u64::MAX)],
            [Ok(true), Ok(false), Ok(false)]
        );
    }
}

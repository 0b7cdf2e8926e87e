//! How much of a position a liquidation takes, and what it costs.

use crate::error::{MathError, MathResult};
use crate::fixed::{ceil_div, floor_div_signed, mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::margin::margin_requirement;
use crate::{BASE, QUOTE, RATIO};

/// Positions below this notional (quote 1e6, $50) are taken whole.
pub const WHOLE_BELOW: u64 = 50 * QUOTE;
/// The caller's share of the liquidation fee, 1e4 …
const CALLER_SHARE: u32 = 1_000;
/// … and its cap (quote 1e6, $5).
const CALLER_CAP: u64 = 5 * QUOTE;
/// What a liquidator of collateral pays less than the oracle, 1e4 (1 %).
pub const COLLATERAL_DISCOUNT: u32 = 100;
/// base 1e9 × ratios 1e4.
const RATIO_SCALE: u128 = BASE as u128 * RATIO as u128;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiquidationInputs {
    /// Position to reduce, signed, 1e9.
    pub base: i64,
    /// Oracle price of its market, 1e6, > 0.
    pub price: u64,
    /// The account's maintenance collateral, quote 1e6 (`Health::collateral`).
    pub equity: i64,
    /// Σ|base|·P·(MM + buffer) of the whole account, quote 1e6: requirement of `MarginKind::Liquidation`.
    pub target: u64,
    /// Ratios of this market, 1e4. maintenance + buffer must exceed both fees together.
    pub maintenance: u32,
    pub liquidation_buffer: u32,
    pub liquidation_fee: u32,
    pub insurance_fee: u32,
    /// Smallest change of base, 1e9, > 0.
    pub step: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiquidationPlan {
    /// Base to take from the position, 1e9, ≤ |base|.
    pub size: u64,
    /// Quote 1e6, to whoever takes the position over.
    pub liquidation_fee: u64,
    /// Quote 1e6, to insurance; never more than the equity that the first fee leaves.
    pub insurance_fee: u64,
    /// The position closes completely.
    pub whole: bool,
}

/// Size and fees of a liquidation that brings the account to its target. The caller has proved that the account is
/// below maintenance. Size and fees round up.
///
/// Whole below $50, and whole when equity ≤ notional·(both fees); else
/// min(|base|, ⌈⌈S·1e13 / P·(MM + buffer − fees)⌉⌉ to the step) with S = target − equity.
/// Errors: `NotLiquidatable` (equity covers the target), `DivisionByZero` (ratios leave nothing, or no step),
/// `InvalidPrice`, `Overflow`.
pub fn liquidation_size(inputs: &LiquidationInputs) -> MathResult<LiquidationPlan> {
    if inputs.price == 0 {
        return Err(MathError::InvalidPrice);
    }
    let shortage = i128::from(inputs.target).minus(i128::from(inputs.equity))?;
    if shortage <= 0 || inputs.base == 0 {
        return Err(MathError::NotLiquidatable);
    }
    let held = inputs.base.unsigned_abs();
    let value = u128::from(held).times(u128::from(inputs.price))?;
    let is_small = value < u128::from(WHOLE_BELOW).times(u128::from(BASE))?;
    let is_whole = is_small || !equity_covers_fees(inputs)?;
    let size = if is_whole { held } else { partial_size(inputs, shortage.unsigned_abs())? };
    let (liquidation_fee, insurance_fee) = liquidation_fees(size, inputs)?;
    Ok(LiquidationPlan { size, liquidation_fee, insurance_fee, whole: size == held })
}

/// True while the account's equity exceeds ⌊|base|·P·(both fees)⌋ of the position: until then it is reduced in parts,
/// and nobody else is made to close it. Errors: `Overflow`.
pub fn equity_covers_fees(inputs: &LiquidationInputs) -> MathResult<bool> {
    let value = u128::from(inputs.base.unsigned_abs()).times(u128::from(inputs.price))?;
    let fee_bound = mul_div_floor(value, both_fees(inputs)?, RATIO_SCALE)?;
    Ok(i128::from(inputs.equity) > narrow::<u128, i128>(fee_bound)?)
}

/// Liquidation and insurance fee together, 1e4.
fn both_fees(inputs: &LiquidationInputs) -> MathResult<u128> {
    u128::from(inputs.liquidation_fee).plus(u128::from(inputs.insurance_fee))
}

fn partial_size(inputs: &LiquidationInputs, shortage: u128) -> MathResult<u64> {
    let fees = both_fees(inputs)?;
    let reached = u128::from(inputs.maintenance).plus(u128::from(inputs.liquidation_buffer))?;
    let gain = reached.saturating_sub(fees);
    let exact = mul_div_ceil(shortage, RATIO_SCALE, u128::from(inputs.price).times(gain)?)?;
    let steps = mul_div_ceil(exact, 1, u128::from(inputs.step))?;
    let stepped = steps.times(u128::from(inputs.step))?;
    narrow(stepped.min(u128::from(inputs.base.unsigned_abs())))
}

/// (liquidation fee, insurance fee) of taking `size` (base 1e9) at the oracle, quote 1e6, rounded up. The insurance
/// fee is clamp(equity − liquidation fee, 0, its rate): insurance never deepens a loss. Errors: `Overflow`.
pub fn liquidation_fees(size: u64, inputs: &LiquidationInputs) -> MathResult<(u64, u64)> {
    let value = u128::from(size).times(u128::from(inputs.price))?;
    let liquidation: u64 = narrow(mul_div_ceil(value, u128::from(inputs.liquidation_fee), RATIO_SCALE)?)?;
    let cap: u64 = narrow(mul_div_ceil(value, u128::from(inputs.insurance_fee), RATIO_SCALE)?)?;
    let left = i128::from(inputs.equity).minus(i128::from(liquidation))?;
    Ok((liquidation, narrow(left.clamp(0, i128::from(cap)))?))
}

/// Quote (1e6, unsigned) at which the pool takes over `size` (base 1e9, ≤ |base|) of the position, for which it takes
/// `fees` = (liquidation fee, insurance fee): the worse for the liquidated account of oracle ∓ fee and `curve_quote`,
/// the pool's own quote for the same trade. Beyond the fee the curve takes no more than this part's share of the
/// account's equity less the insurance fee, so that no take-over makes a solvent account bankrupt, and none by the curve
/// leaves it with a worse ratio. A part's share is that of its margin in the account's target. What a long gets rounds
/// down (not below zero), what a short pays rounds up. Errors: `DivisionByZero` (target), `Overflow`.
pub fn takeover_quote(inputs: &LiquidationInputs, size: u64, fees: (u64, u64), curve_quote: u64) -> MathResult<u64> {
    let (liquidation_fee, insurance_fee) = fees;
    let most = equity_share(inputs, size)?.saturating_sub(insurance_fee).max(liquidation_fee);
    let at_fee = oracle_quote(inputs, size, liquidation_fee)?;
    let at_most = oracle_quote(inputs, size, most)?;
    Ok(if inputs.base > 0 { at_fee.min(curve_quote.max(at_most)) } else { at_fee.max(curve_quote.min(at_most)) })
}

/// Quote (1e6, unsigned) at which another trader takes over `size` (base 1e9, ≤ |base|): oracle ∓ liquidation fee, but
/// given up is no more than this part's share of the account's equity, as there. So nobody gains at the expense of
/// insurance by taking over an account of his own under another name. Rounds as [`takeover_quote`].
/// Errors: `DivisionByZero` (target), `Overflow`.
pub fn trader_takeover_quote(inputs: &LiquidationInputs, size: u64) -> MathResult<u64> {
    let (liquidation_fee, _) = liquidation_fees(size, inputs)?;
    oracle_quote(inputs, size, liquidation_fee.min(equity_share(inputs, size)?))
}

/// Price (1e6) no resting order that takes part of `size` over may be worse than: that of [`trader_takeover_quote`],
/// rounded in favour of the liquidated account. Errors: `DivisionByZero` (target, size), `Overflow`.
pub fn takeover_limit_price(inputs: &LiquidationInputs, size: u64) -> MathResult<u64> {
    let quote = u128::from(trader_takeover_quote(inputs, size)?);
    let (base, size) = (u128::from(BASE), u128::from(size));
    narrow(if inputs.base > 0 { mul_div_ceil(quote, base, size)? } else { mul_div_floor(quote, base, size)? })
}

/// ⌊equity·part / target⌋, quote 1e6, where the part is the margin of `size` in the target; zero for an account without
/// equity.
fn equity_share(inputs: &LiquidationInputs, size: u64) -> MathResult<u64> {
    let equity = inputs.equity.max(0).unsigned_abs();
    let ratio = inputs.maintenance.saturating_add(inputs.liquidation_buffer);
    let part = margin_requirement(size, inputs.price, ratio)?.min(inputs.target);
    narrow(mul_div_floor(u128::from(equity), u128::from(part), u128::from(inputs.target))?)
}

/// Quote 1e6 of `size` at the oracle, worse by `given` for whoever closes: what a long gets rounds down, not below zero;
/// what a short pays rounds up.
fn oracle_quote(inputs: &LiquidationInputs, size: u64, given: u64) -> MathResult<u64> {
    let value = u128::from(size).times(u128::from(inputs.price))?;
    if inputs.base > 0 {
        Ok(narrow::<u128, u64>(mul_div_floor(value, 1, u128::from(BASE))?)?.saturating_sub(given))
    } else {
        narrow::<u128, u64>(ceil_div(value, u128::from(BASE))?)?.plus(given)
    }
}

/// What the caller of a liquidation earns of its fee: 10 %, at most $5, rounded down. Errors: none in range.
pub fn caller_reward(liquidation_fee: u64) -> MathResult<u64> {
    let share = mul_div_floor(u128::from(liquidation_fee), u128::from(CALLER_SHARE), u128::from(RATIO))?;
    Ok(narrow::<u128, u64>(share)?.min(CALLER_CAP))
}

/// Quote (1e6) that `tokens` of an indebted account cost their liquidator: oracle less [`COLLATERAL_DISCOUNT`], rounded
/// up. `unit`: native units of one whole token, which `price` (1e6) is for.
/// Errors: `InvalidPrice`, `DivisionByZero` (unit), `Overflow`.
pub fn collateral_cost(tokens: u64, price: u64, unit: u64) -> MathResult<u64> {
    let (discounted, whole) = discounted_price(price, unit)?;
    narrow(mul_div_ceil(u128::from(tokens), discounted, whole)?)
}

/// Fewest native token units that cost their liquidator at least `debt` (quote 1e6): nothing is taken beyond what repays
/// it. Errors: `InvalidPrice`, `DivisionByZero` (unit), `Overflow`.
pub fn collateral_for_debt(debt: u64, price: u64, unit: u64) -> MathResult<u64> {
    let (discounted, whole) = discounted_price(price, unit)?;
    // The cost rounds up, so it reaches the debt as soon as it exceeds debt − 1.
    match debt.checked_sub(1) {
        None => Ok(0),
        Some(below) => narrow(mul_div_floor(u128::from(below), whole, discounted)?.plus(1)?),
    }
}

/// Discounted price as (numerator, denominator) for one native token unit.
fn discounted_price(price: u64, unit: u64) -> MathResult<(u128, u128)> {
    if price == 0 {
        return Err(MathError::InvalidPrice);
    }
    if unit == 0 {
        return Err(MathError::DivisionByZero);
    }
    let kept = RATIO.saturating_sub(COLLATERAL_DISCOUNT);
    Ok((u128::from(price).times(u128::from(kept))?, u128::from(unit).times(u128::from(RATIO))?))
}

/// The equity (quote 1e6) a deleveraged position is closed with: a hole in it is the counterparty's only as far as this
/// position made it, `own_pnl` being its unrealised PnL; what other markets lost is theirs.
pub fn deleverage_equity(equity: i64, own_pnl: i64) -> i64 {
    equity.max(own_pnl.min(0))
}

/// Quote (1e6, unsigned) at which closing `size` (≤ |base|, 1e9) of a position leaves nothing of that part's share of
/// `equity` (quote 1e6, signed), which the whole position answers for: all the account's, unless it holds others. It is
/// the oracle value ∓ equity·size / |base|, so below zero equity it is better than the oracle, at the cost of the profit
/// that is deleveraged.
///
/// What a long gets rounds down (not below zero), what a short pays rounds up: the closed account never keeps more than
/// the share of the part that stays open, and exactly nothing when all of it is closed (`unrealised_pnl` rounds the same
/// way).
/// Errors: `DivisionByZero` (base), `Overflow`.
pub fn bankruptcy_quote(base: i64, size: u64, price: u64, equity: i64) -> MathResult<u64> {
    let value = u128::from(size).times(u128::from(price))?;
    let owed = i128::from(equity).times(-1)?.times(i128::from(size))?;
    // −⌊−x⌋ = ⌈x⌉
    let given_up = floor_div_signed(owed, i128::from(base.unsigned_abs()))?.times(-1)?;
    let quote = if base > 0 {
        narrow::<u128, i128>(mul_div_floor(value, 1, u128::from(BASE))?)?.minus(given_up)?
    } else {
        narrow::<u128, i128>(ceil_div(value, u128::from(BASE))?)?.plus(given_up)?
    };
    narrow(quote.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collateral_is_sold_at_one_percent_below_the_oracle() {
        const SOL: u64 = 1_000_000_000;
        assert_eq!(collateral_cost(2 * SOL, 150_000_000, SOL), Ok(297_000_000));
        assert_eq!(collateral_cost(1, 150_000_000, SOL), Ok(1));
        assert_eq!(
            collateral_for_debt(297_000_000, 150_000_000, SOL),
            Ok(1_999_999_994),
            "the fewest that round up to it"
        );
        assert_eq!(collateral_cost(1_999_999_994, 150_000_000, SOL), Ok(297_000_000));
        assert_eq!(collateral_cost(1_999_999_993, 150_000_000, SOL), Ok(296_999_999));
        assert_eq!([0, 1, 2].map(|debt| collateral_for_debt(debt, 150_000_000, SOL)), [Ok(0), Ok(1), Ok(7)]);
        assert_eq!(collateral_for_debt(0, 0, SOL), Err(MathError::InvalidPrice));
        assert_eq!(collateral_cost(1, 1, 0), Err(MathError::DivisionByZero));
        assert_eq!(collateral_cost(u64::MAX, u64::MAX, 1), Err(MathError::Overflow));
        assert_eq!(collateral_for_debt(u64::MAX, 1, u64::MAX), Err(MathError::Overflow));
    }

    /// L1 of the vectors: long 100 SOL at $137 with $400.
    const LONG: LiquidationInputs = LiquidationInputs {
        base: 100_000_000_000,
        price: 137_000_000,
        equity: 400_000_000,
        target: 685_000_000,
        maintenance: 300,
        liquidation_buffer: 200,
        liquidation_fee: 100,
        insurance_fee: 100,
        step: 1_000_000,
    };

    #[test]
    fn another_trader_takes_over_at_the_fee_but_never_for_more_than_the_equity() {
        let quote = |base: i64, equity: i64, size: u64| {
            trader_takeover_quote(&LiquidationInputs { base, equity, ..LONG }, size).unwrap()
        };
        assert_eq!(quote(LONG.base, 400_000_000, 69_344_000_000), 9_500_128_000 - 95_001_280);
        assert_eq!(quote(-LONG.base, 400_000_000, 69_344_000_000), 9_500_128_000 + 95_001_280);
        // A third of $30, rounded down, though the fee would be $45.67.
        assert_eq!(quote(LONG.base, 30_000_001, 33_333_333_333), 4_566_666_666 - 10_000_000);
        assert_eq!(quote(-LONG.base, 30_000_001, 33_333_333_333), 4_566_666_667 + 10_000_000);
        assert_eq!([quote(LONG.base, 0, 1), quote(-LONG.base, -1, 1)], [0, 1]);
        // $135.63, and a third of $10 below $137, each in favour of the account.
        let limit =
            |base: i64, equity: i64, size: u64| takeover_limit_price(&LiquidationInputs { base, equity, ..LONG }, size);
        assert_eq!(limit(LONG.base, 400_000_000, 50_000_000_000), Ok(135_630_000));
        assert_eq!(limit(LONG.base, 10_000_000, 30_000_000_000), Ok(136_900_000));
        assert_eq!(limit(LONG.base, 10_000_000, 7_777_777_777), Ok(136_900_001));
        assert_eq!(limit(-LONG.base, 10_000_000, 7_777_777_777), Ok(137_099_999));
        assert_eq!(limit(LONG.base, 0, 0), Err(MathError::DivisionByZero));
        assert_eq!(trader_takeover_quote(&LiquidationInputs { target: 0, ..LONG }, 1), Err(MathError::DivisionByZero));
    }

    #[test]
    fn equity_covers_the_fees_or_the_position_goes_whole() {
        let at = |equity| equity_covers_fees(&LiquidationInputs { equity, ..LONG });
        assert_eq!([274_000_001, 274_000_000, -1].map(at), [true, false, false].map(Ok));
    }

    #[test]
    fn a_counterparty_answers_only_for_what_its_own_market_lost() {
        assert_eq!(deleverage_equity(-500, -200), -200);
        assert_eq!(deleverage_equity(-500, -900), -500);
        assert_eq!(deleverage_equity(-500, 300), 0);
        assert_eq!(deleverage_equity(40, -900), 40);
    }

    #[test]
    fn a_close_at_the_bankruptcy_price_leaves_nothing() {
        // 3 SOL at $150, $45 of equity: the whole goes at $135 or $165, a third takes a third.
        assert_eq!(bankruptcy_quote(3_000_000_000, 3_000_000_000, 150_000_000, 45_000_000), Ok(405_000_000));
        assert_eq!(bankruptcy_quote(3_000_000_000, 1_000_000_000, 150_000_000, 45_000_000), Ok(135_000_000));
        assert_eq!(bankruptcy_quote(-3_000_000_000, 3_000_000_000, 150_000_000, 45_000_000), Ok(495_000_000));
        // Below zero the counterparty pays for the hole, up to what a short sale can give.
        assert_eq!(bankruptcy_quote(3_000_000_000, 3_000_000_000, 150_000_000, -45_000_000), Ok(495_000_000));
        assert_eq!(bankruptcy_quote(-3_000_000_000, 3_000_000_000, 150_000_000, -45_000_000), Ok(405_000_000));
        assert_eq!(bankruptcy_quote(-3_000_000_000, 3_000_000_000, 150_000_000, -450_000_001), Ok(0));
        assert_eq!(bankruptcy_quote(3_000_000_000, 3_000_000_000, 150_000_000, 450_000_001), Ok(0));
    }

    #[test]
    fn the_bankruptcy_price_rounds_against_the_closed_account() {
        // A third of one unit of equity, and 49 999 999.95 of value.
        assert_eq!(bankruptcy_quote(999_999_999, 333_333_333, 150_000_000, 1), Ok(49_999_998));
        assert_eq!(bankruptcy_quote(-999_999_999, 333_333_333, 150_000_000, 1), Ok(50_000_001));
        assert_eq!(bankruptcy_quote(999_999_999, 333_333_333, 150_000_000, -1), Ok(49_999_999));
        assert_eq!(bankruptcy_quote(-999_999_999, 333_333_333, 150_000_000, -1), Ok(50_000_000));
        assert_eq!(bankruptcy_quote(0, 1, 1, 1), Err(MathError::DivisionByZero));
        assert_eq!(bankruptcy_quote(i64::MIN, u64::MAX, u64::MAX, i64::MIN), Err(MathError::Overflow));
    }
}

//! How much of a position a liquidation takes, and what it costs.

use crate::error::{MathError, MathResult};
use crate::fixed::{mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::{BASE, QUOTE, RATIO};

/// Positions below this notional (quote 1e6, $50) are taken whole.
pub const WHOLE_BELOW: u64 = 50 * QUOTE;
/// The caller's share of the liquidation fee, 1e4 …
const CALLER_SHARE: u32 = 1_000;
/// … and its cap (quote 1e6, $5).
const CALLER_CAP: u64 = 5 * QUOTE;
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
    let fees = u128::from(inputs.liquidation_fee).plus(u128::from(inputs.insurance_fee))?;
    let is_small = value < u128::from(WHOLE_BELOW).times(u128::from(BASE))?;
    let fee_bound = mul_div_floor(value, fees, RATIO_SCALE)?;
    let is_beyond_fees = i128::from(inputs.equity) <= narrow::<u128, i128>(fee_bound)?;

    let size = if is_small || is_beyond_fees { held } else { partial_size(inputs, shortage.unsigned_abs(), fees)? };
    let (liquidation_fee, insurance_fee) = liquidation_fees(size, inputs)?;
    Ok(LiquidationPlan { size, liquidation_fee, insurance_fee, whole: size == held })
}

fn partial_size(inputs: &LiquidationInputs, shortage: u128, fees: u128) -> MathResult<u64> {
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
/// account's equity, ⌊equity·size / |base|⌋ less the insurance fee, so that no take-over makes a solvent account
/// bankrupt. What a long gets rounds down (not below zero), what a short pays rounds up.
/// Errors: `DivisionByZero` (base), `Overflow`.
pub fn takeover_quote(inputs: &LiquidationInputs, size: u64, fees: (u64, u64), curve_quote: u64) -> MathResult<u64> {
    let (liquidation_fee, insurance_fee) = fees;
    let equity = inputs.equity.max(0).unsigned_abs();
    let own: u64 =
        narrow(mul_div_floor(u128::from(equity), u128::from(size), u128::from(inputs.base.unsigned_abs()))?)?;
    let most = own.saturating_sub(insurance_fee).max(liquidation_fee);
    let value = u128::from(size).times(u128::from(inputs.price))?;
    if inputs.base > 0 {
        let notional: u64 = narrow(mul_div_floor(value, 1, u128::from(BASE))?)?;
        let floor = curve_quote.max(notional.saturating_sub(most));
        Ok(notional.saturating_sub(liquidation_fee).min(floor))
    } else {
        let notional: u64 = narrow(mul_div_ceil(value, 1, u128::from(BASE))?)?;
        let ceiling = curve_quote.min(notional.plus(most)?);
        Ok(notional.plus(liquidation_fee)?.max(ceiling))
    }
}

/// What the caller of a liquidation earns of its fee: 10 %, at most $5, rounded down. Errors: none in range.
pub fn caller_reward(liquidation_fee: u64) -> MathResult<u64> {
    let share = mul_div_floor(u128::from(liquidation_fee), u128::from(CALLER_SHARE), u128::from(RATIO))?;
    Ok(narrow::<u128, u64>(share)?.min(CALLER_CAP))
}

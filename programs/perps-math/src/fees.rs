//! Trading fees and rewards. All amounts quote 1e6, rates ppm.

use crate::error::{MathError, MathResult};
use crate::fixed::{mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::{PPM, RATIO};

/// What the taker owes on a fill, rounded up. Errors: `Overflow`.
pub fn taker_fee(quote: u64, fee_ppm: u32) -> MathResult<u64> {
    narrow(mul_div_ceil(u128::from(quote), u128::from(fee_ppm), u128::from(PPM))?)
}

/// What the maker gets on a fill, rounded down. Errors: `Overflow`.
pub fn maker_rebate(quote: u64, rebate_ppm: u32) -> MathResult<u64> {
    narrow(mul_div_floor(u128::from(quote), u128::from(rebate_ppm), u128::from(PPM))?)
}

/// What the keeper of a fill gets from the taker: flat + share of the quote, rounded down. Errors: `Overflow`.
pub fn keeper_reward(quote: u64, flat: u64, reward_ppm: u32) -> MathResult<u64> {
    flat.plus(maker_rebate(quote, reward_ppm)?)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeSplit {
    pub pool: u64,
    pub treasury: u64,
    /// Its own share and every rounding residue.
    pub insurance: u64,
}

/// Divides a fee: pool and treasury shares (1e4, together ≤ 1e4) rounded down, the rest to insurance.
/// Errors: `Overflow` when the shares exceed the whole.
pub fn split_fee(fee: u64, pool_share: u32, treasury_share: u32) -> MathResult<FeeSplit> {
    let share = |ratio: u32| -> MathResult<u64> {
        narrow(mul_div_floor(u128::from(fee), u128::from(ratio), u128::from(RATIO))?)
    };
    let (pool, treasury) = (share(pool_share)?, share(treasury_share)?);
    let insurance = fee.checked_sub(pool.plus(treasury)?).ok_or(MathError::Overflow)?;
    Ok(FeeSplit { pool, treasury, insurance })
}

//! Trading fees and rewards. All amounts quote 1e6, rates ppm.

use crate::error::{MathError, MathResult};
use crate::fixed::{mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::{PPM, RATIO};

/// A market's maker rebate is at most this share of its taker fee, 1e4 (40 %).
pub const MAX_REBATE_OF_FEE: u32 = 4_000;
/// Seconds in which a volume without new trades is forgotten: 30 days.
const VOLUME_PERIOD: u64 = 30 * 86_400;
/// A rate in ppm times a share of 1e4.
const RATE_SCALE: u128 = PPM as u128 * RATIO as u128;

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

/// 30-day volume (quote 1e6) left after `elapsed_s` without trades: falls linearly to zero over 30 days, rounded down.
/// Errors: none in range.
pub fn decayed_volume(volume: u64, elapsed_s: u64) -> MathResult<u64> {
    let left = VOLUME_PERIOD.saturating_sub(elapsed_s);
    narrow(mul_div_floor(u128::from(volume), u128::from(left), u128::from(VOLUME_PERIOD))?)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakerFee {
    /// What the taker owes, quote 1e6.
    pub paid: u64,
    /// The part of it that goes to the referrer, quote 1e6.
    pub referrer: u64,
}

/// Fee of a taker: paid = ⌈quote·fee·tier share·(1 − discount)⌉, referrer = ⌊paid·referrer share⌋.
/// `fee_ppm`: the market's. Shares and the discount 1e4; both referral numbers are 0 without a referrer.
/// Errors: `Overflow`, also for a discount above 100 %.
pub fn taker_fee_of(
    quote: u64,
    fee_ppm: u32,
    tier_share: u32,
    referee_discount: u32,
    referrer_share: u32,
) -> MathResult<TakerFee> {
    let kept = u128::from(RATIO).minus(u128::from(referee_discount))?;
    let share = u128::from(tier_share).times(kept)?;
    let undiscounted = u128::from(quote).times(u128::from(fee_ppm))?;
    let paid = narrow(mul_div_ceil(undiscounted, share, RATE_SCALE.times(u128::from(RATIO))?)?)?;
    let referrer = narrow(mul_div_floor(u128::from(paid), u128::from(referrer_share), u128::from(RATIO))?)?;
    Ok(TakerFee { paid, referrer })
}

/// Rebate of a maker: ⌊quote·rebate·tier share⌋, quote 1e6. `rebate_ppm`: the market's; `tier_share` 1e4.
/// Errors: `Overflow`.
pub fn maker_rebate_of(quote: u64, rebate_ppm: u32, tier_share: u32) -> MathResult<u64> {
    let full = u128::from(quote).times(u128::from(rebate_ppm))?;
    narrow(mul_div_floor(full, u128::from(tier_share), RATE_SCALE)?)
}

/// True when no fill between any two tiers can pay out more than it takes in, in a market whose rebate is within
/// [`MAX_REBATE_OF_FEE`]: lowest taker share·(1 − discount)·(1 − referrer share) ≥ 40 %·highest rebate share. All 1e4.
///
/// It holds to the unit: paid − referrer = ⌈paid·(1 − referrer share)⌉ ≥ the exact left side of a fill, which is ≥ the
/// exact right side ≥ the rebate, rounded down. Errors: none in range.
pub fn fee_schedule_is_sound(
    lowest_taker_share: u32,
    highest_rebate_share: u32,
    referee_discount: u32,
    referrer_share: u32,
) -> MathResult<bool> {
    let (Some(paid), Some(kept)) = (RATIO.checked_sub(referee_discount), RATIO.checked_sub(referrer_share)) else {
        return Ok(false);
    };
    let income = u128::from(lowest_taker_share).times(u128::from(paid))?.times(u128::from(kept))?;
    let rebate = u128::from(highest_rebate_share).times(u128::from(MAX_REBATE_OF_FEE))?.times(u128::from(RATIO))?;
    Ok(income >= rebate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volume_is_forgotten_in_thirty_days() {
        let after = |days: u64| decayed_volume(30_000_001, days * 86_400);
        assert_eq!([0, 1, 15, 30, 31].map(after), [30_000_001, 29_000_000, 15_000_000, 0, 0].map(Ok));
        assert_eq!(decayed_volume(u64::MAX, u64::MAX), Ok(0));
    }

    #[test]
    fn tier_discount_and_referrer_share_one_fee() {
        // $1 234.567891 at 5 bp · 80 % · 90 % = 444 444.44076 units; the referrer gets 20 % of what is paid.
        let fee = taker_fee_of(1_234_567_891, 500, 8_000, 1_000, 2_000);
        assert_eq!(fee, Ok(TakerFee { paid: 444_445, referrer: 88_889 }));
        assert_eq!(taker_fee_of(1, 500, 1, 9_999, 9_999), Ok(TakerFee { paid: 1, referrer: 0 }));
        assert_eq!(taker_fee_of(100_000_000, 500, 10_000, 0, 0).map(|f| f.paid), taker_fee(100_000_000, 500));
        assert_eq!(taker_fee_of(1, 500, 10_000, 10_001, 0), Err(MathError::Overflow));
        assert_eq!(taker_fee_of(u64::MAX, u32::MAX, u32::MAX, 0, 0), Err(MathError::Overflow));
        assert_eq!(maker_rebate_of(1_234_567_891, 100, 12_000), Ok(148_148));
        assert_eq!(maker_rebate_of(u64::MAX, u32::MAX, u32::MAX), Err(MathError::Overflow));
    }

    #[test]
    fn a_schedule_may_give_away_all_it_takes_but_no_more() {
        // 60 %·90 %·(1 − 25 %) = 40.5 % of the market's fee; the rebate at most 40 % of it.
        assert_eq!(fee_schedule_is_sound(6_000, 10_000, 1_000, 2_500), Ok(true));
        assert_eq!(fee_schedule_is_sound(6_000, 10_125, 1_000, 2_500), Ok(true));
        assert_eq!(fee_schedule_is_sound(6_000, 10_126, 1_000, 2_500), Ok(false));
        assert_eq!(fee_schedule_is_sound(10_000, 0, 10_000, 10_000), Ok(true));
        assert_eq!(fee_schedule_is_sound(10_000, 0, 10_001, 0), Ok(false));
        assert_eq!(fee_schedule_is_sound(u32::MAX, u32::MAX, 0, 10_001), Ok(false));
    }
}

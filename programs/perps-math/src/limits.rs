//! What limits money on its way out: the vault's withdraw level, the warm-up of profits, a delegate's loss budget.

use crate::error::MathResult;
use crate::fixed::{ceil_div, mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::{QUOTE, RATIO};

/// Seconds of the vault's mean and of a budget.
const DAY: u64 = 86_400;
/// A withdrawal leaves at least this share of the vault's 24 h mean, 1e4 (75 %).
const WITHDRAW_LEVEL: u32 = 7_500;
/// Small withdrawals of one owner that pass the withdraw level in a day, quote 1e6 ($10 000).
pub const SMALL_WITHDRAWALS: u64 = 10_000 * QUOTE;
/// Small withdrawals of all owners together in a day: this share of the vault's total, 1e4 (5 %), or one owner's.
const SMALL_WITHDRAWALS_SHARE: u32 = 500;
/// Seconds in which a profit becomes withdrawable.
const WARM_UP: i64 = 600;
/// Locked profit that may leave all the same, quote 1e6 ($100).
const WARM_UP_EXEMPT: u64 = 100 * QUOTE;

/// 24 h time-weighted mean of a vault's balance, `elapsed_s` after the last one, during which the vault held `balance`:
/// mean + (balance − mean)·min(elapsed, 24 h) / 24 h, rounded up, so that rounding never lowers the withdraw level.
/// Native token units. Errors: none in range.
pub fn mean_balance(mean: u64, balance: u64, elapsed_s: u64) -> MathResult<u64> {
    let elapsed = elapsed_s.min(DAY);
    let old = u128::from(mean).times(u128::from(DAY.minus(elapsed)?))?;
    let new = u128::from(balance).times(u128::from(elapsed))?;
    narrow(ceil_div(old.plus(new)?, u128::from(DAY))?)
}

/// Balance that a withdrawal must leave in the vault: 75 % of the mean, rounded up. Errors: none in range.
pub fn withdraw_floor(mean: u64) -> MathResult<u64> {
    narrow(mul_div_ceil(u128::from(mean), u128::from(WITHDRAW_LEVEL), u128::from(RATIO))?)
}

/// Native units of a vault's `total` that small withdrawals may take beyond the withdraw level in a day, rounded down:
/// 5 % of it, or what one owner may take, if that is more. Otherwise the last owners of a small vault could never leave.
/// `unit`: native units of one whole token, which `price` (1e6) is for. Errors: `DivisionByZero` (price), `Overflow`.
pub fn small_withdrawals_of_vault(total: u64, price: u64, unit: u64) -> MathResult<u64> {
    let share = mul_div_floor(u128::from(total), u128::from(SMALL_WITHDRAWALS_SHARE), u128::from(RATIO))?;
    let of_one = mul_div_floor(u128::from(SMALL_WITHDRAWALS), u128::from(unit), u128::from(price))?;
    narrow(share.max(of_one))
}

/// What `amount` native units count as among an owner's small withdrawals, quote 1e6, rounded up. `unit`: native units of
/// one whole token, which `price` (1e6) is for. Errors: `DivisionByZero` (unit), `Overflow`.
pub fn withdrawal_value(amount: u64, price: u64, unit: u64) -> MathResult<u64> {
    narrow(mul_div_ceil(u128::from(amount), u128::from(price), u128::from(unit))?)
}

/// Realised profit (quote 1e6) that is margin but may not leave yet: a straight line from `locked` at `from` to zero at
/// `until` (unix seconds).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WarmUp {
    pub locked: u64,
    pub from: i64,
    pub until: i64,
}

/// What is still locked at `now`, quote 1e6: ⌈locked·(until − now) / (until − from)⌉, all of it before `from`, nothing
/// from `until` on. Errors: none in range.
pub fn still_locked(warm_up: &WarmUp, now: i64) -> MathResult<u64> {
    let left = seconds_left(warm_up, now)?;
    let span = seconds_left(warm_up, warm_up.from)?;
    if left >= span {
        return Ok(if left == 0 { 0 } else { warm_up.locked });
    }
    narrow(mul_div_ceil(u128::from(warm_up.locked), left, span)?)
}

/// The warm-up after a realised `profit` (quote 1e6): what is still locked and the profit share one line of 600 s from
/// now. Every profit stays locked at least as long as on a line of its own, so an old one cannot shorten a new one's.
/// A clock that went back counts as standing still. Errors: `Overflow`.
pub fn after_profit(warm_up: &WarmUp, now: i64, profit: u64) -> MathResult<WarmUp> {
    let now = now.max(warm_up.from);
    let still = still_locked(warm_up, now)?;
    let until = match (profit, still) {
        (0, 0) => now,
        (0, _) => warm_up.until,
        _ => now.plus(WARM_UP)?,
    };
    Ok(WarmUp { locked: still.plus(profit)?, from: now, until })
}

/// The warm-up after a realised `loss` (quote 1e6), which consumes what is still locked first; the rest unlocks until the
/// same time. A clock that went back counts as standing still. Errors: none in range.
pub fn after_loss(warm_up: &WarmUp, now: i64, loss: u64) -> MathResult<WarmUp> {
    let now = now.max(warm_up.from);
    let locked = still_locked(warm_up, now)?.saturating_sub(loss);
    Ok(WarmUp { locked, from: now, until: if locked == 0 { now } else { warm_up.until } })
}

/// Balance (quote 1e6) that may not leave the account at `now`: what is still locked beyond the first $100.
/// Errors: none in range.
pub fn not_withdrawable(warm_up: &WarmUp, now: i64) -> MathResult<u64> {
    Ok(still_locked(warm_up, now)?.saturating_sub(WARM_UP_EXEMPT))
}

/// What of a 24 h budget (a delegate's losses, small withdrawals) is still spent `elapsed_s` after `spent` was true: the
/// budget comes back evenly over a day, rounded down. Quote 1e6 or native units. Errors: none in range.
pub fn budget_spent(spent: u64, budget: u64, elapsed_s: u64) -> MathResult<u64> {
    let restored = mul_div_floor(u128::from(budget), u128::from(elapsed_s), u128::from(DAY))?;
    narrow(u128::from(spent).saturating_sub(restored))
}

/// Seconds from `now` to the end of the warm-up, not below zero.
fn seconds_left(warm_up: &WarmUp, now: i64) -> MathResult<u128> {
    narrow(i128::from(warm_up.until).minus(i128::from(now))?.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::MathError;

    #[test]
    fn the_mean_follows_the_balance_within_a_day() {
        let after = |hours: u64| mean_balance(1_000_000, 2_000_000, hours * 3_600);
        assert_eq!([0, 6, 24, 48].map(after), [1_000_000, 1_250_000, 2_000_000, 2_000_000].map(Ok));
        assert_eq!(mean_balance(10, 0, 1), Ok(10), "rounds up");
        assert_eq!(mean_balance(u64::MAX, u64::MAX, 43_200), Ok(u64::MAX));
    }

    #[test]
    fn a_withdrawal_leaves_three_quarters_of_the_mean() {
        assert_eq!([0, 1, 4, 1_000_001].map(withdraw_floor), [0, 1, 3, 750_001].map(Ok));
        assert_eq!(withdraw_floor(u64::MAX), Ok(13_835_058_055_282_163_712));
    }

    #[test]
    fn small_withdrawals_have_a_share_of_the_vault_and_a_value() {
        // $10 000 of USDC, then 5 %; 66.6 SOL at $150, then 5 %.
        let of_usdc = |total| small_withdrawals_of_vault(total, QUOTE, QUOTE);
        assert_eq!(
            [0, 200_000_000_019, 200_000_000_020].map(of_usdc),
            [10_000_000_000, 10_000_000_000, 10_000_000_001].map(Ok)
        );
        let of_sol = |total| small_withdrawals_of_vault(total, 150_000_000, 1_000_000_000);
        assert_eq!([0, u64::MAX].map(of_sol), [66_666_666_666, 922_337_203_685_477_580].map(Ok));
        assert_eq!(small_withdrawals_of_vault(0, 0, 1), Err(MathError::DivisionByZero));
        assert_eq!(small_withdrawals_of_vault(0, 1, u64::MAX), Err(MathError::Overflow));
        assert_eq!(withdrawal_value(1_500_000_000, 150_000_000, 1_000_000_000), Ok(225_000_000));
        assert_eq!(withdrawal_value(1, 1, 100_000), Ok(1), "rounds up");
        assert_eq!(withdrawal_value(u64::MAX, 2, 1), Err(MathError::Overflow));
        assert_eq!(withdrawal_value(1, 1, 0), Err(MathError::DivisionByZero));
    }

    const PROFIT: WarmUp = WarmUp { locked: 1_000_000_000, from: 1_000, until: 1_600 };

    #[test]
    fn a_profit_unlocks_linearly_and_rounds_up() {
        assert_eq!(after_profit(&WarmUp::default(), 1_000, 1_000_000_000), Ok(PROFIT));
        let at = |now| still_locked(&PROFIT, now);
        assert_eq!(
            [i64::MIN, 999, 1_000, 1_001, 1_300, 1_599, 1_600, i64::MAX].map(at),
            [1_000_000_000, 1_000_000_000, 1_000_000_000, 998_333_334, 500_000_000, 1_666_667, 0, 0].map(Ok)
        );
        assert_eq!(not_withdrawable(&PROFIT, 1_300), Ok(400_000_000));
        assert_eq!(not_withdrawable(&PROFIT, 1_599), Ok(0), "the first $100 are exempt");
    }

    #[test]
    fn a_second_profit_shares_its_line_with_the_first() {
        let both = WarmUp { locked: 750_000_000, from: 1_300, until: 1_900 };
        assert_eq!(after_profit(&PROFIT, 1_300, 250_000_000), Ok(both));
        assert_eq!(after_profit(&PROFIT, 1_300, 0), Ok(WarmUp { locked: 500_000_000, from: 1_300, until: 1_600 }));
        assert_eq!(after_profit(&PROFIT, 2_000, 7), Ok(WarmUp { locked: 7, from: 2_000, until: 2_600 }));
        assert_eq!(after_profit(&PROFIT, 2_000, 0), Ok(WarmUp { locked: 0, from: 2_000, until: 2_000 }));
        assert_eq!(after_profit(&PROFIT, 1_000, u64::MAX), Err(MathError::Overflow));
        assert_eq!(after_profit(&WarmUp::default(), i64::MAX, 1), Err(MathError::Overflow));
    }

    #[test]
    fn a_loss_consumes_what_is_locked_first() {
        assert_eq!(
            after_loss(&PROFIT, 1_300, 200_000_000),
            Ok(WarmUp { locked: 300_000_000, from: 1_300, until: 1_600 })
        );
        assert_eq!(after_loss(&PROFIT, 1_300, u64::MAX), Ok(WarmUp { locked: 0, from: 1_300, until: 1_300 }));
    }

    #[test]
    fn a_clock_that_went_back_stands_still() {
        assert_eq!(after_profit(&PROFIT, 0, 1_000_000_000), after_profit(&PROFIT, 1_000, 1_000_000_000));
        assert_eq!(after_loss(&PROFIT, 0, 5), after_loss(&PROFIT, 1_000, 5));
    }

    #[test]
    fn a_budget_comes_back_over_a_day() {
        assert_eq!([0, 21_600, 86_400, u64::MAX].map(|s| budget_spent(100, 120, s)), [100, 70, 0, 0].map(Ok));
        assert_eq!(budget_spent(100, 1, 86_399), Ok(100), "what comes back rounds down");
    }
}

//! Shares of the pool, and money on its way out.

use super::Generator;
use crate::random::Random;
use perps_math::limits::{
    after_loss, after_profit, budget_spent, mean_balance, not_withdrawable, small_withdrawals_of_vault, still_locked,
    withdraw_floor, withdrawal_value, WarmUp,
};
use perps_math::shares::{mint_shares, redeem_shares, PoolValue, FIRST_DEPOSIT};

pub const ALL: &[(&str, Generator)] = &[
    ("mint_shares", |r| {
        let is_first = r.below(4) == 0;
        let deposit = if is_first { r.around(FIRST_DEPOSIT, 2) } else { r.unsigned(64) };
        let before = PoolValue { shares: if r.below(4) == 0 { 0 } else { r.unsigned(64) }, nav: r.signed(63) };
        let now = PoolValue { shares: if is_first { 0 } else { r.unsigned(64) }, nav: r.signed(63) };
        let result = mint_shares(deposit, &before, &now);
        let inputs = integers![deposit, before.shares, before.nav, now.shares, now.nav];
        (inputs, result.map(|mint| integers![mint.shares, mint.locked]))
    }),
    ("redeem_shares", |r| {
        let shares = r.unsigned(64);
        let [before, now] = [0; 2].map(|_| PoolValue { shares: r.unsigned(64), nav: r.signed(63) });
        let result = redeem_shares(shares, &before, &now);
        (integers![shares, before.shares, before.nav, now.shares, now.nav], result.map(|quote| integers![quote]))
    }),
    ("mean_balance", |r| {
        let (mean, balance, elapsed) = (r.unsigned(64), r.unsigned(64), r.seconds(86_400));
        (integers![mean, balance, elapsed], mean_balance(mean, balance, elapsed).map(|mean| integers![mean]))
    }),
    ("withdraw_floor", |r| {
        let mean = r.unsigned(64);
        (integers![mean], withdraw_floor(mean).map(|floor| integers![floor]))
    }),
    ("small_withdrawals_of_vault", |r| {
        let (total, price, unit) = (r.unsigned(64), r.unsigned(64), r.unsigned(40));
        (integers![total, price, unit], small_withdrawals_of_vault(total, price, unit).map(|most| integers![most]))
    }),
    ("withdrawal_value", |r| {
        let (amount, price, unit) = (r.unsigned(64), r.unsigned(64), r.unsigned(40));
        (integers![amount, price, unit], withdrawal_value(amount, price, unit).map(|value| integers![value]))
    }),
    ("still_locked", |r| {
        let (w, now) = warm_up(r);
        let both = || Ok(integers![still_locked(&w, now)?, not_withdrawable(&w, now)?]);
        (integers![w.locked, w.from, w.until, now], both())
    }),
    ("after_profit", |r| {
        let ((w, now), profit) = (warm_up(r), r.unsigned(64));
        (integers![w.locked, w.from, w.until, now, profit], after_profit(&w, now, profit).map(line))
    }),
    ("after_loss", |r| {
        let (w, now) = warm_up(r);
        let loss = if r.flip() { r.around(w.locked, 2) } else { r.unsigned(64) };
        (integers![w.locked, w.from, w.until, now, loss], after_loss(&w, now, loss).map(line))
    }),
    ("budget_spent", |r| {
        let (spent, budget, elapsed) = (r.unsigned(64), r.unsigned(64), r.seconds(86_400));
        (integers![spent, budget, elapsed], budget_spent(spent, budget, elapsed).map(|left| integers![left]))
    }),
];

fn line(w: WarmUp) -> Vec<i128> {
    integers![w.locked, w.from, w.until]
}

/// Mostly a line of up to ten minutes and a time around it; sometimes anything.
fn warm_up(r: &mut Random) -> (WarmUp, i64) {
    let locked = if r.flip() { r.unsigned(64) } else { r.unsigned(40) };
    if r.below(4) == 0 {
        return (WarmUp { locked, from: r.signed(63), until: r.signed(63) }, r.signed(63));
    }
    let mut after = |second: i64, range: u64| second + i64::try_from(r.below(range)).unwrap();
    let from = after(1_700_000_000, 100_000_000);
    (WarmUp { locked, from, until: after(from, 601) }, after(from - 100, 800))
}

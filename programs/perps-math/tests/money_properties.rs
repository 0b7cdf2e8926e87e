//! Properties of what moves money in and out: losses shared, pool shares, and the limits on withdrawing.

use perps_math::limits::{
    after_loss, after_profit, budget_spent, mean_balance, not_withdrawable, small_withdrawals_of_vault, still_locked,
    withdraw_floor, withdrawal_value, WarmUp,
};
use perps_math::shares::{mint_shares, redeem_shares, PoolValue};
use perps_math::waterfall::{share_loss, share_of_debt, LossInputs};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn losses_are_shared_to_the_unit(
        loss in 0u64..1 << 45, insurance in 0u64..1 << 45, insurance_floor in 0u64..1 << 40,
        insurance_cap in 0u64..1 << 45, pool_cap in 0u64..1 << 45, price in 1u64..1 << 45,
        open_interest_long in 0u64..1 << 55, open_interest_short in 0u64..1 << 55,
    ) {
        let inputs = LossInputs {
            loss, insurance, insurance_floor, insurance_cap, pool_cap, open_interest_long, open_interest_short, price,
        };
        let s = share_loss(&inputs).unwrap();
        prop_assert_eq!(s.from_insurance + s.from_pool + s.from_longs + s.from_shorts + s.deficit, loss + s.residue);
        prop_assert!(s.from_insurance <= insurance.saturating_sub(insurance_floor) || s.from_insurance == 0);
        prop_assert!(s.residue == 0 || s.deficit == 0);
    }

    #[test]
    fn a_debt_is_assigned_to_the_unit(debt: u64, losses in vec(0u64..1 << 50, 1..8)) {
        let everywhere: u64 = losses.iter().sum();
        prop_assume!(everywhere > 0);
        let (mut debt_left, mut losses_left) = (debt, everywhere);
        for loss in losses {
            if losses_left == 0 {
                break;
            }
            let share = share_of_debt(debt_left, loss, losses_left).unwrap();
            prop_assert!(loss > 0 || share == 0);
            // Its exact part of the whole, give or take the units that the markets before it rounded up.
            let exact = u128::from(debt) * u128::from(loss) / u128::from(everywhere);
            prop_assert!(u128::from(share).abs_diff(exact) <= 8);
            (debt_left, losses_left) = (debt_left - share, losses_left - loss);
        }
        prop_assert_eq!(debt_left, 0);
    }

    #[test]
    fn shares_never_cost_the_other_holders(
        deposit in 1u64..1 << 50, total in 1_000_000u64..1 << 50, nav in 1i64..1 << 50,
        shares_before in 0u64..1 << 50, nav_before in -5i64..1 << 50,
    ) {
        let before = PoolValue { shares: shares_before, nav: nav_before };
        if let Ok(mint) = mint_shares(deposit, &before, &PoolValue { shares: total, nav }) {
            // A share costs no less than it was worth when the deposit was asked for.
            let price_before = if shares_before == 0 { 0 } else { i128::from(nav_before.max(0)) };
            prop_assert!(i128::from(deposit) * i128::from(shares_before) >= price_before * i128::from(mint.shares));
            let (supply, worth) = (total + mint.shares, nav + i64::try_from(deposit).unwrap());
            prop_assert!(i128::from(worth) * i128::from(total) >= i128::from(nav) * i128::from(supply));
            let value = PoolValue { shares: supply, nav: worth };
            let back = redeem_shares(mint.shares, &value, &value).unwrap_or(0);
            prop_assert!(back <= deposit);
        }
    }

    #[test]
    fn an_exit_never_lowers_the_share_price(
        shares in 1u64..1 << 50, others in 1_000_000u64..1 << 50, nav in 1i64..1 << 50,
        shares_before in 1u64..1 << 50, nav_before in 1i64..1 << 50,
    ) {
        let now = PoolValue { shares: shares + others, nav };
        let before = PoolValue { shares: shares_before, nav: nav_before };
        if let Ok(paid) = redeem_shares(shares, &before, &now) {
            let left = i128::from(nav) - i128::from(paid);
            prop_assert!(left * i128::from(now.shares) >= i128::from(nav) * i128::from(others));
            // Nor does it pay more than the shares were worth when the exit was asked for.
            prop_assert!(i128::from(paid) * i128::from(shares_before) <= i128::from(shares) * i128::from(nav_before));
        }
    }

    #[test]
    fn no_sequence_of_deposits_and_exits_takes_more_than_it_put_in(
        first in 1_000_000_000u64..1 << 40, steps in vec((any::<bool>(), 1u64..1 << 40), 1..20),
    ) {
        let founding = mint_shares(first, &PoolValue { shares: 0, nav: 0 }, &PoolValue { shares: 0, nav: 0 }).unwrap();
        let (mut pool, mut held) = (PoolValue { shares: founding.shares + founding.locked, nav: first as i64 }, 0u64);
        let (mut put_in, mut taken) = (0u64, 0u64);
        for (is_deposit, amount) in steps {
            if is_deposit {
                let Ok(mint) = mint_shares(amount, &pool, &pool) else { continue };
                pool = PoolValue { shares: pool.shares + mint.shares, nav: pool.nav + amount as i64 };
                (held, put_in) = (held + mint.shares, put_in + amount);
            } else {
                let shares = held.min(amount);
                let Ok(paid) = redeem_shares(shares, &pool, &pool) else { continue };
                pool = PoolValue { shares: pool.shares - shares, nav: pool.nav - paid as i64 };
                (held, taken) = (held - shares, taken + paid);
            }
        }
        let rest = redeem_shares(held, &pool, &pool).unwrap_or(0);
        prop_assert!(taken + rest <= put_in);
    }

    #[test]
    fn the_withdraw_level_lies_between_and_rounds_up(mean: u64, balance: u64, elapsed in 0u64..100_000) {
        let after = mean_balance(mean, balance, elapsed).unwrap();
        prop_assert!(after >= mean.min(balance) && after <= mean.max(balance));
        let floor = u128::from(withdraw_floor(mean).unwrap());
        prop_assert!(floor * 4 >= u128::from(mean) * 3 && floor * 4 < u128::from(mean) * 3 + 4);
    }

    #[test]
    fn touching_a_vault_often_never_lowers_its_withdraw_level_faster(
        mean: u64, drawn: u64, touches in vec(0u64..20_000, 1..8),
    ) {
        let balance = mean.saturating_sub(drawn);
        let once = mean_balance(mean, balance, touches.iter().sum()).unwrap();
        let often = touches.iter().fold(mean, |mean, seconds| mean_balance(mean, balance, *seconds).unwrap());
        prop_assert!(often >= once);
    }

    #[test]
    fn splitting_a_small_withdrawal_never_counts_for_less(
        parts in vec(0u64..1 << 40, 1..8), price in 0u64..1 << 40, decimals in 0u32..12, vault: u64,
    ) {
        let value = |amount| withdrawal_value(amount, price, 10u64.pow(decimals));
        if let Ok(once) = value(parts.iter().sum()) {
            prop_assert!(parts.iter().map(|part| value(*part).unwrap()).sum::<u64>() >= once);
        }
        // Of a vault worth more than $200 000 no more than 5 % slips past the level; of a smaller one $10 000.
        if let Ok(allowed) = small_withdrawals_of_vault(vault, price, 10u64.pow(decimals)) {
            prop_assert!(allowed <= vault / 20 || value(allowed - 1).unwrap() <= 10_000_000_000);
        }
    }

    #[test]
    fn touching_a_budget_often_never_restores_more(
        spent: u64, budget in 0u64..1 << 50, touches in vec(0u64..20_000, 1..8),
    ) {
        let once = budget_spent(spent, budget, touches.iter().sum()).unwrap();
        let often = touches.iter().fold(spent, |spent, seconds| budget_spent(spent, budget, *seconds).unwrap());
        prop_assert!(often >= once && often <= spent);
    }
}

const START: i64 = 1_700_000_000;

/// A warm-up that `steps` of (seconds, profit) have made, and the time of the last.
fn warmed(steps: &[(i64, u64)]) -> (WarmUp, i64) {
    steps.iter().fold((WarmUp::default(), START), |(warm_up, now), (seconds, profit)| {
        (after_profit(&warm_up, now + seconds, *profit).unwrap(), now + seconds)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_profit_is_locked_whole_and_no_longer_than_ten_minutes(
        steps in vec((0i64..700, 0u64..1 << 45), 1..12), after in 0i64..700,
    ) {
        let (warm_up, now) = warmed(&steps);
        let profits: u64 = steps.iter().map(|(_, profit)| profit).sum();
        let locked = still_locked(&warm_up, now).unwrap();
        prop_assert!(steps.last().unwrap().1 <= locked && locked <= profits);
        prop_assert!(warm_up.until <= now + 600);
        let later = still_locked(&warm_up, now + after).unwrap();
        prop_assert!(later <= locked);
        prop_assert_eq!(not_withdrawable(&warm_up, now + after), Ok(later.saturating_sub(100_000_000)));
    }

    #[test]
    fn profits_never_unlock_faster_than_a_six_hundredth_of_each_a_second(
        steps in vec((0i64..700, 0u64..1 << 45), 1..12),
    ) {
        // The speed allowed: every profit not yet unlocked adds a 600th of itself a second.
        let (mut warm_up, mut now, mut profits) = (WarmUp::default(), START, 0u128);
        for (seconds, profit) in steps {
            let [before, then] = [now, now + seconds].map(|at| u128::from(still_locked(&warm_up, at).unwrap()));
            let allowed = profits * u128::try_from(seconds).unwrap();
            prop_assert!((before - then) * 600 <= allowed + 600, "{before} → {then} in {seconds} s");
            now += seconds;
            profits = if then == 0 { 0 } else { profits } + u128::from(profit);
            warm_up = after_profit(&warm_up, now, profit).unwrap();
        }
    }

    #[test]
    fn every_profit_stays_locked_as_long_as_on_a_line_of_its_own(
        steps in vec((0i64..700, 0u64..1 << 45), 1..12), after in 0i64..700,
    ) {
        let (warm_up, now) = warmed(&steps);
        let mut at = START;
        let own_lines = steps.iter().map(|(seconds, profit)| {
            at += seconds;
            let own = after_profit(&WarmUp::default(), at, *profit).unwrap();
            u128::from(still_locked(&own, now + after).unwrap()).saturating_sub(1)
        });
        let together: u128 = own_lines.sum();
        prop_assert!(u128::from(still_locked(&warm_up, now + after).unwrap()) >= together);
    }

    #[test]
    fn a_loss_only_consumes(
        steps in vec((0i64..700, 0u64..1 << 45), 1..6), loss in 0u64..1 << 46, at in 0i64..700, after in 0i64..700,
    ) {
        let (warm_up, now) = warmed(&steps);
        let (now, later) = (now + at, now + at + after);
        let reduced = after_loss(&warm_up, now, loss).unwrap();
        let [before, left] = [&warm_up, &reduced].map(|line| still_locked(line, now).unwrap());
        prop_assert_eq!(left, before.saturating_sub(loss));
        // It frees no more than itself, now or later.
        let [old, new] = [&warm_up, &reduced].map(|line| still_locked(line, later).unwrap());
        prop_assert!(new <= old + 1 && new + loss >= old);
    }

    #[test]
    fn a_clock_that_goes_back_is_no_help(
        steps in vec((0i64..700, 0u64..1 << 45), 1..6), amount in 0u64..1 << 45, back in 0i64..10_000,
        after in 0i64..700,
    ) {
        let (warm_up, now) = warmed(&steps);
        prop_assert!(still_locked(&warm_up, now - back).unwrap() >= still_locked(&warm_up, now).unwrap());
        prop_assert_eq!(after_profit(&warm_up, now - back, amount), after_profit(&warm_up, now, amount));
        prop_assert_eq!(after_loss(&warm_up, now - back, amount), after_loss(&warm_up, now, amount));
        // Nor does touching it, at any time, unlock anything.
        let touched = after_profit(&warm_up, now + after, 0).unwrap();
        let then = now + after + back;
        prop_assert!(still_locked(&touched, then).unwrap() >= still_locked(&warm_up, then).unwrap());
    }
}

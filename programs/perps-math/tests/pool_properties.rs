//! Properties of exact arithmetic, the pool's curve, funding and orders' prices.

use perps_math::fixed::{mul_div_ceil, mul_div_floor};
use perps_math::funding::{accrue_funding, funding_payment, funding_premium, FundingInputs};
use perps_math::margin::unrealised_pnl;
use perps_math::orders::{
    is_near_oracle, is_within_limit, loss_against_oracle, pegged_limit, ratchet, trailing_trigger,
};
use perps_math::pool::{largest_fill, mark_price, may_lower_depth, pool_equity, pool_quote, settled_equity, PoolCurve};
use perps_math::MathError;
use proptest::collection::vec;
use proptest::prelude::*;

const DEPTH: u64 = 100_000_000_000_000;

prop_compose! {
    fn curves()(
        price in 1_000u64..1_000_000_000_000, net in -3_000_000_000_000i64..=3_000_000_000_000,
        half_spread_ppm in 0u32..5_000,
    ) -> PoolCurve {
        PoolCurve { price, user_net_base: net, depth: DEPTH, half_spread_ppm }
    }
}

fn moved(curve: &PoolCurve, base: i64) -> PoolCurve {
    PoolCurve { user_net_base: curve.user_net_base + base, ..*curve }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn wide_division_inverts_multiplication(a: u128, b in 1u128.., c in 1u128..) {
        prop_assert_eq!(mul_div_floor(a, b, b), Ok(a));
        prop_assert_eq!(mul_div_ceil(a, b, b), Ok(a));
        let (floor, ceil) = (mul_div_floor(a, b, c), mul_div_ceil(a, b, c));
        match (floor, ceil) {
            (Ok(floor), Ok(ceil)) => {
                prop_assert!(ceil - floor <= 1);
                // a·b − floor·c < c, in wrapping arithmetic modulo 2^128 because the remainder fits.
                prop_assert!(a.wrapping_mul(b).wrapping_sub(floor.wrapping_mul(c)) < c);
            }
            (floor, _) => prop_assert!(floor == Err(MathError::Overflow) || floor == Ok(u128::MAX)),
        }
    }

    #[test]
    fn a_buyer_pays_at_least_and_a_seller_gets_at_most_the_exact_curve(
        curve in curves(), size in 1i64..50_000_000_000, is_buy: bool,
    ) {
        let curve = PoolCurve { half_spread_ppm: 0, ..curve };
        let base = if is_buy { size } else { -size };
        let quote = u128::from(pool_quote(&curve, base).unwrap());
        let span = u128::from(DEPTH).checked_add_signed(curve.user_net_base.into()).unwrap() * 2;
        let span = span.checked_add_signed(base.into()).unwrap();
        // P·|q|·A / 2K / 1e9, without rounding.
        let exact = u128::from(curve.price) * u128::from(size.unsigned_abs()) * span;
        let one = 2 * u128::from(DEPTH) * 1_000_000_000;
        let (low, high) = if is_buy { (exact, quote * one) } else { (quote * one, exact) };
        prop_assert!(low <= high && high < low + one);
    }

    #[test]
    fn splitting_a_trade_never_profits_and_costs_a_unit_a_part_at_most(
        curve in curves(), sizes in vec(1i64..50_000_000_000, 2..6),
    ) {
        let (total, parts): (i64, u64) = (sizes.iter().sum(), sizes.len() as u64);
        let split = |sign: i64| sizes.iter().fold((0u64, curve), |(sum, curve), size| {
            (sum + pool_quote(&curve, sign * size).unwrap(), moved(&curve, sign * size))
        }).0;
        let (bought, sold) = (pool_quote(&curve, total).unwrap(), pool_quote(&curve, -total).unwrap());
        prop_assert!((bought..=bought + parts).contains(&split(1)));
        prop_assert!((sold.saturating_sub(parts)..=sold).contains(&split(-1)));
    }

    #[test]
    fn the_part_within_a_limit_is_the_largest_that_rounding_lets_be(
        curve in curves(), is_buy: bool, step in 1u64..10_000_000, steps in 1u64..20_000, at in 1u64..60_000,
        other in 1u64..20_000, off in -2i64..=2,
    ) {
        let sign = if is_buy { 1 } else { -1 };
        let quote_of = |size: u64| pool_quote(&curve, sign * i64::try_from(size).unwrap()).unwrap();
        let within = |size: u64, quote: u64, limit: u64| is_within_limit(is_buy, size, quote, limit).unwrap();
        // About what a fill of `at` steps costs on average.
        let limit = (u128::from(quote_of(at * step)) * 1_000_000_000 / u128::from(at * step)) as u64;
        let limit = limit.saturating_add_signed(off);
        let most = steps * step;
        let (size, quote) = largest_fill(&curve, is_buy, limit, most, step).unwrap();
        prop_assert!(size <= most && size % step == 0 && quote == quote_of(size));
        prop_assert!(within(size, quote, limit));
        prop_assert_eq!(size == most, within(most, quote_of(most), limit));
        if within(step, quote_of(step), limit) {
            prop_assert!(size > 0, "what crosses fills");
            let larger = size + other * step;
            let (quote, limit) = (quote_of(larger), if is_buy { limit.saturating_sub(1) } else { limit + 1 });
            let better = if is_buy { quote + 2 } else { quote.saturating_sub(2) };
            prop_assert!(larger > most || quote < 2 || !within(larger, better, limit));
        }
    }

    #[test]
    fn no_walk_that_returns_to_its_start_profits(
        curve in curves(),
        steps in proptest::collection::vec(-50_000_000_000i64..50_000_000_000, 1..12),
    ) {
        let back: i64 = -steps.iter().sum::<i64>();
        let (mut cash, mut at) = (0i128, curve);
        for step in steps.into_iter().chain([back]) {
            let quote = i128::from(pool_quote(&at, step).unwrap());
            cash += if step > 0 { -quote } else { quote };
            at = moved(&at, step);
        }
        prop_assert!(cash <= 0, "a round trip earned {cash}");
    }

    #[test]
    fn a_fill_at_the_oracle_never_lowers_the_pools_equity(
        curve in curves(), base in -100_000_000_000i64..=100_000_000_000,
    ) {
        let equity = |net, cash| pool_equity(1 << 50, cash, net, curve.price, curve.depth).unwrap();
        let quote = i64::try_from(pool_quote(&curve, base).unwrap()).unwrap();
        let cash = if base > 0 { quote } else { -quote };
        let after = equity(curve.user_net_base + base, cash);
        // Two floors and a ceiling in each equity can hide at most two native units.
        prop_assert!(after + 2 >= equity(curve.user_net_base, 0));
    }

    #[test]
    fn winding_down_pays_everybody_from_what_there_is(
        users in vec((-1_000_000_000_000i64..1_000_000_000_000, -1i64 << 50..1 << 50), 1..8),
        allocation in 0u64..1 << 50, price in 1u64..1_000_000_000_000,
    ) {
        let (net, entries) = users.iter().fold((0, 0), |(net, cash), user| (net + user.0, cash + user.1));
        let pool = i128::from(settled_equity(allocation, -entries, net, price).unwrap());
        let pnl = |(base, entry): &(i64, i64)| i128::from(unrealised_pnl(*base, *entry, price).unwrap());
        let owed: i128 = users.iter().map(pnl).sum();
        let left = i128::from(allocation) - pool - owed;
        prop_assert!((0..=users.len() as i128).contains(&left), "{left} units left");
    }

    #[test]
    fn what_the_curve_still_owes_is_never_negative(
        allocation in 0u64..1 << 50, cash in -1i64 << 50..1 << 50, net in -1i64 << 45..1 << 45, price in 1u64..1 << 40,
    ) {
        let settled = settled_equity(allocation, cash, net, price).unwrap();
        prop_assert!(pool_equity(allocation, cash, net, price, DEPTH).unwrap() <= settled);
        prop_assert_eq!(may_lower_depth(net, DEPTH).unwrap(), net.unsigned_abs() <= DEPTH / 1_000);
    }

    #[test]
    fn the_mark_lies_on_the_side_of_the_users_net(curve in curves()) {
        let mark = mark_price(curve.price, curve.user_net_base, curve.depth).unwrap();
        let side = if curve.user_net_base >= 0 { mark >= curve.price } else { mark <= curve.price };
        prop_assert!(side);
    }

    #[test]
    fn funding_depends_on_time_not_on_touches(
        oracle in 1_000u64..1_000_000_000_000,
        skew in -500i64..500,
        touches in proptest::collection::vec(0u64..900, 1..4),
    ) {
        let mark = oracle.checked_add_signed(i64::try_from(oracle).unwrap() / 10_000 * skew).unwrap();
        let at = |seconds, remainder| {
            accrue_funding(&FundingInputs { oracle, mark, clamp_divisor: 33, seconds, remainder }).unwrap()
        };
        let once = at(touches.iter().sum(), 0);
        let (index, remainder) = touches.iter().fold((0, 0), |(index, remainder), seconds| {
            let touch = at(*seconds, remainder);
            (index + touch.index_delta, touch.remainder)
        });
        prop_assert_eq!((index, remainder), (once.index_delta, once.remainder));
        let premium = funding_premium(oracle, mark, 33).unwrap();
        prop_assert!(premium.unsigned_abs() <= oracle / 33);
    }

    #[test]
    fn funding_paid_covers_funding_received(
        bases in proptest::collection::vec(-1i64 << 50..1 << 50, 1..8), delta in -1i64 << 30..1 << 30,
    ) {
        let counter = -bases.iter().sum::<i64>();
        let total: i64 = bases.iter().chain([&counter]).map(|base| funding_payment(*base, delta, 0).unwrap()).sum();
        prop_assert!(total <= 0 && total > -1 - i64::try_from(bases.len()).unwrap());
    }

    #[test]
    fn a_pegged_order_keeps_to_its_bound(
        is_buy: bool, oracle in 1u64..1 << 60, offset in -1i64 << 60..1 << 60, bound in 1u64..1 << 60,
    ) {
        match pegged_limit(is_buy, oracle, offset, bound) {
            Ok(limit) if is_buy => prop_assert!(limit <= bound),
            Ok(limit) => prop_assert!(limit >= bound),
            Err(error) => {
                prop_assert_eq!(error, MathError::InvalidPrice);
                prop_assert!(i128::from(oracle) + i128::from(offset) <= 0);
            }
        }
    }

    #[test]
    fn a_trailing_stop_never_backs_away(
        is_buy: bool, start in 1_000_000u64..1 << 40, moves in vec(-300i64..300, 1..30), distance in 1u64..1_000_000,
    ) {
        let (mut extreme, mut price, mut best) = (start, start, start);
        for basis_points in moves {
            price = price.checked_add_signed(i64::try_from(price).unwrap() / 10_000 * basis_points).unwrap().max(2_000);
            best = if is_buy { best.min(price) } else { best.max(price) };
            if let Some(moved) = ratchet(is_buy, extreme, price).unwrap() {
                prop_assert_eq!(moved < extreme, is_buy);
                prop_assert!(u128::from(moved.abs_diff(extreme)) * 10_000 >= u128::from(extreme) * 5);
                extreme = moved;
            }
            prop_assert!(u128::from(best.abs_diff(extreme)) * 10_000 < u128::from(extreme) * 5 || best == extreme);
        }
        if let Ok(trigger) = trailing_trigger(is_buy, extreme, distance) {
            prop_assert_eq!(trigger.abs_diff(extreme), distance);
        }
    }

    #[test]
    fn a_trade_near_the_oracle_loses_no_more_than_the_band(
        is_buy: bool, size in 0u64..1 << 50, oracle in 0u64..1 << 40, off in -500i64..500, band in 0u32..500,
    ) {
        let value = u128::from(size) * u128::from(oracle);
        let quote = u64::try_from(value / 1_000_000_000 / 10_000 * u128::try_from(10_000 + off).unwrap()).unwrap();
        let losses = [is_buy, !is_buy].map(|side| loss_against_oracle(side, size, quote, oracle).unwrap());
        prop_assert!(losses.contains(&0), "a trade loses for one side only");
        if is_near_oracle(size, quote, oracle, band).unwrap() {
            let most = (value * u128::from(band)).div_ceil(10_000 * 1_000_000_000);
            prop_assert!(u128::from(losses[0].max(losses[1])) <= most);
        }
    }
}

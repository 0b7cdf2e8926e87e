//! What must hold for every input: rounding directions, no free lunch, conservation, monotone health, no panic.

use perps_math::fees::split_fee;
use perps_math::fills::{apply_fill, Position};
use perps_math::fixed::{mul_div_ceil, mul_div_floor};
use perps_math::funding::{accrue_funding, funding_payment, funding_premium, FundingInputs};
use perps_math::liquidation::{liquidation_fees, liquidation_size, takeover_quote, LiquidationInputs};
use perps_math::margin::{
    margin_requirement, Health, MarginFold, MarginKind, MarginRatios, OraclePrice, PositionRisk, TokenCollateral,
};
use perps_math::pool::{mark_price, pool_equity, pool_quote, PoolCurve};
use perps_math::shares::{mint_shares, redeem_shares, PoolValue};
use perps_math::waterfall::{share_loss, LossInputs};
use perps_math::MathError;
use proptest::prelude::*;

const DEPTH: u64 = 100_000_000_000_000;

prop_compose! {
    fn curves()(price in 1_000u64..1_000_000_000_000, net in -3_000_000_000_000i64..=3_000_000_000_000, half_spread_ppm in 0u32..5_000)
        -> PoolCurve {
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
    fn splitting_a_trade_never_profits(curve in curves(), sizes in proptest::collection::vec(1i64..50_000_000_000, 2..6)) {
        let total: i64 = sizes.iter().sum();
        let parts = |sign: i64| sizes.iter().fold((0u64, curve), |(sum, curve), size| {
            (sum + pool_quote(&curve, sign * size).unwrap(), moved(&curve, sign * size))
        }).0;
        prop_assert!(parts(1) >= pool_quote(&curve, total).unwrap());
        prop_assert!(parts(-1) <= pool_quote(&curve, -total).unwrap());
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
    fn a_fill_at_the_oracle_never_lowers_the_pools_equity(curve in curves(), base in -100_000_000_000i64..=100_000_000_000) {
        let equity = |net, cash| pool_equity(1 << 50, cash, net, curve.price, curve.depth).unwrap();
        let quote = i64::try_from(pool_quote(&curve, base).unwrap()).unwrap();
        let cash = if base > 0 { quote } else { -quote };
        let after = equity(curve.user_net_base + base, cash);
        // Two floors and a ceiling in each equity can hide at most two native units.
        prop_assert!(after + 2 >= equity(curve.user_net_base, 0));
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
    fn funding_paid_covers_funding_received(bases in proptest::collection::vec(-1i64 << 50..1 << 50, 1..8), delta in -1i64 << 30..1 << 30) {
        let counter = -bases.iter().sum::<i64>();
        let total: i64 = bases.iter().chain([&counter]).map(|base| funding_payment(*base, delta, 0).unwrap()).sum();
        prop_assert!(total <= 0 && total > -1 - i64::try_from(bases.len()).unwrap());
    }

    #[test]
    fn fills_conserve_cash(
        base in -1i64 << 40..1 << 40, entry in -1i64 << 40..1 << 40,
        delta in -1i64 << 40..1 << 40, quote in 0i64..1 << 40, fee in -1_000i64..1_000_000,
    ) {
        let position = Position { base, quote_entry: if base == 0 { 0 } else { entry }, quote_break_even: entry };
        let cash = if delta > 0 { -quote } else { quote };
        let fill = apply_fill(&position, delta, cash, fee).unwrap();
        prop_assert_eq!(fill.position.base, base + delta);
        prop_assert_eq!(fill.position.quote_entry + fill.realised_pnl, position.quote_entry + cash);
        prop_assert!(fill.closed_base <= base.unsigned_abs().min(delta.unsigned_abs()));
        if fill.position.base == 0 {
            prop_assert_eq!((fill.position.quote_entry, fill.position.quote_break_even), (0, 0));
        }
    }

    #[test]
    fn a_closed_account_has_realised_exactly_its_cash(trades in proptest::collection::vec((-1i64 << 32..1 << 32, 1u64..1_000_000_000), 1..10)) {
        let (mut position, mut realised, mut cash) = (Position::default(), 0i64, 0i64);
        let closing = -trades.iter().map(|(base, _)| base).sum::<i64>();
        for (base, price) in trades.iter().copied().chain([(closing, 150_000_000)]) {
            let notional = i64::try_from(i128::from(base) * i128::from(price) / 1_000_000_000).unwrap();
            let fill = apply_fill(&position, base, -notional, 0).unwrap();
            (position, realised, cash) = (fill.position, realised + fill.realised_pnl, cash - notional);
        }
        prop_assert_eq!((position.base, realised), (0, cash));
    }

    #[test]
    fn losses_are_shared_to_the_unit(
        loss in 0u64..1 << 45, insurance in 0u64..1 << 45, insurance_floor in 0u64..1 << 40, insurance_cap in 0u64..1 << 45,
        pool_cap in 0u64..1 << 45, open_interest_long in 0u64..1 << 55, open_interest_short in 0u64..1 << 55, price in 1u64..1 << 45,
    ) {
        let inputs = LossInputs { loss, insurance, insurance_floor, insurance_cap, pool_cap, open_interest_long, open_interest_short, price };
        let s = share_loss(&inputs).unwrap();
        prop_assert_eq!(s.from_insurance + s.from_pool + s.from_longs + s.from_shorts + s.deficit, loss + s.residue);
        prop_assert!(s.from_insurance <= insurance.saturating_sub(insurance_floor) || s.from_insurance == 0);
        prop_assert!(s.residue == 0 || s.deficit == 0);
    }

    #[test]
    fn shares_never_cost_the_other_holders(deposit in 1u64..1 << 50, total in 1_000_000u64..1 << 50, nav in 1i64..1 << 50) {
        if let Ok(mint) = mint_shares(deposit, total, nav) {
            let (supply, worth) = (total + mint.shares, nav + i64::try_from(deposit).unwrap());
            prop_assert!(i128::from(worth) * i128::from(total) >= i128::from(nav) * i128::from(supply));
            let value = PoolValue { shares: supply, nav: worth };
            if let Ok(back) = redeem_shares(mint.shares, &value, &value) {
                prop_assert!(back <= deposit);
            }
        }
    }

    #[test]
    fn a_fee_splits_without_residue(fee: u64, pool in 0u32..=6_000, treasury in 0u32..=4_000) {
        let split = split_fee(fee, pool, treasury).unwrap();
        prop_assert_eq!(split.pool + split.treasury + split.insurance, fee);
    }
}

prop_compose! {
    fn positions()(
        base in -1_000_000_000_000i64..1_000_000_000_000, quote_entry in -1i64 << 40..1 << 40, funding in -1_000_000i64..1_000_000,
        open_bids in 0u64..1_000_000_000_000, open_asks in 0u64..1_000_000_000_000,
        price in 1_000_000u64..1_000_000_000, ema in 1_000_000u64..1_000_000_000, confidence in 0u64..1_000_000,
    ) -> PositionRisk {
        PositionRisk {
            base, quote_entry, funding, open_bids, open_asks,
            price: OraclePrice { price, confidence, ema },
            age: 0,
            ratios: MarginRatios { initial: 500, maintenance: 300, liquidation_buffer: 200 },
        }
    }
}

fn health(kind: MarginKind, usdc: i64, tokens: u64, positions: &[PositionRisk]) -> Health {
    let mut fold = MarginFold::new(kind);
    fold.add_quote(usdc).unwrap();
    fold.add_token(&TokenCollateral {
        amount: tokens,
        unit: 1_000_000_000,
        price: OraclePrice { price: 150_000_000, confidence: 150_000, ema: 148_500_000 },
        age: 0,
        initial_weight: 8_000,
        maintenance_weight: 9_000,
    })
    .unwrap();
    for position in positions {
        fold.add_position(position).unwrap();
    }
    fold.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn initial_margin_is_the_strictest(usdc in -1i64 << 40..1 << 40, tokens in 0u64..1 << 45, positions in proptest::collection::vec(positions(), 0..8)) {
        let [initial, fill, maintenance] =
            [MarginKind::Initial, MarginKind::Fill, MarginKind::Maintenance].map(|kind| health(kind, usdc, tokens, &positions));
        prop_assert!(initial.collateral == fill.collateral && fill.collateral <= maintenance.collateral);
        prop_assert!(initial.requirement >= fill.requirement && fill.requirement >= maintenance.requirement);
    }

    #[test]
    fn more_collateral_is_never_worse(usdc in 0i64..1 << 40, tokens in 0u64..1 << 45, more in 0u64..1 << 40, position in positions()) {
        let before = health(MarginKind::Initial, usdc, tokens, &[position]);
        let after = health(MarginKind::Initial, usdc, tokens + more, &[position]);
        prop_assert!(after.collateral >= before.collateral && after.requirement == before.requirement && after.free() >= before.free());
    }

    #[test]
    fn settling_funding_does_not_move_health(usdc in 0i64..1 << 40, position in positions()) {
        let settled = PositionRisk { funding: 0, ..position };
        for kind in [MarginKind::Initial, MarginKind::Fill, MarginKind::Maintenance, MarginKind::Liquidation] {
            prop_assert_eq!(health(kind, usdc, 0, &[position]), health(kind, usdc + position.funding, 0, &[settled]));
        }
    }

    #[test]
    fn a_partial_liquidation_reaches_the_target_and_takes_no_more_than_a_step_too_much(
        base in 1_000_000_000i64..1_000_000_000_000, price in 1_000_000u64..1_000_000_000, ratio in 201i64..499, step in 1u64..10_000_000,
    ) {
        let notional = i64::try_from(i128::from(base) * i128::from(price) / 1_000_000_000).unwrap();
        let target = margin_requirement(base.unsigned_abs(), price, 500).unwrap();
        let inputs = LiquidationInputs {
            base, price, equity: notional / 10_000 * ratio, target, maintenance: 300, liquidation_buffer: 200,
            liquidation_fee: 100, insurance_fee: 100, step,
        };
        let plan = liquidation_size(&inputs).unwrap();
        prop_assert!(plan.size <= base.unsigned_abs());
        let left = margin_requirement(base.unsigned_abs() - plan.size, price, 500).unwrap();
        let equity = inputs.equity - i64::try_from(plan.liquidation_fee + plan.insurance_fee).unwrap();
        if !plan.whole {
            // Both fees and the requirement round up by less than a unit each.
            prop_assert!(equity + 3 >= i64::try_from(left).unwrap());
            let needed = u128::from(inputs.target.abs_diff(0)).abs_diff(inputs.equity.unsigned_abs().into());
            let exact = mul_div_ceil(needed, 10_000_000_000_000, u128::from(price) * 300).unwrap();
            prop_assert!(u128::from(plan.size) < exact + u128::from(step));
        } else {
            prop_assert!(equity >= 0 || plan.insurance_fee == 0);
        }
    }

    #[test]
    fn no_take_over_makes_a_solvent_account_bankrupt(
        is_long: bool, held in 1u64..1_000_000_000_000, taken in 1u64..=10_000, price in 1_000u64..1_000_000_000_000,
        equity_bps in 0u64..400, curve_bps in 0u64..20_000,
    ) {
        let size = (u128::from(held) * u128::from(taken)).div_ceil(10_000) as u64;
        let notional = |size: u64| (u128::from(size) * u128::from(price) / 1_000_000_000) as u64;
        let base = if is_long { held as i64 } else { -(held as i64) };
        let inputs = LiquidationInputs {
            base, price, equity: (notional(held) / 10_000 * equity_bps) as i64, target: 0, maintenance: 300,
            liquidation_buffer: 200, liquidation_fee: 100, insurance_fee: 100, step: 1,
        };
        let fees = liquidation_fees(size, &inputs).unwrap();
        let quote = takeover_quote(&inputs, size, fees, notional(size) / 10_000 * curve_bps).unwrap();
        let cost = if is_long { notional(size) - quote } else { quote.saturating_sub(notional(size) + 1) };
        prop_assert!(cost + fees.1 <= inputs.equity.unsigned_abs().max(fees.0));
    }

    #[test]
    fn no_input_panics(a: u64, b: i64, c: i64, d: u64, e: u32, f: u64) {
        let price = OraclePrice { price: a, confidence: d, ema: f };
        let _ = pool_quote(&PoolCurve { price: a, user_net_base: b, depth: d, half_spread_ppm: e }, c);
        let _ = pool_equity(a, b, c, d, f);
        let _ = mark_price(a, b, d);
        let _ = accrue_funding(&FundingInputs { oracle: a, mark: d, clamp_divisor: e, seconds: f, remainder: b });
        let _ = funding_payment(b, c, -b);
        let _ = apply_fill(&Position { base: b, quote_entry: c, quote_break_even: c }, c, b, b);
        let _ = mint_shares(a, d, b);
        let _ = liquidation_size(&LiquidationInputs {
            base: b, price: a, equity: c, target: d, maintenance: e, liquidation_buffer: e, liquidation_fee: e, insurance_fee: 7, step: f,
        });
        for kind in [MarginKind::Initial, MarginKind::Fill, MarginKind::Maintenance, MarginKind::Liquidation] {
            let mut fold = MarginFold::new(kind);
            let ratios = MarginRatios { initial: e, maintenance: e, liquidation_buffer: e };
            let _ = fold.add_position(&PositionRisk { base: b, quote_entry: c, funding: c, open_bids: d, open_asks: f, price, age: a, ratios });
            let _ = fold.add_token(&TokenCollateral { amount: d, unit: f, price, age: a, initial_weight: e, maintenance_weight: e });
            let _ = fold.finish();
        }
    }
}

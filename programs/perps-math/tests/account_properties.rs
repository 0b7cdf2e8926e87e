//! Properties of an account's margin, its liquidation and its debt.

use perps_math::fees::taker_fee;
use perps_math::fills::{apply_fill, Position};
use perps_math::fixed::mul_div_ceil;
use perps_math::liquidation::{
    bankruptcy_quote, collateral_cost, collateral_for_debt, liquidation_fees, liquidation_size, takeover_quote,
    trader_takeover_quote, LiquidationInputs,
};
use perps_math::margin::{
    debt_cap, debt_interest, margin_requirement, token_collateral_value, unrealised_pnl, Health, MarginFold,
    MarginKind, MarginRatios, OraclePrice, PositionRisk, TokenCollateral,
};
use perps_math::orders::{limit_quote, slippage_limit, worst_cost};
use proptest::collection::vec;
use proptest::prelude::*;

const KINDS: [MarginKind; 5] =
    [MarginKind::Initial, MarginKind::Fill, MarginKind::Take, MarginKind::Maintenance, MarginKind::Liquidation];

prop_compose! {
    fn positions()(
        base in -1_000_000_000_000i64..1_000_000_000_000, quote_entry in -1i64 << 40..1 << 40,
        funding in -1_000_000i64..1_000_000,
        open_bids in 0u64..1_000_000_000_000, open_asks in 0u64..1_000_000_000_000,
        price in 1_000_000u64..1_000_000_000, ema in 1_000_000u64..1_000_000_000, confidence in 0u64..1_000_000,
    ) -> PositionRisk {
        PositionRisk {
            base, quote_entry, funding, open_bids, open_asks, order_cost: 0,
            price: OraclePrice { price, confidence, ema },
            age: 0,
            ratios: MarginRatios { initial: 500, maintenance: 300, liquidation_buffer: 200 },
        }
    }
}

const SOL: TokenCollateral = TokenCollateral {
    amount: 0,
    unit: 1_000_000_000,
    price: OraclePrice { price: 150_000_000, confidence: 150_000, ema: 148_500_000 },
    age: 0,
    initial_weight: 8_000,
    maintenance_weight: 9_000,
};

fn health(kind: MarginKind, usdc: i64, tokens: u64, positions: &[PositionRisk]) -> Health {
    let mut fold = MarginFold::new(kind);
    fold.add_quote(usdc).unwrap();
    fold.add_token(&TokenCollateral { amount: tokens, ..SOL }).unwrap();
    for position in positions {
        fold.add_position(position).unwrap();
    }
    fold.finish().unwrap()
}

/// Collateral beyond the requirement, signed: what must not rise when things get worse.
fn room(health: &Health) -> i128 {
    i128::from(health.collateral) - i128::from(health.requirement)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn initial_margin_is_the_strictest(
        usdc in -1i64 << 40..1 << 40, tokens in 0u64..1 << 45, positions in vec(positions(), 0..8),
    ) {
        let [initial, fill, take, maintenance, _] = KINDS.map(|kind| health(kind, usdc, tokens, &positions));
        prop_assert!(initial.collateral == fill.collateral && fill.collateral <= take.collateral);
        prop_assert!(take.collateral == maintenance.collateral);
        prop_assert!(initial.requirement >= fill.requirement && fill.requirement >= take.requirement);
        prop_assert!(take.requirement >= maintenance.requirement);
    }

    #[test]
    fn an_order_that_meets_initial_margin_can_be_filled_anywhere_within_its_limit(
        position in positions(), is_buy: bool, size in 1u64..1_000_000_000_000, distance in 0u32..2_000,
        share in 0u64..=10_000, fee_ppm in 0u32..2_000,
    ) {
        let oracle = position.price.price;
        let limit = slippage_limit(is_buy, oracle, distance).unwrap();
        let (open_bids, open_asks) = if is_buy { (size, 0) } else { (0, size) };
        let order_cost = worst_cost(is_buy, size, limit, oracle, fee_ppm).unwrap();
        let open = PositionRisk { open_bids, open_asks, order_cost, ..position };
        let empty = health(MarginKind::Initial, 0, 0, &[open]);
        let usdc = i64::try_from(empty.requirement).unwrap() - empty.collateral;

        let [at_oracle, at_limit] = [oracle, limit].map(|price| limit_quote(is_buy, size, price).unwrap());
        let moved = u128::from(at_oracle.abs_diff(at_limit)) * u128::from(share) / 10_000;
        let quote = if is_buy { at_oracle + moved as u64 } else { at_oracle - moved as u64 };
        let (base, cash) = if is_buy { (size as i64, -(quote as i64)) } else { (-(size as i64), quote as i64) };
        let held = Position { base: position.base, quote_entry: position.quote_entry, quote_break_even: 0 };
        let fill = apply_fill(&held, base, cash, 0).unwrap();
        let fee = taker_fee(quote, fee_ppm).unwrap() as i64;
        let Position { base, quote_entry, .. } = fill.position;
        let after = PositionRisk { base, quote_entry, open_bids: 0, open_asks: 0, ..position };
        // Splitting a position rounds by a unit or two.
        let health = health(MarginKind::Take, usdc + fill.realised_pnl - fee + 2, 0, &[after]);
        prop_assert!(health.is_met(), "{health:?}");
    }

    #[test]
    fn settling_funding_does_not_move_health(usdc in 0i64..1 << 40, position in positions()) {
        let settled = PositionRisk { funding: 0, ..position };
        for kind in KINDS {
            prop_assert_eq!(health(kind, usdc, 0, &[position]), health(kind, usdc + position.funding, 0, &[settled]));
        }
    }

    #[test]
    fn a_partial_liquidation_reaches_the_target_and_takes_no_more_than_a_step_too_much(
        base in 1_000_000_000i64..1_000_000_000_000, price in 1_000_000u64..1_000_000_000, ratio in 201i64..499,
        step in 1u64..10_000_000,
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
        equity_bps in 0u64..400, curve_bps in 0u64..20_000, elsewhere in 0u64..1_000_000_000,
    ) {
        let size = (u128::from(held) * u128::from(taken)).div_ceil(10_000) as u64;
        let notional = |size: u64| (u128::from(size) * u128::from(price) / 1_000_000_000) as u64;
        let margin = |size: u64| margin_requirement(size, price, 500).unwrap();
        let base = if is_long { held as i64 } else { -(held as i64) };
        let inputs = LiquidationInputs {
            base, price, equity: (notional(held) / 10_000 * equity_bps) as i64, target: margin(held) + elsewhere,
            maintenance: 300, liquidation_buffer: 200, liquidation_fee: 100, insurance_fee: 100, step: 1,
        };
        prop_assume!(inputs.target > inputs.equity.unsigned_abs());
        let fees = liquidation_fees(size, &inputs).unwrap();
        let quote = takeover_quote(&inputs, size, fees, notional(size) / 10_000 * curve_bps).unwrap();
        let cost = if is_long { notional(size) - quote } else { quote.saturating_sub(notional(size) + 1) };
        prop_assert!(cost + fees.1 <= inputs.equity.unsigned_abs().max(fees.0));
        if cost > fees.0 {
            // What the curve takes beyond the fee leaves equity / target no lower.
            let [equity, target] = [inputs.equity.unsigned_abs(), inputs.target].map(u128::from);
            let [given, part] = [cost + fees.1, margin(size).min(inputs.target)].map(u128::from);
            prop_assert!((equity - given) * target >= equity * (target - part));
        }
        let quote = trader_takeover_quote(&inputs, size).unwrap();
        let cost = if is_long { notional(size) - quote } else { quote.saturating_sub(notional(size) + 1) };
        prop_assert!(cost <= inputs.equity.unsigned_abs().min(fees.0));
    }

    #[test]
    fn more_collateral_is_never_worse(
        usdc in -1i64 << 40..1 << 40, more_usdc in 0i64..1 << 40, tokens in 0u64..1 << 45, more_tokens in 0u64..1 << 40,
        positions in vec(positions(), 0..4),
    ) {
        for kind in KINDS {
            let before = health(kind, usdc, tokens, &positions);
            let after = health(kind, usdc + more_usdc, tokens + more_tokens, &positions);
            prop_assert!(after.collateral >= before.collateral + more_usdc && after.requirement == before.requirement);
            prop_assert!(after.free() >= before.free() && after.shortage().unwrap() <= before.shortage().unwrap());
            prop_assert!(after.is_met() || !before.is_met());
        }
    }

    #[test]
    fn a_worse_price_never_raises_health(usdc in 0i64..1 << 40, position in positions(), worse in 1u64..500_000) {
        // Both prices move: strict margin values at the worse and requires on the higher of price and EMA. Without
        // orders, because those lose requirement where the position loses nothing.
        let at = |price: u64| PositionRisk {
            open_bids: 0, open_asks: 0, price: OraclePrice { price, confidence: 0, ema: price }, ..position
        };
        let price = position.price.price;
        let moved = if position.base >= 0 { price - worse } else { price + worse };
        for kind in KINDS {
            let [before, after] = [price, moved].map(|price| room(&health(kind, usdc, 0, &[at(price)])));
            // A long's requirement may round down to the next unit before its value does.
            prop_assert!(after <= before + i128::from(position.base > 0), "{before} → {after}");
        }
    }

    #[test]
    fn a_worse_collateral_price_never_raises_its_value(
        amount in 0u64..1 << 45, price in 1u64..1 << 40, worse in 0u64..1 << 40,
    ) {
        let at = |price| TokenCollateral { amount, price: OraclePrice { price, ..SOL.price }, ..SOL };
        for kind in KINDS {
            let [before, after] =
                [price, price.saturating_sub(worse)].map(|price| token_collateral_value(kind, &at(price)).unwrap());
            prop_assert!(after <= before);
            // Rounded down: never more than weight · (price − confidence).
            let most = u128::from(amount) * u128::from(price) * 9_000;
            prop_assert!(u128::from(before) * 10_000 * 1_000_000_000 <= most);
        }
    }

    #[test]
    fn an_older_price_never_raises_health(
        position in positions(), amount in 0u64..1 << 45, age in 0u64..4_000, older in 0u64..4_000,
    ) {
        for kind in KINDS {
            let [before, after] = [age, age + older].map(|age| {
                let mut fold = MarginFold::new(kind);
                fold.add_position(&PositionRisk { age, ..position }).unwrap();
                fold.add_token(&TokenCollateral { amount, age, ..SOL }).unwrap();
                fold.finish().unwrap()
            });
            prop_assert!(after.collateral <= before.collateral && after.requirement == before.requirement);
        }
    }

    #[test]
    fn losses_do_not_fade(position in positions(), age in 0u64..10_000) {
        let at = |age| health(MarginKind::Maintenance, 0, 0, &[PositionRisk { age, funding: 0, ..position }]);
        let (fresh, old) = (at(0), at(age));
        let holds = if fresh.collateral <= 0 { old == fresh } else { old.collateral >= 0 };
        prop_assert!(holds, "{fresh:?} → {old:?}");
    }

    #[test]
    fn more_orders_never_lower_the_requirement(position in positions(), bids in 0u64..1 << 40, asks in 0u64..1 << 40) {
        let (open_bids, open_asks) = (position.open_bids + bids, position.open_asks + asks);
        let more = PositionRisk { open_bids, open_asks, ..position };
        for kind in KINDS {
            prop_assert!(health(kind, 0, 0, &[more]).requirement >= health(kind, 0, 0, &[position]).requirement);
        }
    }

    #[test]
    fn a_requirement_rounds_up(size in 0u64..1 << 50, price in 0u64..1 << 40, ratio in 0u32..=10_000) {
        let (exact, one) = (u128::from(size) * u128::from(price) * u128::from(ratio), 10_000_000_000_000);
        let requirement = u128::from(margin_requirement(size, price, ratio).unwrap());
        prop_assert!(requirement * one >= exact && requirement * one < exact + one);
    }

    #[test]
    fn a_close_at_the_bankruptcy_price_leaves_the_rest_its_share_at_most(
        is_long: bool, held in 1u64..1_000_000_000_000, taken in 1u64..=10_000, price in 1_000u64..1_000_000_000_000,
        entry_bps in 8_000u64..12_000, cash in -1i64 << 40..1 << 40,
    ) {
        let size = (u128::from(held) * u128::from(taken)).div_ceil(10_000) as u64;
        let sign = if is_long { 1 } else { -1 };
        let notional = u128::from(held) * u128::from(price) / 1_000_000_000;
        let quote_entry = -sign * (notional / 10_000 * u128::from(entry_bps)) as i64;
        let position = Position { base: sign * held as i64, quote_entry, quote_break_even: quote_entry };
        let equity = cash + unrealised_pnl(position.base, quote_entry, price).unwrap();
        let quote = bankruptcy_quote(position.base, size, price, equity).unwrap();
        let fill = apply_fill(&position, -sign * size as i64, sign * quote as i64, 0).unwrap();
        let Position { base, quote_entry, .. } = fill.position;
        let left = cash + fill.realised_pnl + unrealised_pnl(base, quote_entry, price).unwrap();
        if quote > 0 {
            let (kept, share) = (i128::from(left) * i128::from(held), i128::from(equity) * i128::from(held - size));
            prop_assert!(kept <= share && kept + 2 * i128::from(held) > share, "{equity} → {left}");
            prop_assert!(size < held || left == 0);
        }
    }

    #[test]
    fn a_liquidator_of_collateral_takes_the_fewest_tokens_that_repay_the_debt(
        debt in 1u64..1 << 50, price in 1u64..1 << 40, decimals in 0u32..12,
    ) {
        let unit = 10u64.pow(decimals);
        if let Ok(tokens) = collateral_for_debt(debt, price, unit) {
            prop_assert!(collateral_cost(tokens, price, unit).unwrap_or(u64::MAX) >= debt);
            prop_assert!(collateral_cost(tokens - 1, price, unit).unwrap() < debt);
        }
    }

    #[test]
    fn collateral_is_never_sold_below_its_discount(
        tokens in 0u64..1 << 50, price in 1u64..1 << 30, decimals in 0u32..12,
    ) {
        let unit = 10u64.pow(decimals);
        if let Ok(cost) = collateral_cost(tokens, price, unit) {
            let (exact, one) = (u128::from(tokens) * u128::from(price) * 99, u128::from(unit) * 100);
            prop_assert!(u128::from(cost) * one >= exact && u128::from(cost) * one < exact + one);
        }
    }

    #[test]
    fn touching_a_debt_often_never_costs_less(debt in 0u64..1 << 50, touches in vec(0u64..10_000_000, 1..8)) {
        let (once, parts) = (debt_interest(debt, touches.iter().sum()).unwrap(), touches.len() as u64);
        let often: u64 = touches.iter().map(|seconds| debt_interest(debt, *seconds).unwrap()).sum();
        prop_assert!((once..once + parts).contains(&often));
    }

    #[test]
    fn the_debt_cap_grows_with_the_vault(vault: u64, more: u64) {
        let cap = debt_cap(vault).unwrap();
        prop_assert!(debt_cap(vault.saturating_add(more)).unwrap() >= cap && cap <= vault / 20 && cap <= 5_000_000_000);
    }
}

//! No input makes a formula panic: each answers or says why it cannot.

use perps_math::fees::{decayed_volume, fee_schedule_is_sound, maker_rebate_of, split_fee, taker_fee_of};
use perps_math::fills::{apply_fill, Position};
use perps_math::funding::{accrue_funding, funding_payment, FundingInputs};
use perps_math::limits::{
    after_loss, after_profit, budget_spent, mean_balance, not_withdrawable, small_withdrawals_of_vault, withdraw_floor,
    withdrawal_value, WarmUp,
};
use perps_math::liquidation::{
    bankruptcy_quote, collateral_cost, collateral_for_debt, deleverage_equity, equity_covers_fees, liquidation_size,
    takeover_limit_price, takeover_quote, trader_takeover_quote, LiquidationInputs,
};
use perps_math::margin::{
    debt_cap, debt_interest, scaled_initial_ratio, MarginFold, MarginKind, MarginRatios, OraclePrice, PositionRisk,
    TokenCollateral,
};
use perps_math::oracle::{confidence_ratio, ema_gap, scale_confidence, scale_price};
use perps_math::orders::{
    fraction_size, is_near_oracle, is_within_limit, loss_against_oracle, pegged_limit, ratchet, slippage_limit,
    trailing_trigger, worst_cost,
};
use perps_math::pool::{
    depth_for_equity, half_spread_ppm, is_equity_below, largest_fill, mark_price, may_lower_depth, open_cap_base,
    pool_equity, pool_quote, settled_equity, PoolCurve,
};
use perps_math::shares::{mint_shares, redeem_shares, PoolValue};
use perps_math::waterfall::{share_loss, share_of_debt, LossInputs};
use proptest::prelude::*;

fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(1), Just(u64::MAX), any::<u64>()]
}

fn signed() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), Just(-1), Just(i64::MAX), Just(i64::MIN), any::<i64>()]
}

fn share() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(10_000), Just(u32::MAX), any::<u32>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn in_a_market(
        a in amount(), b in signed(), c in signed(), d in amount(), e in share(), f in amount(), is_buy: bool,
    ) {
        let curve = PoolCurve { price: a, user_net_base: b, depth: d, half_spread_ppm: e };
        let _ = (pool_quote(&curve, c), largest_fill(&curve, is_buy, f, a, d));
        let _ = (pool_equity(a, b, c, d, f), settled_equity(a, b, c, d), mark_price(a, b, d), may_lower_depth(b, d));
        let _ = (half_spread_ppm(a, d, e, e), open_cap_base(b, a, e), is_equity_below(b, c, a, e));
        let _ = depth_for_equity(a, d);
        let _ = accrue_funding(&FundingInputs { oracle: a, mark: d, clamp_divisor: e, seconds: f, remainder: b });
        let _ = (funding_payment(b, c, b), funding_payment(c, b, c));
        let _ = apply_fill(&Position { base: b, quote_entry: c, quote_break_even: c }, c, b, b);
        let _ = (taker_fee_of(a, e, e, e / 2, e), maker_rebate_of(a, e, e), split_fee(a, e, e), decayed_volume(a, d));
        let _ = fee_schedule_is_sound(e, e, e / 3, e / 2);
        let _ = (pegged_limit(is_buy, a, b, d), trailing_trigger(is_buy, a, d), ratchet(is_buy, a, d));
        let _ = (is_near_oracle(a, d, f, e), loss_against_oracle(is_buy, a, d, f), is_within_limit(is_buy, a, d, f));
        let _ = worst_cost(is_buy, a, d, f, e);
        let _ = (slippage_limit(is_buy, a, e), fraction_size(a, e, d));
        let exponent = i32::from_ne_bytes(e.to_ne_bytes());
        let _ = (scale_price(b, exponent), scale_confidence(a, exponent), ema_gap(a, d), confidence_ratio(a, d));
    }

    #[test]
    fn in_an_account(a in amount(), b in signed(), c in signed(), d in amount(), e in share(), f in amount()) {
        let inputs = LiquidationInputs {
            base: b, price: a, equity: c, target: d, maintenance: e, liquidation_buffer: e, liquidation_fee: e,
            insurance_fee: 7, step: f,
        };
        let _ = (liquidation_size(&inputs), takeover_quote(&inputs, d, (a, f), d), bankruptcy_quote(b, a, d, c));
        let _ = (takeover_limit_price(&inputs, d), trader_takeover_quote(&inputs, d), equity_covers_fees(&inputs), deleverage_equity(b, c));
        let _ = (collateral_cost(a, d, f), collateral_for_debt(a, d, f), debt_interest(a, d), debt_cap(a));
        let _ = scaled_initial_ratio(e, a, d, f);
        let price = OraclePrice { price: a, confidence: d, ema: f };
        for kind in [MarginKind::Initial, MarginKind::Fill, MarginKind::Take, MarginKind::Maintenance, MarginKind::Liquidation] {
            let mut fold = MarginFold::new(kind);
            let ratios = MarginRatios { initial: e, maintenance: e, liquidation_buffer: e };
            let _ = fold.add_position(&PositionRisk {
                base: b, quote_entry: c, funding: c, open_bids: d, open_asks: f, order_cost: d, price, age: a, ratios,
            });
            let _ = fold.add_token(&TokenCollateral {
                amount: d, unit: f, price, age: a, initial_weight: e, maintenance_weight: e,
            });
            let _ = (fold.add_quote(b), fold.add_open_orders(e), fold.finish().map(|health| health.shortage()));
        }
    }

    #[test]
    fn where_money_moves(a in amount(), b in signed(), c in signed(), d in amount(), f in amount(), now in signed()) {
        let _ = mint_shares(a, &PoolValue { shares: f, nav: c }, &PoolValue { shares: d, nav: b });
        let _ = redeem_shares(a, &PoolValue { shares: d, nav: b }, &PoolValue { shares: f, nav: c });
        let _ = share_loss(&LossInputs {
            loss: a, insurance: d, insurance_floor: f, insurance_cap: a, pool_cap: d, open_interest_long: f,
            open_interest_short: a, price: d,
        });
        let _ = (share_of_debt(a, d, f), mean_balance(a, d, f), withdraw_floor(a), budget_spent(a, d, f));
        let _ = (small_withdrawals_of_vault(a, d, f), withdrawal_value(a, d, f));
        let warm_up = WarmUp { locked: a, from: b, until: c };
        let _ = (after_profit(&warm_up, now, d), after_loss(&warm_up, now, d), not_withdrawable(&warm_up, now));
    }
}

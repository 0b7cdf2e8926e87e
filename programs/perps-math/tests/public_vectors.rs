//! Vectors of Drift and dYdX that fit our formulas, recomputed in our precisions where theirs differ.

use perps_math::fees::{maker_rebate, taker_fee};
use perps_math::fills::{apply_fill, FillOutcome, Position};
use perps_math::funding::{funding_payment, funding_premium};
use perps_math::liquidation::{liquidation_size, LiquidationInputs};
use perps_math::margin::{
    margin_requirement, scaled_initial_ratio, MarginFold, MarginKind, MarginRatios, OraclePrice, PositionRisk,
};
use perps_math::waterfall::{share_loss, LossInputs};

#[test]
fn drift_4_funding_caps_by_tier() {
    // Drift quotes the hourly rate, 1e9: oracle 49 → 4 900 000 (worst tier) and 1 484 848 (tier B) of premium.
    assert_eq!(funding_premium(49_000_000, 500_000_000, 10), Ok(4_900_000));
    assert_eq!(funding_premium(49_000_000, 500_000_000, 33), Ok(1_484_848));
}

#[test]
fn drift_5_base_to_cover_a_margin_shortage() {
    let inputs = LiquidationInputs {
        base: 10_000_000_000,
        price: 100_000_000,
        equity: 40_000_000,
        target: 50_000_000,
        maintenance: 1_000,
        liquidation_buffer: 0,
        liquidation_fee: 0,
        insurance_fee: 0,
        step: 1,
    };
    assert_eq!(liquidation_size(&inputs).unwrap().size, 1_000_000_000);
}

#[test]
fn drift_8_and_16_index_delta_of_a_socialised_loss() {
    let uninsured = LossInputs {
        loss: 100_000_000,
        insurance: 0,
        insurance_floor: 0,
        insurance_cap: 0,
        pool_cap: 0,
        open_interest_long: 7_000_000_000,
        open_interest_short: 4_000_000_000,
        price: 1_000_000_000,
    };
    assert_eq!(share_loss(&uninsured).unwrap().index_delta, 9_090_910_000);

    let even = LossInputs { open_interest_long: 5_000_000_000, open_interest_short: 5_000_000_000, ..uninsured };
    let delta = share_loss(&even).unwrap().index_delta;
    assert_eq!(delta, 10_000_000_000);
    // index 1000 → 1010 costs the 5-base long 50; the short index −1000 → −1010 costs the 5-base short 50.
    let index = 1_000_000_000_000;
    assert_eq!(funding_payment(5_000_000_000, index + delta, index), Ok(-50_000_000));
    assert_eq!(funding_payment(-5_000_000_000, -index - delta, -index), Ok(-50_000_000));
}

#[test]
fn drift_13_a_partial_liquidation_ends_at_the_ratio_with_buffer() {
    let inputs = LiquidationInputs {
        base: 2_000_000_000,
        price: 100_000_000,
        equity: 5_000_000,
        target: 14_000_000,
        maintenance: 500,
        liquidation_buffer: 200,
        liquidation_fee: 100,
        insurance_fee: 100,
        step: 1,
    };
    let plan = liquidation_size(&inputs).unwrap();
    assert_eq!((plan.size, plan.liquidation_fee, plan.insurance_fee), (1_800_000_000, 1_800_000, 1_800_000));

    let position = Position { base: 2_000_000_000, quote_entry: -200_000_000, quote_break_even: -200_000_000 };
    let fill = apply_fill(&position, -1_800_000_000, 178_200_000, 1_800_000).unwrap();
    assert_eq!((fill.position.base, fill.position.quote_entry), (200_000_000, -20_000_000));
    // Drift keeps the loss in the position (quote −23.6 = entry −20, −1.8 price, −1.8 insurance); we realise it.
    assert_eq!(fill.realised_pnl, -1_800_000);
    let equity_after = 5_000_000 + fill.realised_pnl - 1_800_000;
    assert_eq!(u64::try_from(equity_after), margin_requirement(200_000_000, 100_000_000, 700).map(Ok).unwrap());
}

#[test]
fn drift_17_reduce_and_flip_family() {
    let case = |base, quote_entry, delta, quote| -> (i64, i64, i64) {
        let position = Position { base, quote_entry, quote_break_even: quote_entry };
        let FillOutcome { position, realised_pnl, .. } = apply_fill(&position, delta, quote, 0).unwrap();
        assert_eq!(position.quote_entry, position.quote_break_even);
        (position.base, position.quote_entry, realised_pnl)
    };
    assert_eq!(case(10, -10, -1, 5), (9, -9, 4));
    assert_eq!(case(10, -10, -11, 22), (-1, 2, 10));
    assert_eq!(case(10, -10, -11, 10), (-1, 1, -1));
    assert_eq!(case(-10, 100, 11, -60), (1, -6, 46));
    assert_eq!(case(-10, 100, 11, -120), (1, -11, -9));
}

#[test]
fn drift_18_an_open_order_costs_a_cent_on_top_of_its_margin() {
    let mut fold = MarginFold::new(MarginKind::Initial);
    fold.add_quote(10_000_000_000).unwrap();
    fold.add_position(&PositionRisk {
        base: 0,
        quote_entry: 0,
        funding: 0,
        open_bids: 500_000_000_000,
        open_asks: 0,
        price: OraclePrice { price: 100_000_000, confidence: 0, ema: 100_000_000 },
        age: 0,
        ratios: MarginRatios { initial: 10_000, maintenance: 500, liquidation_buffer: 0 },
    })
    .unwrap();
    fold.add_open_orders(1).unwrap();
    assert_eq!(fold.finish().unwrap().requirement, 50_000_010_000);
}

#[test]
fn drift_34_a_fill_without_filler() {
    assert_eq!(taker_fee(100_000_000, 1_000), Ok(100_000));
    assert_eq!(maker_rebate(100_000_000, 600), Ok(60_000));
}

#[test]
fn dydx_22_funding_settlement() {
    // dYdX keeps −q·Δ unrounded in millionths; ours is the same number rounded against the payer.
    assert_eq!(funding_payment(1_000_000, 123_456_789_123, 100_000_000_000), Ok(-23_457));
    assert_eq!(funding_payment(-1_000_000, 123_456_789_123, 100_000_000_000), Ok(23_456));
    assert_eq!(funding_payment(30_000_000_000, 100, -100), Ok(-6));
    assert_eq!(funding_payment(-5_000_000_000, -50, 100), Ok(-1));
}

#[test]
fn dydx_23_margin_requirements_round_up() {
    assert_eq!(margin_requirement(700_000_000, 5_555_000_000, 100), Ok(38_885_000));
    assert_eq!(margin_requirement(700_000_000, 5_555_000_000, 50), Ok(19_442_500));
    assert_eq!(margin_requirement(74_523_000, 123_456_000_000, 500), Ok(460_015_575));
    assert_eq!(margin_requirement(74_523_000, 123_456_000_000, 300), Ok(276_009_345));
    assert_eq!(margin_requirement(74_523_000, 123_456_000_000, 2_500), Ok(2_300_077_872));
    assert_eq!(margin_requirement(74_523_000, 123_456_000_000, 1_500), Ok(1_380_046_724));
}

#[test]
fn dydx_24_initial_ratio_grows_with_open_interest() {
    // 599 999 and 721 185 ppm there; ratios of 1e4 here, rounded up.
    let notional = |quantums: u64| quantums * 36_750;
    assert_eq!(scaled_initial_ratio(2_000, notional(408_163_265), 10_000_000_000_000, 20_000_000_000_000), Ok(6_000));
    assert_eq!(scaled_initial_ratio(2_000, notional(1_123_456_789), 25_000_000_000_000, 50_000_000_000_000), Ok(7_212));
    assert_eq!(scaled_initial_ratio(2_000, 1, 10, 20), Ok(2_000));
    assert_eq!(scaled_initial_ratio(2_000, 20, 10, 20), Ok(10_000));
    assert_eq!(scaled_initial_ratio(2_000, 15, 0, 0), Ok(2_000));
}

//! Every error, and the edges where rounding or a cap starts.

use perps_math::fees::{keeper_reward, split_fee, taker_fee};
use perps_math::fills::{apply_fill, Position};
use perps_math::fixed::{ceil_div, floor_div_signed, mul_div_floor};
use perps_math::liquidation::{caller_reward, liquidation_size, LiquidationInputs};
use perps_math::margin::{faded_weight, token_collateral_value, MarginKind, OraclePrice, TokenCollateral};
use perps_math::oracle::{confidence_ratio, ema_gap, max_fill_age, scale_confidence, scale_price};
use perps_math::pool::{
    depth_for_equity, half_spread_ppm, is_equity_below, largest_fill, mark_price, one_fill_cap, open_cap_base,
    pool_equity, pool_quote, PoolCurve, OPEN_CAP, REDUCE_ONLY_EQUITY,
};
use perps_math::shares::{mint_shares, redeem_shares, PoolValue, ShareMint};
use perps_math::MathError;

const CURVE: PoolCurve =
    PoolCurve { price: 150_000_000, user_net_base: 0, depth: 100_000_000_000_000, half_spread_ppm: 200 };

#[test]
fn division_refuses_zero_and_reports_what_does_not_fit() {
    assert_eq!(mul_div_floor(1, 1, 0), Err(MathError::DivisionByZero));
    assert_eq!(mul_div_floor(u128::MAX, 2, 1), Err(MathError::Overflow));
    assert_eq!(mul_div_floor(u128::MAX, u128::MAX, u128::MAX), Ok(u128::MAX));
    assert_eq!(ceil_div(7, 2), Ok(4));
    assert_eq!(floor_div_signed(-7, 2), Ok(-4));
    assert_eq!(floor_div_signed(7, -2), Err(MathError::DivisionByZero));
}

#[test]
fn the_curve_ends_where_its_price_would_not_be_positive() {
    assert_eq!(pool_quote(&PoolCurve { price: 0, ..CURVE }, 1), Err(MathError::InvalidPrice));
    assert_eq!(pool_quote(&PoolCurve { depth: 0, ..CURVE }, 1), Err(MathError::DivisionByZero));
    assert_eq!(pool_quote(&CURVE, -200_000_000_000_000), Err(MathError::OutsideCurve));
    assert_eq!(pool_quote(&PoolCurve { half_spread_ppm: 1_000_001, ..CURVE }, -1), Err(MathError::OutsideCurve));
    assert_eq!(pool_quote(&CURVE, 0), Ok(0));
    assert_eq!(pool_quote(&CURVE, 1), Ok(1), "a buyer never pays nothing");
    assert_eq!(pool_quote(&CURVE, -1), Ok(0));
    let no_spread = PoolCurve { price: 1_000_000_000, half_spread_ppm: 0, ..CURVE };
    assert_eq!(pool_quote(&no_spread, 1), Ok(2), "nor less than the curve's own premium, however small");
    assert_eq!(pool_quote(&PoolCurve { price: u64::MAX, ..CURVE }, i64::MAX), Err(MathError::Overflow));
    assert_eq!(mark_price(1, 0, 0), Err(MathError::DivisionByZero));
    assert_eq!(mark_price(1, -5, 5), Err(MathError::OutsideCurve));
    assert_eq!(half_spread_ppm(0, 1, 1, 1), Err(MathError::InvalidPrice));
    assert_eq!(half_spread_ppm(150_000_000, 75_001, 200, 10_000), Ok(501), "the spread rounds up");
}

#[test]
fn a_limit_cuts_a_fill_to_where_its_average_meets_it() {
    const SOL: u64 = 1_000_000_000;
    let buy = |limit, most| largest_fill(&CURVE, true, limit, most, SOL / 100);
    // The first step costs 150.03 and a little, 100 SOL 150.105015 on average.
    assert_eq!(buy(150_030_000, 100 * SOL), Ok((0, 0)));
    assert_eq!(buy(150_060_000, 100 * SOL), Ok((39_990_000_000, 6_000_899_340)));
    assert_eq!(buy(150_105_014, 100 * SOL), Ok((99_990_000_000, 15_008_999_700)));
    assert_eq!(buy(150_105_015, 100 * SOL), Ok((100 * SOL, 15_010_501_500)));
    assert_eq!(largest_fill(&CURVE, false, 149_940_000, 100 * SOL, SOL / 100), Ok((40 * SOL, 5_997_600_240)));
    assert_eq!(buy(u64::MAX, 1), Ok((1, 1)), "whole, though no step");
    assert_eq!(buy(0, 100 * SOL), Ok((0, 0)));
    assert_eq!(largest_fill(&CURVE, true, 150_060_000, SOL * 100, 0), Err(MathError::DivisionByZero));
    assert_eq!(largest_fill(&CURVE, true, 1, u64::MAX, 1), Err(MathError::Overflow));
}

#[test]
fn deep_curves_of_cheap_assets_need_the_wide_product() {
    let cheap = PoolCurve { price: 1_000_000_000, user_net_base: 0, depth: 1 << 62, half_spread_ppm: 0 };
    assert_eq!(pool_quote(&cheap, 1 << 50), Ok(1_126_037_345_796_096));
}

#[test]
fn pool_caps_follow_equity() {
    // $100 000 allocated, users net long 100 SOL for 15 010 at 150: −15 000 inventory + 15 010 cash − premium.
    let equity =
        pool_equity(100_000_000_000, 15_010_000_000, 100_000_000_000, 150_000_000, 100_000_000_000_000).unwrap();
    assert_eq!(equity, 100_002_500_000);
    assert_eq!(open_cap_base(equity, 150_000_000, OPEN_CAP), Ok(300_007_500_000));
    assert_eq!(open_cap_base(-1, 150_000_000, OPEN_CAP), Ok(0));
    assert_eq!(one_fill_cap(100_000_000_000_000), Ok(100_000_000_000));
    assert_eq!(depth_for_equity(100_000_000_000, 150_000_000), Ok(10_000_000_000_000));
    assert_eq!(is_equity_below(7_500_000_000, 100_000_000_000, 150_000_000, REDUCE_ONLY_EQUITY), Ok(false));
    assert_eq!(is_equity_below(7_499_999_999, -100_000_000_000, 150_000_000, REDUCE_ONLY_EQUITY), Ok(true));
}

#[test]
fn reductions_round_profit_down() {
    let long = Position { base: 3, quote_entry: -10, quote_break_even: -10 };
    let fill = apply_fill(&long, -1, 5, 0).unwrap();
    assert_eq!((fill.realised_pnl, fill.position.quote_entry), (1, -6));
    let short = Position { base: -3, quote_entry: 10, quote_break_even: 10 };
    let fill = apply_fill(&short, 1, -5, 0).unwrap();
    assert_eq!((fill.realised_pnl, fill.position.quote_entry), (-2, 7));
}

#[test]
fn fees_belong_to_the_break_even_but_not_to_pnl() {
    let opened = apply_fill(&Position::default(), 10, -100, 1).unwrap();
    assert_eq!((opened.position.quote_entry, opened.position.quote_break_even), (-100, -101));
    let reduced = apply_fill(&opened.position, -5, 60, 1).unwrap();
    assert_eq!((reduced.realised_pnl, reduced.position.quote_entry), (10, -50));
    assert_eq!(reduced.position.quote_break_even, -51);
    let flipped = apply_fill(&reduced.position, -10, 100, 2).unwrap();
    assert_eq!((flipped.realised_pnl, flipped.position.quote_entry, flipped.position.quote_break_even), (0, 50, 48));
    assert_eq!(apply_fill(&Position { base: i64::MAX, ..Position::default() }, 1, 0, 0), Err(MathError::Overflow));
}

#[test]
fn stale_collateral_carries_no_new_risk_and_fades_slowly() {
    let price = OraclePrice { price: 150_000_000, confidence: 0, ema: 150_000_000 };
    let token = TokenCollateral {
        amount: 1_000_000_000,
        unit: 1_000_000_000,
        price,
        age: 60,
        initial_weight: 8_000,
        maintenance_weight: 9_000,
    };
    assert_eq!(token_collateral_value(MarginKind::Initial, &token), Ok(120_000_000));
    let stale = TokenCollateral { age: 61, ..token };
    assert_eq!(token_collateral_value(MarginKind::Initial, &stale), Ok(0));
    assert_eq!(token_collateral_value(MarginKind::Maintenance, &stale), Ok(135_000_000));
    assert_eq!(
        [900, 2_250, 3_599, 3_600, u64::MAX].map(|age| faded_weight(9_000, age).unwrap()),
        [9_000, 4_500, 3, 0, 0]
    );
    let uncertain = TokenCollateral { price: OraclePrice { confidence: 200_000_000, ..price }, ..token };
    assert_eq!(token_collateral_value(MarginKind::Initial, &uncertain), Ok(0));
    assert_eq!(
        token_collateral_value(MarginKind::Initial, &TokenCollateral { unit: 0, ..token }),
        Err(MathError::DivisionByZero)
    );
}

#[test]
fn liquidation_edges() {
    let inputs = LiquidationInputs {
        base: -300_000_000,
        price: 150_000_000,
        equity: 1_300_000,
        target: 2_250_000,
        maintenance: 300,
        liquidation_buffer: 200,
        liquidation_fee: 100,
        insurance_fee: 100,
        step: 10_000_000,
    };
    let small = liquidation_size(&inputs).unwrap();
    assert_eq!((small.size, small.whole, small.insurance_fee), (300_000_000, true, 450_000), "$45 is taken whole");
    let covered = LiquidationInputs { equity: 2_250_000, ..inputs };
    assert_eq!(liquidation_size(&covered), Err(MathError::NotLiquidatable));
    assert_eq!(liquidation_size(&LiquidationInputs { base: 0, ..inputs }), Err(MathError::NotLiquidatable));
    assert_eq!(liquidation_size(&LiquidationInputs { price: 0, ..inputs }), Err(MathError::InvalidPrice));
    let large = LiquidationInputs { base: -100_000_000_000, equity: 400_000_000, target: 750_000_000, ..inputs };
    assert_eq!(liquidation_size(&LiquidationInputs { step: 0, ..large }), Err(MathError::DivisionByZero));
    assert_eq!(
        liquidation_size(&LiquidationInputs { liquidation_buffer: 0, maintenance: 200, ..large }),
        Err(MathError::DivisionByZero)
    );
    assert_eq!(liquidation_size(&LiquidationInputs { equity: -5, ..large }).unwrap().insurance_fee, 0);
    assert_eq!(
        [caller_reward(19), caller_reward(1_000_000), caller_reward(u64::MAX)],
        [Ok(1), Ok(100_000), Ok(5_000_000)]
    );
}

#[test]
fn the_first_deposit_locks_shares_and_dust_mints_nothing() {
    let pool = |shares, nav| PoolValue { shares, nav };
    let mint = |deposit, now| mint_shares(deposit, &now, &now);
    assert_eq!(mint(999_999_999, pool(0, 0)), Err(MathError::FirstDepositTooSmall));
    assert_eq!(mint(1_000_000_000, pool(0, 0)), Ok(ShareMint { shares: 999_000_000, locked: 1_000_000 }));
    assert_eq!(mint(100, pool(1_000, 1_001)), Ok(ShareMint { shares: 99, locked: 0 }));
    assert_eq!(mint(1, pool(1_000, 1_001)), Err(MathError::ZeroShares));
    assert_eq!(mint(1, pool(1_000, 0)), Err(MathError::PoolWiped));
    // Dearer at the request, cheaper, and without a price then.
    let at_request = |before| mint_shares(100, &before, &pool(1_000, 1_000)).map(|mint| mint.shares);
    assert_eq!(
        [pool(1_000, 2_000), pool(1_000, 500), pool(0, 500), pool(1_000, 0)].map(at_request),
        [Ok(50), Ok(100), Ok(100), Ok(100)]
    );
    let value = |shares, nav| PoolValue { shares, nav };
    assert_eq!(redeem_shares(10, &value(1_000, 900), &value(1_000, 1_000)), Ok(9));
    assert_eq!(redeem_shares(10, &value(1_000, 1_000), &value(1_000, 900)), Ok(9));
    assert_eq!(redeem_shares(10, &value(1_000, 1_000), &value(500, 600)), Ok(10), "worth per share, not in total");
    assert_eq!(redeem_shares(1, &value(1_000, 900), &value(1_000, 900)), Err(MathError::ZeroShares));
    assert_eq!(redeem_shares(1, &value(0, 900), &value(1_000, 900)), Err(MathError::DivisionByZero));
    assert_eq!(redeem_shares(1, &value(1_000, 900), &value(0, 900)), Err(MathError::DivisionByZero));
    assert_eq!(redeem_shares(1, &value(1_000, -1), &value(1_000, 900)), Err(MathError::PoolWiped));
    assert_eq!(redeem_shares(1, &value(1_000, 900), &value(1_000, 0)), Err(MathError::PoolWiped));
}

#[test]
fn fees_round_against_the_payer() {
    assert_eq!(taker_fee(1, 500), Ok(1));
    assert_eq!(keeper_reward(1_999_999, 10_000, 1), Ok(10_001));
    assert_eq!(split_fee(99, 6_000, 3_000).map(|s| (s.pool, s.treasury, s.insurance)), Ok((59, 29, 11)));
    assert_eq!(split_fee(100, 6_000, 5_000), Err(MathError::Overflow));
}

#[test]
fn published_prices_scale_to_six_decimals() {
    assert_eq!(scale_price(15_012_345_678, -8), Ok(150_123_456));
    assert_eq!(scale_confidence(15_012_345_678, -8), Ok(150_123_457));
    assert_eq!(scale_price(15_012, -2), Ok(150_120_000));
    assert_eq!(scale_price(150, 0), Ok(150_000_000));
    assert_eq!(scale_price(1, -18), Err(MathError::InvalidPrice), "rounds to zero");
    assert_eq!(scale_price(0, -8), Err(MathError::InvalidPrice));
    assert_eq!(scale_price(-1, -8), Err(MathError::InvalidPrice));
    assert_eq!(scale_price(1, 1), Err(MathError::InvalidPrice));
    assert_eq!(scale_confidence(1, -19), Err(MathError::InvalidPrice));
    assert_eq!(scale_price(i64::MAX, 0), Err(MathError::Overflow));
}

#[test]
fn a_fast_market_needs_a_fresher_price() {
    assert_eq!(ema_gap(101_000_000, 100_000_000), Ok(100));
    assert_eq!(ema_gap(98_999_999, 100_000_000), Ok(101));
    assert_eq!(ema_gap(1, 0), Err(MathError::DivisionByZero));
    assert_eq!(confidence_ratio(150_000_000, 750_000), Ok(50));
    assert_eq!([0, 100, 101, 300, 301].map(max_fill_age), [10, 10, 5, 5, 2]);
}

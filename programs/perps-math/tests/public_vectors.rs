//! Vectors of Drift, dYdX and Solana Labs' perpetuals that fit our formulas, recomputed in our precisions where theirs
//! differ. By the number of the test they come from:
//!
//! | # | source, subject | here |
//! |---|---|---|
//! | 1, 3 | Drift, funding rate | tested with the mark moved by our offset; ours rounds down, not towards zero. Funding capped by a fee pool: ours is paid by the other side only |
//! | 4 | Drift, funding caps | tested |
//! | 5 | Drift, base to cover a shortage | tested; its quote prices 0.99 and 1.01 do not exist here, USDC counts 1 |
//! | 7 | Drift, insurance fee from the shortage | another formula: ours is what equity leaves, up to a rate (see 27) |
//! | 8, 16 | Drift, socialised loss | tested; without open interest ours records a deficit instead of an error |
//! | 10 | Drift, liquidation fee growing by slot | ours is constant |
//! | 11 | Drift, spot liability transfer to a shortage | no borrowing here: only USDC can be owed |
//! | 12 | Drift, asset for liability | tested: collateral at a discount of 1 % |
//! | 13 | Drift, partial liquidation | tested |
//! | 17 | Drift, reduce and flip | tested |
//! | 18 | Drift, margin of a spot order | tested: the requirement; its collateral is that of a borrowed token |
//! | 20 | dYdX, funding index | tested for 1 h and 4 h; the 8 h one is below the digits of our prices |
//! | 21 | dYdX, funding tick | tested; its clamp follows from margin ratios, ours from the tier |
//! | 22 | dYdX, funding settlement | tested |
//! | 23, 24 | dYdX, margin and its scaling | tested |
//! | 25 | dYdX, bankruptcy price | tested; ours rounds against the closed account, theirs for it |
//! | 27 | dYdX, insurance of a liquidation | tested |
//! | 28 | Labs, liquidation price | another formula: its margin is a share of the entry |
//! | 29 | Labs, PnL and leverage | tested: the losses; its positions are sized in dollars, so a profit has digits that base 1e9 has not, and its leverage is of the entry |
//! | 30 | Labs, borrow rate | no borrowing here |
//! | 34 | Drift, fees of a fill | tested; the filler's part comes on top here, not out of the fee |

use perps_math::fees::{keeper_reward, maker_rebate, maker_rebate_of, taker_fee, taker_fee_of};
use perps_math::fills::{apply_fill, FillOutcome, Position};
use perps_math::funding::{accrue_funding, funding_payment, funding_premium, FundingInputs};
use perps_math::liquidation::{
    bankruptcy_quote, collateral_cost, collateral_for_debt, liquidation_fees, liquidation_size, LiquidationInputs,
};
use perps_math::margin::{
    margin_requirement, scaled_initial_ratio, unrealised_pnl, MarginFold, MarginKind, MarginRatios, OraclePrice,
    PositionRisk,
};
use perps_math::orders::slippage_limit;
use perps_math::waterfall::{share_loss, LossInputs};

/// (Index change, remainder) of a premium of `daily` (price 1e6) over some hours, an hour at a touch.
fn funding_of(oracle: u64, daily: i64, hours: u64) -> (i64, i64) {
    let offset = i64::try_from(oracle / 5_000).unwrap();
    let mark = oracle.checked_add_signed(daily - offset).unwrap();
    (0..hours).fold((0, 0), |(index, remainder), _| {
        let inputs = FundingInputs { oracle, mark, clamp_divisor: 10, seconds: 3_600, remainder };
        let accrual = accrue_funding(&inputs).unwrap();
        assert_eq!(accrual.premium, daily);
        (index + accrual.index_delta, accrual.remainder)
    })
}

#[test]
fn drift_1_and_3_an_hour_of_a_spread() {
    // −2 709 458.3…: Drift cuts the fraction off, we round down and keep the remainder for the next touch.
    assert_eq!(funding_of(32_546_442, 32_481_415 - 32_546_442, 1), (-2_709_459, 57_600));
    assert_eq!(funding_of(49_000_000, 50_000_000 - 49_000_000, 1), (41_666_666, 57_600));
}

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
fn drift_12_collateral_for_what_is_owed() {
    // 10 owed with 1 % on top, for SOL at 100 less 1 %: Drift gives 102 020 202 units.
    assert_eq!(collateral_cost(102_020_202, 100_000_000, 1_000_000_000), Ok(10_100_000));
    // They are worth 10.09999999…, so fewer round up to the same: we take no more than repays.
    assert_eq!(collateral_for_debt(10_100_000, 100_000_000, 1_000_000_000), Ok(102_020_192));
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
    let requirement = |open_bids, open_asks, initial| {
        let mut fold = MarginFold::new(MarginKind::Initial);
        fold.add_quote(10_000_000_000).unwrap();
        fold.add_position(&PositionRisk {
            base: 0,
            quote_entry: 0,
            funding: 0,
            open_bids,
            open_asks,
            order_cost: 0,
            price: OraclePrice { price: 100_000_000, confidence: 0, ema: 100_000_000 },
            age: 0,
            ratios: MarginRatios { initial, maintenance: 500, liquidation_buffer: 0 },
        })
        .unwrap();
        fold.add_open_orders(1).unwrap();
        fold.finish().unwrap().requirement
    };
    assert_eq!(requirement(500_000_000_000, 0, 10_000), 50_000_010_000);
    assert_eq!(requirement(0, 500_000_000_000, 12_000), 60_000_010_000);
}

#[test]
fn drift_34_a_fill_without_filler() {
    assert_eq!(taker_fee(100_000_000, 1_000), Ok(100_000));
    assert_eq!(maker_rebate(100_000_000, 600), Ok(60_000));
    assert_eq!(keeper_reward(100_000_000, 0, 100), Ok(10_000));
    // The same by tiers: half of a market's 20 bp, and all of its 6 bp.
    let paid = taker_fee_of(100_000_000, 2_000, 5_000, 0, 0).unwrap().paid;
    assert_eq!(paid - maker_rebate_of(100_000_000, 600, 10_000).unwrap(), 40_000);
}

#[test]
fn dydx_20_the_index_moves_by_rate_times_price() {
    // −1 001 999 ppm in 8 h is −3 005 997 ppm a day: of 1 000 for 1 h, of 100 000 for 4 h.
    assert_eq!(funding_of(200_000_000_000, -3_005_997_000, 1), (-125_249_875_000, 0));
    assert_eq!(funding_of(20_000_000_000_000, -300_599_700_000, 4), (-50_099_950_000_000, 0));
}

#[test]
fn dydx_21_an_hour_of_a_thousand_ppm() {
    // In 8 h, of 50 000: 150 a day.
    assert_eq!(funding_of(50_000_000_000, 150_000_000, 1), (6_250_000_000, 0));
    assert_eq!(funding_of(50_000_000_000, 300_000_000, 1), (12_500_000_000, 0));
    assert_eq!(funding_of(50_000_000_000, -150_000_000, 1), (-6_250_000_000, 0));
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

#[test]
fn dydx_25_bankruptcy_price() {
    const BTC: u64 = 50_000_000_000;
    // 0.1 BTC against 4 501 of debt, or 5 499 of cash: 499 of equity.
    assert_eq!(bankruptcy_quote(100_000_000, 100_000_000, BTC, 499_000_000), Ok(4_501_000_000));
    assert_eq!(bankruptcy_quote(-100_000_000, 100_000_000, BTC, 499_000_000), Ok(5_499_000_000));
    // Half of a long without equity.
    assert_eq!(bankruptcy_quote(100_000_000, 50_000_000, BTC, 0), Ok(2_500_000_000));
    // 0.00021347 of 1 BTC that cost, or brought, 13: 2 775.11 units.
    assert_eq!(bankruptcy_quote(1_000_000_000, 213_470, BTC, 49_987_000_000), Ok(2_775));
    assert_eq!(bankruptcy_quote(-1_000_000_000, 213_470, BTC, -49_987_000_000), Ok(2_776));
    // 0.1 ETH is 300 of 500 held with 10 of equity, at one margin ratio: it answers for 6.
    assert_eq!(bankruptcy_quote(100_000_000, 100_000_000, 3_000_000_000, 6_000_000), Ok(294_000_000));
}

#[test]
fn dydx_27_insurance_takes_its_rate_but_no_more_than_equity() {
    // 0.1 BTC of an account with 5 100 of debt (or 4 900 of cash when short), filled at the oracle.
    let insurance = |base: i64, price: u64, insurance_fee: u32| {
        let cash = if base > 0 { -5_100_000_000 } else { 4_900_000_000 };
        let inputs = LiquidationInputs {
            base,
            price,
            equity: unrealised_pnl(base, cash, price).unwrap(),
            target: 0,
            maintenance: 1_000,
            liquidation_buffer: 0,
            liquidation_fee: 0,
            insurance_fee,
            step: 1,
        };
        (inputs.equity, liquidation_fees(base.unsigned_abs(), &inputs).unwrap().1)
    };
    assert_eq!(insurance(100_000_000, 56_100_000_000, 50), (510_000_000, 28_050_000));
    assert_eq!(insurance(100_000_000, 56_100_000_000, 250), (510_000_000, 140_250_000));
    assert_eq!(insurance(100_000_000, 56_100_000_000, 10_000), (510_000_000, 510_000_000));
    assert_eq!(insurance(100_000_000, 51_051_000_000, 50), (5_100_000, 5_100_000));
    assert_eq!(insurance(-100_000_000, 44_100_000_000, 50), (490_000_000, 22_050_000));
    // What dYdX's fund pays is what our waterfall shares out.
    assert_eq!(insurance(100_000_000, 50_490_000_000, 50), (-51_000_000, 0));
    assert_eq!(insurance(-100_000_000, 49_490_000_000, 50), (-49_000_000, 0));
}

#[test]
fn labs_29_losses_at_the_exit_price() {
    let exit = slippage_limit(false, 25_000_000_000, 100).unwrap();
    assert_eq!(exit, 24_750_000_000);
    // 100 000 long from 25 000 and from 25 400.
    assert_eq!(unrealised_pnl(4_000_000_000, -100_000_000_000, exit), Ok(-1_000_000_000));
    assert_eq!(unrealised_pnl(3_937_007_874, -100_000_000_000, exit), Ok(-2_559_055_119));
}

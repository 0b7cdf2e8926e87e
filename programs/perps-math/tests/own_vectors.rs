//! Worked examples of our own formulas, to the unit.

use perps_math::funding::{accrue_funding, funding_payment, funding_premium, FundingInputs};
use perps_math::liquidation::{liquidation_size, takeover_quote, LiquidationInputs, LiquidationPlan};
use perps_math::margin::{
    worst_case_base, Health, MarginFold, MarginKind, MarginRatios, OraclePrice, PositionRisk, TokenCollateral,
};
use perps_math::pool::{half_spread_ppm, mark_price, pool_quote, PoolCurve};
use perps_math::waterfall::{share_loss, LossInputs, LossShares};

const DEPTH: u64 = 100_000_000_000_000;
const SOL: OraclePrice = OraclePrice { price: 150_000_000, confidence: 150_000, ema: 148_500_000 };

fn curve(user_net_base: i64, confidence: u64) -> PoolCurve {
    let half_spread_ppm = half_spread_ppm(SOL.price, confidence, 200, 10_000).unwrap();
    PoolCurve { price: SOL.price, user_net_base, depth: DEPTH, half_spread_ppm }
}

#[test]
fn p1_a_buyer_pays_the_curve_and_a_spread_from_confidence() {
    let curve = curve(1_000_000_000_000, 75_000);
    assert_eq!(curve.half_spread_ppm, 500);
    assert_eq!(pool_quote(&curve, 500_000_000_000), Ok(75_975_468_750));
}

#[test]
fn p2_a_seller_gets_the_curve_less_the_floor_spread() {
    let curve = curve(-2_000_000_000_000, 15_000);
    assert_eq!(curve.half_spread_ppm, 200);
    assert_eq!(pool_quote(&curve, -333_333_333_333), Ok(48_906_883_333));
}

#[test]
fn p3_splitting_a_buy_never_helps() {
    let first = pool_quote(&curve(1_000_000_000_000, 75_000), 123_456_789_001).unwrap();
    let rest = pool_quote(&curve(1_123_456_789_001, 75_000), 376_543_210_999).unwrap();
    assert_eq!((first, rest), (18_724_492_286, 57_250_976_465));
    assert_eq!(first + rest, 75_975_468_751);
}

#[test]
fn mark_moves_three_percent_for_three_percent_of_depth() {
    assert_eq!(mark_price(SOL.price, 3_000_000_000_000, DEPTH), Ok(154_500_000));
    assert_eq!(mark_price(SOL.price, -3_000_000_000_000, DEPTH), Ok(145_500_000));
}

fn funding(mark: u64, seconds: u64) -> FundingInputs {
    FundingInputs { oracle: 150_000_000, mark, clamp_divisor: 33, seconds, remainder: 0 }
}

#[test]
fn f1_inside_the_dead_zone_only_the_offset_is_paid() {
    let accrual = accrue_funding(&funding(150_060_000, 60)).unwrap();
    assert_eq!((accrual.premium, accrual.index_delta, accrual.remainder), (30_000, 20_833, 28_800));
}

#[test]
fn f2_an_hour_of_a_sixty_basis_point_premium() {
    let accrual = accrue_funding(&funding(150_900_000, 3_600)).unwrap();
    assert_eq!((accrual.premium, accrual.index_delta, accrual.remainder), (930_000, 38_750_000, 0));
    assert_eq!(funding_payment(12_345_678_901, accrual.index_delta, 0), Ok(-478_396));
    assert_eq!(funding_payment(-12_345_678_901, accrual.index_delta, 0), Ok(478_395));
}

#[test]
fn f3_the_premium_is_clamped_by_tier() {
    let accrual = accrue_funding(&funding(156_000_000, 3_600)).unwrap();
    assert_eq!((accrual.premium, accrual.index_delta, accrual.remainder), (4_545_454, 189_393_916, 57_600));
}

#[test]
fn f6_many_touches_accrue_what_one_touch_does() {
    let inputs = FundingInputs { oracle: 200_000, mark: 200_000, clamp_divisor: 33, seconds: 3_600, remainder: 0 };
    let once = accrue_funding(&inputs).unwrap();
    assert_eq!((once.premium, once.index_delta, once.remainder), (40, 1_666, 57_600));

    let (index, remainder) = (0..3_600).fold((0, 0), |(index, remainder), _| {
        let touch = accrue_funding(&FundingInputs { seconds: 1, remainder, ..inputs }).unwrap();
        (index + touch.index_delta, touch.remainder)
    });
    assert_eq!((index, remainder), (1_666, 57_600));
}

#[test]
fn funding_beyond_an_hour_is_forgiven() {
    let accrual = accrue_funding(&funding(150_900_000, 5_000)).unwrap();
    assert_eq!((accrual.index_delta, accrual.forgiven), (38_750_000, 1_400));
}

#[test]
fn a_mark_below_the_oracle_makes_shorts_pay() {
    assert_eq!(funding_premium(150_000_000, 149_100_000, 33), Ok(-870_000));
    assert_eq!(funding_premium(150_000_000, 100_000_000, 33), Ok(-4_545_454));
}

fn health(kind: MarginKind, usdc: i64, position: PositionRisk) -> Health {
    let mut fold = MarginFold::new(kind);
    fold.add_quote(usdc).unwrap();
    fold.add_token(&TokenCollateral {
        amount: 10_000_000_000,
        unit: 1_000_000_000,
        price: SOL,
        age: 0,
        initial_weight: 8_000,
        maintenance_weight: 9_000,
    })
    .unwrap();
    fold.add_position(&position).unwrap();
    fold.finish().unwrap()
}

fn ratios(initial: u32, maintenance: u32) -> MarginRatios {
    MarginRatios { initial, maintenance, liquidation_buffer: 200 }
}

#[test]
fn m1_a_long_with_orders_on_both_sides() {
    let position = PositionRisk {
        base: 20_000_000_000,
        quote_entry: -2_800_000_000,
        funding: 0,
        open_bids: 5_000_000_000,
        open_asks: 40_000_000_000,
        order_cost: 0,
        price: SOL,
        age: 0,
        ratios: ratios(1_000, 500),
    };
    assert_eq!(worst_case_base(position.base, position.open_bids, position.open_asks), Ok(25_000_000_000));
    assert_eq!(
        health(MarginKind::Initial, 500_000_000, position),
        Health { collateral: 1_822_800_000, requirement: 375_000_000 }
    );
    assert_eq!(
        health(MarginKind::Maintenance, 500_000_000, position),
        Health { collateral: 2_048_650_000, requirement: 150_000_000 }
    );
}

#[test]
fn m2_a_short_on_debt_whose_reduce_only_order_does_not_count() {
    let position = PositionRisk {
        base: -3_500_000_000,
        quote_entry: 500_000_000,
        funding: 0,
        open_bids: 6_000_000_000,
        open_asks: 4_250_000_000,
        order_cost: 0,
        price: SOL,
        age: 0,
        ratios: ratios(500, 300),
    };
    assert_eq!(worst_case_base(position.base, position.open_bids, position.open_asks), Ok(7_750_000_000));
    assert_eq!(
        health(MarginKind::Initial, -120_000_000, position),
        Health { collateral: 1_041_800_000, requirement: 58_125_000 }
    );
    assert_eq!(
        health(MarginKind::Maintenance, -120_000_000, position),
        Health { collateral: 1_203_650_000, requirement: 15_750_000 }
    );
    // The mean of 5 % and 3 %, at Initial's prices and worst case; and 3 % plus the buffer on what is held.
    assert_eq!(health(MarginKind::Fill, -120_000_000, position).requirement, 46_500_000);
    assert_eq!(health(MarginKind::Liquidation, -120_000_000, position).requirement, 26_250_000);
    // A taker's fill: the mean of both on what is held, at the oracle.
    assert_eq!(
        health(MarginKind::Take, -120_000_000, position),
        Health { collateral: 1_203_650_000, requirement: 21_000_000 }
    );
    // What orders may cost counts on top of the mean, where that is more than Initial asks anyhow.
    let costing = |order_cost| PositionRisk { order_cost, ..position };
    let requirements = |cost| {
        [MarginKind::Initial, MarginKind::Fill, MarginKind::Take]
            .map(|kind| health(kind, -120_000_000, costing(cost)).requirement)
    };
    assert_eq!(requirements(11_625_000), [58_125_000, 58_125_000, 21_000_000]);
    assert_eq!(requirements(11_625_001), [58_125_001, 58_125_001, 21_000_000]);
}

fn long_under_water(price: u64, equity: i64, target: u64) -> LiquidationInputs {
    LiquidationInputs {
        base: 100_000_000_000,
        price,
        equity,
        target,
        maintenance: 300,
        liquidation_buffer: 200,
        liquidation_fee: 100,
        insurance_fee: 100,
        step: 1_000_000,
    }
}

fn equity_and_target(price: u64) -> Health {
    let mut fold = MarginFold::new(MarginKind::Liquidation);
    fold.add_quote(1_700_000_000).unwrap();
    fold.add_position(&PositionRisk {
        base: 100_000_000_000,
        quote_entry: -15_000_000_000,
        funding: 0,
        open_bids: 0,
        open_asks: 0,
        order_cost: 0,
        price: OraclePrice { price, confidence: 0, ema: price },
        age: 0,
        ratios: ratios(500, 300),
    })
    .unwrap();
    fold.finish().unwrap()
}

#[test]
fn l1_a_partial_liquidation_takes_just_enough() {
    let health = equity_and_target(137_000_000);
    assert_eq!((health.collateral, health.shortage()), (400_000_000, Ok(285_000_000)));

    let plan = liquidation_size(&long_under_water(137_000_000, health.collateral, health.requirement)).unwrap();
    assert_eq!(
        plan,
        LiquidationPlan { size: 69_344_000_000, liquidation_fee: 95_001_280, insurance_fee: 95_001_280, whole: false }
    );
    let left = perps_math::margin::margin_requirement(100_000_000_000 - plan.size, 137_000_000, 500).unwrap();
    assert_eq!((400_000_000 - plan.liquidation_fee - plan.insurance_fee, left), (209_997_440, 209_993_600));
}

#[test]
fn l3_an_account_that_cannot_pay_both_fees_is_closed_whole() {
    let health = equity_and_target(134_900_000);
    assert_eq!(health.collateral, 190_000_000);
    assert_eq!(
        liquidation_size(&long_under_water(134_900_000, health.collateral, health.requirement)),
        Ok(LiquidationPlan {
            size: 100_000_000_000,
            liquidation_fee: 134_900_000,
            insurance_fee: 55_100_000,
            whole: true
        })
    );
}

#[test]
fn the_pool_takes_over_at_the_worse_of_oracle_less_fee_and_curve() {
    let (size, fees) = (69_344_000_000, (95_001_280, 95_001_280));
    let long = long_under_water(137_000_000, 400_000_000, 685_000_000);
    let short = LiquidationInputs { base: -long.base, ..long };
    assert_eq!(takeover_quote(&long, size, fees, 9_500_000_000), Ok(9_405_126_720));
    assert_eq!(takeover_quote(&long, size, fees, 9_400_000_000), Ok(9_400_000_000));
    assert_eq!(takeover_quote(&short, size, fees, 9_500_000_000), Ok(9_595_129_280));
    assert_eq!(takeover_quote(&short, size, fees, 9_600_000_000), Ok(9_600_000_000));
    // The curve takes no more than the part's share of 400 USDC, less the insurance fee: 182.37472.
    assert_eq!(takeover_quote(&long, size, fees, 9_000_000_000), Ok(9_317_753_280));
    assert_eq!(takeover_quote(&short, size, fees, 9_900_000_000), Ok(9_682_502_720));
}

fn loss(open_interest_long: u64, open_interest_short: u64) -> LossInputs {
    LossInputs {
        loss: 1_000_000_000,
        insurance: 300_000_000,
        insurance_floor: 100_000_000,
        insurance_cap: 150_000_000,
        pool_cap: 250_000_000,
        open_interest_long,
        open_interest_short,
        price: 150_000_000,
    }
}

#[test]
fn b1_the_loss_beyond_insurance_and_pool_is_shared_by_open_interest() {
    assert_eq!(
        share_loss(&loss(700_000_000_000, 400_000_000_000)),
        Ok(LossShares {
            from_insurance: 150_000_000,
            from_pool: 250_000_000,
            index_delta: 545_455_000,
            from_longs: 381_818_500,
            from_shorts: 218_182_000,
            residue: 500,
            deficit: 0,
        })
    );
}

#[test]
fn b3_without_open_interest_the_market_records_a_deficit() {
    let shares = share_loss(&loss(0, 0)).unwrap();
    assert_eq!((shares.from_insurance, shares.from_pool), (150_000_000, 250_000_000));
    assert_eq!((shares.index_delta, shares.deficit), (0, 600_000_000));
}

#[test]
fn the_index_takes_at_most_two_and_a_half_percent_of_the_price() {
    let shares = share_loss(&loss(10_000_000_000, 10_000_000_000)).unwrap();
    assert_eq!((shares.index_delta, shares.from_longs, shares.from_shorts), (3_750_000_000, 37_500_000, 37_500_000));
    assert_eq!((shares.residue, shares.deficit), (0, 525_000_000));
}

//! Margin, liquidation, bankruptcy.

use super::{Case, Generator};
use crate::random::Random;
use perps_math::liquidation::{
    bankruptcy_quote, caller_reward, collateral_cost, collateral_for_debt, deleverage_equity, equity_covers_fees,
    liquidation_fees, liquidation_size, takeover_limit_price, takeover_quote, trader_takeover_quote, LiquidationInputs,
};
use perps_math::margin::{
    debt_cap, debt_interest, faded_weight, margin_requirement, scaled_initial_ratio, token_collateral_value,
    unrealised_pnl, worst_case_base, MarginFold, MarginKind, MarginRatios, OraclePrice, PositionRisk, TokenCollateral,
};
use perps_math::waterfall::{share_loss, share_of_debt, LossInputs};

const KINDS: [MarginKind; 5] =
    [MarginKind::Initial, MarginKind::Fill, MarginKind::Take, MarginKind::Maintenance, MarginKind::Liquidation];

pub const ALL: &[(&str, Generator)] = &[
    ("account_health", |r| health(r, 44)),
    ("account_health", |r| health(r, 63)),
    ("margin_ratio", |r| {
        // Markets keep ratios in 16 bits.
        let [initial, maintenance, liquidation_buffer] = [0; 3].map(|_| r.share(u32::from(u16::MAX) / 2));
        let (ratios, kind) = (MarginRatios { initial, maintenance, liquidation_buffer }, r.below(5));
        let ratio = ratios.of(KINDS[usize::try_from(kind).unwrap()]);
        (integers![ratios.initial, ratios.maintenance, ratios.liquidation_buffer, kind], Ok(integers![ratio]))
    }),
    ("margin_requirement", |r| {
        let (size, price, ratio) = (r.unsigned(64), r.unsigned(64), r.share(10_000));
        (integers![size, price, ratio], margin_requirement(size, price, ratio).map(|margin| integers![margin]))
    }),
    ("worst_case_base", |r| {
        let (base, bids, asks) = (r.signed(63), r.unsigned(64), r.unsigned(64));
        (integers![base, bids, asks], worst_case_base(base, bids, asks).map(|base| integers![base]))
    }),
    ("unrealised_pnl", |r| {
        let (base, entry, price) = (r.signed(63), r.signed(63), r.unsigned(64));
        (integers![base, entry, price], unrealised_pnl(base, entry, price).map(|pnl| integers![pnl]))
    }),
    ("token_collateral_value", |r| {
        let (kind, token) = (r.below(5), token(r, 64));
        let result = token_collateral_value(KINDS[usize::try_from(kind).unwrap()], &token);
        ([integers![kind], token_fields(&token)].concat(), result.map(|value| integers![value]))
    }),
    ("faded_weight", |r| {
        let (weight, age) = (r.share(u32::MAX / 2), r.seconds(3_600));
        (integers![weight, age], faded_weight(weight, age).map(|weight| integers![weight]))
    }),
    ("debt_interest", |r| {
        let (debt, elapsed) = (r.unsigned(64), r.seconds(365 * 86_400));
        (integers![debt, elapsed], debt_interest(debt, elapsed).map(|interest| integers![interest]))
    }),
    ("debt_cap", |r| {
        let vault = r.unsigned(64);
        (integers![vault], debt_cap(vault).map(|cap| integers![cap]))
    }),
    ("scaled_initial_ratio", |r| {
        let (initial, interest, lower, upper) = (r.share(10_000), r.unsigned(64), r.unsigned(64), r.unsigned(64));
        let result = scaled_initial_ratio(initial, interest, lower, upper);
        (integers![initial, interest, lower, upper], result.map(|ratio| integers![ratio]))
    }),
    ("liquidation_size", |r| liquidation(&near_liquidation(r))),
    ("liquidation_size", |r| liquidation(&any_account(r))),
    ("liquidation_fees", |r| {
        let (size, at) = (r.unsigned(64), if r.flip() { near_liquidation(r) } else { any_account(r) });
        let result = liquidation_fees(size, &at).map(|(liquidation, insurance)| integers![liquidation, insurance]);
        ([integers![size], fields(&at)].concat(), result)
    }),
    ("equity_covers_fees", |r| {
        let at = if r.flip() { near_liquidation(r) } else { any_account(r) };
        (fields(&at), equity_covers_fees(&at).map(|yes| integers![yes]))
    }),
    ("trader_takeover_quote", |r| {
        let at = if r.flip() { near_liquidation(r) } else { any_account(r) };
        let size = if r.flip() { at.base.unsigned_abs() } else { r.unsigned(64) };
        ([fields(&at), integers![size]].concat(), trader_takeover_quote(&at, size).map(|quote| integers![quote]))
    }),
    ("takeover_limit_price", |r| {
        let at = if r.flip() { near_liquidation(r) } else { any_account(r) };
        let size = if r.flip() { at.base.unsigned_abs() } else { r.unsigned(64) };
        ([fields(&at), integers![size]].concat(), takeover_limit_price(&at, size).map(|price| integers![price]))
    }),
    ("deleverage_equity", |r| {
        let (equity, pnl) = (r.signed(63), r.signed(63));
        (integers![equity, pnl], Ok(integers![deleverage_equity(equity, pnl)]))
    }),
    ("takeover_quote", |r| {
        let at = if r.flip() { near_liquidation(r) } else { any_account(r) };
        let size = if r.flip() { at.base.unsigned_abs() } else { r.unsigned(64) };
        let (fee, insurance, curve) = (r.unsigned(64), r.unsigned(64), r.unsigned(64));
        let result = takeover_quote(&at, size, (fee, insurance), curve);
        ([fields(&at), integers![size, fee, insurance, curve]].concat(), result.map(|quote| integers![quote]))
    }),
    ("caller_reward", |r| {
        let fee = r.unsigned(64);
        (integers![fee], caller_reward(fee).map(|reward| integers![reward]))
    }),
    ("collateral_cost", |r| {
        let (tokens, price, unit) = (r.unsigned(64), r.unsigned(64), unit(r));
        (integers![tokens, price, unit], collateral_cost(tokens, price, unit).map(|cost| integers![cost]))
    }),
    ("collateral_for_debt", |r| {
        let (debt, price, unit) = (r.unsigned(64), r.unsigned(64), unit(r));
        (integers![debt, price, unit], collateral_for_debt(debt, price, unit).map(|tokens| integers![tokens]))
    }),
    ("bankruptcy_quote", |r| closing(r, 64)),
    ("bankruptcy_quote", |r| closing(r, 44)),
    ("share_loss", loss),
    ("share_of_debt", |r| {
        let (debt, here) = (r.unsigned(64), r.unsigned(64));
        let everywhere = if r.flip() { r.around(here, 3) } else { r.unsigned(64) };
        (integers![debt, here, everywhere], share_of_debt(debt, here, everywhere).map(|share| integers![share]))
    }),
];

fn oracle_price(r: &mut Random) -> OraclePrice {
    let price = r.unsigned(44);
    OraclePrice { price, confidence: r.unsigned(30), ema: r.near(price) }
}

fn token(r: &mut Random, bits: u32) -> TokenCollateral {
    TokenCollateral {
        amount: r.unsigned(bits),
        unit: 10u64.pow(u32::try_from(r.below(10)).unwrap()),
        price: oracle_price(r),
        age: r.seconds(3_600),
        initial_weight: r.share(5_000),
        maintenance_weight: r.share(5_000),
    }
}

fn token_fields(token: &TokenCollateral) -> Vec<i128> {
    let OraclePrice { price, confidence, ema } = token.price;
    let TokenCollateral { amount, unit, age, initial_weight, maintenance_weight, .. } = *token;
    integers![amount, unit, price, confidence, ema, age, initial_weight, maintenance_weight]
}

/// kind, cash, open orders, then one token and two positions, field by field.
fn health(r: &mut Random, bits: u32) -> Case {
    let (kind, cash, orders) = (r.below(5), r.signed(bits), u32::try_from(r.below(17)).unwrap());
    let token = token(r, bits);
    let positions = [0, 1].map(|_| PositionRisk {
        base: r.signed(bits),
        quote_entry: r.signed(bits),
        funding: r.signed(30),
        open_bids: r.unsigned(bits),
        open_asks: r.unsigned(bits),
        order_cost: if r.flip() { r.unsigned(bits) } else { 0 },
        price: oracle_price(r),
        age: r.seconds(3_600),
        ratios: MarginRatios { initial: r.share(5_000), maintenance: r.share(2_500), liquidation_buffer: r.share(500) },
    });
    let mut inputs = [integers![kind, cash, orders], token_fields(&token)].concat();
    for p in &positions {
        inputs.extend(integers![p.base, p.quote_entry, p.funding, p.open_bids, p.open_asks, p.order_cost]);
        inputs.extend(integers![p.price.price, p.price.confidence, p.price.ema, p.age]);
        inputs.extend(integers![p.ratios.initial, p.ratios.maintenance, p.ratios.liquidation_buffer]);
    }
    let fold = || {
        let mut fold = MarginFold::new(KINDS[usize::try_from(kind).unwrap()]);
        fold.add_quote(cash)?;
        fold.add_open_orders(orders)?;
        fold.add_token(&token)?;
        for position in &positions {
            fold.add_position(position)?;
        }
        let health = fold.finish()?;
        Ok(integers![health.collateral, health.requirement, health.free(), health.shortage()?, health.is_met()])
    };
    (inputs, fold())
}

/// An account near its maintenance margin.
fn near_liquidation(r: &mut Random) -> LiquidationInputs {
    let (base, price) = (r.signed(50), r.unsigned(40));
    let notional = u64::try_from(u128::from(base.unsigned_abs()) * u128::from(price) / 1_000_000_000).unwrap_or(0);
    let target = notional / 20 + r.unsigned(30);
    LiquidationInputs {
        base,
        price,
        equity: i64::try_from(target / 100 * r.below(110)).unwrap_or(0) - r.signed(30).abs(),
        target,
        maintenance: r.share(300),
        liquidation_buffer: r.share(200),
        liquidation_fee: r.share(100),
        insurance_fee: r.share(100),
        step: r.unsigned(30),
    }
}

fn any_account(r: &mut Random) -> LiquidationInputs {
    LiquidationInputs {
        base: r.signed(63),
        price: r.unsigned(64),
        equity: r.signed(63),
        target: r.unsigned(64),
        maintenance: r.share(u32::MAX / 2),
        liquidation_buffer: r.share(10_000),
        liquidation_fee: r.share(10_000),
        insurance_fee: r.share(u32::MAX / 2),
        step: r.unsigned(64),
    }
}

fn fields(inputs: &LiquidationInputs) -> Vec<i128> {
    integers![
        inputs.base,
        inputs.price,
        inputs.equity,
        inputs.target,
        inputs.maintenance,
        inputs.liquidation_buffer,
        inputs.liquidation_fee,
        inputs.insurance_fee,
        inputs.step,
    ]
}

fn liquidation(inputs: &LiquidationInputs) -> Case {
    let result = liquidation_size(inputs);
    (fields(inputs), result.map(|p| integers![p.size, p.liquidation_fee, p.insurance_fee, p.whole]))
}

fn loss(r: &mut Random) -> Case {
    let inputs = LossInputs {
        loss: r.unsigned(64),
        insurance: r.unsigned(64),
        insurance_floor: r.unsigned(64),
        insurance_cap: r.unsigned(64),
        pool_cap: r.unsigned(64),
        open_interest_long: r.unsigned(64),
        open_interest_short: r.unsigned(64),
        price: r.unsigned(64),
    };
    (
        integers![
            inputs.loss,
            inputs.insurance,
            inputs.insurance_floor,
            inputs.insurance_cap,
            inputs.pool_cap,
            inputs.open_interest_long,
            inputs.open_interest_short,
            inputs.price,
        ],
        share_loss(&inputs).map(|s| {
            integers![s.from_insurance, s.from_pool, s.index_delta, s.from_longs, s.from_shorts, s.residue, s.deficit]
        }),
    )
}

/// 10^decimals, or anything.
fn unit(r: &mut Random) -> u64 {
    if r.below(4) == 0 {
        r.unsigned(64)
    } else {
        10u64.pow(u32::try_from(r.below(19)).unwrap())
    }
}

fn closing(r: &mut Random, bits: u32) -> Case {
    let base = r.signed(bits.min(63));
    let size = if r.flip() { base.unsigned_abs() } else { r.unsigned(bits) };
    let (price, equity) = (r.unsigned(bits), r.signed(bits.min(63)));
    let result = bankruptcy_quote(base, size, price, equity);
    (integers![base, size, price, equity], result.map(|quote| integers![quote]))
}

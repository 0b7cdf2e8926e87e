//! One generator per formula: random inputs as plain integers, and what the formula makes of them.

use crate::random::Random;
use perps_math::fees::{keeper_reward, maker_rebate, split_fee, taker_fee};
use perps_math::fills::{apply_fill, Position};
use perps_math::fixed::{mul_div_ceil, mul_div_floor};
use perps_math::funding::{accrue_funding, funding_payment, FundingInputs};
use perps_math::liquidation::{caller_reward, liquidation_size, takeover_quote, LiquidationInputs};
use perps_math::margin::{
    scaled_initial_ratio, MarginFold, MarginKind, MarginRatios, OraclePrice, PositionRisk, TokenCollateral,
};
use perps_math::oracle::{confidence_ratio, ema_gap, max_fill_age, scale_confidence, scale_price};
use perps_math::orders::{fraction_size, is_within_limit, slippage_limit};
use perps_math::pool::{
    depth_for_equity, half_spread_ppm, is_equity_below, mark_price, one_fill_cap, open_cap_base, pool_equity,
    pool_quote, PoolCurve,
};
use perps_math::shares::{mint_shares, redeem_shares, PoolValue};
use perps_math::waterfall::{share_loss, LossInputs};
use perps_math::MathResult;

pub type Case = (Vec<i128>, MathResult<Vec<i128>>);
type Generator = fn(&mut Random) -> Case;

/// Inputs as they are written to the file, in order.
macro_rules! integers {
    ($($value:expr),* $(,)?) => { vec![$(i128::from($value)),*] };
}

pub const ALL: &[(&str, Generator)] = &[
    ("mul_div_floor", |r| mul_div(r, mul_div_floor)),
    ("mul_div_ceil", |r| mul_div(r, mul_div_ceil)),
    ("half_spread_ppm", |r| {
        let (price, confidence, base, multiplier) = (r.unsigned(48), r.unsigned(44), r.share(5_000), r.share(50_000));
        let result = half_spread_ppm(price, confidence, base, multiplier);
        (integers![price, confidence, base, multiplier], result.map(|ppm| integers![ppm]))
    }),
    ("pool_quote", |r| quote(r, 64)),
    ("pool_quote", |r| quote(r, 40)),
    ("mark_price", |r| {
        let (price, net, depth) = (r.unsigned(64), r.signed(63), r.unsigned(64));
        (integers![price, net, depth], mark_price(price, net, depth).map(|mark| integers![mark]))
    }),
    ("pool_equity", |r| {
        let (allocation, cash, net) = (r.unsigned(60), r.signed(60), r.signed(60));
        let (price, depth) = (r.unsigned(50), r.unsigned(64));
        let result = pool_equity(allocation, cash, net, price, depth);
        (integers![allocation, cash, net, price, depth], result.map(|equity| integers![equity]))
    }),
    ("open_cap_base", |r| {
        let (equity, price, cap) = (r.signed(60), r.unsigned(50), r.share(10_000));
        (integers![equity, price, cap], open_cap_base(equity, price, cap).map(|base| integers![base]))
    }),
    ("one_fill_cap", |r| {
        let depth = r.unsigned(64);
        (integers![depth], one_fill_cap(depth).map(|base| integers![base]))
    }),
    ("is_equity_below", |r| {
        let (equity, net, price, ratio) = (r.signed(60), r.signed(60), r.unsigned(50), r.share(10_000));
        (integers![equity, net, price, ratio], is_equity_below(equity, net, price, ratio).map(|yes| integers![yes]))
    }),
    ("depth_for_equity", |r| {
        let (equity, price) = (r.unsigned(64), r.unsigned(50));
        (integers![equity, price], depth_for_equity(equity, price).map(|depth| integers![depth]))
    }),
    ("accrue_funding", |r| {
        let oracle = r.unsigned(63);
        let mark = if r.below(2) == 0 { r.unsigned(63) } else { near(r, oracle) };
        let clamp_divisor = [33, 20, 10, 0][usize::try_from(r.below(4)).unwrap()];
        let (seconds, remainder) = (r.unsigned(13), i64::try_from(r.below(86_400)).unwrap());
        let result = accrue_funding(&FundingInputs { oracle, mark, clamp_divisor, seconds, remainder });
        (
            integers![oracle, mark, clamp_divisor, seconds, remainder],
            result.map(|a| integers![a.premium, a.index_delta, a.remainder, a.forgiven]),
        )
    }),
    ("funding_payment", |r| {
        let (base, index, last) = (r.signed(63), r.signed(63), r.signed(63));
        (integers![base, index, last], funding_payment(base, index, last).map(|cash| integers![cash]))
    }),
    ("account_health", |r| health(r, 44)),
    ("account_health", |r| health(r, 62)),
    ("scaled_initial_ratio", |r| {
        let (initial, interest, lower, upper) = (r.share(10_000), r.unsigned(60), r.unsigned(60), r.unsigned(60));
        let result = scaled_initial_ratio(initial, interest, lower, upper);
        (integers![initial, interest, lower, upper], result.map(|ratio| integers![ratio]))
    }),
    ("apply_fill", |r| fill(r, 63)),
    ("apply_fill", |r| fill(r, 6)),
    ("fees", |r| {
        let (quote, rate, flat) = (r.unsigned(64), r.share(1_000_000), r.unsigned(64));
        let all = || {
            let reward = keeper_reward(quote, flat, rate)?;
            Ok(integers![taker_fee(quote, rate)?, maker_rebate(quote, rate)?, reward])
        };
        (integers![quote, rate, flat], all())
    }),
    ("split_fee", |r| {
        let (fee, pool, treasury) = (r.unsigned(64), r.share(5_000), r.share(4_000));
        let result = split_fee(fee, pool, treasury);
        (integers![fee, pool, treasury], result.map(|s| integers![s.pool, s.treasury, s.insurance]))
    }),
    ("liquidation_size", liquidation),
    ("takeover_quote", |r| {
        let (base, price, equity, size) = (r.signed(50), r.unsigned(44), r.signed(60), r.unsigned(50));
        let (fee, insurance, curve) = (r.unsigned(60), r.unsigned(50), r.unsigned(60));
        let inputs = LiquidationInputs {
            base,
            price,
            equity,
            target: 0,
            maintenance: 0,
            liquidation_buffer: 0,
            liquidation_fee: 0,
            insurance_fee: 0,
            step: 1,
        };
        let result = takeover_quote(&inputs, size, (fee, insurance), curve);
        (integers![base, price, equity, size, fee, insurance, curve], result.map(|quote| integers![quote]))
    }),
    ("caller_reward", |r| {
        let fee = r.unsigned(64);
        (integers![fee], caller_reward(fee).map(|reward| integers![reward]))
    }),
    ("share_loss", loss),
    ("mint_shares", |r| {
        let (deposit, total, nav) = (r.unsigned(50), r.unsigned(50), r.signed(50));
        let result = mint_shares(deposit, total, nav);
        (integers![deposit, total, nav], result.map(|mint| integers![mint.shares, mint.locked]))
    }),
    ("redeem_shares", |r| {
        let shares = r.unsigned(50);
        let [before, now] = [0; 2].map(|_| PoolValue { shares: r.unsigned(50), nav: r.signed(50) });
        let result = redeem_shares(shares, &before, &now);
        (integers![shares, before.shares, before.nav, now.shares, now.nav], result.map(|quote| integers![quote]))
    }),
    ("scale", |r| {
        let (value, exponent) = (r.signed(63), i32::try_from(r.below(22)).unwrap() - 20);
        let both = || {
            let confidence = scale_confidence(value.unsigned_abs(), exponent)?;
            Ok(integers![scale_price(value, exponent)?, confidence])
        };
        (integers![value, exponent], both())
    }),
    ("is_within_limit", |r| {
        let (is_buy, size, limit) = (r.below(2) == 0, r.unsigned(50), r.unsigned(44));
        let at_limit = u64::try_from(u128::from(size) * u128::from(limit) / 1_000_000_000).unwrap_or(u64::MAX);
        let quote = if r.below(2) == 0 { at_limit.saturating_add(r.below(2)) } else { r.unsigned(60) };
        let result = is_within_limit(is_buy, size, quote, limit);
        (integers![is_buy, size, quote, limit], result.map(|yes| integers![yes]))
    }),
    ("slippage_limit", |r| {
        let (is_buy, price, slippage) = (r.below(2) == 0, r.unsigned(64), r.share(6_000));
        (integers![is_buy, price, slippage], slippage_limit(is_buy, price, slippage).map(|limit| integers![limit]))
    }),
    ("fraction_size", |r| {
        let (held, fraction, step) = (r.unsigned(63), r.share(5_000), r.unsigned(30));
        (integers![held, fraction, step], fraction_size(held, fraction, step).map(|size| integers![size]))
    }),
    ("price_ratios", |r| {
        let (price, other) = (r.unsigned(50), r.unsigned(50));
        let all = || {
            let gap = ema_gap(price, other)?;
            Ok(integers![gap, confidence_ratio(price, other)?, max_fill_age(gap)])
        };
        (integers![price, other], all())
    }),
];

/// Inputs of up to 126 bits; the result as high and low 64 bits, because a u128 may not fit the file's i128.
fn mul_div(r: &mut Random, formula: fn(u128, u128, u128) -> MathResult<u128>) -> Case {
    let inputs = [0; 3].map(|_| u128::from(r.unsigned(63)) << r.below(64));
    let [a, b, divisor] = inputs;
    let halves = |value: u128| [value >> 64, value & u128::from(u64::MAX)];
    let signed = |value: u128| i128::try_from(value).unwrap();
    (inputs.map(signed).to_vec(), formula(a, b, divisor).map(|value| halves(value).map(signed).to_vec()))
}

fn near(r: &mut Random, price: u64) -> u64 {
    let away = price / 10_000 * r.below(700);
    if r.below(2) == 0 {
        price.saturating_add(away) >> 1 << 1
    } else {
        price - away
    }
}

fn quote(r: &mut Random, bits: u32) -> Case {
    let curve = PoolCurve {
        price: r.unsigned(bits),
        user_net_base: r.signed(bits.min(63)),
        depth: r.unsigned(bits + (64 - bits) / 2),
        half_spread_ppm: r.share(if bits == 64 { 1_000_000 } else { 2_000 }),
    };
    let base = r.signed(bits.min(63));
    (
        integers![curve.price, curve.user_net_base, curve.depth, curve.half_spread_ppm, base],
        pool_quote(&curve, base).map(|quote| integers![quote]),
    )
}

fn oracle_price(r: &mut Random) -> OraclePrice {
    let price = r.unsigned(44);
    OraclePrice { price, confidence: r.unsigned(30), ema: near(r, price) }
}

/// kind, cash, open orders, then one token and two positions, field by field.
fn health(r: &mut Random, bits: u32) -> Case {
    const KINDS: [MarginKind; 4] =
        [MarginKind::Initial, MarginKind::Fill, MarginKind::Maintenance, MarginKind::Liquidation];
    let (kind, cash, orders) = (r.below(4), r.signed(bits), u32::try_from(r.below(17)).unwrap());
    let token = TokenCollateral {
        amount: r.unsigned(bits),
        unit: 10u64.pow(u32::try_from(r.below(10)).unwrap()),
        price: oracle_price(r),
        age: r.below(4_000),
        initial_weight: r.share(5_000),
        maintenance_weight: r.share(5_000),
    };
    let positions = [0, 1].map(|_| PositionRisk {
        base: r.signed(bits),
        quote_entry: r.signed(bits),
        funding: r.signed(30),
        open_bids: r.unsigned(bits),
        open_asks: r.unsigned(bits),
        price: oracle_price(r),
        age: r.below(4_000),
        ratios: MarginRatios { initial: r.share(5_000), maintenance: r.share(2_500), liquidation_buffer: r.share(500) },
    });
    let mut inputs = integers![kind, cash, orders, token.amount, token.unit, token.price.price, token.price.confidence];
    inputs.extend(integers![token.price.ema, token.age, token.initial_weight, token.maintenance_weight]);
    for p in &positions {
        inputs.extend(integers![p.base, p.quote_entry, p.funding, p.open_bids, p.open_asks]);
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

fn fill(r: &mut Random, bits: u32) -> Case {
    let base = r.signed(bits);
    let position = Position { base, quote_entry: r.signed(bits), quote_break_even: r.signed(bits) };
    let (delta, quote, fee) = (r.signed(bits), r.signed(bits), r.signed(bits / 2));
    (
        integers![position.base, position.quote_entry, position.quote_break_even, delta, quote, fee],
        apply_fill(&position, delta, quote, fee).map(|f| {
            let Position { base, quote_entry, quote_break_even } = f.position;
            integers![base, quote_entry, quote_break_even, f.realised_pnl, f.closed_base]
        }),
    )
}

fn liquidation(r: &mut Random) -> Case {
    let base = r.signed(50);
    let price = r.unsigned(40);
    let notional = u64::try_from(u128::from(base.unsigned_abs()) * u128::from(price) / 1_000_000_000).unwrap_or(0);
    let target = notional / 20 + r.unsigned(30);
    let inputs = LiquidationInputs {
        base,
        price,
        equity: i64::try_from(target / 100 * r.below(110)).unwrap_or(0) - r.signed(30).abs(),
        target,
        maintenance: r.share(300),
        liquidation_buffer: r.share(200),
        liquidation_fee: r.share(100),
        insurance_fee: r.share(100),
        step: r.unsigned(30),
    };
    (
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
        ],
        liquidation_size(&inputs).map(|p| integers![p.size, p.liquidation_fee, p.insurance_fee, p.whole]),
    )
}

fn loss(r: &mut Random) -> Case {
    let inputs = LossInputs {
        loss: r.unsigned(60),
        insurance: r.unsigned(60),
        insurance_floor: r.unsigned(60),
        insurance_cap: r.unsigned(60),
        pool_cap: r.unsigned(60),
        open_interest_long: r.unsigned(64),
        open_interest_short: r.unsigned(64),
        price: r.unsigned(50),
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

//! Arithmetic, the pool's curve, funding, published prices.

use super::{Case, Generator};
use crate::random::Random;
use perps_math::fixed::{ceil_div, floor_div_signed, mul_div_ceil, mul_div_floor};
use perps_math::funding::{accrue_funding, funding_payment, FundingInputs};
use perps_math::oracle::{confidence_ratio, ema_gap, max_fill_age, scale_confidence, scale_price};
use perps_math::pool::{
    depth_for_equity, half_spread_ppm, is_equity_below, largest_fill, mark_price, may_lower_depth, one_fill_cap,
    open_cap_base, pool_equity, pool_quote, settled_equity, PoolCurve,
};
use perps_math::MathResult;

pub const ALL: &[(&str, Generator)] = &[
    ("mul_div_floor", |r| mul_div(r, mul_div_floor)),
    ("mul_div_ceil", |r| mul_div(r, mul_div_ceil)),
    ("ceil_div", |r| {
        let (a, divisor) = (r.wide(), r.wide());
        (wide([a, divisor]), ceil_div(a, divisor).map(halves))
    }),
    ("floor_div_signed", |r| {
        let (a, divisor) = (i128::from(r.signed(63)) << r.below(64), i128::from(r.signed(63)));
        (integers![a, divisor], floor_div_signed(a, divisor).map(|quotient| integers![quotient]))
    }),
    ("half_spread_ppm", |r| {
        let (price, confidence, base, multiplier) = (r.unsigned(64), r.unsigned(64), r.share(5_000), r.share(50_000));
        let result = half_spread_ppm(price, confidence, base, multiplier);
        (integers![price, confidence, base, multiplier], result.map(|ppm| integers![ppm]))
    }),
    ("pool_quote", |r| quote(r, 64)),
    ("pool_quote", |r| quote(r, 40)),
    ("largest_fill", |r| part(r, 64)),
    ("largest_fill", |r| part(r, 40)),
    ("mark_price", |r| {
        let (price, net, depth) = (r.unsigned(64), r.signed(63), r.unsigned(64));
        (integers![price, net, depth], mark_price(price, net, depth).map(|mark| integers![mark]))
    }),
    ("pool_equity", |r| equity(r, 64)),
    ("pool_equity", |r| equity(r, 50)),
    ("settled_equity", |r| {
        let (allocation, cash, net, price) = (r.unsigned(64), r.signed(63), r.signed(63), r.unsigned(64));
        let result = settled_equity(allocation, cash, net, price);
        (integers![allocation, cash, net, price], result.map(|equity| integers![equity]))
    }),
    ("may_lower_depth", |r| {
        let net = r.signed(63);
        let depth = r.around(net.unsigned_abs().saturating_mul(1_000), 2);
        (integers![net, depth], may_lower_depth(net, depth).map(|yes| integers![yes]))
    }),
    ("open_cap_base", |r| {
        let (equity, price, cap) = (r.signed(63), r.unsigned(64), r.share(10_000));
        (integers![equity, price, cap], open_cap_base(equity, price, cap).map(|base| integers![base]))
    }),
    ("one_fill_cap", |r| {
        let depth = r.unsigned(64);
        (integers![depth], one_fill_cap(depth).map(|base| integers![base]))
    }),
    ("is_equity_below", |r| {
        let (equity, net, price, ratio) = (r.signed(63), r.signed(63), r.unsigned(64), r.share(10_000));
        (integers![equity, net, price, ratio], is_equity_below(equity, net, price, ratio).map(|yes| integers![yes]))
    }),
    ("depth_for_equity", |r| {
        let (equity, price) = (r.unsigned(64), r.unsigned(64));
        (integers![equity, price], depth_for_equity(equity, price).map(|depth| integers![depth]))
    }),
    ("accrue_funding", |r| {
        let oracle = r.unsigned(63);
        let mark = if r.flip() { r.unsigned(63) } else { r.near(oracle) };
        let clamp_divisor = [33, 20, 10, 0][usize::try_from(r.below(4)).unwrap()];
        let (seconds, remainder) = (r.seconds(3_600), i64::try_from(r.below(86_400)).unwrap());
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
    ("scale", |r| {
        let (value, exponent) = (r.signed(63), i32::try_from(r.below(22)).unwrap() - 20);
        let both = || {
            let confidence = scale_confidence(value.unsigned_abs(), exponent)?;
            Ok(integers![scale_price(value, exponent)?, confidence])
        };
        (integers![value, exponent], both())
    }),
    ("price_ratios", |r| {
        let (price, other) = (r.unsigned(64), r.unsigned(64));
        let all = || {
            let gap = ema_gap(price, other)?;
            Ok(integers![gap, confidence_ratio(price, other)?, max_fill_age(gap)])
        };
        (integers![price, other], all())
    }),
];

/// Up to 128 bits. A u128 may not fit the file's i128, so they are written as their high and low 64 bits.
fn mul_div(r: &mut Random, formula: fn(u128, u128, u128) -> MathResult<u128>) -> Case {
    let [a, b, divisor] = [0; 3].map(|_| r.wide());
    (wide([a, b, divisor]), formula(a, b, divisor).map(halves))
}

fn wide<const N: usize>(inputs: [u128; N]) -> Vec<i128> {
    inputs.into_iter().flat_map(halves).collect()
}

fn halves(value: u128) -> Vec<i128> {
    [value >> 64, value & u128::from(u64::MAX)].map(|half| i128::try_from(half).unwrap()).to_vec()
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

/// Usually with a limit near the average price of a part, where the answer turns.
fn part(r: &mut Random, bits: u32) -> Case {
    let curve = PoolCurve {
        price: r.unsigned(bits),
        user_net_base: r.signed(bits.min(63) - 8),
        depth: r.unsigned(bits),
        half_spread_ppm: r.share(if bits == 64 { 1_000_000 } else { 2_000 }),
    };
    let (is_buy, step, steps) = (r.flip(), r.unsigned(20), r.below(1 << 14));
    let most = if r.flip() { step.saturating_mul(steps) } else { r.unsigned(bits.min(63)) };
    let some = i64::try_from(r.below(most.max(1) + 1)).unwrap_or(i64::MAX);
    let average = pool_quote(&curve, if is_buy { some } else { -some }).ok().and_then(|quote| {
        u64::try_from(u128::from(quote) * 1_000_000_000 / u128::from(some.unsigned_abs().max(1))).ok()
    });
    let limit = match average {
        Some(average) if r.below(4) > 0 => r.around(average, 2),
        _ => r.unsigned(64),
    };
    (
        integers![curve.price, curve.user_net_base, curve.depth, curve.half_spread_ppm, is_buy, limit, most, step],
        largest_fill(&curve, is_buy, limit, most, step).map(|(size, quote)| integers![size, quote]),
    )
}

fn equity(r: &mut Random, bits: u32) -> Case {
    let (allocation, cash, net) = (r.unsigned(bits), r.signed(bits.min(63)), r.signed(bits.min(63)));
    let (price, depth) = (r.unsigned(bits), r.unsigned(64));
    let result = pool_equity(allocation, cash, net, price, depth);
    (integers![allocation, cash, net, price, depth], result.map(|equity| integers![equity]))
}

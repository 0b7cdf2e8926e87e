//! Orders, fills and what they cost.

use super::{Case, Generator};
use crate::random::Random;
use perps_math::fees::{
    decayed_volume, fee_schedule_is_sound, keeper_reward, maker_rebate, maker_rebate_of, split_fee, taker_fee,
    taker_fee_of,
};
use perps_math::fills::{apply_fill, Position};
use perps_math::orders::{
    fraction_size, is_near_oracle, is_no_worse, is_triggered, is_within_limit, limit_quote, loss_against_oracle,
    pegged_limit, ratchet, slippage_limit, trailing_trigger, worst_cost,
};

pub const ALL: &[(&str, Generator)] = &[
    ("is_within_limit", |r| {
        let (is_buy, size, limit) = (r.flip(), r.unsigned(64), r.unsigned(64));
        let at_limit = u64::try_from(u128::from(size) * u128::from(limit) / 1_000_000_000).unwrap_or(u64::MAX);
        let quote = if r.flip() { at_limit.saturating_add(r.below(2)) } else { r.unsigned(64) };
        let result = is_within_limit(is_buy, size, quote, limit);
        (integers![is_buy, size, quote, limit], result.map(|yes| integers![yes]))
    }),
    ("limit_quote", |r| {
        let (is_buy, size, limit) = (r.flip(), r.unsigned(64), r.unsigned(64));
        (integers![is_buy, size, limit], limit_quote(is_buy, size, limit).map(|quote| integers![quote]))
    }),
    ("is_no_worse", |r| {
        let (is_buy, size, quote, other) = (r.flip(), r.unsigned(64), r.unsigned(64), r.unsigned(64));
        let same = u64::try_from(u128::from(quote) * u128::from(other) / u128::from(size.max(1))).unwrap_or(u64::MAX);
        let other_quote = if r.flip() { r.around(same, 2) } else { r.unsigned(64) };
        let result = is_no_worse(is_buy, size, quote, other, other_quote);
        (integers![is_buy, size, quote, other, other_quote], result.map(|yes| integers![yes]))
    }),
    ("slippage_limit", |r| {
        let (is_buy, price, slippage) = (r.flip(), r.unsigned(64), r.share(6_000));
        (integers![is_buy, price, slippage], slippage_limit(is_buy, price, slippage).map(|limit| integers![limit]))
    }),
    ("fraction_size", |r| {
        let (held, fraction, step) = (r.unsigned(63), r.share(5_000), r.unsigned(30));
        (integers![held, fraction, step], fraction_size(held, fraction, step).map(|size| integers![size]))
    }),
    ("pegged_limit", |r| {
        let (is_buy, oracle, offset) = (r.flip(), r.unsigned(64), r.signed(63));
        let bound = if r.flip() { r.unsigned(64) } else { r.around(oracle.saturating_add_signed(offset), 2) };
        let result = pegged_limit(is_buy, oracle, offset, bound);
        (integers![is_buy, oracle, offset, bound], result.map(|limit| integers![limit]))
    }),
    ("is_triggered", |r| {
        let (is_above, trigger) = (r.flip(), r.unsigned(64));
        let oracle = r.around(trigger, 2);
        (integers![is_above, trigger, oracle], Ok(integers![is_triggered(is_above, trigger, oracle)]))
    }),
    ("trailing_trigger", |r| {
        let (is_buy, extreme) = (r.flip(), r.unsigned(64));
        let distance = if r.flip() { r.unsigned(64) } else { r.around(extreme, 2) };
        let result = trailing_trigger(is_buy, extreme, distance);
        (integers![is_buy, extreme, distance], result.map(|trigger| integers![trigger]))
    }),
    ("ratchet", |r| {
        let (is_buy, extreme) = (r.flip(), r.unsigned(64));
        let step = extreme.div_ceil(2_000);
        let moved = if is_buy { extreme - step } else { extreme.saturating_add(step) };
        let price = if r.flip() { r.around(moved, 2) } else { r.unsigned(64) };
        let result = ratchet(is_buy, extreme, price);
        (integers![is_buy, extreme, price], result.map(|moved| moved.map(i128::from).into_iter().collect()))
    }),
    ("is_near_oracle", |r| {
        let (size, quote, oracle) = traded(r);
        let band = r.share(10_000);
        (integers![size, quote, oracle, band], is_near_oracle(size, quote, oracle, band).map(|yes| integers![yes]))
    }),
    ("loss_against_oracle", |r| {
        let (is_buy, (size, quote, oracle)) = (r.flip(), traded(r));
        let result = loss_against_oracle(is_buy, size, quote, oracle);
        (integers![is_buy, size, quote, oracle], result.map(|loss| integers![loss]))
    }),
    ("worst_cost", |r| {
        let (is_buy, size, oracle, fee) = (r.flip(), r.unsigned(64), r.unsigned(64), r.share(1_000));
        let limit = if r.flip() { r.around(oracle, oracle / 16 + 1) } else { r.unsigned(64) };
        let result = worst_cost(is_buy, size, limit, oracle, fee);
        (integers![is_buy, size, limit, oracle, fee], result.map(|cost| integers![cost]))
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
    ("decayed_volume", |r| {
        let (volume, elapsed) = (r.unsigned(64), r.seconds(30 * 86_400));
        (integers![volume, elapsed], decayed_volume(volume, elapsed).map(|left| integers![left]))
    }),
    ("taker_fee_of", |r| {
        let (quote, fee, tier) = (r.unsigned(64), r.share(1_000_000), r.share(5_000));
        let (discount, referrer) = (r.share(5_100), r.share(5_100));
        let result = taker_fee_of(quote, fee, tier, discount, referrer);
        (integers![quote, fee, tier, discount, referrer], result.map(|fee| integers![fee.paid, fee.referrer]))
    }),
    ("maker_rebate_of", |r| {
        let (quote, rebate, tier) = (r.unsigned(64), r.share(1_000_000), r.share(10_000));
        (integers![quote, rebate, tier], maker_rebate_of(quote, rebate, tier).map(|rebate| integers![rebate]))
    }),
    ("fee_schedule_is_sound", |r| {
        let (taker, rebate, discount, referrer) = (r.share(5_000), r.share(10_000), r.share(5_100), r.share(5_100));
        let result = fee_schedule_is_sound(taker, rebate, discount, referrer);
        (integers![taker, rebate, discount, referrer], result.map(|yes| integers![yes]))
    }),
    ("split_fee", |r| {
        let (fee, pool, treasury) = (r.unsigned(64), r.share(5_000), r.share(4_000));
        let result = split_fee(fee, pool, treasury);
        (integers![fee, pool, treasury], result.map(|s| integers![s.pool, s.treasury, s.insurance]))
    }),
];

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

/// A size, a quote (often at or near its value at the oracle), and the oracle price.
fn traded(r: &mut Random) -> (u64, u64, u64) {
    let (size, oracle) = (r.unsigned(64), r.unsigned(64));
    let value = u64::try_from(u128::from(size) * u128::from(oracle) / 1_000_000_000).unwrap_or(u64::MAX);
    let quote = match r.below(3) {
        0 => r.unsigned(64),
        1 => r.around(value, 2),
        _ => r.near(value),
    };
    (size, quote, oracle)
}

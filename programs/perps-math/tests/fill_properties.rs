//! Properties of fills and of what they cost.

use perps_math::fees::{
    decayed_volume, fee_schedule_is_sound, maker_rebate_of, split_fee, taker_fee_of, MAX_REBATE_OF_FEE,
};
use perps_math::fills::{apply_fill, Position};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn fills_conserve_cash(
        base in -1i64 << 40..1 << 40, entry in -1i64 << 40..1 << 40,
        delta in -1i64 << 40..1 << 40, quote in 0i64..1 << 40, fee in -1_000i64..1_000_000,
    ) {
        let position = Position { base, quote_entry: if base == 0 { 0 } else { entry }, quote_break_even: entry };
        let cash = if delta > 0 { -quote } else { quote };
        let fill = apply_fill(&position, delta, cash, fee).unwrap();
        prop_assert_eq!(fill.position.base, base + delta);
        prop_assert_eq!(fill.position.quote_entry + fill.realised_pnl, position.quote_entry + cash);
        prop_assert!(fill.closed_base <= base.unsigned_abs().min(delta.unsigned_abs()));
        if fill.position.base == 0 {
            prop_assert_eq!((fill.position.quote_entry, fill.position.quote_break_even), (0, 0));
        }
    }

    #[test]
    fn a_closed_account_has_realised_exactly_its_cash(
        trades in proptest::collection::vec((-1i64 << 32..1 << 32, 1u64..1_000_000_000), 1..10),
    ) {
        let (mut position, mut realised, mut cash) = (Position::default(), 0i64, 0i64);
        let closing = -trades.iter().map(|(base, _)| base).sum::<i64>();
        for (base, price) in trades.iter().copied().chain([(closing, 150_000_000)]) {
            let notional = i64::try_from(i128::from(base) * i128::from(price) / 1_000_000_000).unwrap();
            let fill = apply_fill(&position, base, -notional, 0).unwrap();
            (position, realised, cash) = (fill.position, realised + fill.realised_pnl, cash - notional);
        }
        prop_assert_eq!((position.base, realised), (0, cash));
    }

    #[test]
    fn a_fee_splits_without_residue(fee: u64, pool in 0u32..=6_000, treasury in 0u32..=4_000) {
        let split = split_fee(fee, pool, treasury).unwrap();
        prop_assert_eq!(split.pool + split.treasury + split.insurance, fee);
    }

    #[test]
    fn a_fill_between_two_accounts_makes_nothing(
        positions in vec((-1i64 << 40..1 << 40, -1i64 << 40..1 << 40), 2), base in -1i64 << 40..1 << 40,
        cash in 0i64..1 << 40,
    ) {
        let quote = if base > 0 { -cash } else { cash };
        let sides = [(positions[0], base, quote), (positions[1], -base, -quote)].map(|((base, entry), delta, quote)| {
            let quote_entry = if base == 0 { 0 } else { entry };
            let before = Position { base, quote_entry, quote_break_even: quote_entry };
            let fill = apply_fill(&before, delta, quote, 0).unwrap();
            (fill.position.base - base, fill.position.quote_entry + fill.realised_pnl - quote_entry)
        });
        prop_assert_eq!((sides[0].0 + sides[1].0, sides[0].1 + sides[1].1), (0, 0));
    }

    #[test]
    fn a_taker_pays_at_least_the_exact_fee_and_the_others_get_at_most_theirs(
        quote in 0u64..1 << 40, rate in 0u32..1_000_000, tier in 0u32..=10_000, discount in 0u32..=10_000,
        referrer in 0u32..=10_000,
    ) {
        let fee = taker_fee_of(quote, rate, tier, discount, referrer).unwrap();
        let exact = u128::from(quote) * u128::from(rate) * u128::from(tier) * u128::from(10_000 - discount);
        let one = 100_000_000_000_000;
        prop_assert!(u128::from(fee.paid) * one >= exact && u128::from(fee.paid) * one < exact + one);
        prop_assert!(u128::from(fee.referrer) * 10_000 <= u128::from(fee.paid) * u128::from(referrer));
        let rebate = u128::from(maker_rebate_of(quote, rate, tier).unwrap());
        prop_assert!(rebate * 10_000_000_000 <= u128::from(quote) * u128::from(rate) * u128::from(tier));
    }

    #[test]
    fn a_sound_schedule_never_pays_out_more_than_it_takes_in(
        quote in prop_oneof![0u64..20, 0u64..20_000, 0u64..1 << 60], fee_ppm in 0u32..20_000, of_most in 0u32..=10_000,
        lowest in 0u32..=10_000, higher in vec(0u32..=10_000, 0..4), lower in vec(0u32..=10_000, 0..4),
        discount in 0u32..=10_000, referrer in 0u32..=10_000,
    ) {
        // The most generous rebate that these fees can pay.
        let income = u64::from(lowest) * u64::from(10_000 - discount) * u64::from(10_000 - referrer);
        let highest = u32::try_from(income / (u64::from(MAX_REBATE_OF_FEE) * 10_000)).unwrap();
        prop_assert_eq!(fee_schedule_is_sound(lowest, highest, discount, referrer), Ok(true));
        prop_assert_eq!(fee_schedule_is_sound(lowest, highest + 1, discount, referrer), Ok(false));
        let taker_tiers = higher.into_iter().map(|tier| tier.max(lowest)).chain([lowest]);
        let rebate_tiers: Vec<u32> = lower.into_iter().map(|tier| tier.min(highest)).chain([highest]).collect();
        // Any rebate that a market may have: at most 40 % of its fee.
        let rebate_ppm = fee_ppm * MAX_REBATE_OF_FEE / 10_000 * of_most / 10_000;
        for taker in taker_tiers {
            for (discount, referrer) in [(discount, referrer), (0, 0)] {
                let fee = taker_fee_of(quote, fee_ppm, taker, discount, referrer).unwrap();
                for maker in &rebate_tiers {
                    let rebate = maker_rebate_of(quote, rebate_ppm, *maker).unwrap();
                    prop_assert!(fee.paid >= fee.referrer + rebate, "{fee:?} for a rebate of {rebate}");
                }
            }
        }
    }

    #[test]
    fn volume_only_fades(volume: u64, elapsed in 0u64..3_000_000, more in 0u64..3_000_000) {
        let (once, later) = (decayed_volume(volume, elapsed).unwrap(), decayed_volume(volume, elapsed + more).unwrap());
        prop_assert!(later <= once && once <= volume);
    }
}

//! Reads Pyth's `PriceUpdateV2`. Offsets are those of a fully verified update: with another
//! verification level every later field would move, so that is checked first.
use anchor_lang::prelude::*;
use perps_math::oracle;

use crate::arithmetic::OrRefuse;
use crate::constants::{MAX_PUBLISH_LEAD_S, PYTH_RECEIVERS};
use crate::errors::PerpsError;
use crate::state::OraclePrice;

const DISCRIMINATOR: [u8; 8] = [0x22, 0xf1, 0x23, 0x63, 0x9d, 0x7e, 0xf4, 0xcd];
const FULLY_VERIFIED: u8 = 1;
const LENGTH: usize = 133;

/// A validated update in our units.
pub struct PriceUpdate {
    pub feed_id: [u8; 32],
    pub price: OraclePrice,
}

impl PriceUpdate {
    /// `unit_exponent`: the price is wanted per 10^this tokens.
    pub fn read(info: &AccountInfo, unit_exponent: u16, now: i64) -> Result<Self> {
        require!(PYTH_RECEIVERS.contains(info.owner), PerpsError::PriceWrongOwner);
        let data = info.try_borrow_data()?;
        require!(data.len() >= LENGTH && data[..8] == DISCRIMINATOR, PerpsError::PriceUnreadable);
        require!(data[40] == FULLY_VERIFIED, PerpsError::PriceNotVerified);

        let exponent = i32::from_le_bytes(field(&data, 89));
        require!((-18..=0).contains(&exponent), PerpsError::PriceExponent);
        let published = i64::from_le_bytes(field(&data, 73));
        let average = i64::from_le_bytes(field(&data, 109));
        require!(published > 0 && average > 0, PerpsError::PriceNotPositive);
        let publish_time = i64::from_le_bytes(field(&data, 93));
        require!(publish_time <= now.saturating_add(MAX_PUBLISH_LEAD_S), PerpsError::PriceFromFuture);

        // A price per 1 000 units is the same digits with an exponent three higher.
        let unit_exponent = i32::from(unit_exponent);
        let per_unit = 10u64.checked_pow(unit_exponent.unsigned_abs()).ok_or(PerpsError::PriceExponent)?;
        let (exponent, factor) =
            if exponent + unit_exponent <= 0 { (exponent + unit_exponent, 1) } else { (exponent, per_unit) };
        let scale = |value: i64| -> Result<u64> {
            let value = value.checked_mul(factor as i64).ok_or(PerpsError::MathOverflow)?;
            oracle::scale_price(value, exponent).or_refuse()
        };
        let confidence = u64::from_le_bytes(field(&data, 81)).checked_mul(factor).ok_or(PerpsError::MathOverflow)?;

        Ok(PriceUpdate {
            feed_id: field(&data, 41),
            price: OraclePrice {
                price: scale(published)?,
                confidence: oracle::scale_confidence(confidence, exponent).or_refuse()?,
                ema_price: scale(average)?,
                publish_time,
                prev_publish_time: i64::from_le_bytes(field(&data, 101)),
                posted_slot: u64::from_le_bytes(field(&data, 125)),
                ..OraclePrice::default()
            },
        })
    }
}

fn field<const N: usize>(data: &[u8], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&data[at..at + N]);
    bytes
}

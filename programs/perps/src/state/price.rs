//! The last oracle price an account saw.
use anchor_lang::prelude::*;

/// Cached, validated oracle price. Prices in quote (1e6) per base unit.
#[zero_copy]
#[derive(Debug, Default)]
pub struct OraclePrice {
    /// 0 until the first update.
    pub price: u64,
    pub confidence: u64,
    pub ema_price: u64,
    /// Unix seconds, by Pyth.
    pub publish_time: i64,
    pub prev_publish_time: i64,
    pub posted_slot: u64,
    /// `PriceQuality` at the time of the update, before any age is taken into account.
    pub quality: u8,
    pub _padding: [u8; 7],
}

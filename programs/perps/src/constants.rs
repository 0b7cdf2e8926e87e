//! Compile-time constants. A change here is a new program version, never an admin action.
use anchor_lang::prelude::*;

/// Layout version written into every account. 2: orders of all kinds, announced changes, limits on moving money. 3: what
/// a pool request saw, when pool exits were paused, and events that say what was covered.
pub const ACCOUNT_VERSION: u8 = 3;

pub const EXCHANGE_SEED: &[u8] = b"exchange";
pub const POOL_SEED: &[u8] = b"pool";
pub const INSURANCE_SEED: &[u8] = b"insurance";
pub const TOKEN_VAULT_SEED: &[u8] = b"token_vault";
pub const VAULT_TOKENS_SEED: &[u8] = b"vault_tokens";
pub const MARKET_SEED: &[u8] = b"market";
pub const USER_ACCOUNT_SEED: &[u8] = b"user";
pub const SUB_ACCOUNT_SEED: &[u8] = b"sub_account";
pub const POOL_TICKET_SEED: &[u8] = b"pool_ticket";
pub const CHANGE_SEED: &[u8] = b"change";
pub const UNWRAP_SEED: &[u8] = b"unwrap";

/// Programs whose accounts are believed as Pyth price updates: the receiver before and after the
/// 2026 redeployment. There is no price authority anywhere.
pub const PYTH_RECEIVERS: [Pubkey; 2] =
    [pubkey!("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ"), pubkey!("rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp")];

/// The real USDC. Where it is the quote mint, timelocks below 24 h are refused.
pub const MAINNET_USDC: Pubkey = pubkey!("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");
pub const MINIMUM_REAL_TIMELOCK_S: u32 = 86_400;
/// A longer timelock would be a way to lose the exchange by a slip; it can never be made shorter.
pub const MAX_TIMELOCK_S: u32 = 30 * 86_400;
/// clear_pause waits this long after the last set_pause (or the exchange's timelock, if shorter).
pub const CLEAR_PAUSE_DELAY_S: i64 = 3_600;
/// A pause of withdrawals or of pool exits lapses by itself: a stolen pause key must not freeze funds for ever.
pub const FUNDS_PAUSE_MAX_S: i64 = 72 * 3_600;

/// One transaction must name every market to value the pool, and a market never goes away.
pub const MAX_MARKETS: u16 = 32;
pub const MAX_COLLATERALS: usize = 8;
pub const MAX_POSITIONS: usize = 8;
pub const MAX_ORDERS: usize = 16;
/// Orders one place_order may bring, and makers one fill may meet.
pub const MAX_ORDERS_AT_ONCE: usize = 4;
pub const MAX_MAKERS: usize = 4;
/// Token vault of the quote token; always collateral slot 0 of a sub-account.
pub const QUOTE_VAULT_INDEX: u16 = 0;
pub const QUOTE_DECIMALS: u8 = 6;

/// Highest lead of a publish time over the cluster's clock that is still age 0. Pyth's time cannot
/// be forged, the cluster's clock may lag.
pub const MAX_PUBLISH_LEAD_S: i64 = 60;
/// Age at which a price no longer values collateral for Initial margin nor allows a liquidation.
pub const MARGIN_PRICE_AGE_S: u64 = 60;
/// From this age a feed is dead: its collateral loses weight instead of blocking a liquidation.
pub const DEAD_FEED_AGE_S: u64 = 900;
/// From this age its collateral counts nothing: it neither keeps a debt from the waterfall nor its feed from being replaced.
pub const FADED_FEED_AGE_S: u64 = perps_math::margin::FADE_END;
/// … unless at its last price it could pay more than one part in so many of the debt: the feed may come back.
pub const FADED_TOKENS_IN_DEBT: u64 = 20;
/// Age limit of the cached price for a resting limit order against the pool.
pub const RESTING_FILL_AGE_S: u64 = 3;

/// After `eligible_from` plus this a market order lapses, and its owner may cancel it.
pub const FILL_WINDOW_S: i64 = 10;
pub const MAX_FILL_DELAY_S: u32 = 60;

/// A sub-account earns rebates at the fee tier its owner had when it last took, for this long: volume lasts 30 days.
pub const KNOWN_TIER_S: i64 = 30 * 86_400;

/// Orders that one fill may cancel, wake or resize beside those it fills: its event tells them all, and the heap ends.
pub const MAX_ORDERS_MOVED: usize = 24;

/// A maker's price must be this near the oracle, and this near when either side acts through a delegate (ratio 1e4).
pub const MAKER_BAND_BPS: u32 = 200;
pub const DELEGATE_BAND_BPS: u32 = 50;

/// Highest half-spread (ppm) that takes effect without the timelock: those who close into the pool pay it.
pub const MAX_TIGHTENED_SPREAD_PPM: u32 = 10_000;

/// A change may be executed from its eta on for this long.
pub const CHANGE_LIFE_S: i64 = 72 * 3_600;
/// A market whose feed has been silent this long may be wound down at its last price.
pub const ABANDONED_FEED_S: u64 = 24 * 3_600;
/// … but only this long after somebody has said so on chain: silent may just mean that nobody has posted prices.
pub const ABANDONED_NOTICE_S: i64 = 3_600;

/// Take-overs by liquidation within one hour, as a share of the market's pool equity (ratio 1e4).
pub const TAKEOVER_HOURLY_BPS: u32 = 1_000;
pub const TAKEOVER_WINDOW_S: i64 = 3_600;

/// A fill needs a price within this of its EMA to open, a liquidation within this (ratio 1e4).
pub const OPEN_EMA_GAP_BPS: u32 = 1_000;
pub const LIQUIDATION_EMA_GAP_BPS: u32 = 5_000;
/// Confidence / price above which a collateral's price is uncertain (ratio 1e4).
pub const COLLATERAL_CONF_BPS: u32 = 200;

/// Every market with skew needs a price at least this much younger than a pool request.
pub const POOL_PRICE_DELAY_S: i64 = 2;
/// … unless its skew is worth less than this (quote 1e6): what its price is in doubt by is worth cents.
pub const DUST_SKEW: u64 = 100 * perps_math::QUOTE;
/// A deposit request not executed within this time of its making, or an exit within this time of its cooldown, is
/// returned.
pub const POOL_TICKET_LIFE_S: i64 = 3_600;
/// A pool worth less than this begins anew (quote 1e6): settlements round, and shares bought for crumbs would overflow.
pub const WORTHLESS_POOL: i64 = perps_math::QUOTE as i64;
/// An admin may not keep depositors longer than this.
pub const MAX_POOL_EXIT_COOLDOWN_S: u32 = 7 * 86_400;

/// The sysvar that shows a program the transaction it runs in.
pub const INSTRUCTIONS_SYSVAR: Pubkey = pubkey!("Sysvar1nstructions1111111111111111111111111");

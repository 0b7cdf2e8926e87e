use anchor_lang::prelude::borsh::{BorshDeserialize, BorshSerialize};
use anchor_lang::prelude::*;

use perps_math::funding::{self, FundingInputs};
use perps_math::pool::{self, PoolCurve};
use perps_math::{margin, RATIO};

use super::price::OraclePrice;
use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::events::MarketRecord;
use crate::price_rules::{quality_when_published, PriceUse};

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarketStatus {
    Active = 0,
    ReduceOnly = 1,
    /// Wound down: every position closes at `Market::settlement_price`.
    Settling = 2,
}

/// What the admin chooses for a market.
#[zero_copy]
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
#[borsh(crate = "anchor_lang::prelude::borsh")]
pub struct MarketParams {
    pub feed_id: [u8; 32],
    /// Sizes are multiples of this (base 1e9), prices of `tick_size` (price 1e6).
    pub step_size: u64,
    pub tick_size: u64,
    /// Smallest notional of an order that adds risk (quote 1e6).
    pub min_notional: u64,
    /// K of the pool's curve (base 1e9): mark = oracle × (1 + d/K).
    pub depth_k: u64,
    /// Highest open interest of one side (base 1e9).
    pub open_interest_cap: u64,
    /// Open interest of the larger side (notional, quote 1e6) from which orders that add risk need more initial margin,
    /// and at which they need all of it; equal values switch the scaling off.
    pub margin_scale_from: u64,
    pub margin_scale_to: u64,
    /// Waterfall: highest loss this market may put on insurance, cumulative, and on its pool allocation (quote 1e6).
    pub insurance_cap: u64,
    pub pool_loss_cap: u64,
    /// Least half-spread of the pool (1e6).
    pub spread_ppm: u32,
    /// c of the half-spread max(s0, c·conf/P) (ratio 1e4).
    pub conf_multiplier_bps: u32,
    /// Fees on notional (1e6).
    pub taker_fee_ppm: u32,
    pub maker_rebate_ppm: u32,
    /// Funding premium is clamped to ± oracle / this: 33, 20 or 10.
    pub funding_clamp_divisor: u32,
    pub fill_delay_s: u32,
    /// Ratios (1e4).
    pub initial_margin_bps: u16,
    pub maintenance_margin_bps: u16,
    pub liquidation_fee_bps: u16,
    pub insurance_fee_bps: u16,
    pub liquidation_buffer_bps: u16,
    /// Highest confidence / price of a price that fills (1e4).
    pub max_conf_bps: u16,
    /// Price limit of a market order placed without one (1e4).
    pub default_slippage_bps: u16,
    /// Base unit = 10^this tokens: 0, 3 or 6 for micro-priced assets.
    pub unit_exponent: u16,
}

/// Every base and quote the market holds. One block, so that a refused fill is undone by one copy.
#[zero_copy]
#[derive(Debug, Default)]
pub struct MarketLedger {
    /// Users only (base 1e9).
    pub open_interest_long: u64,
    pub open_interest_short: u64,
    /// The pool is an ordinary party: −Σ users' base (base 1e9) and the quote cash of its fills and funding (1e6).
    pub pool_base: i64,
    pub pool_quote: i64,
    /// The pool's USDC put aside for this market (quote 1e6); the most it can lose.
    pub pool_allocation: u64,
    /// Fees collected and not yet moved on (quote 1e6).
    pub insurance_fees: u64,
    pub treasury_fees: u64,
    /// Funding paid minus received so far (quote 1e6); negative while payers have not settled yet.
    pub funding_pot: i64,
    /// Loss nobody has covered (quote 1e6); repaid before any fee leaves.
    pub deficit: u64,
}

#[zero_copy]
#[derive(Debug, Default)]
pub struct MarketFunding {
    /// Cumulative funding per base unit, by side (1e9); longs pay when it rises.
    pub index_long: i64,
    pub index_short: i64,
    /// Numerator left over from the last accrual, below 86 400.
    pub remainder: i64,
    /// Unix seconds up to which funding has accrued.
    pub updated_at: i64,
    /// Premium of the last accrual: what longs pay per base unit and day (price 1e6).
    pub rate_daily: i64,
}

/// A perpetual market against the quote token.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Market {
    pub version: u8,
    pub bump: u8,
    pub index: u16,
    /// `MarketStatus`.
    pub status: u8,
    pub _padding: [u8; 3],
    /// ASCII, zero padded: "SOL-PERP".
    pub symbol: [u8; 16],
    pub sequence: u64,
    pub params: MarketParams,
    pub ledger: MarketLedger,
    pub funding: MarketFunding,
    pub price: OraclePrice,
    /// What insurance has paid for this market so far (quote 1e6).
    pub insurance_used: u64,
    /// What the pool has paid for losses so far (quote 1e6).
    pub pool_loss_used: u64,
    /// Skew added by liquidations since `takeover_window_at` (base 1e9, unix seconds).
    pub takeover_base: u64,
    pub takeover_window_at: i64,
    /// The one price of a market being wound down (1e6), else 0.
    pub settlement_price: u64,
    /// When somebody last said that the feed had been silent for a day (unix seconds).
    pub abandoned_at: i64,
    pub _reserved: [u8; 352],
}

/// What one touch of the funding clock did.
#[derive(Clone, Copy, Debug, Default)]
pub struct FundingTouch {
    pub elapsed_s: i64,
    pub forgiven_s: i64,
}

impl Market {
    /// The market as events tell it, with its next sequence.
    pub fn record(&mut self, market: Pubkey) -> Result<MarketRecord> {
        Ok(MarketRecord {
            market,
            sequence: self.next_sequence()?,
            index: self.index,
            status: self.status,
            open_interest_long: self.ledger.open_interest_long,
            open_interest_short: self.ledger.open_interest_short,
            pool_base: self.ledger.pool_base,
            pool_quote: self.ledger.pool_quote,
            pool_allocation: self.ledger.pool_allocation,
            funding_index_long: self.funding.index_long,
            funding_index_short: self.funding.index_short,
            deficit: self.ledger.deficit,
        })
    }

    /// d: users' net base; the pool holds the opposite.
    pub fn user_net_base(&self) -> i64 {
        self.ledger.pool_base.saturating_neg()
    }

    pub fn max_conf_bps(&self) -> u32 {
        u32::from(self.params.max_conf_bps)
    }

    /// The cumulative index of the side that holds `base`.
    pub fn funding_index(&self, base: i64) -> i64 {
        if base >= 0 {
            self.funding.index_long
        } else {
            self.funding.index_short
        }
    }

    /// Wound down: funding stands still and every position closes at `settlement_price`.
    pub fn is_settled(&self) -> bool {
        self.settlement_price != 0
    }

    /// What a base unit is worth when positions close without a trade: the oracle's price, or the settlement's (1e6).
    pub fn closing_price(&self) -> u64 {
        if self.is_settled() {
            self.settlement_price
        } else {
            self.price.price
        }
    }

    /// Initial ratio (1e4) of an order that adds risk: rises with the notional of the larger side's open interest.
    pub fn crowded_initial_ratio(&self) -> Result<u32> {
        let larger = self.ledger.open_interest_long.max(self.ledger.open_interest_short);
        let notional = margin::margin_requirement(larger, self.price.price, RATIO).or_refuse()?;
        let MarketParams { initial_margin_bps, margin_scale_from, margin_scale_to, .. } = self.params;
        margin::scaled_initial_ratio(u32::from(initial_margin_bps), notional, margin_scale_from, margin_scale_to)
            .or_refuse()
    }

    pub fn mark_price(&self) -> Result<u64> {
        pool::mark_price(self.price.price, self.user_net_base(), self.params.depth_k).or_refuse()
    }

    /// Accrues funding up to now from the price and skew that were true until now: call before changing either. The
    /// pool settles at once; users when they are touched; the difference waits in the pot.
    pub fn accrue_funding(&mut self, now: i64) -> Result<FundingTouch> {
        let elapsed_s = now.saturating_sub(self.funding.updated_at);
        if elapsed_s <= 0 {
            return Ok(FundingTouch::default());
        }
        self.funding.updated_at = now;
        if self.is_settled() {
            return Ok(FundingTouch { elapsed_s, forgiven_s: elapsed_s });
        }
        let quality = quality_when_published(&self.price, self.max_conf_bps())?;
        if !PriceUse::Funding.allows(quality) {
            return Ok(FundingTouch { elapsed_s, forgiven_s: elapsed_s });
        }
        let accrual = funding::accrue_funding(&FundingInputs {
            oracle: self.price.price,
            mark: self.mark_price()?,
            clamp_divisor: self.params.funding_clamp_divisor,
            seconds: elapsed_s.unsigned_abs(),
            remainder: self.funding.remainder,
        })
        .or_refuse()?;
        let pool_base = self.ledger.pool_base;
        let before = self.funding_index(pool_base);
        self.funding.index_long = self.funding.index_long.plus(accrual.index_delta)?;
        self.funding.index_short = self.funding.index_short.plus(accrual.index_delta)?;
        self.funding.remainder = accrual.remainder;
        self.funding.rate_daily = accrual.premium;
        let received = funding::funding_payment(pool_base, self.funding_index(pool_base), before).or_refuse()?;
        self.ledger.pool_quote = self.ledger.pool_quote.plus(received)?;
        self.ledger.funding_pot = self.ledger.funding_pot.minus(received)?;
        Ok(FundingTouch { elapsed_s, forgiven_s: signed(accrual.forgiven)? })
    }

    /// Caches a newer price; funding of the time before must have accrued.
    pub fn cache_price(&mut self, price: &OraclePrice) -> Result<()> {
        self.price = OraclePrice { quality: quality_when_published(price, self.max_conf_bps())? as u8, ..*price };
        Ok(())
    }

    /// Pool equity at `price` (1e6); in a market that is wound down always at its one price.
    pub fn pool_equity(&self, price: u64) -> Result<i64> {
        let ledger = &self.ledger;
        if self.is_settled() {
            let (allocation, cash, d) = (ledger.pool_allocation, ledger.pool_quote, self.user_net_base());
            return pool::settled_equity(allocation, cash, d, self.settlement_price).or_refuse();
        }
        pool::pool_equity(ledger.pool_allocation, ledger.pool_quote, self.user_net_base(), price, self.params.depth_k)
            .or_refuse()
    }

    pub fn pool_curve(&self, price: &OraclePrice) -> Result<PoolCurve> {
        let half_spread_ppm = pool::half_spread_ppm(
            price.price,
            price.confidence,
            self.params.spread_ppm,
            self.params.conf_multiplier_bps,
        )
        .or_refuse()?;
        Ok(PoolCurve {
            price: price.price,
            user_net_base: self.user_net_base(),
            depth: self.params.depth_k,
            half_spread_ppm,
        })
    }

    /// Base the pool may still take from a buyer or seller before |d| exceeds `cap` of its equity.
    pub fn pool_room(&self, price: u64, is_buy: bool, cap: u32) -> Result<u64> {
        let cap = i128::from(pool::open_cap_base(self.pool_equity(price)?, price, cap).or_refuse()?);
        let d = i128::from(self.user_net_base());
        let room = if is_buy { cap - d } else { cap + d };
        Ok(u64::try_from(room.max(0)).unwrap_or(u64::MAX))
    }

    pub fn floor_to_step(&self, size: u64) -> u64 {
        size - size % self.params.step_size
    }
}

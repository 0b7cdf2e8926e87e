//! How good a price is, and what each action needs: the one table of severities.
use anchor_lang::prelude::*;
use perps_math::oracle;

use crate::arithmetic::OrRefuse;
use crate::constants::{LIQUIDATION_EMA_GAP_BPS, MARGIN_PRICE_AGE_S, OPEN_EMA_GAP_BPS};
use crate::errors::PerpsError;
use crate::state::OraclePrice;

/// From best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum PriceQuality {
    Valid = 0,
    /// Too old to fill: 10 s, 5 s or 2 s by the distance from the EMA.
    StaleForFill = 1,
    /// Older than 60 s.
    StaleForMargin = 2,
    /// Confidence above the market's limit.
    Uncertain = 3,
    /// More than 10 % from the EMA.
    Volatile = 4,
    /// More than 50 % from the EMA.
    Extreme = 5,
    /// Never published.
    NonPositive = 6,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceUse {
    OpenFill,
    ReduceFill,
    /// Initial margin: placing, withdrawing.
    Margin,
    Liquidation,
    /// Accrual of the time since the price was cached, so age does not matter.
    Funding,
    /// Pool shares.
    Pool,
    /// Buying a debtor's tokens just below the oracle: a price that is old or unsure by more than the discount would be
    /// a gift, one that moves fast is when it is needed.
    CollateralPurchase,
    /// Fixing the one price at which a market closes.
    WindDown,
}

const QUALITIES: usize = 7;

/// Rows: `PriceUse`; columns: `PriceQuality`.
const ALLOWED: [[bool; QUALITIES]; 8] = {
    const Y: bool = true;
    const N: bool = false;
    [
        // Valid, StaleForFill, StaleForMargin, Uncertain, Volatile, Extreme, NonPositive
        [Y, N, N, N, N, N, N], // OpenFill
        [Y, N, N, Y, Y, N, N], // ReduceFill
        [Y, Y, N, Y, Y, N, N], // Margin
        [Y, Y, N, Y, Y, N, N], // Liquidation
        [Y, Y, Y, N, N, N, N], // Funding
        [Y, N, N, N, N, N, N], // Pool
        [Y, N, N, N, Y, N, N], // CollateralPurchase
        [Y, N, N, N, N, N, N], // WindDown
    ]
};

impl PriceUse {
    pub fn allows(self, quality: PriceQuality) -> bool {
        ALLOWED[self as usize][quality as usize]
    }

    /// Refuses with the sentence that names the reason. What the price was when published and how old it has become
    /// are judged apart: an old uncertain price is refused wherever an old or an uncertain one is.
    pub fn require(self, price: &OraclePrice, max_conf_bps: u32, now: i64) -> Result<()> {
        match self.refusal(price, max_conf_bps, now)? {
            Some(reason) => Err(reason.into()),
            None => Ok(()),
        }
    }

    pub fn refusal(self, price: &OraclePrice, max_conf_bps: u32, now: i64) -> Result<Option<PerpsError>> {
        let published = quality_when_published(price, max_conf_bps)?;
        if published == PriceQuality::NonPositive {
            return Ok(Some(PerpsError::PriceMissing));
        }
        let worst = [published, quality_of_age(price, now)?].into_iter().find(|quality| !self.allows(*quality));
        Ok(worst.map(|quality| match quality {
            PriceQuality::Uncertain => PerpsError::PriceUncertain,
            PriceQuality::Volatile | PriceQuality::Extreme => PerpsError::PriceVolatile,
            _ => PerpsError::PriceStale,
        }))
    }
}

/// Seconds since publication; 0 when Pyth's clock is ahead of the cluster's.
pub fn age(price: &OraclePrice, now: i64) -> u64 {
    now.saturating_sub(price.publish_time).max(0).unsigned_abs()
}

/// Quality without age. `max_conf_bps`: highest confidence / price, 1e4.
pub fn quality_when_published(price: &OraclePrice, max_conf_bps: u32) -> Result<PriceQuality> {
    if price.price == 0 || price.ema_price == 0 {
        return Ok(PriceQuality::NonPositive);
    }
    let gap = oracle::ema_gap(price.price, price.ema_price).or_refuse()?;
    Ok(if gap > LIQUIDATION_EMA_GAP_BPS {
        PriceQuality::Extreme
    } else if gap > OPEN_EMA_GAP_BPS {
        PriceQuality::Volatile
    } else if oracle::confidence_ratio(price.price, price.confidence).or_refuse()? > max_conf_bps {
        PriceQuality::Uncertain
    } else {
        PriceQuality::Valid
    })
}

/// What age alone makes of a positive price.
fn quality_of_age(price: &OraclePrice, now: i64) -> Result<PriceQuality> {
    let age = age(price, now);
    let gap = oracle::ema_gap(price.price, price.ema_price).or_refuse()?;
    Ok(if age > MARGIN_PRICE_AGE_S {
        PriceQuality::StaleForMargin
    } else if age > oracle::max_fill_age(gap) {
        PriceQuality::StaleForFill
    } else {
        PriceQuality::Valid
    })
}

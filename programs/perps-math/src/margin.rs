//! Margin of a whole account, as a fold: feed it every balance and position, read the health. No allocation, so the
//! program feeds it straight from a zero-copy sub-account.

use crate::error::{MathError, MathResult};
use crate::fixed::{floor_div_signed, mul_div_ceil, mul_div_floor, narrow, Checked};
use crate::{BASE, QUOTE, RATIO};

/// Requirement of every open order, quote 1e6 ($0.01): dust orders cost something.
pub const OPEN_ORDER_MARGIN: u64 = 10_000;
/// Weight of unrealised profit when it would carry new risk, 1e4.
const POSITIVE_PNL_WEIGHT: u32 = 8_000;
/// Beyond this age (s) a collateral price carries no new risk.
const INITIAL_MAX_AGE: u64 = 60;
/// A dead feed keeps its maintenance weight, and the profit made on it, this long (s) …
const FADE_START: u64 = 900;
/// … and has lost all of it by now (s), linearly.
pub const FADE_END: u64 = 3_600;
/// Interest on debt, 1e4 a year (15 %) of 365 days.
const DEBT_RATE: u32 = 1_500;
const YEAR: u64 = 365 * 86_400;
/// Debt of one account: at most this (quote 1e6, $5 000) …
const DEBT_CAP: u64 = 5_000 * QUOTE;
/// … and this share of the USDC vault, 1e4 (5 %).
const DEBT_CAP_SHARE: u32 = 500;
/// base 1e9 × ratios 1e4.
const RATIO_SCALE: u128 = BASE as u128 * RATIO as u128;

/// Which question the health answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarginKind {
    /// May the account take more risk, withdraw, transfer? Strict prices, worst case of open orders.
    Initial,
    /// May a resting order that somebody meets fill? As `Initial` with the mean of both ratios.
    Fill,
    /// May an order that was placed at `Initial` fill at its one price? The mean of both ratios on what is held, at the
    /// oracle price: nothing that its owner can still move.
    Take,
    /// May the account be liquidated? Oracle price, held positions only.
    Maintenance,
    /// What a partial liquidation must reach: `Maintenance` plus the buffer.
    Liquidation,
}

impl MarginKind {
    /// Whether it values at the worse of price and EMA, and counts what open orders may come to.
    pub const fn is_strict(self) -> bool {
        matches!(self, Self::Initial | Self::Fill)
    }
}

/// A cached oracle price; all 1e6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OraclePrice {
    pub price: u64,
    pub confidence: u64,
    pub ema: u64,
}

/// Ratios of a market, 1e4. `initial` is the scaled one (see [`scaled_initial_ratio`]) for an order that adds risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarginRatios {
    pub initial: u32,
    pub maintenance: u32,
    pub liquidation_buffer: u32,
}

impl MarginRatios {
    /// The ratio that `kind` uses, 1e4; the mean rounds up.
    pub fn of(&self, kind: MarginKind) -> u32 {
        match kind {
            MarginKind::Initial => self.initial,
            MarginKind::Fill | MarginKind::Take => self.initial.saturating_add(self.maintenance).div_ceil(2),
            MarginKind::Maintenance => self.maintenance,
            MarginKind::Liquidation => self.maintenance.saturating_add(self.liquidation_buffer),
        }
    }
}

/// A collateral balance that is not USDC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenCollateral {
    /// Native token units.
    pub amount: u64,
    /// Native units of one whole token, which `price` is for: 10^decimals.
    pub unit: u64,
    pub price: OraclePrice,
    /// Age of the price in seconds; 0 when it is ahead of the clock.
    pub age: u64,
    /// 1e4.
    pub initial_weight: u32,
    /// 1e4.
    pub maintenance_weight: u32,
}

/// A position with the open orders of its market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionRisk {
    /// Signed, 1e9.
    pub base: i64,
    /// Signed, 1e6: negative for a long.
    pub quote_entry: i64,
    /// Funding accrued but not settled yet, quote 1e6, from `funding_payment`; counts as if it were settled.
    pub funding: i64,
    /// Remaining base of open orders that are not reduce-only, 1e9.
    pub open_bids: u64,
    pub open_asks: u64,
    /// What filling those of them that nobody can take back may cost, quote 1e6: see [`crate::orders::worst_cost`].
    pub order_cost: u64,
    pub price: OraclePrice,
    /// Age of the price in seconds; 0 when it is ahead of the clock.
    pub age: u64,
    pub ratios: MarginRatios,
}

/// Quote 1e6. `collateral` is the account's equity at the weights and prices of the kind, rounded down; `requirement`
/// is rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    pub collateral: i64,
    pub requirement: u64,
}

impl Health {
    /// collateral ≥ requirement.
    pub fn is_met(&self) -> bool {
        i128::from(self.collateral) >= i128::from(self.requirement)
    }

    /// Collateral above the requirement, quote 1e6; zero when there is none.
    pub fn free(&self) -> u64 {
        u64::try_from(self.collateral).unwrap_or(0).saturating_sub(self.requirement)
    }

    /// Requirement not covered by collateral, quote 1e6; zero when it is met. Errors: `Overflow`.
    pub fn shortage(&self) -> MathResult<u64> {
        narrow(i128::from(self.requirement).minus(i128::from(self.collateral))?.max(0))
    }
}

/// The fold. Feed every balance and every position once, then `finish`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarginFold {
    kind: MarginKind,
    collateral: i128,
    requirement: u128,
}

impl MarginFold {
    pub fn new(kind: MarginKind) -> Self {
        Self { kind, collateral: 0, requirement: 0 }
    }

    /// The USDC balance, at face value; may be negative. Also for any other signed cash of the account.
    pub fn add_quote(&mut self, amount: i64) -> MathResult<()> {
        self.collateral = self.collateral.plus(i128::from(amount))?;
        Ok(())
    }

    /// A token balance at (min(price, EMA) or price) − confidence, weighted, rounded down.
    pub fn add_token(&mut self, token: &TokenCollateral) -> MathResult<()> {
        let value = token_collateral_value(self.kind, token)?;
        self.collateral = self.collateral.plus(i128::from(value))?;
        Ok(())
    }

    /// A position: its weighted unrealised PnL and unsettled funding to the collateral, its margin to the requirement.
    pub fn add_position(&mut self, position: &PositionRisk) -> MathResult<()> {
        let OraclePrice { price, ema, .. } = position.price;
        let strict = self.kind.is_strict();
        let pnl_price = match (strict, position.base >= 0) {
            (false, _) => price,
            (true, true) => price.min(ema),
            (true, false) => price.max(ema),
        };
        let pnl = unrealised_pnl(position.base, position.quote_entry, pnl_price)?;
        let profit_weight = if strict { POSITIVE_PNL_WEIGHT } else { faded_weight(RATIO, position.age)? };
        let weight = if pnl > 0 { profit_weight } else { RATIO };
        let weighted = floor_div_signed(i128::from(pnl).times(i128::from(weight))?, i128::from(RATIO))?;
        self.collateral = self.collateral.plus(weighted)?.plus(i128::from(position.funding))?;
        let (size, margin_price) = if strict {
            (worst_case_base(position.base, position.open_bids, position.open_asks)?, price.max(ema))
        } else {
            (position.base.unsigned_abs(), price)
        };
        let requirement = margin_requirement(size, margin_price, position.ratios.of(self.kind))?;
        // An order that met this fills at the mean of the ratios, whatever it costs within its limit.
        let after_fills = if strict && position.order_cost > 0 {
            margin_requirement(size, margin_price, position.ratios.of(MarginKind::Take))?.plus(position.order_cost)?
        } else {
            0
        };
        self.requirement = self.requirement.plus(u128::from(requirement.max(after_fills)))?;
        Ok(())
    }

    /// The small fixed requirement of open orders; only where they could still add risk (`Initial`, `Fill`).
    pub fn add_open_orders(&mut self, count: u32) -> MathResult<()> {
        if self.kind.is_strict() {
            let margin = u128::from(count).times(u128::from(OPEN_ORDER_MARGIN))?;
            self.requirement = self.requirement.plus(margin)?;
        }
        Ok(())
    }

    pub fn finish(self) -> MathResult<Health> {
        Ok(Health { collateral: narrow(self.collateral)?, requirement: narrow(self.requirement)? })
    }
}

/// Initial or maintenance requirement of one position, quote 1e6, rounded up.
/// `size`: base 1e9, worst case including open orders. `price`: 1e6. `ratio`: 1e4. Errors: `Overflow`.
pub fn margin_requirement(size: u64, price: u64, ratio: u32) -> MathResult<u64> {
    narrow(mul_div_ceil(u128::from(size).times(u128::from(price))?, u128::from(ratio), RATIO_SCALE)?)
}

/// max(|base + bids|, |base − asks|), base 1e9: the largest position that the open orders can make. Errors: `Overflow`.
pub fn worst_case_base(base: i64, open_bids: u64, open_asks: u64) -> MathResult<u64> {
    let if_bids_fill = i128::from(base).plus(i128::from(open_bids))?.unsigned_abs();
    let if_asks_fill = i128::from(base).minus(i128::from(open_asks))?.unsigned_abs();
    narrow(if_bids_fill.max(if_asks_fill))
}

/// ⌊base·price / 1e9⌋ + quote entry, quote 1e6: a profit rounds down, a loss up. Errors: `Overflow`.
pub fn unrealised_pnl(base: i64, quote_entry: i64, price: u64) -> MathResult<i64> {
    let value = floor_div_signed(i128::from(base).times(i128::from(price))?, i128::from(BASE))?;
    narrow(value.plus(i128::from(quote_entry))?)
}

/// What a token balance counts for, quote 1e6, rounded down. Errors: `DivisionByZero` (unit), `Overflow`.
pub fn token_collateral_value(kind: MarginKind, token: &TokenCollateral) -> MathResult<u64> {
    let OraclePrice { price, confidence, ema } = token.price;
    let (price, weight) = if kind.is_strict() {
        (price.min(ema), if token.age > INITIAL_MAX_AGE { 0 } else { token.initial_weight })
    } else {
        (price, faded_weight(token.maintenance_weight, token.age)?)
    };
    narrow(mul_div_floor(
        u128::from(token.amount).times(u128::from(price.saturating_sub(confidence)))?,
        u128::from(weight),
        u128::from(token.unit).times(u128::from(RATIO))?,
    )?)
}

/// Maintenance weight (1e4, rounded down) of a collateral, or of a profit, whose price is `age` seconds old: whole for 15
/// minutes, then linearly to zero at 60 minutes. Losses never fade: a dead feed neither shields an account nor keeps it
/// alive on a frozen profit. Errors: none in range.
pub fn faded_weight(weight: u32, age: u64) -> MathResult<u32> {
    let left = FADE_END.saturating_sub(age.max(FADE_START));
    let span = FADE_END.minus(FADE_START)?;
    narrow(mul_div_floor(u128::from(weight), u128::from(left), u128::from(span))?)
}

/// Initial ratio (1e4, rounded up) of an order that adds risk: the market's ratio up to `lower_cap` of open interest,
/// then linearly to 100 % at `upper_cap`. Notionals in quote 1e6; equal caps switch the scaling off.
/// Errors: `Overflow`.
pub fn scaled_initial_ratio(initial: u32, open_interest: u64, lower_cap: u64, upper_cap: u64) -> MathResult<u32> {
    if upper_cap <= lower_cap || open_interest <= lower_cap || initial >= RATIO {
        return Ok(initial);
    }
    if open_interest >= upper_cap {
        return Ok(RATIO);
    }
    let added = mul_div_ceil(
        u128::from(RATIO.saturating_sub(initial)),
        u128::from(open_interest.minus(lower_cap)?),
        u128::from(upper_cap.minus(lower_cap)?),
    )?;
    initial.checked_add(narrow(added)?).ok_or(MathError::Overflow)
}

/// Interest on a negative USDC balance, quote 1e6: 15 % a year of 365 days, rounded up. Errors: `Overflow`.
pub fn debt_interest(debt: u64, elapsed_s: u64) -> MathResult<u64> {
    let yearly = u128::from(debt).times(u128::from(DEBT_RATE))?;
    narrow(mul_div_ceil(yearly, u128::from(elapsed_s), u128::from(YEAR).times(u128::from(RATIO))?)?)
}

/// Largest debt (quote 1e6) of one account before anyone may liquidate its collateral: $5 000 or 5 % of the vault's
/// total, whichever is less, rounded down. Errors: none in range.
pub fn debt_cap(vault_total: u64) -> MathResult<u64> {
    let share = mul_div_floor(u128::from(vault_total), u128::from(DEBT_CAP_SHARE), u128::from(RATIO))?;
    Ok(narrow::<u128, u64>(share)?.min(DEBT_CAP))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Long 1 SOL from $100, at $150 and `age` seconds.
    fn long(kind: MarginKind, price: u64, age: u64) -> MathResult<Health> {
        let mut fold = MarginFold::new(kind);
        fold.add_position(&PositionRisk {
            base: 1_000_000_000,
            quote_entry: -100_000_000,
            funding: -7,
            open_bids: 0,
            open_asks: 0,
            order_cost: 0,
            price: OraclePrice { price, confidence: 0, ema: price },
            age,
            ratios: MarginRatios { initial: 500, maintenance: 300, liquidation_buffer: 200 },
        })?;
        fold.finish()
    }

    #[test]
    fn a_profit_on_a_dead_feed_fades_but_its_requirement_does_not() {
        for kind in [MarginKind::Maintenance, MarginKind::Liquidation] {
            let profit = |age| long(kind, 150_000_000, age).map(|health| health.collateral);
            assert_eq!(
                [0, 900, 2_250, 3_600, u64::MAX].map(profit),
                [49_999_993, 49_999_993, 24_999_993, -7, -7].map(Ok)
            );
        }
        assert_eq!(long(MarginKind::Maintenance, 150_000_000, 3_600).map(|h| h.requirement), Ok(4_500_000));
    }

    #[test]
    fn losses_never_fade_and_strict_margin_knows_no_age() {
        assert_eq!(long(MarginKind::Maintenance, 90_000_000, 3_600).map(|h| h.collateral), Ok(-10_000_007));
        for age in [0, 3_600] {
            assert_eq!(long(MarginKind::Initial, 150_000_000, age).map(|h| h.collateral), Ok(39_999_993));
        }
    }

    #[test]
    fn debt_costs_fifteen_percent_a_year_rounded_up() {
        assert_eq!(debt_interest(1_000_000_000, YEAR), Ok(150_000_000));
        assert_eq!(debt_interest(1_000_000_000, 3_600), Ok(17_124));
        assert_eq!([debt_interest(1, 1), debt_interest(0, YEAR), debt_interest(1, 0)], [Ok(1), Ok(0), Ok(0)]);
        assert_eq!(debt_interest(u64::MAX, u64::MAX), Err(MathError::Overflow));
    }

    #[test]
    fn debt_is_capped_by_dollars_and_by_the_vault() {
        assert_eq!([0, 19, 20, 99_999_999_999].map(debt_cap), [0, 0, 1, 4_999_999_999].map(Ok));
        assert_eq!([100_000_000_000, u64::MAX].map(debt_cap), [5_000_000_000, 5_000_000_000].map(Ok));
    }
}

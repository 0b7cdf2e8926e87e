use core::fmt;

pub type MathResult<T> = Result<T, MathError>;

/// Why a formula has no answer. Numbers are append-only: the TypeScript twin and the program's errors use the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MathError {
    /// The exact result does not fit its type.
    Overflow,
    /// A divisor that must be positive is zero: an unset parameter, or an empty total.
    DivisionByZero,
    /// A price that must be positive is not, or its exponent is outside −18..=0.
    InvalidPrice,
    /// The trade would move the pool's curve to a price of zero or below, or its spread exceeds 100 %.
    OutsideCurve,
    /// The account's equity already covers the liquidation target.
    NotLiquidatable,
    /// The first deposit of a pool is below the minimum.
    FirstDepositTooSmall,
    /// The amount is too small to mint or redeem anything.
    ZeroShares,
    /// Shares exist but the pool has no capital left: it needs a new epoch.
    PoolWiped,
}

impl fmt::Display for MathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl core::error::Error for MathError {}

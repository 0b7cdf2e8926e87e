//! Checked ledger arithmetic, and the way of a formula's error into the program's.
use anchor_lang::prelude::*;
use perps_math::MathError;

use crate::errors::PerpsError;

/// Sums that report overflow instead of wrapping.
pub trait Checked: Sized {
    fn plus(self, other: Self) -> Result<Self>;
    fn minus(self, other: Self) -> Result<Self>;
}

macro_rules! checked {
    ($($int:ty),*) => {$(
        impl Checked for $int {
            fn plus(self, other: Self) -> Result<Self> {
                self.checked_add(other).ok_or_else(|| error!(PerpsError::MathOverflow))
            }
            fn minus(self, other: Self) -> Result<Self> {
                self.checked_sub(other).ok_or_else(|| error!(PerpsError::MathOverflow))
            }
        }
    )*};
}
checked!(u16, u64, i64);

/// Changes the sign's type; amounts beyond i64 do not occur in a ledger that was filled from i64s.
pub fn signed(amount: u64) -> Result<i64> {
    i64::try_from(amount).map_err(|_| error!(PerpsError::MathOverflow))
}

pub trait OrRefuse<T> {
    fn or_refuse(self) -> Result<T>;
}

impl<T> OrRefuse<T> for core::result::Result<T, MathError> {
    fn or_refuse(self) -> Result<T> {
        self.map_err(|e| Error::from(PerpsError::from(e)))
    }
}

impl From<MathError> for PerpsError {
    fn from(e: MathError) -> Self {
        match e {
            MathError::Overflow => PerpsError::MathOverflow,
            MathError::DivisionByZero => PerpsError::InvalidParameter,
            MathError::InvalidPrice => PerpsError::PriceNotPositive,
            MathError::OutsideCurve => PerpsError::PoolCapacity,
            MathError::NotLiquidatable => PerpsError::NotLiquidatable,
            MathError::FirstDepositTooSmall => PerpsError::PoolFirstDeposit,
            MathError::ZeroShares => PerpsError::PoolZeroShares,
            MathError::PoolWiped => PerpsError::PoolWiped,
        }
    }
}

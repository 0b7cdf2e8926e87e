//! Checked integer arithmetic with the rounding written in the name.

use crate::error::{MathError, MathResult};

/// Sums and products that report overflow instead of wrapping.
pub(crate) trait Checked: Sized {
    fn plus(self, other: Self) -> MathResult<Self>;
    fn minus(self, other: Self) -> MathResult<Self>;
    fn times(self, other: Self) -> MathResult<Self>;
}

macro_rules! checked {
    ($($int:ty),*) => {$(
        impl Checked for $int {
            fn plus(self, other: Self) -> MathResult<Self> {
                self.checked_add(other).ok_or(MathError::Overflow)
            }
            fn minus(self, other: Self) -> MathResult<Self> {
                self.checked_sub(other).ok_or(MathError::Overflow)
            }
            fn times(self, other: Self) -> MathResult<Self> {
                self.checked_mul(other).ok_or(MathError::Overflow)
            }
        }
    )*};
}
checked!(u64, i64, u128, i128);

/// Narrows to the type an account holds.
pub(crate) fn narrow<Wide, Narrow: TryFrom<Wide>>(value: Wide) -> MathResult<Narrow> {
    Narrow::try_from(value).map_err(|_| MathError::Overflow)
}

/// ⌊a·b / divisor⌋ with an exact product.
/// Errors: `DivisionByZero`, `Overflow` when the quotient exceeds `u128`.
pub fn mul_div_floor(a: u128, b: u128, divisor: u128) -> MathResult<u128> {
    Ok(mul_div_rem(a, b, divisor)?.0)
}

/// ⌈a·b / divisor⌉ with an exact product.
/// Errors: `DivisionByZero`, `Overflow` when the quotient exceeds `u128`.
pub fn mul_div_ceil(a: u128, b: u128, divisor: u128) -> MathResult<u128> {
    let (quotient, remainder) = mul_div_rem(a, b, divisor)?;
    quotient.plus(u128::from(remainder != 0))
}

/// ⌈a / divisor⌉. Errors: `DivisionByZero`.
pub fn ceil_div(a: u128, divisor: u128) -> MathResult<u128> {
    mul_div_ceil(a, 1, divisor)
}

/// ⌊a / divisor⌋ towards minus infinity, `divisor` > 0. Errors: `DivisionByZero` for a divisor of zero or below.
pub fn floor_div_signed(a: i128, divisor: i128) -> MathResult<i128> {
    if divisor <= 0 {
        return Err(MathError::DivisionByZero);
    }
    a.checked_div_euclid(divisor).ok_or(MathError::Overflow)
}

/// Quotient and remainder of a·b / divisor. The product is 256 bits wide only when it does not fit 128: cheap assets
/// with deep curves (price × size × depth) need it, the others keep the short way.
fn mul_div_rem(a: u128, b: u128, divisor: u128) -> MathResult<(u128, u128)> {
    if divisor == 0 {
        return Err(MathError::DivisionByZero);
    }
    if let Some(product) = a.checked_mul(b) {
        let quotient = product.checked_div(divisor).ok_or(MathError::DivisionByZero)?;
        return Ok((quotient, product.wrapping_sub(quotient.wrapping_mul(divisor))));
    }
    let (high, low) = widening_mul(a, b);
    if high >= divisor {
        return Err(MathError::Overflow);
    }
    // Schoolbook binary division; `remainder` < `divisor` at every step, so one subtraction per bit is enough.
    let (mut remainder, mut quotient) = (high, low);
    for _ in 0..128 {
        let carry = remainder >> 127;
        remainder = (remainder << 1) | (quotient >> 127);
        quotient <<= 1;
        if carry == 1 || remainder >= divisor {
            remainder = remainder.wrapping_sub(divisor);
            quotient |= 1;
        }
    }
    Ok((quotient, remainder))
}

/// The 256-bit product as (high, low), from four 64-bit limbs products; no partial sum exceeds 128 bits.
fn widening_mul(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a_high, a_low, b_high, b_low) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let low_low = a_low.wrapping_mul(b_low);
    let middle = a_high.wrapping_mul(b_low).wrapping_add(low_low >> 64);
    let cross = a_low.wrapping_mul(b_high).wrapping_add(middle & LOW);
    let high = a_high.wrapping_mul(b_high).wrapping_add(middle >> 64).wrapping_add(cross >> 64);
    (high, (cross << 64) | (low_low & LOW))
}

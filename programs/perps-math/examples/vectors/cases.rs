//! One generator per formula: random inputs as plain integers, and what the formula makes of them.

use crate::random::Random;
use perps_math::MathResult;

/// Inputs as they are written to the file, in order.
macro_rules! integers {
    ($($value:expr),* $(,)?) => { vec![$(i128::from($value)),*] };
}

mod account;
mod limits;
mod orders;
mod pricing;

pub type Case = (Vec<i128>, MathResult<Vec<i128>>);
pub type Generator = fn(&mut Random) -> Case;

pub fn all() -> impl Iterator<Item = (&'static str, Generator)> + Clone {
    [pricing::ALL, orders::ALL, account::ALL, limits::ALL].into_iter().flatten().copied()
}

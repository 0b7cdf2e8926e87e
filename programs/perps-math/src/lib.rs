//! Every formula of the perpetuals program. Pure functions on integers: no clock, no accounts, no allocation.
//!
//! Units: base 1e9 · quote (USDC) 1e6 · price 1e6 · funding index 1e9 · ratios and weights 1e4 · fees 1e6 (ppm).
//! Arguments are `i64`/`u64` as accounts hold them, arithmetic is `i128`/`u128`, and a result that does not fit is
//! [`MathError::Overflow`]: nothing wraps, nothing panics.
//! Rounding: what an account owes rounds up, what it gets rounds down.
//!
//! `programs/client/math` is the TypeScript twin, file by file; `examples/vectors.rs` proves them equal.
#![no_std]
#![forbid(unsafe_code)]

mod error;
pub mod fees;
pub mod fills;
pub mod fixed;
pub mod funding;
pub mod limits;
pub mod liquidation;
pub mod margin;
pub mod oracle;
pub mod orders;
pub mod pool;
pub mod shares;
pub mod waterfall;

pub use error::{MathError, MathResult};

/// One whole base unit (1 SOL) in native units.
pub const BASE: u64 = 1_000_000_000;
/// One US dollar in native quote units; also one dollar of price.
pub const QUOTE: u64 = 1_000_000;
/// 100 % as a ratio or weight.
pub const RATIO: u32 = 10_000;
/// 100 % as a fee.
pub const PPM: u32 = 1_000_000;

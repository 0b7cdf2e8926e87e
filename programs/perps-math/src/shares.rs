//! Shares of the liquidity pool, 1e6 like the quote that buys the first ones.

use crate::error::{MathError, MathResult};
use crate::fixed::{mul_div_floor, narrow, Checked};
use crate::QUOTE;

/// Smallest first deposit, quote 1e6 ($1 000).
pub const FIRST_DEPOSIT: u64 = 1_000 * QUOTE;
/// Shares of the first deposit that nobody owns, so that the share price cannot be inflated by a donation.
pub const LOCKED_SHARES: u64 = 1_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareMint {
    /// To the depositor.
    pub shares: u64,
    /// Added to the total but owned by nobody.
    pub locked: u64,
}

/// What the pool was worth at one time: `nav` quote 1e6 for all its `shares`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolValue {
    pub shares: u64,
    pub nav: i64,
}

/// Shares for `deposit` (quote 1e6) at the higher value per share, when it was requested or now (before the deposit),
/// rounded down: waiting for a moment at which shares are cheap gains nothing. A pool that was worth nothing at the request,
/// or had no shares, does not count. Errors: `FirstDepositTooSmall`, `ZeroShares`, `PoolWiped` (shares without capital),
/// `Overflow`.
pub fn mint_shares(deposit: u64, at_request: &PoolValue, now: &PoolValue) -> MathResult<ShareMint> {
    if now.shares == 0 {
        if deposit < FIRST_DEPOSIT {
            return Err(MathError::FirstDepositTooSmall);
        }
        return Ok(ShareMint { shares: deposit.minus(LOCKED_SHARES)?, locked: LOCKED_SHARES });
    }
    let bought =
        |pool: &PoolValue| mul_div_floor(u128::from(deposit), u128::from(pool.shares), positive_nav(pool.nav)?);
    let bought_now = bought(now)?;
    let had_price = at_request.shares > 0 && at_request.nav > 0;
    let shares = if had_price { bought_now.min(bought(at_request)?) } else { bought_now };
    match narrow(shares)? {
        0 => Err(MathError::ZeroShares),
        shares => Ok(ShareMint { shares, locked: 0 }),
    }
}

/// Quote (1e6) for `shares` at the lower value per share, when the exit was requested or now, rounded down. Per share,
/// because deposits and other exits between the two change the pool's value without changing what a share is worth.
/// Errors: `ZeroShares`, `PoolWiped`, `DivisionByZero` (no shares at all), `Overflow`.
pub fn redeem_shares(shares: u64, at_request: &PoolValue, now: &PoolValue) -> MathResult<u64> {
    let worth = |pool: &PoolValue| mul_div_floor(u128::from(shares), positive_nav(pool.nav)?, u128::from(pool.shares));
    match narrow(worth(at_request)?.min(worth(now)?))? {
        0 => Err(MathError::ZeroShares),
        quote => Ok(quote),
    }
}

fn positive_nav(nav: i64) -> MathResult<u128> {
    match u128::try_from(nav) {
        Ok(nav) if nav > 0 => Ok(nav),
        _ => Err(MathError::PoolWiped),
    }
}

//! What a fill does to a position.

use crate::error::MathResult;
use crate::fixed::{floor_div_signed, narrow, Checked};

/// A position's own numbers. `quote_*` are signed cash, 1e6: a long has paid, so they are negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Signed, 1e9.
    pub base: i64,
    /// Cash of the trades that opened what is held now.
    pub quote_entry: i64,
    /// The same with fees (and funding, which the caller adds): closing at this total loses nothing.
    pub quote_break_even: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FillOutcome {
    pub position: Position,
    /// Quote 1e6, to be added to the USDC balance; zero unless the fill reduces. Fees are not in it.
    pub realised_pnl: i64,
    /// Base (1e9) of the old position that the fill closed.
    pub closed_base: u64,
}

/// Applies a fill of `base` (1e9, > 0 bought) for `quote` (1e6, signed cash of this account: buying is negative) at a
/// cost of `fee` (1e6; a rebate is negative).
///
/// Nothing is lost: new entry + realised PnL = old entry + quote. A reduction removes its share of the entry rounded
/// down, so PnL rounds down; a flip splits the quote towards zero and the new side's entry takes what is left.
/// Errors: `Overflow`.
pub fn apply_fill(position: &Position, base: i64, quote: i64, fee: i64) -> MathResult<FillOutcome> {
    let (held, delta) = (i128::from(position.base), i128::from(base));
    let (entry, break_even) = (i128::from(position.quote_entry), i128::from(position.quote_break_even));
    let (quote, fee) = (i128::from(quote), i128::from(fee));
    let after = held.plus(delta)?;

    let (new_entry, new_break_even, pnl, closed) = if held.signum().times(delta.signum())? >= 0 {
        (entry.plus(quote)?, break_even.plus(quote)?, 0, 0)
    } else if delta.unsigned_abs() <= held.unsigned_abs() {
        let removed = share_floor(entry, delta, held)?;
        let break_even_removed = share_floor(break_even, delta, held)?;
        (entry.minus(removed)?, break_even.minus(break_even_removed)?, removed.plus(quote)?, delta)
    } else {
        let closing = quote.times(held)?.checked_div(delta.times(-1)?).unwrap_or(0);
        let opening = quote.minus(closing)?;
        (opening, opening, entry.plus(closing)?, held)
    };
    let position = Position {
        base: narrow(after)?,
        quote_entry: narrow(new_entry)?,
        // A flat position owes nothing: its fee is already paid from the balance.
        quote_break_even: if after == 0 { 0 } else { narrow(new_break_even.minus(fee)?)? },
    };
    Ok(FillOutcome { position, realised_pnl: narrow(pnl)?, closed_base: narrow(closed.unsigned_abs())? })
}

/// ⌊amount · |part| / |whole|⌋, part and whole of opposite signs, whole ≠ 0.
fn share_floor(amount: i128, part: i128, whole: i128) -> MathResult<i128> {
    let (part, whole) = (narrow(part.unsigned_abs())?, narrow(whole.unsigned_abs())?);
    floor_div_signed(amount.times(part)?, whole)
}

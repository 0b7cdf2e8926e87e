//! What every close that its owner did not ask for has in common.
use anchor_lang::prelude::*;

use crate::arithmetic::{signed, Checked};
use crate::errors::PerpsError;
use crate::events::{CanceledOrder, ReducedParty};
use crate::order_groups::GroupChanges;
use crate::settlement::Accrued;
use crate::state::{CancelReason, Market, Position, SubAccount};

/// The slot in which the account holds base of this market.
pub fn held_position(sub: &SubAccount, market: &Market) -> Result<usize> {
    let slot = sub.position_slot(market.index).filter(|slot| sub.positions[*slot].base != 0);
    slot.ok_or_else(|| error!(PerpsError::NoPosition))
}

/// Takes orders off the book: of one market, or all of them.
pub fn cancel_orders(sub: &mut SubAccount, market: Option<u16>, reason: CancelReason) -> Result<Vec<CanceledOrder>> {
    let mut canceled = Vec::new();
    for at in 0..sub.orders.len() {
        let order = &sub.orders[at];
        if order.in_use != 0 && market.is_none_or(|index| index == order.market_index) {
            canceled.push(sub.remove_order(at)?.canceled(reason));
        }
    }
    Ok(canceled)
}

/// `size` and `quote` (unsigned) as the closing of a position of `base` moves them: a long gives base and gets quote.
pub fn closing_trade(base: i64, size: u64, quote: u64) -> Result<(i64, i64)> {
    let (size, quote) = (signed(size)?, signed(quote)?);
    Ok(if base > 0 { (-size, quote) } else { (size, -quote) })
}

/// What was closed, for how much, and what went with it.
#[derive(Default)]
pub struct Close {
    pub base_change: i64,
    pub quote_change: i64,
    pub realised_pnl: i64,
    pub accrued: Accrued,
    pub orders: GroupChanges,
    /// The position after it.
    pub position: Position,
}

impl Close {
    /// Adds one leg: a trade and what it realised.
    pub fn add(&mut self, base: i64, quote: i64, realised_pnl: i64) -> Result<()> {
        self.base_change = self.base_change.plus(base)?;
        self.quote_change = self.quote_change.plus(quote)?;
        self.realised_pnl = self.realised_pnl.plus(realised_pnl)?;
        Ok(())
    }

    pub fn party(self, sub_account: Pubkey, sequence: u64, quote_balance: i64) -> ReducedParty {
        ReducedParty {
            sub_account,
            sequence,
            base_change: self.base_change,
            quote_change: self.quote_change,
            realised_pnl: self.realised_pnl,
            funding_payment: self.accrued.funding_payment,
            interest: self.accrued.interest,
            position_base: self.position.base,
            position_quote_entry: self.position.quote_entry,
            position_quote_break_even: self.position.quote_break_even,
            quote_balance,
            canceled: self.orders.canceled,
            changed: self.orders.changed,
        }
    }
}

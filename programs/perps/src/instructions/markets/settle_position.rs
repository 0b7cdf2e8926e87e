use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Market, SubAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct SettlePosition<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Closes a position of a market being wound down at its settlement price, without fees; anyone may.
pub fn settle_position(_ctx: Context<SettlePosition>) -> Result<()> {
    err!(PerpsError::MarketNotSettling)
}

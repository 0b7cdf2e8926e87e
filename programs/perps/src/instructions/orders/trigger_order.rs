use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Market, SubAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct TriggerOrder<'info> {
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Sets a waiting order off when the cached oracle price has reached its trigger; anyone may.
pub fn trigger_order(_ctx: Context<TriggerOrder>, _order_id: u64) -> Result<()> {
    err!(PerpsError::TriggerNotReached)
}

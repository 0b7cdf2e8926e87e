use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Change, Exchange};

#[event_cpi]
#[derive(Accounts)]
pub struct CancelChange<'info> {
    /// Any role.
    pub authority: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub change: AccountLoader<'info, Change>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
}

pub fn cancel_change(_ctx: Context<CancelChange>) -> Result<()> {
    err!(PerpsError::ChangeClosed)
}

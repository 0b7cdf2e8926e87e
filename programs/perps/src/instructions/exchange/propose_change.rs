use anchor_lang::prelude::*;

use crate::constants::CHANGE_SEED;
use crate::errors::PerpsError;
use crate::state::{Change, Exchange};

#[event_cpi]
#[derive(Accounts)]
pub struct ProposeChange<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        init, payer = admin, space = 8 + size_of::<Change>(),
        seeds = [CHANGE_SEED, &exchange.load()?.next_change_id.to_le_bytes()], bump
    )]
    pub change: AccountLoader<'info, Change>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

/// Announces a change by the hash of its payload; it may be executed once the timelock has passed.
pub fn propose_change(_ctx: Context<ProposeChange>, _payload_hash: [u8; 32]) -> Result<()> {
    err!(PerpsError::ChangeClosed)
}

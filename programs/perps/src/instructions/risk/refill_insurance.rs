use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Insurance, SubAccount};

/// Remaining accounts: those that the Initial margin of the sub-account needs.
#[event_cpi]
#[derive(Accounts)]
pub struct RefillInsurance<'info> {
    pub authority: Signer<'info>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

/// Gives quote of a sub-account to the insurance fund for good.
pub fn refill_insurance<'info>(_ctx: Context<'info, RefillInsurance<'info>>, _amount: u64) -> Result<()> {
    err!(PerpsError::ZeroAmount)
}

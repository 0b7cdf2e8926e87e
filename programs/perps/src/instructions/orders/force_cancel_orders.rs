use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::SubAccount;

/// Remaining accounts: those that the Initial margin of the account needs.
#[event_cpi]
#[derive(Accounts)]
pub struct ForceCancelOrders<'info> {
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Takes off the orders that could add risk to an account below its initial margin; anyone may, nobody is paid.
pub fn force_cancel_orders<'info>(_ctx: Context<'info, ForceCancelOrders<'info>>) -> Result<()> {
    err!(PerpsError::MeetsInitialMargin)
}

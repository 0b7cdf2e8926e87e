use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::UserAccount;

#[event_cpi]
#[derive(Accounts)]
pub struct UpdateUserAccount<'info> {
    pub authority: Signer<'info>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub user_account: AccountLoader<'info, UserAccount>,
    /// Who referred this user: named once, never changed.
    pub referrer: Option<AccountLoader<'info, UserAccount>>,
}

pub fn update_user_account(_ctx: Context<UpdateUserAccount>, _name: [u8; 32]) -> Result<()> {
    err!(PerpsError::UserName)
}

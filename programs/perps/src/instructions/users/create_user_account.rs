use anchor_lang::prelude::*;

use crate::constants::{ACCOUNT_VERSION, USER_ACCOUNT_SEED};
use crate::events::UserAccountCreated;
use crate::state::UserAccount;

#[event_cpi]
#[derive(Accounts)]
pub struct CreateUserAccount<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(
        init, payer = authority, space = 8 + size_of::<UserAccount>(),
        seeds = [USER_ACCOUNT_SEED, authority.key().as_ref()], bump
    )]
    pub user_account: AccountLoader<'info, UserAccount>,
    pub system_program: Program<'info, System>,
}

pub fn create_user_account(ctx: Context<CreateUserAccount>) -> Result<()> {
    let authority = ctx.accounts.authority.key();
    let user = &mut ctx.accounts.user_account.load_init()?;
    user.version = ACCOUNT_VERSION;
    user.bump = ctx.bumps.user_account;
    user.authority = authority;
    emit_cpi!(UserAccountCreated {
        user_account: ctx.accounts.user_account.key(),
        authority,
        at: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

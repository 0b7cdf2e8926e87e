use anchor_lang::prelude::*;

use crate::arithmetic::Checked;
use crate::constants::{ACCOUNT_VERSION, QUOTE_VAULT_INDEX, SUB_ACCOUNT_SEED};
use crate::errors::PerpsError;
use crate::events::SubAccountCreated;
use crate::state::{SubAccount, UserAccount};

#[event_cpi]
#[derive(Accounts)]
#[instruction(id: u16)]
pub struct CreateSubAccount<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub user_account: AccountLoader<'info, UserAccount>,
    #[account(
        init, payer = authority, space = 8 + size_of::<SubAccount>(),
        seeds = [SUB_ACCOUNT_SEED, authority.key().as_ref(), &id.to_le_bytes()], bump
    )]
    pub sub_account: AccountLoader<'info, SubAccount>,
    pub system_program: Program<'info, System>,
}

/// Ids rise and are never reused: a closed account's history stays its own.
pub fn create_sub_account(ctx: Context<CreateSubAccount>, id: u16) -> Result<()> {
    let authority = ctx.accounts.authority.key();
    let user = &mut ctx.accounts.user_account.load_mut()?;
    require!(id == user.next_sub_account_id, PerpsError::SubAccountId);
    user.next_sub_account_id = id.plus(1)?;
    user.open_sub_accounts = user.open_sub_accounts.plus(1)?;

    let sub = &mut ctx.accounts.sub_account.load_init()?;
    sub.version = ACCOUNT_VERSION;
    sub.bump = ctx.bumps.sub_account;
    sub.id = id;
    sub.authority = authority;
    sub.next_order_id = 1;
    sub.collaterals[0].vault_index = QUOTE_VAULT_INDEX;
    sub.collaterals[0].in_use = 1;
    emit_cpi!(SubAccountCreated {
        sub_account: ctx.accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        authority,
        id,
        at: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

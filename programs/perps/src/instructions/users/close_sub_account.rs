use anchor_lang::prelude::*;

use crate::arithmetic::Checked;
use crate::errors::PerpsError;
use crate::events::SubAccountClosed;
use crate::state::{SubAccount, UserAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct CloseSubAccount<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub user_account: AccountLoader<'info, UserAccount>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner, close = authority)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Returns the rent of an account that holds nothing; its volume as maker stays with the owner.
pub fn close_sub_account(ctx: Context<CloseSubAccount>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let user = &mut ctx.accounts.user_account.load_mut()?;
    user.open_sub_accounts = user.open_sub_accounts.minus(1)?;
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    require!(sub.is_empty(), PerpsError::SubAccountNotEmpty);
    user.add_volume(sub.maker_volume, now)?;
    emit_cpi!(SubAccountClosed {
        sub_account: ctx.accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        authority: sub.authority,
        id: sub.id,
        at: now,
    });
    Ok(())
}

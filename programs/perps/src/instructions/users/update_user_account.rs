use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::events::UserAccountUpdated;
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

/// Sets the name, and the referrer when one is passed.
pub fn update_user_account(ctx: Context<UpdateUserAccount>, name: [u8; 32]) -> Result<()> {
    require!(is_name(&name), PerpsError::UserName);
    let accounts = &ctx.accounts;
    let user = &mut accounts.user_account.load_mut()?;
    user.name = name;
    if let Some(referrer) = &accounts.referrer {
        let is_first = user.referrer == Pubkey::default();
        require!(is_first && referrer.key() != accounts.user_account.key(), PerpsError::Referrer);
        user.referrer = referrer.key();
    }
    emit_cpi!(UserAccountUpdated {
        user_account: accounts.user_account.key(),
        authority: user.authority,
        name,
        referrer: user.referrer,
        at: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

/// UTF-8 without control characters, padded with zeros.
fn is_name(bytes: &[u8; 32]) -> bool {
    let length = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    core::str::from_utf8(&bytes[..length]).is_ok_and(|text| !text.chars().any(char::is_control))
}

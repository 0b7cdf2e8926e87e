use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{SubAccount, TokenVault, UserAccount};

/// Remaining accounts (writable): user accounts that this one referred.
#[event_cpi]
#[derive(Accounts)]
pub struct CollectReferralRewards<'info> {
    pub authority: Signer<'info>,
    #[account(has_one = authority @ PerpsError::NotOwner)]
    pub user_account: AccountLoader<'info, UserAccount>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    /// Keeps the interest when the sub-account owes quote.
    #[account(mut)]
    pub quote_vault: AccountLoader<'info, TokenVault>,
}

pub fn collect_referral_rewards<'info>(_ctx: Context<'info, CollectReferralRewards<'info>>) -> Result<()> {
    err!(PerpsError::NothingToCollect)
}

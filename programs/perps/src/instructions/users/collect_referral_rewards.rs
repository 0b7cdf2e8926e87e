use anchor_lang::prelude::*;

use crate::arithmetic::Checked;
use crate::cash::{charge_interest, credit_quote};
use crate::constants::QUOTE_VAULT_INDEX;
use crate::errors::PerpsError;
use crate::events::ReferralRewardsCollected;
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

/// Pays a referrer what takers it referred have put aside for it.
pub fn collect_referral_rewards<'info>(ctx: Context<'info, CollectReferralRewards<'info>>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    let referrer = accounts.user_account.key();
    let mut amount = 0u64;
    for info in ctx.remaining_accounts {
        let loader = AccountLoader::<UserAccount>::try_from(info)?;
        let referred = &mut loader.load_mut()?;
        require_keys_eq!(referred.referrer, referrer, PerpsError::WrongAccount);
        amount = amount.plus(std::mem::take(&mut referred.referral_owed))?;
    }
    require!(amount > 0, PerpsError::NothingToCollect);

    let vault = &mut accounts.quote_vault.load_mut()?;
    require!(vault.index == QUOTE_VAULT_INDEX, PerpsError::WrongAccount);
    let sub = &mut accounts.sub_account.load_mut()?;
    let interest = charge_interest(sub, now)?;
    vault.pool_interest = vault.pool_interest.plus(interest)?;
    vault.next_sequence()?;
    credit_quote(sub, amount)?;
    emit_cpi!(ReferralRewardsCollected {
        user_account: referrer,
        sub_account: accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        token_vault: accounts.quote_vault.key(),
        token_vault_sequence: vault.sequence,
        amount,
        interest,
        quote_balance: sub.quote_balance(),
        at: now,
    });
    Ok(())
}

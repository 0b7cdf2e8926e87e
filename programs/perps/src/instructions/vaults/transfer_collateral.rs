use anchor_lang::prelude::*;

use crate::cash::{credit_collateral, debit_collateral};
use crate::errors::PerpsError;
use crate::events::CollateralTransferred;
use crate::margin::MarginAccounts;
use crate::state::{SubAccount, TokenVault};

/// Remaining accounts: those that the Initial margin of `from` needs.
#[event_cpi]
#[derive(Accounts)]
pub struct TransferCollateral<'info> {
    pub authority: Signer<'info>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub from: AccountLoader<'info, SubAccount>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner, constraint = to.key() != from.key() @ PerpsError::SameSubAccount)]
    pub to: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub token_vault: AccountLoader<'info, TokenVault>,
}

/// Moves collateral between two sub-accounts of one owner; the tokens stay in the vault.
pub fn transfer_collateral<'info>(ctx: Context<'info, TransferCollateral<'info>>, amount: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    require!(amount > 0, PerpsError::ZeroAmount);
    let vault = &mut accounts.token_vault.load_mut()?;
    let from = &mut accounts.from.load_mut()?;
    let to = &mut accounts.to.load_mut()?;

    debit_collateral(from, vault, amount, now)?;
    let interest = credit_collateral(to, vault, amount, now)?;
    vault.next_sequence()?;
    MarginAccounts::load(ctx.remaining_accounts, &accounts.token_vault.key())?
        .with_vault(vault)
        .require_initial(from, now)?;
    emit_cpi!(CollateralTransferred {
        from: accounts.from.key(),
        from_sequence: from.next_sequence()?,
        to: accounts.to.key(),
        to_sequence: to.next_sequence()?,
        token_vault: accounts.token_vault.key(),
        token_vault_sequence: vault.sequence,
        mint: vault.mint,
        amount,
        interest,
        from_balance: from.balance(vault.index),
        to_balance: to.balance(vault.index),
        at: now,
    });
    Ok(())
}

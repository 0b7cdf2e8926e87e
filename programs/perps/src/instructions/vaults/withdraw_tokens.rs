use anchor_lang::prelude::*;
use anchor_spl::token::{self, Token, TokenAccount, Transfer};

use super::withdraw_level::take_from_vault;
use crate::cash::debit_collateral;
use crate::constants::TOKEN_VAULT_SEED;
use crate::errors::PerpsError;
use crate::events::CollateralWithdrawn;
use crate::margin::MarginAccounts;
use crate::state::{pause, Exchange, SubAccount, TokenVault, UserAccount};

/// Remaining accounts: every market the sub-account has a position or order in, and every token vault it holds
/// (this one excepted).
#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawTokens<'info> {
    pub authority: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    /// Remembers the owner's small withdrawals of the day.
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub user_account: AccountLoader<'info, UserAccount>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub token_vault: AccountLoader<'info, TokenVault>,
    #[account(mut, address = token_vault.load()?.token_account @ PerpsError::WrongAccount)]
    pub vault_tokens: Account<'info, TokenAccount>,
    #[account(mut, constraint = user_tokens.mint == token_vault.load()?.mint @ PerpsError::WrongMint)]
    pub user_tokens: Account<'info, TokenAccount>,
    pub token_program: Program<'info, Token>,
}

pub fn withdraw_tokens<'info>(ctx: Context<'info, WithdrawTokens<'info>>, amount: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let event = debit_withdrawal(
        &accounts.exchange,
        &accounts.user_account,
        &accounts.sub_account,
        &accounts.token_vault,
        ctx.remaining_accounts,
        amount,
    )?;
    transfer_from_vault(
        &accounts.token_vault,
        &accounts.vault_tokens,
        accounts.user_tokens.to_account_info(),
        &accounts.token_program,
        amount,
    )?;
    emit_cpi!(event);
    Ok(())
}

/// The ledger's side of a withdrawal: what is left must meet Initial margin, and the vault its withdraw level.
pub fn debit_withdrawal<'info>(
    exchange: &AccountLoader<Exchange>,
    user_account: &AccountLoader<UserAccount>,
    sub_account: &AccountLoader<SubAccount>,
    token_vault: &AccountLoader<TokenVault>,
    remaining: &'info [AccountInfo<'info>],
    amount: u64,
) -> Result<CollateralWithdrawn> {
    let now = Clock::get()?.unix_timestamp;
    require!(amount > 0, PerpsError::ZeroAmount);
    require!(!exchange.load()?.is_paused(pause::WITHDRAWALS, now), PerpsError::WithdrawalsPaused);

    let vault = &mut token_vault.load_mut()?;
    let sub = &mut sub_account.load_mut()?;
    debit_collateral(sub, vault, amount, now)?;
    take_from_vault(vault, &mut *user_account.load_mut()?, amount, now)?;
    vault.next_sequence()?;

    MarginAccounts::load(remaining, &token_vault.key())?.with_vault(vault).require_initial(sub, now)?;
    Ok(CollateralWithdrawn {
        sub_account: sub_account.key(),
        sequence: sub.next_sequence()?,
        token_vault: token_vault.key(),
        token_vault_sequence: vault.sequence,
        mint: vault.mint,
        amount,
        balance_after: sub.balance(vault.index),
        vault_total_after: vault.ledger_total,
        at: now,
    })
}

pub fn transfer_from_vault<'info>(
    token_vault: &AccountLoader<'info, TokenVault>,
    vault_tokens: &Account<'info, TokenAccount>,
    to: AccountInfo<'info>,
    token_program: &Program<'info, Token>,
    amount: u64,
) -> Result<()> {
    let (mint, bump) = {
        let vault = token_vault.load()?;
        (vault.mint, vault.bump)
    };
    let seeds: &[&[u8]] = &[TOKEN_VAULT_SEED, mint.as_ref(), &[bump]];
    let transfer = Transfer { from: vault_tokens.to_account_info(), to, authority: token_vault.to_account_info() };
    token::transfer(CpiContext::new_with_signer(token_program.key(), transfer, &[seeds]), amount)
}

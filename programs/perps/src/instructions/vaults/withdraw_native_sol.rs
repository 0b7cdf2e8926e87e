use anchor_lang::prelude::*;
use anchor_spl::token::spl_token::native_mint;
use anchor_spl::token::{self, CloseAccount, Mint, Token, TokenAccount};

use super::withdraw_tokens::{debit_withdrawal, transfer_from_vault};
use crate::constants::{TOKEN_VAULT_SEED, UNWRAP_SEED};
use crate::errors::PerpsError;
use crate::state::{Exchange, SubAccount, TokenVault, UserAccount};

/// Remaining accounts as in `WithdrawTokens`.
#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawNativeSol<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    /// Remembers the owner's small withdrawals of the day.
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub user_account: AccountLoader<'info, UserAccount>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut, constraint = token_vault.load()?.mint == native_mint::ID @ PerpsError::WrongMint)]
    pub token_vault: AccountLoader<'info, TokenVault>,
    #[account(mut, address = token_vault.load()?.token_account @ PerpsError::WrongAccount)]
    pub vault_tokens: Account<'info, TokenAccount>,
    /// Lives only inside this instruction. Someone may have sent lamports to its address before: Anchor's init then
    /// tops up, allocates and assigns instead of creating, so nobody can block a withdrawal.
    #[account(
        init, payer = authority, token::mint = native_mint, token::authority = token_vault,
        seeds = [UNWRAP_SEED, sub_account.key().as_ref()], bump
    )]
    pub unwrapped: Account<'info, TokenAccount>,
    #[account(address = native_mint::ID @ PerpsError::WrongMint)]
    pub native_mint: Account<'info, Mint>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

pub fn withdraw_native_sol<'info>(ctx: Context<'info, WithdrawNativeSol<'info>>, lamports: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let event = debit_withdrawal(
        &accounts.exchange,
        &accounts.user_account,
        &accounts.sub_account,
        &accounts.token_vault,
        ctx.remaining_accounts,
        lamports,
    )?;
    transfer_from_vault(
        &accounts.token_vault,
        &accounts.vault_tokens,
        accounts.unwrapped.to_account_info(),
        &accounts.token_program,
        lamports,
    )?;
    // Closing pays out the wrapped lamports and the rent together.
    let bump = accounts.token_vault.load()?.bump;
    let seeds: &[&[u8]] = &[TOKEN_VAULT_SEED, native_mint::ID.as_ref(), &[bump]];
    let close = CloseAccount {
        account: accounts.unwrapped.to_account_info(),
        destination: accounts.authority.to_account_info(),
        authority: accounts.token_vault.to_account_info(),
    };
    token::close_account(CpiContext::new_with_signer(accounts.token_program.key(), close, &[seeds]))?;
    emit_cpi!(event);
    Ok(())
}

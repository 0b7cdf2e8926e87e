use anchor_lang::prelude::*;
use anchor_lang::system_program;
use anchor_spl::token::spl_token::native_mint;
use anchor_spl::token::{self, SyncNative, Token, TokenAccount};

use super::deposit_tokens::credit_deposit;
use crate::errors::PerpsError;
use crate::state::{SubAccount, TokenVault};

#[event_cpi]
#[derive(Accounts)]
pub struct DepositNativeSol<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut, constraint = token_vault.load()?.mint == native_mint::ID @ PerpsError::WrongMint)]
    pub token_vault: AccountLoader<'info, TokenVault>,
    #[account(mut, address = token_vault.load()?.token_account @ PerpsError::WrongAccount)]
    pub vault_tokens: Account<'info, TokenAccount>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

/// Lamports straight from the wallet into the wSOL vault: no token account of the user's is needed.
pub fn deposit_native_sol(ctx: Context<DepositNativeSol>, lamports: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let transfer = system_program::Transfer {
        from: accounts.authority.to_account_info(),
        to: accounts.vault_tokens.to_account_info(),
    };
    system_program::transfer(CpiContext::new(accounts.system_program.key(), transfer), lamports)?;
    let sync = SyncNative { account: accounts.vault_tokens.to_account_info() };
    token::sync_native(CpiContext::new(accounts.token_program.key(), sync))?;
    let event = credit_deposit(&accounts.sub_account, &accounts.token_vault, lamports)?;
    emit_cpi!(event);
    Ok(())
}

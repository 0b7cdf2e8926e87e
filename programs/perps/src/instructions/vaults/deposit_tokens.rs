use anchor_lang::prelude::*;
use anchor_spl::token::{self, Token, TokenAccount, Transfer};

use crate::arithmetic::Checked;
use crate::cash::credit_collateral;
use crate::errors::PerpsError;
use crate::events::CollateralDeposited;
use crate::state::{SubAccount, TokenVault};

#[event_cpi]
#[derive(Accounts)]
pub struct DepositTokens<'info> {
    pub authority: Signer<'info>,
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

pub fn deposit_tokens(ctx: Context<DepositTokens>, amount: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let transfer = Transfer {
        from: accounts.user_tokens.to_account_info(),
        to: accounts.vault_tokens.to_account_info(),
        authority: accounts.authority.to_account_info(),
    };
    token::transfer(CpiContext::new(accounts.token_program.key(), transfer), amount)?;
    let event = credit_deposit(&accounts.sub_account, &accounts.token_vault, amount)?;
    emit_cpi!(event);
    Ok(())
}

/// The ledger's side of a deposit whose tokens have arrived in the vault.
pub fn credit_deposit(
    sub_account: &AccountLoader<SubAccount>,
    token_vault: &AccountLoader<TokenVault>,
    amount: u64,
) -> Result<CollateralDeposited> {
    require!(amount > 0, PerpsError::ZeroAmount);
    let vault = &mut token_vault.load_mut()?;
    let now = Clock::get()?.unix_timestamp;
    vault.update_mean(now)?;
    vault.ledger_total = vault.ledger_total.plus(amount)?;
    require!(vault.ledger_total <= vault.params.deposit_cap, PerpsError::DepositCap);
    vault.next_sequence()?;

    let sub = &mut sub_account.load_mut()?;
    let interest = credit_collateral(sub, vault, amount, now)?;
    Ok(CollateralDeposited {
        sub_account: sub_account.key(),
        sequence: sub.next_sequence()?,
        token_vault: token_vault.key(),
        token_vault_sequence: vault.sequence,
        mint: vault.mint,
        amount,
        interest,
        balance_after: sub.balance(vault.index),
        vault_total_after: vault.ledger_total,
        at: now,
    })
}

use anchor_lang::prelude::*;
use anchor_spl::token::{self, Token, TokenAccount};
use anchor_spl::token_interface::Mint;

use crate::admin_guard::refuse_durable_nonce;
use crate::arithmetic::Checked;
use crate::constants::{ACCOUNT_VERSION, QUOTE_VAULT_INDEX, TOKEN_VAULT_SEED, VAULT_TOKENS_SEED};
use crate::errors::PerpsError;
use crate::events::TokenVaultInitialized;
use crate::parameter_rules::require_sound_vault;
use crate::state::{Exchange, TokenVault, TokenVaultParams};

const MAX_DECIMALS: u8 = 12;

#[event_cpi]
#[derive(Accounts)]
pub struct InitializeTokenVault<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(constraint = mint.decimals <= MAX_DECIMALS @ PerpsError::InvalidParameter)]
    pub mint: InterfaceAccount<'info, Mint>,
    #[account(
        init, payer = admin, space = space_for(&mint)?,
        seeds = [TOKEN_VAULT_SEED, mint.key().as_ref()], bump
    )]
    pub token_vault: AccountLoader<'info, TokenVault>,
    #[account(
        init, payer = admin, token::mint = mint, token::authority = token_vault,
        seeds = [VAULT_TOKENS_SEED, mint.key().as_ref()], bump
    )]
    pub vault_tokens: Account<'info, TokenAccount>,
    pub token_program: Program<'info, Token>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

/// Bytes of the vault. Asked before anything is created, so that a Token-2022 mint is refused with its own sentence.
fn space_for(mint: &InterfaceAccount<Mint>) -> Result<usize> {
    require_keys_eq!(*mint.to_account_info().owner, token::ID, PerpsError::Token2022Mint);
    Ok(8 + size_of::<TokenVault>())
}

/// Collateral besides the quote token stays closed until an announced change opens it.
pub fn initialize_token_vault(ctx: Context<InitializeTokenVault>, index: u16, params: TokenVaultParams) -> Result<()> {
    refuse_durable_nonce(&ctx.accounts.instructions)?;
    let exchange = &mut ctx.accounts.exchange.load_mut()?;
    require!(exchange.is_admin(&ctx.accounts.admin.key()), PerpsError::Unauthorized);
    require!(index == exchange.token_vault_count, PerpsError::NextIndex);
    let mint = ctx.accounts.mint.key();
    require!((index == QUOTE_VAULT_INDEX) == (mint == exchange.quote_mint), PerpsError::QuoteVaultFirst);
    require_sound_vault(index, &params)?;
    let is_closed = params.deposit_cap == 0 && params.maintenance_weight_bps == 0;
    require!(index == QUOTE_VAULT_INDEX || is_closed, PerpsError::CollateralNotClosed);
    exchange.token_vault_count = exchange.token_vault_count.plus(1)?;

    let vault = &mut ctx.accounts.token_vault.load_init()?;
    vault.version = ACCOUNT_VERSION;
    vault.bump = ctx.bumps.token_vault;
    vault.index = index;
    vault.decimals = ctx.accounts.mint.decimals;
    vault.mint = mint;
    vault.token_account = ctx.accounts.vault_tokens.key();
    vault.params = params;
    vault.sequence = 1;

    emit_cpi!(TokenVaultInitialized {
        token_vault: ctx.accounts.token_vault.key(),
        sequence: vault.sequence,
        index,
        mint,
        decimals: vault.decimals,
        params,
        at: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

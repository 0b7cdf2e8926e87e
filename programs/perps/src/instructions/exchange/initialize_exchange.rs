use anchor_lang::prelude::*;
use anchor_spl::token::Mint;

use crate::admin_guard::refuse_durable_nonce;
use crate::constants::{ACCOUNT_VERSION, EXCHANGE_SEED, INSURANCE_SEED, POOL_SEED, QUOTE_DECIMALS};
use crate::errors::PerpsError;
use crate::events::ExchangeInitialized;
use crate::parameter_rules::require_sound_exchange;
use crate::program::Perps;
use crate::state::{Exchange, ExchangeParams, Insurance, Pool, FIRST_FEE_TIER};

#[event_cpi]
#[derive(Accounts)]
pub struct InitializeExchange<'info> {
    #[account(mut)]
    pub upgrade_authority: Signer<'info>,
    #[account(init, payer = upgrade_authority, space = 8 + size_of::<Exchange>(), seeds = [EXCHANGE_SEED], bump)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(init, payer = upgrade_authority, space = 8 + size_of::<Pool>(), seeds = [POOL_SEED], bump)]
    pub pool: AccountLoader<'info, Pool>,
    #[account(init, payer = upgrade_authority, space = 8 + size_of::<Insurance>(), seeds = [INSURANCE_SEED], bump)]
    pub insurance: AccountLoader<'info, Insurance>,
    #[account(constraint = quote_mint.decimals == QUOTE_DECIMALS @ PerpsError::WrongMint)]
    pub quote_mint: Account<'info, Mint>,
    #[account(constraint = perps.programdata_address()? == Some(program_data.key()) @ PerpsError::WrongAccount)]
    pub perps: Program<'info, Perps>,
    /// Whoever could replace the program may start it, nobody else: otherwise the first caller would be the admin.
    #[account(constraint = program_data.upgrade_authority_address == Some(upgrade_authority.key()) @ PerpsError::NotUpgradeAuthority)]
    pub program_data: Account<'info, ProgramData>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn initialize_exchange(ctx: Context<InitializeExchange>, params: ExchangeParams) -> Result<()> {
    refuse_durable_nonce(&ctx.accounts.instructions)?;
    let quote_mint = ctx.accounts.quote_mint.key();
    require_sound_exchange(&params, &[FIRST_FEE_TIER], &quote_mint)?;
    let exchange = &mut ctx.accounts.exchange.load_init()?;
    exchange.version = ACCOUNT_VERSION;
    exchange.bump = ctx.bumps.exchange;
    exchange.quote_mint = quote_mint;
    exchange.params = params;
    exchange.set_fee_tiers(&[FIRST_FEE_TIER]);
    exchange.sequence = 1;

    let pool = &mut ctx.accounts.pool.load_init()?;
    pool.version = ACCOUNT_VERSION;
    pool.bump = ctx.bumps.pool;

    let insurance = &mut ctx.accounts.insurance.load_init()?;
    insurance.version = ACCOUNT_VERSION;
    insurance.bump = ctx.bumps.insurance;

    emit_cpi!(ExchangeInitialized {
        sequence: exchange.sequence,
        quote_mint,
        params,
        at: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

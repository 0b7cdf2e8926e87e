use anchor_lang::prelude::*;
use anchor_spl::token::Mint;
use perps_math::margin::OPEN_ORDER_MARGIN;
use perps_math::{PPM, RATIO};

use crate::constants::{
    ACCOUNT_VERSION, EXCHANGE_SEED, INSURANCE_SEED, MAINNET_USDC, MINIMUM_REAL_TIMELOCK_S, POOL_SEED, QUOTE_DECIMALS,
};
use crate::errors::PerpsError;
use crate::events::ExchangeInitialized;
use crate::program::Perps;
use crate::state::{Exchange, ExchangeParams, Insurance, Pool};

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
    pub system_program: Program<'info, System>,
}

pub fn initialize_exchange(ctx: Context<InitializeExchange>, params: ExchangeParams) -> Result<()> {
    check_params(&params, &ctx.accounts.quote_mint.key())?;
    let exchange = &mut ctx.accounts.exchange.load_init()?;
    exchange.version = ACCOUNT_VERSION;
    exchange.bump = ctx.bumps.exchange;
    exchange.quote_mint = ctx.accounts.quote_mint.key();
    exchange.params = params;
    exchange.sequence = 1;

    let pool = &mut ctx.accounts.pool.load_init()?;
    pool.version = ACCOUNT_VERSION;
    pool.bump = ctx.bumps.pool;

    let insurance = &mut ctx.accounts.insurance.load_init()?;
    insurance.version = ACCOUNT_VERSION;
    insurance.bump = ctx.bumps.insurance;

    emit_cpi!(ExchangeInitialized {
        sequence: exchange.sequence,
        quote_mint: exchange.quote_mint,
        params,
        at: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

fn check_params(params: &ExchangeParams, quote_mint: &Pubkey) -> Result<()> {
    let named = [params.admin, params.risk_authority, params.pause_authority];
    require!(!named.contains(&Pubkey::default()), PerpsError::InvalidParameter);
    require!(
        params.pool_fee_share_bps.saturating_add(params.treasury_fee_share_bps) <= RATIO,
        PerpsError::InvalidParameter
    );
    require!(params.keeper_reward_flat <= OPEN_ORDER_MARGIN, PerpsError::InvalidParameter);
    require!(params.keeper_reward_ppm <= PPM / 1_000, PerpsError::InvalidParameter);
    require!(*quote_mint != MAINNET_USDC || params.timelock_s >= MINIMUM_REAL_TIMELOCK_S, PerpsError::TimelockTooShort);
    Ok(())
}

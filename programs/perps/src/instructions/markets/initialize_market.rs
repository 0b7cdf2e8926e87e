use anchor_lang::prelude::*;

use crate::admin_guard::refuse_durable_nonce;
use crate::arithmetic::Checked;
use crate::constants::{ACCOUNT_VERSION, MARKET_SEED, MAX_MARKETS};
use crate::errors::PerpsError;
use crate::events::MarketInitialized;
use crate::parameter_rules::require_sound_market;
use crate::state::{Exchange, Market, MarketParams, MarketStatus};

#[event_cpi]
#[derive(Accounts)]
#[instruction(index: u16)]
pub struct InitializeMarket<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        init, payer = admin, space = 8 + size_of::<Market>(),
        seeds = [MARKET_SEED, &index.to_le_bytes()], bump
    )]
    pub market: AccountLoader<'info, Market>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

/// A new market takes no orders that add risk until an announced change activates it.
pub fn initialize_market(
    ctx: Context<InitializeMarket>,
    index: u16,
    symbol: [u8; 16],
    params: MarketParams,
) -> Result<()> {
    refuse_durable_nonce(&ctx.accounts.instructions)?;
    let now = Clock::get()?.unix_timestamp;
    let exchange = &mut ctx.accounts.exchange.load_mut()?;
    require!(exchange.is_admin(&ctx.accounts.admin.key()), PerpsError::Unauthorized);
    require!(index == exchange.market_count, PerpsError::NextIndex);
    require!(index < MAX_MARKETS, PerpsError::InvalidParameter);
    require!(is_symbol(&symbol), PerpsError::InvalidParameter);
    require_sound_market(&params)?;
    exchange.market_count = exchange.market_count.plus(1)?;

    let market = &mut ctx.accounts.market.load_init()?;
    market.version = ACCOUNT_VERSION;
    market.bump = ctx.bumps.market;
    market.index = index;
    market.status = MarketStatus::ReduceOnly as u8;
    market.symbol = symbol;
    market.params = params;
    market.funding.updated_at = now;
    emit_cpi!(MarketInitialized {
        market: ctx.accounts.market.key(),
        sequence: market.next_sequence()?,
        index,
        symbol,
        params,
        at: now,
    });
    Ok(())
}

/// Capital letters, digits and '-', then zeros.
fn is_symbol(symbol: &[u8; 16]) -> bool {
    let length = symbol.iter().position(|c| *c == 0).unwrap_or(symbol.len());
    let (name, padding) = symbol.split_at(length);
    let allowed = |c: &u8| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == b'-';
    !name.is_empty() && name.iter().all(allowed) && padding.iter().all(|c| *c == 0)
}

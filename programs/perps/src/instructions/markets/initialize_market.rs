use anchor_lang::prelude::*;
use perps_math::PPM;
use perps_math::RATIO;

use crate::arithmetic::Checked;
use crate::constants::{ACCOUNT_VERSION, MARKET_SEED, MAX_FILL_DELAY_S};
use crate::errors::PerpsError;
use crate::events::MarketInitialized;
use crate::state::{Exchange, Market, MarketParams};

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

pub fn initialize_market(
    ctx: Context<InitializeMarket>,
    index: u16,
    symbol: [u8; 16],
    params: MarketParams,
) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let exchange = &mut ctx.accounts.exchange.load_mut()?;
    require!(exchange.is_admin(&ctx.accounts.admin.key()), PerpsError::Unauthorized);
    require!(index == exchange.market_count, PerpsError::NextIndex);
    require!(is_symbol(&symbol) && are_sound(&params), PerpsError::InvalidParameter);
    exchange.market_count = exchange.market_count.plus(1)?;

    let market = &mut ctx.accounts.market.load_init()?;
    market.version = ACCOUNT_VERSION;
    market.bump = ctx.bumps.market;
    market.index = index;
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

fn are_sound(p: &MarketParams) -> bool {
    let fees = u32::from(p.liquidation_fee_bps) + u32::from(p.insurance_fee_bps);
    let kept = u32::from(p.maintenance_margin_bps) + u32::from(p.liquidation_buffer_bps);
    p.feed_id != [0; 32]
        && p.step_size > 0
        && p.tick_size > 0
        && p.depth_k > 0
        && p.step_size <= p.depth_k
        && p.maintenance_margin_bps > 0
        && p.maintenance_margin_bps < p.initial_margin_bps
        && u32::from(p.initial_margin_bps) <= RATIO
        // A partial liquidation must leave the account better off, and fees must fit in what maintenance holds back.
        && fees < kept
        && fees <= u32::from(p.maintenance_margin_bps)
        && p.spread_ppm < PPM / 10
        && p.taker_fee_ppm < PPM / 10
        && p.maker_rebate_ppm <= p.taker_fee_ppm
        && p.max_conf_bps > 0
        && u32::from(p.max_conf_bps) < RATIO
        && u32::from(p.default_slippage_bps) < RATIO
        && matches!(p.funding_clamp_divisor, 10 | 20 | 33)
        && (1..=MAX_FILL_DELAY_S).contains(&p.fill_delay_s)
        && matches!(p.unit_exponent, 0 | 3 | 6)
}

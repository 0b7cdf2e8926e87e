use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Exchange, Market, TokenVault};

#[event_cpi]
#[derive(Accounts)]
pub struct TightenRisk<'info> {
    /// The risk key, or the cold one.
    pub authority: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub market: Option<AccountLoader<'info, Market>>,
    #[account(mut)]
    pub token_vault: Option<AccountLoader<'info, TokenVault>>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
}

/// What shall become stricter; `None` leaves a value alone. Nothing here can make an account liquidatable.
#[derive(Clone, Copy, Debug, Default, AnchorSerialize, AnchorDeserialize)]
pub struct TightenRiskArgs {
    /// Takes no new risk in the market.
    pub reduce_only: bool,
    /// Not above the present one (base 1e9).
    pub open_interest_cap: Option<u64>,
    /// Not below the present ones (ratio 1e4, ppm).
    pub initial_margin_bps: Option<u16>,
    pub spread_ppm: Option<u32>,
    /// Not above the present ones (native units, ratio 1e4).
    pub deposit_cap: Option<u64>,
    pub initial_weight_bps: Option<u32>,
}

pub fn tighten_risk(_ctx: Context<TightenRisk>, _args: TightenRiskArgs) -> Result<()> {
    err!(PerpsError::NotTighter)
}

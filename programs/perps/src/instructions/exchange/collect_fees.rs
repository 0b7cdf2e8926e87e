use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Exchange, Insurance, Market, Pool, SubAccount, TokenVault};

#[event_cpi]
#[derive(Accounts)]
pub struct CollectFees<'info> {
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    #[account(mut)]
    pub pool: AccountLoader<'info, Pool>,
    #[account(mut)]
    pub quote_vault: AccountLoader<'info, TokenVault>,
    /// A sub-account of the treasury.
    #[account(mut)]
    pub treasury_sub_account: AccountLoader<'info, SubAccount>,
}

/// Moves a market's fees and the interest of debtors to whom they belong; anyone may.
pub fn collect_fees(_ctx: Context<CollectFees>) -> Result<()> {
    err!(PerpsError::NothingToCollect)
}

use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Insurance, Market, SubAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct ResolveBankruptcy<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

/// Covers this market's share of the debt of an account that holds nothing any more; anyone may.
pub fn resolve_bankruptcy(_ctx: Context<ResolveBankruptcy>) -> Result<()> {
    err!(PerpsError::NotBankrupt)
}

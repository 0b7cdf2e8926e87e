use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Insurance, Market, SubAccount};

/// Remaining accounts: those that the margin of the liquidated account needs.
#[event_cpi]
#[derive(Accounts)]
pub struct Deleverage<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    /// Holds the opposite position in profit.
    #[account(mut, constraint = counterparty.key() != sub_account.key() @ PerpsError::SameSubAccount)]
    pub counterparty: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

/// Last resort: closes a position that the pool cannot take over against an opposite one, at its bankruptcy price.
pub fn deleverage<'info>(_ctx: Context<'info, Deleverage<'info>>) -> Result<()> {
    err!(PerpsError::PoolCanTakeOver)
}

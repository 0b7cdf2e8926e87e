use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{SubAccount, TokenVault};

/// Remaining accounts: those that the margin of both accounts needs.
#[event_cpi]
#[derive(Accounts)]
pub struct LiquidateCollateral<'info> {
    /// Owner or delegate of the buying sub-account.
    pub liquidator: Signer<'info>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut, constraint = liquidator_sub_account.key() != sub_account.key() @ PerpsError::SameSubAccount)]
    pub liquidator_sub_account: AccountLoader<'info, SubAccount>,
    /// Of the token that is bought.
    pub token_vault: AccountLoader<'info, TokenVault>,
    #[account(mut)]
    pub quote_vault: AccountLoader<'info, TokenVault>,
}

/// Buys up to `max_tokens` of a debtor's collateral at 1 % below the oracle, as far as it repays the debt.
pub fn liquidate_collateral<'info>(_ctx: Context<'info, LiquidateCollateral<'info>>, _max_tokens: u64) -> Result<()> {
    err!(PerpsError::DebtWithinCaps)
}

use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{SubAccount, TokenVault};

/// Remaining accounts: those that the Initial margin of `from` needs.
#[event_cpi]
#[derive(Accounts)]
pub struct TransferCollateral<'info> {
    pub authority: Signer<'info>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub from: AccountLoader<'info, SubAccount>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner, constraint = to.key() != from.key() @ PerpsError::SameSubAccount)]
    pub to: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub token_vault: AccountLoader<'info, TokenVault>,
}

/// Moves collateral between two sub-accounts of one owner; the tokens stay in the vault.
pub fn transfer_collateral<'info>(_ctx: Context<'info, TransferCollateral<'info>>, _amount: u64) -> Result<()> {
    err!(PerpsError::ZeroAmount)
}

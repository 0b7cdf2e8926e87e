use anchor_lang::prelude::*;

use crate::constants::{POOL_TICKET_SEED, QUOTE_VAULT_INDEX};
use crate::errors::PerpsError;
use crate::state::{Exchange, Pool, PoolTicket, SubAccount, TokenVault, UserAccount};

/// Remaining accounts: every market of the exchange.
#[event_cpi]
#[derive(Accounts)]
#[instruction(ticket_id: u64)]
pub struct RequestPoolExit<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub pool: AccountLoader<'info, Pool>,
    /// Holds the interest of debtors, which is the pool's.
    #[account(constraint = quote_vault.load()?.index == QUOTE_VAULT_INDEX @ PerpsError::WrongAccount)]
    pub quote_vault: AccountLoader<'info, TokenVault>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub user_account: AccountLoader<'info, UserAccount>,
    /// Will receive the quote.
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(
        init, payer = authority, space = 8 + size_of::<PoolTicket>(),
        seeds = [POOL_TICKET_SEED, authority.key().as_ref(), &ticket_id.to_le_bytes()], bump
    )]
    pub ticket: AccountLoader<'info, PoolTicket>,
    pub system_program: Program<'info, System>,
}

/// Sets shares aside; they are paid after the cooldown, at the lower of their value now and then.
pub fn request_pool_exit<'info>(
    _ctx: Context<'info, RequestPoolExit<'info>>,
    _ticket_id: u64,
    _shares: u64,
) -> Result<()> {
    err!(PerpsError::ZeroAmount)
}

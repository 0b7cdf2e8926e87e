use anchor_lang::prelude::*;

use crate::admin_guard::refuse_durable_nonce;
use crate::errors::PerpsError;
use crate::events::ChangeCanceled;
use crate::state::{Change, ChangeStatus, Exchange};

#[event_cpi]
#[derive(Accounts)]
pub struct CancelChange<'info> {
    /// Any role.
    pub authority: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub change: AccountLoader<'info, Change>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
}

/// Takes an announced change back; whoever sees an attack may stop it.
pub fn cancel_change(ctx: Context<CancelChange>) -> Result<()> {
    refuse_durable_nonce(&ctx.accounts.instructions)?;
    let authority = ctx.accounts.authority.key();
    let exchange = &mut ctx.accounts.exchange.load_mut()?;
    require!(exchange.may_pause(&authority), PerpsError::Unauthorized);
    let change = &mut ctx.accounts.change.load_mut()?;
    require!(change.is_proposed(), PerpsError::ChangeClosed);

    change.status = ChangeStatus::Canceled as u8;
    emit_cpi!(ChangeCanceled {
        sequence: exchange.next_sequence()?,
        change: ctx.accounts.change.key(),
        change_id: change.id,
        authority,
        at: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

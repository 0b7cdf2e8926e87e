use anchor_lang::prelude::*;

use crate::admin_guard::refuse_durable_nonce;
use crate::errors::PerpsError;
use crate::events::PauseChanged;
use crate::state::{pause, Exchange};

#[event_cpi]
#[derive(Accounts)]
pub struct ChangePause<'info> {
    pub authority: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
}

/// Adds bits at once; any role may.
pub fn set_pause(ctx: Context<ChangePause>, bits: u16) -> Result<()> {
    refuse_durable_nonce(&ctx.accounts.instructions)?;
    let now = Clock::get()?.unix_timestamp;
    let authority = ctx.accounts.authority.key();
    let exchange = &mut ctx.accounts.exchange.load_mut()?;
    require!(exchange.may_pause(&authority), PerpsError::Unauthorized);
    require!(bits != 0 && bits & !pause::ALL == 0, PerpsError::UnknownPauseBits);

    // Setting a bit again must neither prolong a pause beyond its limit nor put off the moment from which it can be
    // cleared.
    let added = bits & !exchange.pause_bits;
    if added & pause::WITHDRAWALS != 0 {
        exchange.withdrawals_paused_at = now;
    }
    if added & pause::POOL_EXITS != 0 {
        exchange.pool_exits_paused_at = now;
    }
    if added != 0 {
        exchange.paused_at = now;
    }
    exchange.pause_bits |= bits;
    emit_cpi!(PauseChanged {
        sequence: exchange.next_sequence()?,
        authority,
        pause_bits: exchange.pause_bits,
        at: now
    });
    Ok(())
}

/// Takes bits away; only the cold key, and not at once.
pub fn clear_pause(ctx: Context<ChangePause>, bits: u16) -> Result<()> {
    refuse_durable_nonce(&ctx.accounts.instructions)?;
    let now = Clock::get()?.unix_timestamp;
    let authority = ctx.accounts.authority.key();
    let exchange = &mut ctx.accounts.exchange.load_mut()?;
    require!(exchange.is_admin(&authority), PerpsError::Unauthorized);
    require!(bits != 0 && bits & !pause::ALL == 0, PerpsError::UnknownPauseBits);
    require!(now >= exchange.pause_clearable_at(), PerpsError::PauseDelay);

    exchange.pause_bits &= !bits;
    emit_cpi!(PauseChanged {
        sequence: exchange.next_sequence()?,
        authority,
        pause_bits: exchange.pause_bits,
        at: now
    });
    Ok(())
}

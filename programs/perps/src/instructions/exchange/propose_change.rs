use anchor_lang::prelude::*;

use crate::admin_guard::refuse_durable_nonce;
use crate::arithmetic::Checked;
use crate::constants::{ACCOUNT_VERSION, CHANGE_SEED};
use crate::errors::PerpsError;
use crate::events::ChangeProposed;
use crate::state::{Change, ChangeStatus, Exchange};

#[event_cpi]
#[derive(Accounts)]
pub struct ProposeChange<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        init, payer = admin, space = 8 + size_of::<Change>(),
        seeds = [CHANGE_SEED, &exchange.load()?.next_change_id.to_le_bytes()], bump
    )]
    pub change: AccountLoader<'info, Change>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

/// Announces a change by the hash of its payload; it may be executed once the timelock has passed.
pub fn propose_change(ctx: Context<ProposeChange>, payload_hash: [u8; 32]) -> Result<()> {
    refuse_durable_nonce(&ctx.accounts.instructions)?;
    let now = Clock::get()?.unix_timestamp;
    let proposer = ctx.accounts.admin.key();
    let exchange = &mut ctx.accounts.exchange.load_mut()?;
    require!(exchange.is_admin(&proposer), PerpsError::Unauthorized);

    let change = &mut ctx.accounts.change.load_init()?;
    change.version = ACCOUNT_VERSION;
    change.bump = ctx.bumps.change;
    change.status = ChangeStatus::Proposed as u8;
    change.id = exchange.next_change_id;
    change.payload_hash = payload_hash;
    change.proposer = proposer;
    change.proposed_at = now;
    change.eta = now.plus(i64::from(exchange.params.timelock_s))?;

    exchange.next_change_id = change.id.plus(1)?;
    emit_cpi!(ChangeProposed {
        sequence: exchange.next_sequence()?,
        change: ctx.accounts.change.key(),
        change_id: change.id,
        payload_hash,
        proposer,
        eta: change.eta,
        at: now,
    });
    Ok(())
}

use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::events::SubAccountUpdated;
use crate::state::SubAccount;

#[event_cpi]
#[derive(Accounts)]
pub struct UpdateSubAccount<'info> {
    pub authority: Signer<'info>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Names the key that may trade until `delegate_expires_at`; the default key takes it away.
pub fn update_sub_account(ctx: Context<UpdateSubAccount>, delegate: Pubkey, delegate_expires_at: i64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let removes = delegate == Pubkey::default();
    require!(removes || delegate_expires_at > now, PerpsError::DelegateExpiry);

    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    sub.delegate = delegate;
    sub.delegate_expires_at = if removes { 0 } else { delegate_expires_at };
    emit_cpi!(SubAccountUpdated {
        sub_account: ctx.accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        delegate: sub.delegate,
        delegate_expires_at: sub.delegate_expires_at,
        at: now,
    });
    Ok(())
}

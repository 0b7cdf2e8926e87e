use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::events::SubAccountUpdated;
use crate::state::{Exchange, SubAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct UpdateSubAccount<'info> {
    pub authority: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// The settings as they shall be.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct SubAccountSettings {
    /// May trade until `delegate_expires_at`; the default key takes the right away.
    pub delegate: Pubkey,
    pub delegate_expires_at: i64,
    /// What the delegate's orders may lose against the oracle in 24 hours, fees included (quote 1e6).
    pub delegate_budget: u64,
    /// The only market it may trade; changes only without positions and orders.
    pub isolated_market: Option<u16>,
}

pub fn update_sub_account(ctx: Context<UpdateSubAccount>, settings: SubAccountSettings) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let removes = settings.delegate == Pubkey::default();
    require!(removes || settings.delegate_expires_at > now, PerpsError::DelegateExpiry);

    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    let is_isolated = u8::from(settings.isolated_market.is_some());
    let isolated_market = settings.isolated_market.unwrap_or_default();
    if (sub.is_isolated, sub.isolated_market) != (is_isolated, isolated_market) {
        let market_count = ctx.accounts.exchange.load()?.market_count;
        require!(is_isolated == 0 || isolated_market < market_count, PerpsError::InvalidParameter);
        require!(sub.is_idle(), PerpsError::IsolatedLock);
        (sub.is_isolated, sub.isolated_market) = (is_isolated, isolated_market);
    }
    // What was spent comes back at the pace of the budget that was true until now.
    sub.restore_delegate_budget(now)?;
    sub.delegate_budget = settings.delegate_budget;
    sub.delegate = settings.delegate;
    sub.delegate_expires_at = if removes { 0 } else { settings.delegate_expires_at };
    emit_cpi!(SubAccountUpdated {
        sub_account: ctx.accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        delegate: sub.delegate,
        delegate_expires_at: sub.delegate_expires_at,
        delegate_budget: sub.delegate_budget,
        isolated_market: settings.isolated_market,
        at: now,
    });
    Ok(())
}

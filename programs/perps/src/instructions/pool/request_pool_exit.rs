use anchor_lang::prelude::*;

use super::valuation::value_pool;
use crate::arithmetic::Checked;
use crate::constants::{ACCOUNT_VERSION, POOL_TICKET_SEED, QUOTE_VAULT_INDEX};
use crate::errors::PerpsError;
use crate::events::PoolExitRequested;
use crate::state::{pause, Exchange, Pool, PoolTicket, PoolTicketKind, SubAccount, TokenVault, UserAccount};

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
    ctx: Context<'info, RequestPoolExit<'info>>,
    ticket_id: u64,
    shares: u64,
) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    let exchange = &accounts.exchange.load()?;
    require!(shares > 0, PerpsError::ZeroAmount);
    require!(!exchange.is_paused(pause::POOL_EXITS, now), PerpsError::PoolExitsPaused);

    let pool = &mut accounts.pool.load_mut()?;
    let user = &mut accounts.user_account.load_mut()?;
    let held = if user.pool_epoch == pool.epoch { user.pool_shares } else { 0 };
    require!(held >= shares, PerpsError::PoolShares);
    user.pool_shares = held.minus(shares)?;
    // A price of any time, as long as it is valid: the later value can only lower what is paid.
    let valuation = value_pool(pool, exchange, &*accounts.quote_vault.load()?, ctx.remaining_accounts, i64::MIN, now)?;
    pool.next_sequence()?;

    let sub = &mut accounts.sub_account.load_mut()?;
    sub.pool_tickets = sub.pool_tickets.plus(1)?;

    let ticket = &mut accounts.ticket.load_init()?;
    ticket.version = ACCOUNT_VERSION;
    ticket.bump = ctx.bumps.ticket;
    ticket.kind = PoolTicketKind::Exit as u8;
    ticket.id = ticket_id;
    ticket.owner = accounts.authority.key();
    ticket.sub_account = accounts.sub_account.key();
    ticket.amount = shares;
    ticket.requested_at = now;
    ticket.epoch = pool.epoch;
    ticket.nav_at_request = valuation.nav;
    ticket.shares_at_request = pool.shares;
    ticket.executable_at = now.plus(i64::from(exchange.params.pool_exit_cooldown_s))?;

    emit_cpi!(PoolExitRequested {
        sequence: pool.sequence,
        sub_account: accounts.sub_account.key(),
        sub_account_sequence: sub.next_sequence()?,
        ticket: accounts.ticket.key(),
        ticket_id,
        owner: ticket.owner,
        shares,
        net_asset_value: valuation.nav,
        total_shares: pool.shares,
        executable_at: ticket.executable_at,
        at: now,
    });
    Ok(())
}

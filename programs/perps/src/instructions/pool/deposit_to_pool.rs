use anchor_lang::prelude::*;

use super::valuation::value_pool;
use crate::arithmetic::Checked;
use crate::cash::debit_quote;
use crate::constants::{ACCOUNT_VERSION, POOL_TICKET_SEED, QUOTE_VAULT_INDEX};
use crate::errors::PerpsError;
use crate::events::PoolDepositRequested;
use crate::margin::MarginAccounts;
use crate::state::{pause, Exchange, Pool, PoolTicket, PoolTicketKind, SubAccount, TokenVault, UserAccount};

/// Remaining accounts: every market of the exchange, and every token vault the sub-account holds besides the quote's.
#[event_cpi]
#[derive(Accounts)]
#[instruction(ticket_id: u64)]
pub struct DepositToPool<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub pool: AccountLoader<'info, Pool>,
    /// Holds the interest of debtors, which is the pool's.
    #[account(constraint = quote_vault.load()?.index == QUOTE_VAULT_INDEX @ PerpsError::WrongAccount)]
    pub quote_vault: AccountLoader<'info, TokenVault>,
    /// Will hold the shares.
    #[account(has_one = authority @ PerpsError::NotOwner)]
    pub user_account: AccountLoader<'info, UserAccount>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(
        init, payer = authority, space = 8 + size_of::<PoolTicket>(),
        seeds = [POOL_TICKET_SEED, authority.key().as_ref(), &ticket_id.to_le_bytes()], bump
    )]
    pub ticket: AccountLoader<'info, PoolTicket>,
    pub system_program: Program<'info, System>,
}

/// Sets quote of the sub-account aside; shares are minted at prices nobody knows yet, at the higher of their value now and
/// then.
pub fn deposit_to_pool<'info>(ctx: Context<'info, DepositToPool<'info>>, ticket_id: u64, amount: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    require!(amount > 0, PerpsError::ZeroAmount);
    let exchange = &accounts.exchange.load()?;
    require!(!exchange.is_paused(pause::POOL_DEPOSITS, now), PerpsError::PoolDepositsPaused);

    let sub = &mut accounts.sub_account.load_mut()?;
    debit_quote(sub, amount, now)?;
    sub.pool_tickets = sub.pool_tickets.plus(1)?;
    MarginAccounts::load(ctx.remaining_accounts, &Pubkey::default())?.require_initial(sub, now)?;

    let pool = &mut accounts.pool.load_mut()?;
    // A price of any time, as long as it is valid: the later value can only raise what a share costs.
    let valuation = value_pool(pool, exchange, &*accounts.quote_vault.load()?, ctx.remaining_accounts, i64::MIN, now)?;
    pool.pending_deposits = pool.pending_deposits.plus(amount)?;
    pool.next_sequence()?;

    let ticket = &mut accounts.ticket.load_init()?;
    ticket.version = ACCOUNT_VERSION;
    ticket.bump = ctx.bumps.ticket;
    ticket.kind = PoolTicketKind::Deposit as u8;
    ticket.id = ticket_id;
    ticket.owner = accounts.authority.key();
    ticket.sub_account = accounts.sub_account.key();
    ticket.amount = amount;
    ticket.requested_at = now;
    ticket.epoch = pool.epoch;
    ticket.nav_at_request = valuation.nav;
    ticket.shares_at_request = pool.shares;

    emit_cpi!(PoolDepositRequested {
        sequence: pool.sequence,
        sub_account: accounts.sub_account.key(),
        sub_account_sequence: sub.next_sequence()?,
        ticket: accounts.ticket.key(),
        ticket_id,
        owner: ticket.owner,
        amount,
        net_asset_value: valuation.nav,
        total_shares: pool.shares,
        quote_balance: sub.quote_balance(),
        at: now,
    });
    Ok(())
}

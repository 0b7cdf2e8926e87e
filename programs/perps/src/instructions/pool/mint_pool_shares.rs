use anchor_lang::prelude::*;
use perps_math::shares;

use super::valuation::{value_pool, Valuation};
use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::cash::{charge_interest, credit_quote};
use crate::constants::{POOL_PRICE_DELAY_S, POOL_TICKET_LIFE_S, QUOTE_VAULT_INDEX};
use crate::errors::PerpsError;
use crate::events::PoolSharesMinted;
use crate::state::{pause, Exchange, Pool, PoolTicket, PoolTicketKind, SubAccount, TokenVault, UserAccount};

/// Remaining accounts: every market of the exchange.
#[event_cpi]
#[derive(Accounts)]
pub struct MintPoolShares<'info> {
    /// Anyone.
    pub keeper: Signer<'info>,
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
    /// Gets the quote back when the request has expired.
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Executes a deposit request at prices published after it, or returns it when it has expired.
pub fn mint_pool_shares<'info>(ctx: Context<'info, MintPoolShares<'info>>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    let ticket = *accounts.ticket.load()?;
    require!(ticket.kind == PoolTicketKind::Deposit as u8, PerpsError::PoolTicket);
    let pool = &mut accounts.pool.load_mut()?;
    let user = &mut accounts.user_account.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;

    sub.pool_tickets = sub.pool_tickets.minus(1)?;
    pool.pending_deposits = pool.pending_deposits.minus(ticket.amount)?;
    pool.next_sequence()?;
    let mut event = PoolSharesMinted {
        sequence: pool.sequence,
        ticket: accounts.ticket.key(),
        ticket_id: ticket.id,
        owner: ticket.owner,
        amount: 0,
        shares: 0,
        returned: 0,
        interest: 0,
        sub_account: ticket.sub_account,
        sub_account_sequence: 0,
        quote_balance: 0,
        total_shares: pool.shares,
        net_asset_value: 0,
        idle: pool.idle,
        epoch: pool.epoch,
        at: now,
    };
    if now >= ticket.requested_at.saturating_add(POOL_TICKET_LIFE_S) {
        event.interest = charge_interest(sub, now)?;
        pool.idle = pool.idle.plus(event.interest)?;
        event.idle = pool.idle;
        credit_quote(sub, ticket.amount)?;
        event.returned = ticket.amount;
        event.sub_account_sequence = sub.next_sequence()?;
        event.quote_balance = sub.quote_balance();
    } else {
        let exchange = accounts.exchange.load()?;
        require!(!exchange.is_paused(pause::POOL_DEPOSITS, now), PerpsError::PoolDepositsPaused);
        let priced_from = ticket.requested_at.plus(POOL_PRICE_DELAY_S)?;
        let quote_vault = &*accounts.quote_vault.load()?;
        let Valuation { nav, is_final, .. } =
            value_pool(pool, &exchange, quote_vault, ctx.remaining_accounts, priced_from, now)?;
        // Nothing is left and no price can bring it back: the pool begins anew, and the old shares are worthless.
        if pool.shares != 0 && nav == 0 && is_final {
            pool.epoch = pool.epoch.plus(1)?;
            pool.shares = 0;
        }
        let minted = shares::mint_shares(ticket.amount, pool.shares, nav).or_refuse()?;
        if user.pool_epoch != pool.epoch {
            user.pool_epoch = pool.epoch;
            user.pool_shares = 0;
        }
        user.pool_shares = user.pool_shares.plus(minted.shares)?;
        pool.shares = pool.shares.plus(minted.shares)?.plus(minted.locked)?;
        pool.idle = pool.idle.plus(ticket.amount)?;
        event.amount = ticket.amount;
        event.shares = minted.shares;
        event.total_shares = pool.shares;
        event.net_asset_value = nav.plus(signed(ticket.amount)?)?.max(0).unsigned_abs();
        event.idle = pool.idle;
        event.epoch = pool.epoch;
    }
    emit_cpi!(event);
    Ok(())
}

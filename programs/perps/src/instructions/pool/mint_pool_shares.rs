use anchor_lang::prelude::*;
use perps_math::shares::{mint_shares, PoolValue};

use super::valuation::{value_pool, Valuation};
use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::cash::{charge_interest, credit_quote};
use crate::constants::{POOL_PRICE_DELAY_S, POOL_TICKET_LIFE_S, QUOTE_VAULT_INDEX, WORTHLESS_POOL};
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
    let ticket = &*accounts.ticket.load()?;
    require!(ticket.kind == PoolTicketKind::Deposit as u8, PerpsError::PoolTicket);
    let pool = &mut accounts.pool.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;

    sub.pool_tickets = sub.pool_tickets.minus(1)?;
    pool.pending_deposits = pool.pending_deposits.minus(ticket.amount)?;
    let has_expired = now >= ticket.requested_at.saturating_add(POOL_TICKET_LIFE_S);
    let outcome = if has_expired {
        give_back(ticket, pool, sub, now)?
    } else {
        mint(accounts, ctx.remaining_accounts, ticket, pool, now)?
    };
    pool.next_sequence()?;
    emit_cpi!(PoolSharesMinted {
        sequence: pool.sequence,
        ticket: accounts.ticket.key(),
        ticket_id: ticket.id,
        owner: ticket.owner,
        amount: outcome.amount,
        shares: outcome.shares,
        returned: outcome.returned,
        interest: outcome.interest,
        sub_account: ticket.sub_account,
        sub_account_sequence: sub.next_sequence()?,
        quote_balance: sub.quote_balance(),
        total_shares: pool.shares,
        net_asset_value: outcome.net_asset_value,
        idle: pool.idle,
        epoch: pool.epoch,
        at: now,
    });
    Ok(())
}

/// What became of the request (quote 1e6).
#[derive(Default)]
struct Outcome {
    amount: u64,
    shares: u64,
    returned: u64,
    interest: u64,
    net_asset_value: u64,
}

fn give_back(ticket: &PoolTicket, pool: &mut Pool, sub: &mut SubAccount, now: i64) -> Result<Outcome> {
    let interest = charge_interest(sub, now)?;
    pool.idle = pool.idle.plus(interest)?;
    credit_quote(sub, ticket.amount)?;
    Ok(Outcome { returned: ticket.amount, interest, ..Outcome::default() })
}

fn mint<'info>(
    accounts: &MintPoolShares<'info>,
    markets: &'info [AccountInfo<'info>],
    ticket: &PoolTicket,
    pool: &mut Pool,
    now: i64,
) -> Result<Outcome> {
    let exchange = &accounts.exchange.load()?;
    require!(!exchange.is_paused(pause::POOL_DEPOSITS, now), PerpsError::PoolDepositsPaused);
    let priced_from = ticket.requested_at.plus(POOL_PRICE_DELAY_S)?;
    let valuation = value_pool(pool, exchange, &*accounts.quote_vault.load()?, markets, priced_from, now)?;
    let Valuation { nav, is_final, has_deficit } = valuation;
    // Nothing but crumbs is left and no price can bring it back: the pool begins anew, and the old shares are worthless.
    // Not above a hole, which the new money would fill.
    if pool.shares != 0 && nav < WORTHLESS_POOL && is_final && !has_deficit {
        pool.epoch = pool.epoch.plus(1)?;
        pool.shares = 0;
    }
    let shares_at_request = if ticket.epoch == pool.epoch { ticket.shares_at_request } else { 0 };
    let at_request = PoolValue { shares: shares_at_request, nav: ticket.nav_at_request };
    let minted = mint_shares(ticket.amount, &at_request, &PoolValue { shares: pool.shares, nav }).or_refuse()?;
    let user = &mut accounts.user_account.load_mut()?;
    if user.pool_epoch != pool.epoch {
        user.pool_epoch = pool.epoch;
        user.pool_shares = 0;
    }
    user.pool_shares = user.pool_shares.plus(minted.shares)?;
    pool.shares = pool.shares.plus(minted.shares)?.plus(minted.locked)?;
    pool.idle = pool.idle.plus(ticket.amount)?;
    let net_asset_value = nav.plus(signed(ticket.amount)?)?.max(0).unsigned_abs();
    Ok(Outcome { amount: ticket.amount, shares: minted.shares, net_asset_value, ..Outcome::default() })
}

use anchor_lang::prelude::*;
use perps_math::shares::{redeem_shares, PoolValue};

use super::valuation::value_pool;
use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::cash::{charge_interest, credit_quote};
use crate::constants::{POOL_PRICE_DELAY_S, POOL_TICKET_LIFE_S, QUOTE_VAULT_INDEX};
use crate::errors::PerpsError;
use crate::events::PoolExited;
use crate::state::{pause, Exchange, Pool, PoolTicket, PoolTicketKind, SubAccount, TokenVault, UserAccount};

/// Remaining accounts: every market of the exchange.
#[event_cpi]
#[derive(Accounts)]
pub struct ExitPool<'info> {
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
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// Pays a request to leave whose cooldown has passed, from idle quote; returns the shares when it has expired. Anyone may.
pub fn exit_pool<'info>(ctx: Context<'info, ExitPool<'info>>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    let ticket = &*accounts.ticket.load()?;
    require!(ticket.kind == PoolTicketKind::Exit as u8, PerpsError::PoolTicket);
    require!(now >= ticket.executable_at, PerpsError::PoolCooldown);
    let pool = &mut accounts.pool.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;

    sub.pool_tickets = sub.pool_tickets.minus(1)?;
    let has_expired = now >= ticket.executable_at.saturating_add(POOL_TICKET_LIFE_S);
    let outcome = if ticket.epoch != pool.epoch {
        // Of a pool that has lost everything since.
        Outcome::default()
    } else if has_expired {
        give_back(ticket, &mut *accounts.user_account.load_mut()?)?
    } else {
        redeem(accounts, ctx.remaining_accounts, ticket, pool, sub, now)?
    };
    pool.next_sequence()?;
    emit_cpi!(PoolExited {
        sequence: pool.sequence,
        ticket: accounts.ticket.key(),
        ticket_id: ticket.id,
        owner: ticket.owner,
        shares: outcome.shares,
        amount: outcome.amount,
        returned_shares: outcome.returned_shares,
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
    shares: u64,
    amount: u64,
    returned_shares: u64,
    interest: u64,
    net_asset_value: i64,
}

fn give_back(ticket: &PoolTicket, user: &mut UserAccount) -> Result<Outcome> {
    user.pool_shares = user.pool_shares.plus(ticket.amount)?;
    Ok(Outcome { returned_shares: ticket.amount, ..Outcome::default() })
}

fn redeem<'info>(
    accounts: &ExitPool<'info>,
    markets: &'info [AccountInfo<'info>],
    ticket: &PoolTicket,
    pool: &mut Pool,
    sub: &mut SubAccount,
    now: i64,
) -> Result<Outcome> {
    let exchange = &accounts.exchange.load()?;
    require!(!exchange.is_paused(pause::POOL_EXITS, now), PerpsError::PoolExitsPaused);
    let priced_from = ticket.executable_at.plus(POOL_PRICE_DELAY_S)?;
    let valuation = value_pool(pool, exchange, &*accounts.quote_vault.load()?, markets, priced_from, now)?;
    require!(!valuation.has_deficit, PerpsError::PoolDeficit);

    let at_request = PoolValue { shares: ticket.shares_at_request, nav: ticket.nav_at_request };
    let at_present = PoolValue { shares: pool.shares, nav: valuation.nav };
    let amount = redeem_shares(ticket.amount, &at_request, &at_present).or_refuse()?;
    require!(pool.idle >= amount, PerpsError::PoolIdle);
    let interest = charge_interest(sub, now)?;
    pool.idle = pool.idle.minus(amount)?.plus(interest)?;
    pool.shares = pool.shares.minus(ticket.amount)?;
    credit_quote(sub, amount)?;
    let net_asset_value = valuation.nav.minus(signed(amount)?)?.plus(signed(interest)?)?;
    Ok(Outcome { shares: ticket.amount, amount, interest, net_asset_value, ..Outcome::default() })
}

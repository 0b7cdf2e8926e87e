use anchor_lang::prelude::*;
use perps_math::pool::{open_cap_base, OPEN_CAP};

use crate::admin_guard::refuse_durable_nonce;
use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::errors::PerpsError;
use crate::events::PoolAllocated;
use crate::price_rules::PriceUse;
use crate::state::{Exchange, Market, MarketLedger, Pool};

#[event_cpi]
#[derive(Accounts)]
pub struct AllocatePool<'info> {
    /// The cold key; the risk key, to take out only.
    pub authority: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub pool: AccountLoader<'info, Pool>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
}

/// Moves idle quote into a market (amount > 0), which gives it room for more risk and those who leave less to be paid from,
/// or back (amount < 0), as far as the market's caps hold without it.
pub fn allocate_pool(ctx: Context<AllocatePool>, amount: i64) -> Result<()> {
    refuse_durable_nonce(&ctx.accounts.instructions)?;
    let now = Clock::get()?.unix_timestamp;
    let authority = ctx.accounts.authority.key();
    require!(amount != 0, PerpsError::ZeroAmount);
    let exchange = &ctx.accounts.exchange.load()?;
    let may = if amount > 0 { exchange.is_admin(&authority) } else { exchange.may_manage_risk(&authority) };
    require!(may, PerpsError::Unauthorized);
    let pool = &mut ctx.accounts.pool.load_mut()?;
    let market = &mut ctx.accounts.market.load_mut()?;
    market.accrue_funding(now)?;
    realise_when_flat(&mut market.ledger)?;

    let moved = amount.unsigned_abs();
    if amount > 0 {
        require!(pool.idle >= moved, PerpsError::PoolIdle);
        // It would fill the hole that others must bear.
        require!(market.pool_equity(market.price.price)? >= 0, PerpsError::PoolAllocation);
        pool.idle = pool.idle.minus(moved)?;
        market.ledger.pool_allocation = market.ledger.pool_allocation.plus(moved)?;
    } else {
        require!(market.ledger.pool_allocation >= moved, PerpsError::PoolAllocation);
        market.ledger.pool_allocation = market.ledger.pool_allocation.minus(moved)?;
        pool.idle = pool.idle.plus(moved)?;
        require_cover(market, now)?;
    }
    pool.next_sequence()?;
    emit_cpi!(PoolAllocated {
        sequence: pool.sequence,
        market: ctx.accounts.market.key(),
        market_sequence: market.next_sequence()?,
        market_index: market.index,
        amount,
        allocation_after: market.ledger.pool_allocation,
        pool_quote_after: market.ledger.pool_quote,
        idle_after: pool.idle,
        at: now,
    });
    Ok(())
}

/// Without base the cash of past trades is profit or loss for good, and becomes part of the allocation.
fn realise_when_flat(ledger: &mut MarketLedger) -> Result<()> {
    let total = signed(ledger.pool_allocation)?.plus(ledger.pool_quote)?;
    if ledger.pool_base == 0 && total >= 0 {
        ledger.pool_allocation = total.unsigned_abs();
        ledger.pool_quote = 0;
    }
    Ok(())
}

/// What is left must carry the skew there is.
fn require_cover(market: &Market, now: i64) -> Result<()> {
    let price = market.price.price;
    let d = market.user_net_base().unsigned_abs();
    let equity = market.pool_equity(price)?;
    require!(equity >= 0, PerpsError::PoolAllocation);
    if d > 0 {
        PriceUse::Pool.require(&market.price, market.max_conf_bps(), now)?;
        require!(d <= open_cap_base(equity, price, OPEN_CAP).or_refuse()?, PerpsError::PoolAllocation);
    }
    Ok(())
}

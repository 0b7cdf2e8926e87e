use anchor_lang::prelude::*;

use crate::events::FundingAccrued;
use crate::state::Market;

#[event_cpi]
#[derive(Accounts)]
pub struct SettleFunding<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
}

/// Brings a market's funding up to now; anyone may.
pub fn settle_funding(ctx: Context<SettleFunding>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let market = &mut ctx.accounts.market.load_mut()?;
    let touch = market.accrue_funding(now)?;
    emit_cpi!(FundingAccrued {
        market: ctx.accounts.market.key(),
        sequence: market.next_sequence()?,
        market_index: market.index,
        index_long: market.funding.index_long,
        index_short: market.funding.index_short,
        rate_daily: market.funding.rate_daily,
        oracle_price: market.price.price,
        mark_price: market.mark_price()?,
        elapsed_s: touch.elapsed_s,
        forgiven_s: touch.forgiven_s,
        pot: market.ledger.funding_pot,
        at: now,
    });
    Ok(())
}

use anchor_lang::prelude::*;

use super::bankruptcy::{collect_insurance_fees, cover_debt};
use super::forced_close::cancel_orders;
use crate::arithmetic::Checked;
use crate::cash::charge_interest;
use crate::constants::DEAD_FEED_AGE_S;
use crate::errors::PerpsError;
use crate::events::BankruptcyResolved;
use crate::margin::MarginAccounts;
use crate::price_rules::{age, PriceUse};
use crate::state::{CancelReason, Insurance, Market, SubAccount};

/// Remaining accounts: the vaults of the tokens the sub-account holds.
#[event_cpi]
#[derive(Accounts)]
pub struct ResolveBankruptcy<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

/// Covers this market's share of the debt of an account that holds nothing any more; anyone may. Its orders go too.
pub fn resolve_bankruptcy<'info>(ctx: Context<'info, ResolveBankruptcy<'info>>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let market = &mut ctx.accounts.market.load_mut()?;
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    let insurance = &mut ctx.accounts.insurance.load_mut()?;
    let risk = MarginAccounts::load(ctx.remaining_accounts, &ctx.accounts.market.key())?;
    require!(risk.is_bankrupt(sub, now)?, PerpsError::NotBankrupt);
    let slot = sub.position_slot(market.index).filter(|slot| sub.positions[*slot].debt_loss > 0);
    let slot = slot.ok_or(PerpsError::NoDebtInMarket)?;

    // What the pool can bear follows from the price: whoever calls must not wait for an old one. A dead feed has no other.
    if !market.is_settled() && age(&market.price, now) < DEAD_FEED_AGE_S {
        PriceUse::Margin.require(&market.price, market.max_conf_bps(), now)?;
    }

    let interest = charge_interest(sub, now)?;
    market.ledger.pool_allocation = market.ledger.pool_allocation.plus(interest)?;
    let canceled = cancel_orders(sub, None, CancelReason::Liquidation)?;
    collect_insurance_fees(market, insurance)?;
    let covered = cover_debt(sub, slot, market, insurance, &risk, now)?;
    insurance.next_sequence()?;
    emit_cpi!(BankruptcyResolved {
        sub_account: ctx.accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        quote_balance: sub.quote_balance(),
        interest,
        canceled,
        covered,
        market: market.record(ctx.accounts.market.key())?,
        insurance_balance: insurance.balance,
        insurance_sequence: insurance.sequence,
        at: now,
    });
    Ok(())
}

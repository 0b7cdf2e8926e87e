use anchor_lang::prelude::*;

use crate::arithmetic::Checked;
use crate::cash::debit_quote;
use crate::errors::PerpsError;
use crate::events::InsuranceRefilled;
use crate::margin::MarginAccounts;
use crate::settlement::repay_deficit;
use crate::state::{Insurance, Market, SubAccount};

/// Remaining accounts: those that the Initial margin of the sub-account needs.
#[event_cpi]
#[derive(Accounts)]
pub struct RefillInsurance<'info> {
    pub authority: Signer<'info>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    /// Whose deficit is repaid first.
    #[account(mut)]
    pub market: Option<AccountLoader<'info, Market>>,
}

/// Gives quote of a sub-account for good: to what a market named could not pay, the rest to the insurance fund.
pub fn refill_insurance<'info>(ctx: Context<'info, RefillInsurance<'info>>, amount: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    require!(amount > 0, PerpsError::ZeroAmount);
    let named = &ctx.accounts.market;
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    let insurance = &mut ctx.accounts.insurance.load_mut()?;
    let mut market = named.as_ref().map(|loader| loader.load_mut()).transpose()?;
    let market_key = named.as_ref().map_or_else(Pubkey::default, |loader| loader.key());

    debit_quote(sub, amount, now)?;
    let risk = MarginAccounts::load(ctx.remaining_accounts, &market_key)?;
    match &market {
        Some(market) => risk.with_market(market).require_initial(sub, now)?,
        None => risk.require_initial(sub, now)?,
    }
    let left = match &mut market {
        Some(market) => repay_deficit(&mut market.ledger, amount)?,
        None => amount,
    };
    insurance.balance = insurance.balance.plus(left)?;
    insurance.next_sequence()?;
    emit_cpi!(InsuranceRefilled {
        sequence: insurance.sequence,
        sub_account: ctx.accounts.sub_account.key(),
        sub_account_sequence: sub.next_sequence()?,
        amount,
        deficit_repaid: amount.minus(left)?,
        market: market.map(|mut market| market.record(market_key)).transpose()?,
        balance: insurance.balance,
        quote_balance: sub.quote_balance(),
        at: now,
    });
    Ok(())
}

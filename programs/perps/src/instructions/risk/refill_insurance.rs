use anchor_lang::prelude::*;

use crate::arithmetic::Checked;
use crate::cash::debit_quote;
use crate::errors::PerpsError;
use crate::events::InsuranceRefilled;
use crate::margin::MarginAccounts;
use crate::state::{Insurance, SubAccount};

/// Remaining accounts: those that the Initial margin of the sub-account needs.
#[event_cpi]
#[derive(Accounts)]
pub struct RefillInsurance<'info> {
    pub authority: Signer<'info>,
    #[account(mut, has_one = authority @ PerpsError::NotOwner)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

/// Gives quote of a sub-account to the insurance fund for good.
pub fn refill_insurance<'info>(ctx: Context<'info, RefillInsurance<'info>>, amount: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    require!(amount > 0, PerpsError::ZeroAmount);
    let sub = &mut ctx.accounts.sub_account.load_mut()?;
    let insurance = &mut ctx.accounts.insurance.load_mut()?;
    debit_quote(sub, amount, now)?;
    insurance.balance = insurance.balance.plus(amount)?;
    MarginAccounts::load(ctx.remaining_accounts, &ctx.accounts.insurance.key())?.require_initial(sub, now)?;
    insurance.next_sequence()?;
    emit_cpi!(InsuranceRefilled {
        sequence: insurance.sequence,
        sub_account: ctx.accounts.sub_account.key(),
        sub_account_sequence: sub.next_sequence()?,
        amount,
        balance: insurance.balance,
        quote_balance: sub.quote_balance(),
        at: now,
    });
    Ok(())
}

use anchor_lang::prelude::*;

use crate::arithmetic::Checked;
use crate::cash::{charge_interest, credit_quote};
use crate::constants::QUOTE_VAULT_INDEX;
use crate::errors::PerpsError;
use crate::events::FeesCollected;
use crate::settlement::repay_deficit;
use crate::state::{Exchange, Insurance, Market, Pool, SubAccount, TokenVault};

#[event_cpi]
#[derive(Accounts)]
pub struct CollectFees<'info> {
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    #[account(mut)]
    pub pool: AccountLoader<'info, Pool>,
    #[account(mut)]
    pub quote_vault: AccountLoader<'info, TokenVault>,
    /// A sub-account of the treasury.
    #[account(mut)]
    pub treasury_sub_account: AccountLoader<'info, SubAccount>,
}

/// Moves a market's fees and the interest of debtors to whom they belong; anyone may.
pub fn collect_fees(ctx: Context<CollectFees>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &ctx.accounts;
    let exchange = &accounts.exchange.load()?;
    let market = &mut accounts.market.load_mut()?;
    let insurance = &mut accounts.insurance.load_mut()?;
    let pool = &mut accounts.pool.load_mut()?;
    let vault = &mut accounts.quote_vault.load_mut()?;
    let treasury = &mut accounts.treasury_sub_account.load_mut()?;
    require!(vault.index == QUOTE_VAULT_INDEX, PerpsError::WrongAccount);
    require!(treasury.authority == exchange.params.treasury, PerpsError::WrongAccount);

    let ledger = &mut market.ledger;
    let deficit_before = ledger.deficit;
    let treasury_fees = std::mem::take(&mut ledger.treasury_fees);
    let insurance_fees = std::mem::take(&mut ledger.insurance_fees);
    let interest = std::mem::take(&mut vault.pool_interest);
    require!(treasury_fees > 0 || insurance_fees > 0 || interest > 0, PerpsError::NothingToCollect);

    // The exchange's own profit pays for an uncovered loss before the fund for the next one does.
    let to_treasury = repay_deficit(ledger, treasury_fees)?;
    let to_insurance = repay_deficit(ledger, insurance_fees)?;
    let to_pool = interest.plus(charge_interest(treasury, now)?)?;
    insurance.balance = insurance.balance.plus(to_insurance)?;
    insurance.next_sequence()?;
    pool.idle = pool.idle.plus(to_pool)?;
    pool.next_sequence()?;
    vault.next_sequence()?;
    credit_quote(treasury, to_treasury)?;

    emit_cpi!(FeesCollected {
        market: accounts.market.key(),
        market_sequence: market.next_sequence()?,
        market_index: market.index,
        to_insurance,
        to_treasury,
        to_pool,
        deficit_repaid: deficit_before.minus(market.ledger.deficit)?,
        deficit: market.ledger.deficit,
        insurance_sequence: insurance.sequence,
        insurance_balance: insurance.balance,
        pool_sequence: pool.sequence,
        pool_idle: pool.idle,
        token_vault: accounts.quote_vault.key(),
        token_vault_sequence: vault.sequence,
        treasury_sub_account: accounts.treasury_sub_account.key(),
        treasury_sequence: treasury.next_sequence()?,
        treasury_quote_balance: treasury.quote_balance(),
        at: now,
    });
    Ok(())
}

use anchor_lang::prelude::*;
use perps_math::liquidation::{collateral_cost, collateral_for_debt};
use perps_math::margin::{debt_cap, MarginKind};

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::cash::{charge_interest, credit_quote, debit_quote};
use crate::constants::{COLLATERAL_CONF_BPS, QUOTE_VAULT_INDEX};
use crate::delegate_budget::require_trader;
use crate::errors::PerpsError;
use crate::events::CollateralLiquidated;
use crate::margin::MarginAccounts;
use crate::price_rules::PriceUse;
use crate::state::{SubAccount, TokenVault};

/// Remaining accounts: those that the margin of both accounts needs.
#[event_cpi]
#[derive(Accounts)]
pub struct LiquidateCollateral<'info> {
    /// Owner or delegate of the buying sub-account.
    pub liquidator: Signer<'info>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
    #[account(mut, constraint = liquidator_sub_account.key() != sub_account.key() @ PerpsError::SameSubAccount)]
    pub liquidator_sub_account: AccountLoader<'info, SubAccount>,
    /// Of the token that is bought.
    #[account(constraint = token_vault.load()?.index != QUOTE_VAULT_INDEX @ PerpsError::WrongAccount)]
    pub token_vault: AccountLoader<'info, TokenVault>,
    #[account(mut, constraint = quote_vault.load()?.index == QUOTE_VAULT_INDEX @ PerpsError::WrongAccount)]
    pub quote_vault: AccountLoader<'info, TokenVault>,
}

/// Buys up to `max_tokens` of a debtor's collateral at 1 % below the oracle, as far as it repays the debt. Open to
/// anyone once the debt exceeds its cap or the account is below maintenance.
pub fn liquidate_collateral<'info>(ctx: Context<'info, LiquidateCollateral<'info>>, max_tokens: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let event = buy(ctx.accounts, ctx.remaining_accounts, max_tokens, now)?;
    emit_cpi!(event);
    Ok(())
}

fn buy<'info>(
    accounts: &LiquidateCollateral<'info>,
    remaining: &'info [AccountInfo<'info>],
    max_tokens: u64,
    now: i64,
) -> Result<CollateralLiquidated> {
    require!(max_tokens > 0, PerpsError::ZeroAmount);
    let vault = &accounts.token_vault.load()?;
    let quote_vault = &mut accounts.quote_vault.load_mut()?;
    let sub = &mut accounts.sub_account.load_mut()?;
    let buyer = &mut accounts.liquidator_sub_account.load_mut()?;
    require_trader(buyer, &accounts.liquidator.key(), now)?;
    PriceUse::CollateralPurchase.require(&vault.price, COLLATERAL_CONF_BPS, now)?;

    let interest = charge_interest(sub, now)?;
    let debt = sub.quote_balance().min(0).unsigned_abs();
    // Both accounts' markets and vaults, and the one this instruction names, which may be listed or not.
    let risk = MarginAccounts::load(remaining, &accounts.token_vault.key())?.with_vault(vault);
    require!(is_open_to_anyone(sub, debt, quote_vault, &risk, now)?, PerpsError::DebtWithinCaps);

    let price = vault.price.price;
    let unit = vault.unit()?;
    let held = sub.balance(vault.index).max(0).unsigned_abs();
    let tokens = max_tokens.min(held).min(collateral_for_debt(debt, price, unit).or_refuse()?);
    require!(tokens > 0, PerpsError::InsufficientBalance);
    let cost = collateral_cost(tokens, price, unit).or_refuse()?;

    quote_vault.pool_interest = quote_vault.pool_interest.plus(interest)?;
    debit_quote(buyer, cost, now)?;
    credit_quote(sub, cost)?;
    let token_balance = sub.change_collateral(vault.index, -signed(tokens)?)?;
    let liquidator_token_balance = buyer.change_collateral(vault.index, signed(tokens)?)?;
    require!(risk.meets(buyer, MarginKind::Initial, now)?, PerpsError::LiquidatorMargin);

    quote_vault.next_sequence()?;
    Ok(CollateralLiquidated {
        sub_account: accounts.sub_account.key(),
        sequence: sub.next_sequence()?,
        liquidator_sub_account: accounts.liquidator_sub_account.key(),
        liquidator_sequence: buyer.next_sequence()?,
        mint: vault.mint,
        tokens,
        quote: cost,
        interest,
        oracle_price: price,
        publish_time: vault.price.publish_time,
        token_balance,
        quote_balance: sub.quote_balance(),
        liquidator_token_balance,
        liquidator_quote_balance: buyer.quote_balance(),
        quote_vault: accounts.quote_vault.key(),
        quote_vault_sequence: quote_vault.sequence,
        at: now,
    })
}

/// A debt above its cap, or one of an account that is below maintenance by live prices.
fn is_open_to_anyone(
    sub: &SubAccount,
    debt: u64,
    quote_vault: &TokenVault,
    risk: &MarginAccounts,
    now: i64,
) -> Result<bool> {
    if debt > debt_cap(quote_vault.ledger_total).or_refuse()? {
        return Ok(true);
    }
    Ok(debt > 0 && risk.below_maintenance(sub, None, now)?.is_some())
}

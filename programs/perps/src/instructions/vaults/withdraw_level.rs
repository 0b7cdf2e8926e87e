//! How fast a vault may empty: what is left must be 75 % of its daily mean, so that a theft takes hours and not seconds.
//! Small withdrawals pass all the same, within a daily allowance of their owner and of the vault.
use anchor_lang::prelude::*;
use perps_math::limits::{
    budget_spent, small_withdrawals_of_vault, withdraw_floor, withdrawal_value, SMALL_WITHDRAWALS,
};
use perps_math::QUOTE;

use crate::arithmetic::{Checked, OrRefuse};
use crate::constants::{COLLATERAL_CONF_BPS, QUOTE_VAULT_INDEX};
use crate::errors::PerpsError;
use crate::price_rules::PriceUse;
use crate::state::{TokenVault, UserAccount};

/// Takes a withdrawal off the vault's total.
pub fn take_from_vault(vault: &mut TokenVault, owner: &mut UserAccount, amount: u64, now: i64) -> Result<()> {
    vault.update_mean(now)?;
    let before = vault.ledger_total;
    vault.ledger_total = before.minus(amount)?;
    if vault.ledger_total >= withdraw_floor(vault.mean_total).or_refuse()? {
        return Ok(());
    }
    let (price, unit) = small_price(vault, now)?;
    let value = withdrawal_value(amount, price, unit).or_refuse()?;
    let by_owner = spent(owner.exempt_withdrawn, SMALL_WITHDRAWALS, owner.exempt_at, now)?.plus(value)?;
    let most = small_withdrawals_of_vault(before, price, unit).or_refuse()?;
    let from_vault = spent(vault.exempt_withdrawn, most, vault.exempt_at, now)?.plus(amount)?;
    require!(by_owner <= SMALL_WITHDRAWALS && from_vault <= most, PerpsError::WithdrawLevel);
    (owner.exempt_withdrawn, owner.exempt_at) = (by_owner, owner.exempt_at.max(now));
    (vault.exempt_withdrawn, vault.exempt_at) = (from_vault, vault.exempt_at.max(now));
    Ok(())
}

/// What small withdrawals are counted at: (price 1e6, native units it is for). A token without a usable price has no
/// allowance.
fn small_price(vault: &TokenVault, now: i64) -> Result<(u64, u64)> {
    if vault.index == QUOTE_VAULT_INDEX {
        return Ok((QUOTE, QUOTE));
    }
    let has_price = PriceUse::Margin.refusal(&vault.price, COLLATERAL_CONF_BPS, now)?.is_none();
    require!(has_price, PerpsError::WithdrawLevel);
    Ok((vault.price.price.max(vault.price.ema_price), vault.unit()?))
}

fn spent(before: u64, budget: u64, at: i64, now: i64) -> Result<u64> {
    budget_spent(before, budget, now.saturating_sub(at).max(0).unsigned_abs()).or_refuse()
}

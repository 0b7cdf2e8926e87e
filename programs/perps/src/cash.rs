//! Every change of a sub-account's quote balance goes through here, so that interest, the debt's origin and the warm-up
//! of new profit cannot be forgotten.
use anchor_lang::prelude::*;
use perps_math::limits::{after_loss, after_profit, not_withdrawable};
use perps_math::margin::debt_interest;

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::constants::QUOTE_VAULT_INDEX;
use crate::errors::PerpsError;
use crate::state::{SubAccount, TokenVault};

/// What a negative balance owes since it was last charged (quote 1e6). A clock that went back counts as standing still.
pub fn interest_due(sub: &SubAccount, now: i64) -> Result<u64> {
    let debt = sub.quote_balance().min(0).unsigned_abs();
    let elapsed_s = now.saturating_sub(sub.interest_at).max(0).unsigned_abs();
    debt_interest(debt, elapsed_s).or_refuse()
}

/// Charges it; call before changing the balance. Returns the interest (quote 1e6), which the caller books as the pool's:
/// a market's allocation, the pool's idle quote, or the quote vault's `pool_interest`, whichever it has in hand.
pub fn charge_interest(sub: &mut SubAccount, now: i64) -> Result<u64> {
    let interest = interest_due(sub, now)?;
    change_balance(sub, -signed(interest)?)?;
    sub.interest_at = sub.interest_at.max(now);
    Ok(interest)
}

/// Cash that a market gave (+) or took (−): realised PnL, funding, fees. A profit warms up before it can leave, a loss
/// consumes that first; what it adds to a debt is remembered on the market's position.
pub fn book_market_cash(sub: &mut SubAccount, slot: usize, change: i64, now: i64) -> Result<()> {
    let before = sub.quote_balance();
    if before >= 0 {
        // A debt that begins here bears interest from here.
        sub.interest_at = sub.interest_at.max(now);
    }
    let after = change_balance(sub, change)?;
    let newly_owed = before.min(0).minus(after.min(0))?.max(0).unsigned_abs();
    let position = &mut sub.positions[slot];
    position.debt_loss = position.debt_loss.plus(newly_owed)?;
    // What repays a debt cannot leave, so it need not wait.
    let gained = after.max(0).minus(before.max(0))?.max(0).unsigned_abs();
    let warm_up = sub.warm_up();
    let next =
        if change > 0 { after_profit(&warm_up, now, gained) } else { after_loss(&warm_up, now, change.unsigned_abs()) };
    sub.set_warm_up(&next.or_refuse()?);
    forget_debt(sub, Some(slot));
    Ok(())
}

/// Quote that comes from outside the markets: deposits, rewards, transfers, returned requests.
pub fn credit_quote(sub: &mut SubAccount, amount: u64) -> Result<()> {
    change_balance(sub, signed(amount)?)?;
    forget_debt(sub, None);
    Ok(())
}

/// Quote that leaves: withdrawals, transfers, requests to the pool, payments for collateral. Refused beyond what the
/// account holds and beyond what has warmed up.
pub fn debit_quote(sub: &mut SubAccount, amount: u64, now: i64) -> Result<()> {
    let left = change_balance(sub, -signed(amount)?)?;
    let left = u64::try_from(left).map_err(|_| PerpsError::InsufficientBalance)?;
    require!(left >= not_withdrawable(&sub.warm_up(), now).or_refuse()?, PerpsError::ProfitWarmingUp);
    Ok(())
}

/// Collateral that arrives: quote, or the token of `vault`. Returns the interest (quote 1e6) charged on a debt before.
pub fn credit_collateral(sub: &mut SubAccount, vault: &mut TokenVault, amount: u64, now: i64) -> Result<u64> {
    if vault.index != QUOTE_VAULT_INDEX {
        sub.change_collateral(vault.index, signed(amount)?)?;
        return Ok(0);
    }
    let interest = charge_interest(sub, now)?;
    vault.pool_interest = vault.pool_interest.plus(interest)?;
    credit_quote(sub, amount)?;
    Ok(interest)
}

/// Collateral that leaves, as far as the account holds it.
pub fn debit_collateral(sub: &mut SubAccount, vault: &TokenVault, amount: u64, now: i64) -> Result<()> {
    if vault.index == QUOTE_VAULT_INDEX {
        return debit_quote(sub, amount, now);
    }
    sub.change_collateral(vault.index, -signed(amount)?)?;
    Ok(())
}

/// Debt that the waterfall of one market has borne; its position answers for no more of it.
pub fn write_off_debt(sub: &mut SubAccount, slot: usize, amount: u64) -> Result<()> {
    change_balance(sub, signed(amount)?)?;
    sub.positions[slot].debt_loss = 0;
    sub.release_position_slot(slot);
    forget_debt(sub, None);
    Ok(())
}

fn change_balance(sub: &mut SubAccount, change: i64) -> Result<i64> {
    let balance = &mut sub.collaterals[0].amount;
    *balance = balance.plus(change)?;
    Ok(*balance)
}

/// Who made a debt is of no interest once nothing is owed. The slot a caller is `busy` with stays his to release.
fn forget_debt(sub: &mut SubAccount, busy: Option<usize>) {
    if sub.quote_balance() < 0 {
        return;
    }
    for at in 0..sub.positions.len() {
        if sub.positions[at].debt_loss != 0 {
            sub.positions[at].debt_loss = 0;
            if busy != Some(at) {
                sub.release_position_slot(at);
            }
        }
    }
}

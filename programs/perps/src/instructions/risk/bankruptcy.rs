//! The waterfall: who bears what nobody else can pay.
use anchor_lang::prelude::*;
use perps_math::waterfall::{share_loss, share_of_debt, LossInputs};

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::cash::write_off_debt;
use crate::events::CoveredLoss;
use crate::margin::MarginAccounts;
use crate::settlement::repay_deficit;
use crate::state::{Insurance, Market, SubAccount};

/// Spreads a loss of this market: insurance above its floor, the market's pool, everyone's funding index, and what is
/// left as the market's deficit. Every unit is booked on its bearer; the caller credits `loss` to whom it is missing.
pub fn cover_loss(loss: u64, market: &mut Market, insurance: &mut Insurance) -> Result<CoveredLoss> {
    let price = market.closing_price();
    // The pool bears no more than it has here: the curve may have lost some of its allocation already.
    let equity = market.pool_equity(price)?.max(0).unsigned_abs();
    let pool_cap = market.params.pool_loss_cap.saturating_sub(market.pool_loss_used);
    let shares = share_loss(&LossInputs {
        loss,
        insurance: insurance.balance,
        insurance_floor: insurance.floor,
        insurance_cap: market.params.insurance_cap.saturating_sub(market.insurance_used),
        pool_cap: pool_cap.min(market.ledger.pool_allocation).min(equity),
        open_interest_long: market.ledger.open_interest_long,
        open_interest_short: market.ledger.open_interest_short,
        price,
    })
    .or_refuse()?;

    insurance.balance = insurance.balance.minus(shares.from_insurance)?.plus(shares.residue)?;
    market.insurance_used = market.insurance_used.plus(shares.from_insurance)?;
    market.ledger.pool_allocation = market.ledger.pool_allocation.minus(shares.from_pool)?;
    market.pool_loss_used = market.pool_loss_used.plus(shares.from_pool)?;
    let socialised = shares.from_longs.plus(shares.from_shorts)?;
    market.ledger.funding_pot = market.ledger.funding_pot.minus(signed(socialised)?)?;
    market.funding.index_long = market.funding.index_long.plus(shares.index_delta)?;
    market.funding.index_short = market.funding.index_short.minus(shares.index_delta)?;
    market.ledger.deficit = market.ledger.deficit.plus(shares.deficit)?;
    Ok(CoveredLoss {
        loss,
        insurance: shares.from_insurance,
        pool: shares.from_pool,
        socialised,
        deficit: shares.deficit,
    })
}

/// Covers the part of a bankrupt account's debt that the market of `slot` answers for: what it took while the account
/// came to owe, against what all markets took. Nothing for an account that can still pay. `risk`: the vaults of its tokens.
pub fn cover_debt(
    sub: &mut SubAccount,
    slot: usize,
    market: &mut Market,
    insurance: &mut Insurance,
    risk: &MarginAccounts,
    now: i64,
) -> Result<CoveredLoss> {
    let here = sub.positions[slot].debt_loss;
    if here == 0 || !risk.is_bankrupt(sub, now)? {
        return Ok(CoveredLoss::default());
    }
    let everywhere = sub.positions.iter().try_fold(0u64, |total, position| total.plus(position.debt_loss))?;
    let share = share_of_debt(sub.quote_balance().unsigned_abs(), here, everywhere).or_refuse()?;
    let covered = cover_loss(share, market, insurance)?;
    write_off_debt(sub, slot, share)?;
    Ok(covered)
}

/// Moves what insurance has earned in a market to the fund; the market's deficit is repaid first.
pub fn collect_insurance_fees(market: &mut Market, insurance: &mut Insurance) -> Result<()> {
    let fees = std::mem::take(&mut market.ledger.insurance_fees);
    insurance.balance = insurance.balance.plus(repay_deficit(&mut market.ledger, fees)?)?;
    Ok(())
}

//! The waterfall: who bears what an emptied account cannot pay.
use anchor_lang::prelude::*;
use perps_math::waterfall::{share_loss, LossInputs};

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::cash::write_off_debt;
use crate::events::CoveredLoss;
use crate::state::{Insurance, Market, SubAccount};

/// Brings a bankrupt account to zero: insurance above its floor, the market's pool allocation, everyone's funding index
/// in this market, and what is left as the market's deficit. Every unit taken is booked somewhere.
pub fn cover_loss(
    sub: &mut SubAccount,
    slot: usize,
    market: &mut Market,
    insurance: &mut Insurance,
) -> Result<CoveredLoss> {
    let loss = sub.quote_balance().unsigned_abs();
    let pool_cap = market.params.pool_loss_cap.saturating_sub(market.pool_loss_used).min(market.ledger.pool_allocation);
    let shares = share_loss(&LossInputs {
        loss,
        insurance: insurance.balance,
        insurance_floor: insurance.floor,
        insurance_cap: market.params.insurance_cap.saturating_sub(market.insurance_used),
        pool_cap,
        open_interest_long: market.ledger.open_interest_long,
        open_interest_short: market.ledger.open_interest_short,
        price: market.price.price,
    })
    .or_refuse()?;

    write_off_debt(sub, slot, loss)?;
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

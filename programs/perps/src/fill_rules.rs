//! What a fill must satisfy: the market's state before it, the account's margin after it.
use anchor_lang::prelude::*;
use perps_math::margin::{self, MarginKind};
use perps_math::{pool, RATIO};

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::errors::PerpsError;
use crate::margin::MarginAccounts;
use crate::price_rules::PriceUse;
use crate::settlement::Accrued;
use crate::snapshot::Snapshot;
use crate::state::{
    pause, CancelReason, Exchange, Market, MarketLedger, MarketParams, MarketStatus, OraclePrice, SubAccount,
};

/// Why nothing was filled: written on an order that is dropped for it, returned where the order stays.
#[derive(Clone, Copy, Debug)]
pub struct Refusal(pub CancelReason, pub PerpsError);

/// A fill ends early: its order is refused, or the instruction fails.
pub enum Stop {
    Refused(Refusal),
    Failed(Error),
}

pub type Step<T> = core::result::Result<T, Stop>;

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Failed(error)
    }
}

/// Whether the price or the market refuses a fill altogether, or one that adds risk.
pub fn refusal(
    exchange: &Exchange,
    market: &Market,
    adds_risk: bool,
    price: &OraclePrice,
    now: i64,
) -> Result<Option<Refusal>> {
    if market.is_settled() {
        return Ok(Some(Refusal(CancelReason::MarketSettled, PerpsError::MarketSettling)));
    }
    let price_use = if adds_risk { PriceUse::OpenFill } else { PriceUse::ReduceFill };
    if let Some(error) = price_use.refusal(price, market.max_conf_bps(), now)? {
        // Age is no reason to drop an order: a taker who is its own keeper could wait for it.
        require!(error != PerpsError::PriceStale, PerpsError::PriceStale);
        return Ok(Some(Refusal(CancelReason::PriceRefused, error)));
    }
    if !adds_risk {
        return Ok(None);
    }
    let is_thin = pool::is_equity_below(
        market.pool_equity(price.price)?,
        market.user_net_base(),
        price.price,
        pool::REDUCE_ONLY_EQUITY,
    )
    .or_refuse()?;
    let reasons = [
        (exchange.is_paused(pause::OPENS, now), PerpsError::OpensPaused),
        (market.status != MarketStatus::Active as u8 || is_thin, PerpsError::MarketReduceOnly),
    ];
    let refused = reasons.into_iter().find(|(applies, _)| *applies);
    Ok(refused.map(|(_, error)| Refusal(CancelReason::RiskRefused, error)))
}

/// Whether resting orders may add risk where what comes to them does not.
pub fn makers_may_add_risk(exchange: &Exchange, market: &Market, price: &OraclePrice, now: i64) -> Result<bool> {
    let is_good = PriceUse::OpenFill.refusal(price, market.max_conf_bps(), now)?.is_none();
    Ok(is_good && refusal(exchange, market, true, price, now)?.is_none())
}

/// A fill of the position in `slot`, applied.
pub struct Applied<'a> {
    pub slot: usize,
    pub before: &'a Snapshot,
    pub accrued: &'a Accrued,
    /// The margin it must leave where it added risk.
    pub added_risk: Option<MarginKind>,
    /// Against the oracle (quote 1e6).
    pub loss: u64,
}

/// What is wrong with an account after a fill: too little margin when it added risk, else worse than it was.
pub fn flaw(risk: &MarginAccounts, sub: &SubAccount, fill: &Applied, now: i64) -> Result<Option<PerpsError>> {
    let Applied { slot, before, accrued, added_risk, loss } = *fill;
    if let Some(kind) = added_risk {
        let is_met = risk.meets(sub, kind, now)?;
        // Collateral with an old price counts nothing, and anyone can refresh it: no reason to drop the order.
        require!(is_met || !risk.has_old_collateral(sub, now)?, PerpsError::PriceStale);
        return Ok((!is_met).then_some(PerpsError::InsufficientMargin));
    }
    if sub.is_bankrupt() {
        // Its debt belongs to the waterfall, which only a liquidation runs.
        return Ok(Some(PerpsError::AccountBankrupt));
    }
    let balance = before.quote_balance.minus(signed(accrued.interest)?)?;
    let is_sound = risk.reduction_is_sound(sub, slot, &before.positions[slot], balance, now)?;
    // What it lost somebody gained, maybe another wallet of its owner: as in a liquidation, no more than its own equity.
    let overspent = loss > 0 && risk.health(sub, MarginKind::Maintenance, now)?.collateral < 0;
    Ok((!is_sound || overspent).then_some(PerpsError::ReduceWorsensMargin))
}

/// Moves `size` (base 1e9) of an order, filled for `quote` (1e6), out of what is open.
pub fn book_filled(sub: &mut SubAccount, slot: usize, at: usize, size: u64, quote: u64) -> Result<()> {
    let order = sub.orders[at];
    sub.change_open_size(slot, &order, order.remaining(), order.remaining().minus(size)?)?;
    let filled = &mut sub.orders[at];
    filled.filled = filled.filled.plus(size)?;
    filled.quote_filled = filled.quote_filled.plus(quote)?;
    Ok(())
}

/// Whether a trade, both sides of it, took the open interest beyond the market's cap; one that only passes it on may
/// stand above.
pub fn exceeds_open_interest(params: &MarketParams, after: &MarketLedger, before: &MarketLedger) -> bool {
    let larger = |ledger: &MarketLedger| ledger.open_interest_long.max(ledger.open_interest_short);
    larger(after) > params.open_interest_cap.max(larger(before))
}

/// Value at `price`, quote 1e6, rounded up.
pub fn notional(size: u64, price: u64) -> Result<u64> {
    margin::margin_requirement(size, price, RATIO).or_refuse()
}

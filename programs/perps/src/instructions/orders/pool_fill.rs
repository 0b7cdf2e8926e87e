//! One fill of an order from the market's pool: sized by its caps, priced by its curve, judged by margin.
use anchor_lang::prelude::*;
use perps_math::margin::{self, MarginKind};
use perps_math::orders::is_within_limit;
use perps_math::{pool, RATIO};

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::errors::PerpsError;
use crate::margin::MarginAccounts;
use crate::price_rules::PriceUse;
use crate::settlement::{collect_fee, fill_costs, settle_position_funding, trade_with_pool, Trade};
use crate::state::{pause, CancelReason, Exchange, Market, MarketStatus, OraclePrice, Side, SubAccount};

/// One order, one price, one moment.
pub(super) struct FillRequest<'a> {
    pub exchange: &'a Exchange,
    /// Slot of the order.
    pub order_at: usize,
    pub price: OraclePrice,
    pub pays_keeper: bool,
    pub now: i64,
}

/// A fill that has been applied, before its margin is judged.
pub(super) struct Fill {
    pub size: u64,
    pub quote: u64,
    pub fee: u64,
    pub reward: u64,
    pub realised_pnl: i64,
    pub funding_payment: i64,
    pub adds_risk: bool,
    /// Why the rest of an order that cannot wait is dropped.
    pub rest: Option<CancelReason>,
}

/// Why nothing was filled: written on an order that is dropped for it, returned where the order stays.
pub(super) struct Refusal(pub CancelReason, pub PerpsError);

pub(super) type Attempt = core::result::Result<Fill, Refusal>;

/// Fills what can be filled. When the result is refused, everything is as it was.
pub(super) fn attempt(
    request: &FillRequest,
    market: &mut Market,
    sub: &mut SubAccount,
    risk: MarginAccounts,
) -> Result<Attempt> {
    let at = request.order_at;
    let slot = sub.position_slot(market.index).ok_or(PerpsError::OrderNotFound)?;
    let before = (sub.positions[slot], sub.orders[at], sub.quote_balance(), market.ledger);
    let cash = (sub.positions, sub.collaterals[0], sub.warm_up(), sub.interest_at);
    let judged = match fill_from_pool(request, market, sub, slot)? {
        Err(refusal) => Err(refusal),
        Ok(fill) => {
            let risk = risk.with_market(market);
            let flaw = if fill.adds_risk {
                let kind =
                    if before.1.takes_at_one_price(request.now) { MarginKind::Fill } else { MarginKind::Initial };
                let is_met = risk.meets(sub, kind, request.now)?;
                // Collateral with an old price counts nothing, and anyone can refresh it: no reason to drop the order.
                require!(is_met || !risk.has_old_collateral(sub, request.now)?, PerpsError::PriceStale);
                (!is_met).then_some(PerpsError::InsufficientMargin)
            } else if sub.is_bankrupt() {
                // Its debt belongs to the waterfall, which only a liquidation runs.
                Some(PerpsError::AccountBankrupt)
            } else {
                let is_sound = risk.reduction_is_sound(sub, slot, &before.0, before.2, request.now)?;
                (!is_sound).then_some(PerpsError::ReduceWorsensMargin)
            };
            flaw.map_or(Ok(fill), |error| Err(Refusal(CancelReason::InsufficientMargin, error)))
        }
    };
    if judged.is_err() {
        (sub.orders[at], market.ledger) = (before.1, before.3);
        (sub.positions, sub.collaterals[0], sub.interest_at) = (cash.0, cash.1, cash.3);
        sub.set_warm_up(&cash.2);
    }
    Ok(judged)
}

fn fill_from_pool(request: &FillRequest, market: &mut Market, sub: &mut SubAccount, slot: usize) -> Result<Attempt> {
    let FillRequest { exchange, order_at: at, price, pays_keeper, now } = *request;
    let order = sub.orders[at];
    require!(!order.is_post_only(), PerpsError::PostOnlyAgainstPool);
    let is_buy = order.is_buy();
    let base = sub.positions[slot].base;
    let reducible = if (base < 0) == is_buy { base.unsigned_abs() } else { 0 };
    let wanted = if order.is_reduce_only() { order.remaining().min(reducible) } else { order.remaining() };
    if wanted == 0 {
        return Ok(Err(Refusal(CancelReason::NothingToReduce, PerpsError::NoPosition)));
    }
    let adds_risk = wanted > reducible;
    if let Some(refusal) = refusal(exchange, market, adds_risk, &price, now)? {
        return Ok(Err(refusal));
    }

    let cap = if adds_risk { pool::OPEN_CAP } else { pool::LIQUIDATION_CAP };
    let room = market.pool_room(price.price, is_buy, cap)?.min(pool::one_fill_cap(market.params.depth_k).or_refuse()?);
    let size = market.floor_to_step(wanted.min(room));
    // A part too small to be an order would cost the taker a keeper's flat reward each time.
    let is_dust = adds_risk && size < wanted && notional(size, price.price)? < market.params.min_notional;
    if size == 0 || is_dust {
        return Ok(Err(Refusal(CancelReason::PoolCapacity, PerpsError::PoolCapacity)));
    }
    let side = if is_buy { Side::Buy } else { Side::Sell };
    let signed_size = side.signed(size).ok_or(PerpsError::MathOverflow)?;
    let quote = pool::pool_quote(&market.pool_curve(&price)?, signed_size).or_refuse()?;
    if !is_within_limit(is_buy, size, quote, order.limit_price).or_refuse()? {
        return Ok(Err(Refusal(CancelReason::PriceLimit, PerpsError::PriceLimit)));
    }

    let funding_payment = settle_position_funding(sub, slot, market, now)?;
    let (fee, reward) = fill_costs(exchange, market, quote, pays_keeper)?;
    let cash = if is_buy { -signed(quote)? } else { signed(quote)? };
    let trade = Trade { base: signed_size, quote: cash, fee, reward, at: now };
    let realised_pnl = trade_with_pool(sub, slot, market, &trade)?;
    collect_fee(&mut market.ledger, &exchange.params, fee)?;
    let interest = market.ledger.open_interest_long.max(market.ledger.open_interest_short);
    if adds_risk && interest > market.params.open_interest_cap {
        return Ok(Err(Refusal(CancelReason::PoolCapacity, PerpsError::OpenInterestCap)));
    }

    sub.change_open_size(slot, &order, order.remaining(), order.remaining().minus(size)?)?;
    let filled = &mut sub.orders[at];
    filled.filled = filled.filled.plus(size)?;
    filled.quote_filled = filled.quote_filled.plus(quote)?;
    let rest = if order.is_reduce_only() && size == reducible {
        Some(CancelReason::NothingToReduce)
    } else if order.is_immediate() {
        Some(CancelReason::PoolCapacity)
    } else {
        None
    };
    Ok(Ok(Fill { size, quote, fee, reward, realised_pnl, funding_payment, adds_risk, rest }))
}

/// Quote 1e6, rounded up.
fn notional(size: u64, price: u64) -> Result<u64> {
    margin::margin_requirement(size, price, RATIO).or_refuse()
}

/// Whether the exchange, the market or the price refuses the fill altogether.
fn refusal(
    exchange: &Exchange,
    market: &Market,
    adds_risk: bool,
    price: &OraclePrice,
    now: i64,
) -> Result<Option<Refusal>> {
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
        (exchange.is_paused(pause::POOL_FILLS, now), PerpsError::PoolFillsPaused),
        (market.status != MarketStatus::Active as u8 || is_thin, PerpsError::MarketReduceOnly),
    ];
    let refused = reasons.into_iter().find(|(applies, _)| *applies);
    Ok(refused.map(|(_, error)| Refusal(CancelReason::RiskRefused, error)))
}

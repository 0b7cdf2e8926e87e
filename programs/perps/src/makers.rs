//! Resting orders as the other side of a fill. Whoever cranks names them, so a maker has to be no worse than what the
//! account would get without it; and nothing about a maker's account can stop the fill: one that cannot trade now is
//! passed over, one that never can is taken off.
use anchor_lang::prelude::*;
use perps_math::margin::MarginKind;
use perps_math::orders::{is_near_oracle, is_within_limit, limit_quote, loss_against_oracle};

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::constants::{DELEGATE_BAND_BPS, MAKER_BAND_BPS, MAX_ORDERS_MOVED};
use crate::delegate_budget::charge_delegate;
use crate::errors::PerpsError;
use crate::events::MakerFill;
use crate::fee_tiers::maker_rebate;
use crate::fill_rules::{book_filled, exceeds_open_interest, flaw, Applied};
use crate::filled_order::{finish_order, take_off, FilledSide};
use crate::margin::MarginAccounts;
use crate::order_groups::{dependents, Rest};
use crate::pool_offer::PoolOffer;
use crate::settlement::{accrue, apply_trade, Trade};
use crate::snapshot::Snapshot;
use crate::state::{
    order_flags, CancelReason, Exchange, Fillable, Market, MarketLedger, OraclePrice, Order, SubAccount,
};

/// What comes to the resting orders: a taker's order, or a position that is liquidated.
pub struct Incoming<'a> {
    pub exchange: &'a Exchange,
    /// Nobody trades with itself.
    pub authority: Pubkey,
    pub is_buy: bool,
    /// It buys at most, or sells at least, at this price (1e6).
    pub limit_price: u64,
    /// The elder order is the maker: those placed later are none.
    pub placed_at: i64,
    /// Makers could be the delegate's friends.
    pub by_delegate: bool,
    pub price: OraclePrice,
    /// Whether that price is known to be newer than the incoming order: if not, whoever sent it could pick off orders
    /// pegged to it.
    pub price_is_newer: bool,
    /// Keepers cannot pick the counterparty: no maker is worse than the pool where that has room.
    pub pool: Option<&'a PoolOffer>,
    /// Whether the exchange, the market and the price let makers add risk.
    pub may_add_risk: bool,
    /// What of its position the incoming side closes first (base 1e9).
    pub reducible: u64,
    /// The market's before anybody traded.
    pub ledger: MarketLedger,
    /// Orders of its own account that it may change when it fills.
    pub dependents: usize,
    /// Rebates come out of a taker's fee.
    pub pays_rebates: bool,
    pub now: i64,
}

/// Makers that have traded, and those that are due to leave; nothing of it is final before `commit`.
#[derive(Default)]
pub struct Matched<'info> {
    legs: Vec<Leg<'info>>,
    dependents: usize,
    pub size: u64,
    pub quote: u64,
    pub rebates: u64,
}

struct Leg<'info> {
    maker: AccountLoader<'info, SubAccount>,
    order_at: usize,
    dependents: usize,
    outcome: Outcome,
}

enum Outcome {
    Filled(Box<MakerTrade>),
    TakenOff(CancelReason),
}

struct MakerTrade {
    size: u64,
    quote: u64,
    rebate: u64,
    side: FilledSide,
    before: Box<Snapshot>,
}

/// Fills what comes from the named orders, each with the account beside it, up to `wanted` (base 1e9). The other side is
/// the caller's to apply, for the sums.
pub fn match_makers<'info>(
    incoming: &Incoming,
    market: &mut Market,
    risk: &MarginAccounts,
    makers: &'info [AccountInfo<'info>],
    order_ids: &[u64],
    wanted: u64,
) -> Result<Matched<'info>> {
    let mut matched = Matched { dependents: incoming.dependents, ..Matched::default() };
    for (info, order_id) in makers.iter().zip(order_ids) {
        let is_named_before = matched.legs.iter().any(|leg| leg.maker.key() == *info.key);
        if matched.size == wanted || is_named_before {
            continue;
        }
        let Some(leg) = fill_against_maker(incoming, market, risk, info, *order_id, &matched, wanted) else {
            continue;
        };
        matched.dependents = matched.dependents.saturating_add(leg.dependents);
        if let Outcome::Filled(fill) = &leg.outcome {
            matched.size = matched.size.plus(fill.size)?;
            matched.quote = matched.quote.plus(fill.quote)?;
            matched.rebates = matched.rebates.plus(fill.rebate)?;
        }
        matched.legs.push(leg);
    }
    Ok(matched)
}

impl Matched<'_> {
    /// Takes every trade back. The market's ledger is the caller's to restore.
    pub fn undo(&self) -> Result<()> {
        for leg in &self.legs {
            if let Outcome::Filled(fill) = &leg.outcome {
                let sub = &mut leg.maker.load_mut()?;
                fill.before.restore(sub);
            }
        }
        Ok(())
    }

    /// Makes it final: orders that are done leave, those that depend on them follow.
    pub fn commit(&self, market: &Market, price: &OraclePrice, now: i64) -> Result<Vec<MakerFill>> {
        let mut fills = Vec::with_capacity(self.legs.len());
        for leg in &self.legs {
            let sub = &mut leg.maker.load_mut()?;
            let key = leg.maker.key();
            fills.push(match &leg.outcome {
                Outcome::Filled(fill) => MakerFill {
                    size: fill.size,
                    quote: fill.quote,
                    rebate: fill.rebate,
                    party: finish_order(sub, key, &fill.side, market, price, now)?,
                },
                Outcome::TakenOff(reason) => {
                    let party = take_off(sub, key, leg.order_at, *reason)?;
                    MakerFill { size: 0, quote: 0, rebate: 0, party }
                }
            });
        }
        Ok(fills)
    }
}

/// Trades with one resting order. Whatever is wrong with the account passed for it is no reason to fail, only to go on
/// without it, as it was.
fn fill_against_maker<'info>(
    incoming: &Incoming,
    market: &mut Market,
    risk: &MarginAccounts,
    info: &'info AccountInfo<'info>,
    order_id: u64,
    matched: &Matched,
    wanted: u64,
) -> Option<Leg<'info>> {
    let maker = AccountLoader::<SubAccount>::try_from(info).ok()?;
    let mut sub = maker.load_mut().ok()?;
    let order_at = sub.order_slot(order_id).ok()?;
    let dependents = dependents(&sub, order_at);
    if matched.dependents.saturating_add(dependents) > MAX_ORDERS_MOVED {
        return None;
    }
    let outcome = match offer_of(incoming, market, &sub, order_at, matched, wanted).ok()? {
        Offer::None => return None,
        Offer::Dead(reason) => Outcome::TakenOff(reason),
        Offer::Open(offer) => {
            let (before, ledger) = (Snapshot::of(&sub, order_at), market.ledger);
            let traded = trade(incoming, market, risk, &mut sub, &offer, &before);
            if !matches!(traded, Ok(Ok(_))) {
                before.restore(&mut sub);
                market.ledger = ledger;
            }
            match traded.ok()? {
                Ok((side, rebate)) => {
                    Outcome::Filled(Box::new(MakerTrade { size: offer.size, quote: offer.quote, rebate, side, before }))
                }
                Err(reason) => Outcome::TakenOff(reason?),
            }
        }
    };
    drop(sub);
    Some(Leg { maker, order_at, dependents, outcome })
}

/// What a resting order offers to the incoming side.
enum Offer {
    /// Nothing now.
    None,
    /// Nothing ever.
    Dead(CancelReason),
    Open(OpenOffer),
}

struct OpenOffer {
    order_at: usize,
    slot: usize,
    size: u64,
    /// What makers take of the incoming side with this one.
    matched_size: u64,
    quote: u64,
    adds_risk: bool,
}

fn offer_of(
    incoming: &Incoming,
    market: &Market,
    sub: &SubAccount,
    order_at: usize,
    matched: &Matched,
    wanted: u64,
) -> Result<Offer> {
    let order = &sub.orders[order_at];
    if order.market_index != market.index || !may_make(incoming, order) {
        return Ok(Offer::None);
    }
    if order.is_expired(incoming.now) {
        return Ok(Offer::Dead(CancelReason::Expired));
    }
    let slot = sub.position_slot(market.index).ok_or(PerpsError::NoPosition)?;
    let Fillable { size: offered, reducible } = order.fillable(sub.positions[slot].base);
    if offered == 0 {
        return Ok(Offer::Dead(CancelReason::NothingToReduce));
    }
    let size = offered.min(wanted.minus(matched.size)?);
    let quote = limit_quote(order.is_buy(), size, order.limit_at(incoming.price.price)?).or_refuse()?;
    if !accepts(incoming, order, size, quote)? {
        return Ok(Offer::None);
    }
    if sub.authority == incoming.authority {
        return Ok(Offer::Dead(CancelReason::SelfTrade));
    }
    let adds_risk = size > reducible;
    if adds_risk && !incoming.may_add_risk {
        return Ok(Offer::None);
    }
    let matched_size = matched.size.plus(size)?;
    Ok(Offer::Open(OpenOffer { order_at, slot, size, matched_size, quote, adds_risk }))
}

/// A resting order of the other side that is at least as old.
fn may_make(incoming: &Incoming, order: &Order) -> bool {
    let knows_price = incoming.price_is_newer && incoming.price.publish_time >= order.eligible_from;
    order.is_active()
        && !order.is_immediate()
        && !order.is_in_flight(incoming.now)
        && order.is_buy() != incoming.is_buy
        && order.placed_at <= incoming.placed_at
        && (knows_price || !order.has(order_flags::PEGGED))
}

/// Whether the incoming side takes a maker's price: within its limit, near the oracle, no worse than the pool's.
fn accepts(incoming: &Incoming, order: &Order, size: u64, quote: u64) -> Result<bool> {
    let by_delegate = incoming.by_delegate || order.has(order_flags::BY_DELEGATE);
    let band = if by_delegate { DELEGATE_BAND_BPS } else { MAKER_BAND_BPS };
    Ok(is_within_limit(incoming.is_buy, size, quote, incoming.limit_price).or_refuse()?
        && is_near_oracle(size, quote, incoming.price.price, band).or_refuse()?
        && !incoming.pool.map_or(Ok(false), |pool| pool.beats(size, quote))?)
}

/// The market's ledger when the incoming side has traded `size` (base 1e9) as well, of which it closes what it can:
/// what is only handed on counts once.
fn with_incoming(incoming: &Incoming, mut ledger: MarketLedger, size: u64) -> Result<MarketLedger> {
    let closed = size.min(incoming.reducible);
    let MarketLedger { open_interest_long: long, open_interest_short: short, .. } = &mut ledger;
    let (opens, closes) = if incoming.is_buy { (long, short) } else { (short, long) };
    *opens = opens.plus(size.minus(closed)?)?;
    *closes = closes.minus(closed)?;
    Ok(ledger)
}

/// Applies the maker's side and judges it; else the reason to take the order off, if there is one.
fn trade(
    incoming: &Incoming,
    market: &mut Market,
    risk: &MarginAccounts,
    sub: &mut SubAccount,
    offer: &OpenOffer,
    before: &Snapshot,
) -> Result<core::result::Result<(FilledSide, u64), Option<CancelReason>>> {
    let OpenOffer { order_at, slot, size, matched_size, quote, adds_risk, .. } = *offer;
    let now = incoming.now;
    let order = sub.orders[order_at];
    let accrued = accrue(sub, slot, market, now)?;
    let rebate = match incoming.pays_rebates {
        true => maker_rebate(incoming.exchange, sub, &market.params, quote, now)?,
        false => 0,
    };
    let trade = Trade::of(order.is_buy(), size, quote, -signed(rebate)?, now)?;
    let realised_pnl = apply_trade(sub, slot, market, &trade)?;
    if exceeds_open_interest(&market.params, &with_incoming(incoming, market.ledger, matched_size)?, &incoming.ledger) {
        return Ok(Err(None));
    }
    book_filled(sub, slot, order_at, size, quote)?;
    sub.maker_volume = sub.maker_volume.plus(quote)?;
    let risk = risk.clone().with_market(market);
    let oracle = incoming.price.price;
    if !charge_delegate(sub, &order, (size, quote), 0, oracle, &risk, now)? {
        return Ok(Err(Some(CancelReason::DelegateBudget)));
    }
    let added_risk = adds_risk.then_some(MarginKind::Fill);
    let loss = loss_against_oracle(order.is_buy(), size, quote, oracle).or_refuse()?;
    match flaw(&risk, sub, &Applied { slot, before, accrued: &accrued, added_risk, loss }, now)? {
        None => Ok(Ok((FilledSide { order_at, size, realised_pnl, accrued, rest: Rest::Rests }, rebate))),
        Some(PerpsError::InsufficientMargin) => Ok(Err(Some(CancelReason::InsufficientMargin))),
        // It protects an account that is about to be liquidated.
        Some(_) => Ok(Err(None)),
    }
}

//! One fill of an order at one price: plan it, meet the makers, leave the rest to the pool, judge the taker.
use anchor_lang::prelude::*;
use perps_math::fees::TakerFee;
use perps_math::margin::MarginKind;
use perps_math::orders::loss_against_oracle;
use perps_math::pool;

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::delegate_budget::charge_delegate;
use crate::errors::PerpsError;
use crate::fee_tiers::{keeper_reward, TakerTier};
use crate::fill_rules::{
    book_filled, exceeds_open_interest, flaw, makers_may_add_risk, notional, refusal, Applied, Refusal, Step,
};
use crate::filled_order::FilledSide;
use crate::makers::{match_makers, Incoming, Matched};
use crate::margin::MarginAccounts;
use crate::order_groups::{dependents, Rest};
use crate::pool_offer::PoolOffer;
use crate::settlement::{accrue, apply_to_pool, apply_trade, collect_fee, Trade};
use crate::snapshot::Snapshot;
use crate::state::{
    order_flags, pause, CancelReason, Exchange, Fillable, Market, MarketLedger, OraclePrice, Order, SubAccount,
    TimeInForce, UserAccount,
};

/// Why the pool gives no more, unless something else stops it before its room does.
const NO_ROOM: Refusal = Refusal(CancelReason::PoolCapacity, PerpsError::PoolCapacity);

/// One order, one price, one moment.
pub(super) struct FillRequest<'a, 'info> {
    pub exchange: &'a Exchange,
    /// Slot of the order.
    pub order_at: usize,
    pub price: OraclePrice,
    /// Why that price is for makers only.
    pub no_pool: Option<PerpsError>,
    pub makers: &'info [AccountInfo<'info>],
    pub maker_order_ids: &'a [u64],
    pub pays_keeper: bool,
    pub now: i64,
}

/// A fill that has been applied and judged; its makers wait for `commit`.
pub(super) struct Fill<'info> {
    pub taker: FilledSide,
    pub costs: TakerCosts,
    pub legs: Legs<'info>,
}

pub(super) struct TakerCosts {
    pub tier: TakerTier,
    /// The referrer's and the makers' parts are in it (quote 1e6).
    pub fee: u64,
    pub referrer_fee: u64,
    pub reward: u64,
}

/// Who trades with the taker.
pub(super) struct Legs<'info> {
    pub makers: Matched<'info>,
    pub pool_size: u64,
    pub pool_quote: u64,
    /// Why there is no more of the pool's part.
    rest: Refusal,
}

impl Legs<'_> {
    pub fn size(&self) -> Result<u64> {
        self.makers.size.plus(self.pool_size)
    }

    pub fn quote(&self) -> Result<u64> {
        self.makers.quote.plus(self.pool_quote)
    }

    fn loss(&self, is_buy: bool, price: &OraclePrice) -> Result<u64> {
        loss_against_oracle(is_buy, self.size()?, self.quote()?, price.price).or_refuse()
    }
}

/// The order as it meets this price.
struct Plan {
    order: Order,
    slot: usize,
    limit_price: u64,
    /// Base to fill: what remains, for reduce-only at most what there is to reduce (1e9).
    wanted: u64,
    reducible: u64,
    pool_is_paused: bool,
    /// The market's before the fill.
    ledger: MarketLedger,
}

impl Plan {
    fn adds_risk(&self) -> bool {
        self.wanted > self.reducible
    }

    /// The margin to ask after a fill of `size`, where it added risk. A taker met `Initial` when placing and could not
    /// spend since what this may cost; a resting order may be from another time.
    fn margin_after(&self, size: u64, now: i64) -> Option<MarginKind> {
        let kind = if self.order.is_in_flight(now) { MarginKind::Take } else { MarginKind::Initial };
        (size > self.reducible).then_some(kind)
    }
}

/// Fills what can be filled. When the taker is refused, everything is as it was.
pub(super) fn fill_order<'info>(
    request: &FillRequest<'_, 'info>,
    market: &mut Market,
    sub: &mut SubAccount,
    user: &UserAccount,
    risk: &MarginAccounts,
) -> Step<Fill<'info>> {
    let plan = plan(request, market, sub)?;
    let offer = pool_offer(request, market, &plan)?;
    let before = Snapshot::of(sub, request.order_at);
    let makers = meet_makers(request, market, sub, risk, &plan, &offer)?;
    let mut legs = Legs { makers, pool_size: 0, pool_quote: 0, rest: NO_ROOM };
    let filled = add_pool(request, market, &plan, &offer, &mut legs).and_then(|()| {
        let (taker, costs) = trade(request, market, sub, user, risk, &plan, &legs)?;
        let added_risk = plan.margin_after(taker.size, request.now);
        let loss = legs.loss(plan.order.is_buy(), &request.price)?;
        let fill = Applied { slot: plan.slot, before: &before, accrued: &taker.accrued, added_risk, loss };
        judge(request, market, sub, risk, &fill)?;
        Ok((taker, costs))
    });
    match filled {
        Ok((taker, costs)) => Ok(Fill { taker, costs, legs }),
        Err(stop) => {
            legs.makers.undo()?;
            before.restore(sub);
            market.ledger = plan.ledger;
            Err(stop)
        }
    }
}

fn plan(request: &FillRequest, market: &Market, sub: &SubAccount) -> Step<Plan> {
    let FillRequest { exchange, order_at, price, now, .. } = *request;
    let order = sub.orders[order_at];
    // Whoever knows a newer price could pick off an order that follows the older one.
    if let Some(error) = request.no_pool.filter(|_| order.has(order_flags::PEGGED)) {
        return Err(Refusal(CancelReason::PriceRefused, error).into());
    }
    let slot = sub.position_slot(market.index).ok_or(error!(PerpsError::OrderNotFound))?;
    let Fillable { size: wanted, reducible } = order.fillable(sub.positions[slot].base);
    if wanted == 0 {
        return Err(Refusal(CancelReason::NothingToReduce, PerpsError::NoPosition).into());
    }
    if let Some(refusal) = refusal(exchange, market, wanted > reducible, &price, now)? {
        return Err(refusal.into());
    }
    let pool_is_paused = wanted > reducible && exchange.is_paused(pause::POOL_FILLS, now);
    let limit_price = order.limit_at(price.price)?;
    Ok(Plan { order, slot, limit_price, wanted, reducible, pool_is_paused, ledger: market.ledger })
}

/// While its fills are paused the pool has no room for new risk.
fn pool_offer(request: &FillRequest, market: &Market, plan: &Plan) -> Result<PoolOffer> {
    let cap = if plan.adds_risk() { pool::OPEN_CAP } else { pool::LIQUIDATION_CAP };
    let mut offer = PoolOffer::new(market, &request.price, plan.order.is_buy(), cap)?;
    if plan.pool_is_paused {
        offer.room = 0;
    }
    Ok(offer)
}

fn meet_makers<'info>(
    request: &FillRequest<'_, 'info>,
    market: &mut Market,
    sub: &SubAccount,
    risk: &MarginAccounts,
    plan: &Plan,
    offer: &PoolOffer,
) -> Result<Matched<'info>> {
    let FillRequest { exchange, price, makers, maker_order_ids, now, .. } = *request;
    if makers.is_empty() {
        return Ok(Matched::default());
    }
    let may_add_risk = plan.adds_risk() || makers_may_add_risk(exchange, market, &price, now)?;
    let incoming = Incoming {
        exchange,
        authority: sub.authority,
        is_buy: plan.order.is_buy(),
        limit_price: plan.limit_price,
        placed_at: plan.order.placed_at,
        by_delegate: plan.order.has(order_flags::BY_DELEGATE),
        price,
        price_is_newer: request.no_pool.is_none(),
        pool: Some(offer),
        may_add_risk,
        reducible: plan.reducible,
        ledger: plan.ledger,
        dependents: dependents(sub, request.order_at),
        pays_rebates: true,
        now,
    };
    match_makers(&incoming, market, risk, makers, maker_order_ids, plan.wanted)
}

/// Leaves to the pool what the makers did not take, as far as its room and the limit go. Where it has nothing to give,
/// their part stands.
fn add_pool(request: &FillRequest, market: &Market, plan: &Plan, offer: &PoolOffer, legs: &mut Legs) -> Step<()> {
    let left = plan.wanted.minus(legs.makers.size)?;
    if let Some(error) = request.no_pool {
        legs.rest = Refusal(CancelReason::PriceRefused, error);
    } else if plan.pool_is_paused {
        legs.rest = Refusal(CancelReason::RiskRefused, PerpsError::PoolFillsPaused);
    } else if left > 0 {
        (legs.pool_size, legs.pool_quote) = offer.part(left, plan.limit_price)?;
        if legs.pool_size < left.min(offer.room) {
            legs.rest = Refusal(CancelReason::PriceLimit, PerpsError::PriceLimit);
        }
    }
    let (size, price) = (legs.size()?, request.price.price);
    // A part too small to be an order would earn a keeper the flat reward, and nobody would come for the rest.
    let is_dust = size < plan.wanted && notional(size, price)? < market.params.min_notional.max(1);
    let is_not_whole = size < plan.order.remaining() && plan.order.time_in_force == TimeInForce::FillOrKill as u8;
    if is_dust || is_not_whole {
        return Err(legs.rest.into());
    }
    Ok(())
}

/// The taker's side of all legs at once, and its costs.
fn trade(
    request: &FillRequest,
    market: &mut Market,
    sub: &mut SubAccount,
    user: &UserAccount,
    risk: &MarginAccounts,
    plan: &Plan,
    legs: &Legs,
) -> Step<(FilledSide, TakerCosts)> {
    let FillRequest { exchange, order_at, price, pays_keeper, now, .. } = *request;
    let Plan { order, slot, .. } = plan;
    let (size, quote) = (legs.size()?, legs.quote()?);
    let accrued = accrue(sub, *slot, market, now)?;
    let tier = TakerTier::of(exchange, user, sub, now)?;
    let TakerFee { paid, referrer } = tier.fee(exchange, user, &market.params, quote)?;
    let reward = if pays_keeper { keeper_reward(exchange, order, quote)? } else { 0 };
    let cost = paid.plus(reward)?;

    let trade = Trade::of(order.is_buy(), size, quote, signed(cost)?, now)?;
    let realised_pnl = apply_trade(sub, *slot, market, &trade)?;
    let with_pool = Trade::of(order.is_buy(), legs.pool_size, legs.pool_quote, 0, now)?;
    apply_to_pool(&mut market.ledger, with_pool.base, with_pool.quote)?;
    collect_fee(&mut market.ledger, &exchange.params, paid.minus(referrer)?.minus(legs.makers.rebates)?)?;
    book_filled(sub, *slot, order_at, size, quote)?;
    if exceeds_open_interest(&market.params, &market.ledger, &plan.ledger) {
        return Err(Refusal(CancelReason::PoolCapacity, PerpsError::OpenInterestCap).into());
    }
    let risk = risk.clone().with_market(market);
    if !charge_delegate(sub, order, (size, quote), cost, price.price, &risk, now)? {
        return Err(Refusal(CancelReason::DelegateBudget, PerpsError::DelegateBudgetUsed).into());
    }
    let side = FilledSide { order_at, size, realised_pnl, accrued, rest: rest_of(order, legs.rest.0) };
    Ok((side, TakerCosts { tier, fee: paid, referrer_fee: referrer, reward }))
}

/// A taker has one chance, but for one that closes a position: larger than what the pool gives at once, it goes on at the
/// next price, and a stop that ran past its default limit waits for its trigger again.
fn rest_of(order: &Order, reason: CancelReason) -> Rest {
    match reason {
        _ if !order.is_immediate() => Rest::Rests,
        _ if order.rearms(reason) => Rest::WaitsAgain,
        CancelReason::PoolCapacity if order.is_exit() => Rest::TakesAgain,
        _ => Rest::Leaves(reason),
    }
}

fn judge(request: &FillRequest, market: &Market, sub: &SubAccount, risk: &MarginAccounts, fill: &Applied) -> Step<()> {
    let risk = risk.clone().with_market_at(market, &request.price);
    match flaw(&risk, sub, fill, request.now)? {
        None => Ok(()),
        Some(error) => Err(Refusal(CancelReason::InsufficientMargin, error).into()),
    }
}

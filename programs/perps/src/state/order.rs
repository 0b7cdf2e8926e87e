//! Orders live inside their owner's sub-account.
use anchor_lang::prelude::*;

use perps_math::orders::pegged_limit;

use crate::arithmetic::OrRefuse;
use crate::constants::FILL_WINDOW_S;
use crate::events::{CanceledOrder, OrderRecord};

#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize)]
#[repr(u8)]
pub enum Side {
    Buy,
    Sell,
}

impl Side {
    /// Size with the sign of the base it adds.
    pub fn signed(self, size: u64) -> Option<i64> {
        let size = i64::try_from(size).ok()?;
        Some(if self == Side::Buy { size } else { -size })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize)]
#[repr(u8)]
pub enum OrderKind {
    Market,
    Limit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize)]
#[repr(u8)]
pub enum TimeInForce {
    GoodTillCancel,
    /// Fills what it can within its limit at its one price; the rest is dropped.
    ImmediateOrCancel,
    /// Fills whole at its one price or not at all.
    FillOrKill,
    /// As `GoodTillCancel` until `expires_at`.
    GoodTillTime,
}

/// Where an order stands between being placed and being filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize)]
#[repr(u8)]
pub enum OrderStage {
    /// May fill.
    Active,
    /// Waits for the oracle to reach its trigger price.
    AwaitingTrigger,
    /// A bracket's child: sleeps until its parent fills.
    AwaitingParent,
}

/// Which side of the trigger price sets an order off: a sell below or a buy above is a stop-loss, the others take profit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize)]
#[repr(u8)]
pub enum TriggerDirection {
    None,
    /// Oracle at or above the trigger price.
    Above,
    /// Oracle at or below it.
    Below,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize)]
#[repr(u8)]
pub enum OrderStatus {
    Open,
    Filled,
    Canceled,
}

/// Why an order left the book without being filled whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize)]
#[repr(u8)]
pub enum CancelReason {
    /// Its owner or delegate asked.
    Requested,
    /// Nobody filled it within its window.
    Lapsed,
    /// Its only possible price is beyond its limit.
    PriceLimit,
    /// A reduce-only order with nothing left to reduce.
    NothingToReduce,
    /// The fill would leave less margin than it needs.
    InsufficientMargin,
    /// The pool's caps leave no room for the rest.
    PoolCapacity,
    /// The account is being liquidated.
    Liquidation,
    /// The exchange or the market takes no new risk.
    RiskRefused,
    /// Its only possible price is too old, unsure or far from its average.
    PriceRefused,
    /// Its time has passed.
    Expired,
    /// Other orders of its group filled in its place.
    GroupFilled,
    /// The order it belongs to left the book unfilled.
    ParentGone,
    /// It would have traded with its own owner.
    SelfTrade,
    /// Its delegate's loss budget is used up.
    DelegateBudget,
    /// The account fell below initial margin, and anyone may take off orders that add risk.
    BelowInitialMargin,
    /// The market is being wound down.
    MarketSettled,
}

pub mod order_flags {
    pub const REDUCE_ONLY: u8 = 1;
    pub const POST_ONLY: u8 = 1 << 1;
    /// The limit follows the oracle at `peg_offset`, at most to `limit_price` where that is set.
    pub const PEGGED: u8 = 1 << 2;
    /// A limit order that crossed the pool's quote when placed: it takes at its one price first, and rests afterwards.
    pub const TAKES: u8 = 1 << 3;
    /// What fills of one order of the group is taken off the others.
    pub const ONE_CANCELS_OTHER: u8 = 1 << 4;
    /// A child: sized by what its parent filled.
    pub const BRACKET: u8 = 1 << 5;
    /// Placed or changed by the delegate, whose loss budget it counts against.
    pub const BY_DELEGATE: u8 = 1 << 6;
    /// Its limit is the market's default distance from the oracle when its clock started, not its owner's.
    pub const DEFAULT_LIMIT: u8 = 1 << 7;
}

/// One order slot; free when `in_use` is 0.
#[zero_copy]
#[derive(Debug, Default, PartialEq)]
pub struct Order {
    /// Rises by one with every order of the sub-account.
    pub order_id: u64,
    /// Chosen by the client; 0 is none.
    pub client_id: u64,
    /// Base 1e9.
    pub size: u64,
    pub filled: u64,
    /// Quote paid or received so far (1e6).
    pub quote_filled: u64,
    /// Price 1e6: no fill is worse for the owner. 0 where a pegged order has no bound, or a triggered market order
    /// takes the market's default distance from the oracle.
    pub limit_price: u64,
    /// Price 1e6; follows `trailing_extreme` at `trailing_distance` for a trailing stop.
    pub trigger_price: u64,
    /// Price 1e6; 0 for orders that do not trail.
    pub trailing_distance: u64,
    /// Best oracle price seen since the order woke (1e6).
    pub trailing_extreme: u64,
    /// Price 1e6, signed, from the oracle.
    pub peg_offset: i64,
    /// Unix seconds. Only prices published from `eligible_from` on may fill it.
    pub placed_at: i64,
    pub eligible_from: i64,
    /// 0 is never.
    pub expires_at: i64,
    /// Chosen by the client: brackets, one-cancels-other, scaled and sliced orders. 0 is none.
    pub group_id: u32,
    pub market_index: u16,
    pub in_use: u8,
    /// `OrderKind`, `Side`, `TimeInForce`, bits of `order_flags`.
    pub kind: u8,
    pub side: u8,
    pub time_in_force: u8,
    pub flags: u8,
    /// `TriggerDirection`, `OrderStage`.
    pub trigger_direction: u8,
    pub stage: u8,
    pub _padding: [u8; 3],
    /// Order that a bracket's child belongs to.
    pub parent_id: u64,
}

/// Base 1e9.
#[derive(Clone, Copy)]
pub struct Fillable {
    pub size: u64,
    /// Of the position: a fill of more adds risk.
    pub reducible: u64,
}

impl Order {
    pub fn remaining(&self) -> u64 {
        self.size.saturating_sub(self.filled)
    }

    pub fn side(&self) -> Side {
        if self.is_buy() {
            Side::Buy
        } else {
            Side::Sell
        }
    }

    pub fn is_buy(&self) -> bool {
        self.side == Side::Buy as u8
    }

    pub fn is_reduce_only(&self) -> bool {
        self.has(order_flags::REDUCE_ONLY)
    }

    pub fn is_post_only(&self) -> bool {
        self.has(order_flags::POST_ONLY)
    }

    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub fn set(&mut self, flag: u8, on: bool) {
        self.flags = if on { self.flags | flag } else { self.flags & !flag };
    }

    pub fn is_active(&self) -> bool {
        self.in_use != 0 && self.stage == OrderStage::Active as u8
    }

    pub fn awaits_trigger(&self) -> bool {
        self.in_use != 0 && self.stage == OrderStage::AwaitingTrigger as u8
    }

    pub fn awaits_parent(&self) -> bool {
        self.in_use != 0 && self.stage == OrderStage::AwaitingParent as u8
    }

    pub fn is_child_of(&self, parent_id: u64) -> bool {
        self.in_use != 0 && self.has(order_flags::BRACKET) && self.parent_id == parent_id
    }

    pub fn has_trigger(&self) -> bool {
        self.trigger_direction != TriggerDirection::None as u8
    }

    pub fn trails(&self) -> bool {
        self.trailing_distance != 0
    }

    /// The order's price limit (1e6) where the oracle stands at `oracle`.
    pub fn limit_at(&self, oracle: u64) -> Result<u64> {
        if self.has(order_flags::PEGGED) {
            pegged_limit(self.is_buy(), oracle, self.peg_offset, self.limit_price).or_refuse()
        } else {
            Ok(self.limit_price)
        }
    }

    /// A position of this base is what the order, if it is reduce-only, can reduce.
    pub fn reduces(&self, base: i64) -> bool {
        if self.is_buy() {
            base < 0
        } else {
            base > 0
        }
    }

    /// What a fill may take of the order where the account holds `base`: what remains, reduce-only at most what there is
    /// to reduce.
    pub fn fillable(&self, base: i64) -> Fillable {
        let reducible = if self.reduces(base) { base.unsigned_abs() } else { 0 };
        let size = if self.is_reduce_only() { self.remaining().min(reducible) } else { self.remaining() };
        Fillable { size, reducible }
    }

    /// Never rests: filled at its one price, or gone.
    pub fn is_immediate(&self) -> bool {
        self.kind == OrderKind::Market as u8
            || self.time_in_force == TimeInForce::ImmediateOrCancel as u8
            || self.time_in_force == TimeInForce::FillOrKill as u8
    }

    /// Unix second from which a taker's order can no longer fill at its one price.
    pub fn lapses_at(&self) -> i64 {
        self.eligible_from.saturating_add(FILL_WINDOW_S)
    }

    /// Takes at the one price Pyth published across `eligible_from`, where a resting order fills at the cached one. An
    /// owner who could still take it back or change it would look at the price first and then decide. A limit order that
    /// crossed when its clock started rests once its window has passed.
    pub fn is_in_flight(&self, now: i64) -> bool {
        self.is_active() && (self.is_immediate() || self.has(order_flags::TAKES)) && now < self.lapses_at()
    }

    /// Fills at one price, or will once it is set off, woken or waits again: whoever placed it cannot take it back then.
    /// All others rest.
    pub fn takes(&self, now: i64) -> bool {
        self.in_use != 0 && (!self.is_active() || self.is_immediate() || self.is_in_flight(now))
    }

    /// An order in flight does not expire: an expiry just after `eligible_from` would leave its fill to a keeper of the
    /// owner's.
    pub fn is_expired(&self, now: i64) -> bool {
        self.expires_at != 0 && now >= self.expires_at && !self.is_in_flight(now)
    }

    /// A market order that only reduces: its owner wants out, at once and with all of it.
    pub fn is_exit(&self) -> bool {
        self.is_reduce_only()
            && self.kind == OrderKind::Market as u8
            && self.time_in_force != TimeInForce::FillOrKill as u8
    }

    /// Whether the order waits for its trigger again instead of leaving for `reason`: a stop that protects a position,
    /// without a limit of its owner's, must not be lost because the price ran past the default one, or nobody came.
    pub fn rearms(&self, reason: CancelReason) -> bool {
        let is_of_the_moment =
            matches!(reason, CancelReason::PriceLimit | CancelReason::PriceRefused | CancelReason::Lapsed);
        is_of_the_moment && self.is_reduce_only() && self.has_trigger() && self.has(order_flags::DEFAULT_LIMIT)
    }

    /// Back to where it waits for its trigger. It keeps its clock: the price that it missed may set it off again.
    pub fn rearm(&mut self) {
        self.stage = OrderStage::AwaitingTrigger as u8;
        self.limit_price = 0;
        self.set(order_flags::DEFAULT_LIMIT, false);
    }

    /// Had one chance and nobody took it.
    pub fn has_lapsed(&self, now: i64) -> bool {
        self.is_active() && self.is_immediate() && now >= self.lapses_at()
    }

    pub fn canceled(&self, reason: CancelReason) -> CanceledOrder {
        CanceledOrder {
            order_id: self.order_id,
            client_id: self.client_id,
            market_index: self.market_index,
            filled: self.filled,
            reason,
        }
    }

    /// The order as events tell it.
    pub fn record(&self) -> OrderRecord {
        OrderRecord {
            order_id: self.order_id,
            client_id: self.client_id,
            kind: if self.kind == OrderKind::Market as u8 { OrderKind::Market } else { OrderKind::Limit },
            side: self.side(),
            time_in_force: match self.time_in_force {
                t if t == TimeInForce::ImmediateOrCancel as u8 => TimeInForce::ImmediateOrCancel,
                t if t == TimeInForce::FillOrKill as u8 => TimeInForce::FillOrKill,
                t if t == TimeInForce::GoodTillTime as u8 => TimeInForce::GoodTillTime,
                _ => TimeInForce::GoodTillCancel,
            },
            flags: self.flags,
            stage: match self.stage {
                s if s == OrderStage::AwaitingTrigger as u8 => OrderStage::AwaitingTrigger,
                s if s == OrderStage::AwaitingParent as u8 => OrderStage::AwaitingParent,
                _ => OrderStage::Active,
            },
            size: self.size,
            filled: self.filled,
            limit_price: self.limit_price,
            trigger_price: self.trigger_price,
            trigger_direction: match self.trigger_direction {
                d if d == TriggerDirection::Above as u8 => TriggerDirection::Above,
                d if d == TriggerDirection::Below as u8 => TriggerDirection::Below,
                _ => TriggerDirection::None,
            },
            trailing_distance: self.trailing_distance,
            trailing_extreme: self.trailing_extreme,
            peg_offset: self.peg_offset,
            eligible_from: self.eligible_from,
            expires_at: self.expires_at,
            group_id: self.group_id,
            parent_id: self.parent_id,
        }
    }
}

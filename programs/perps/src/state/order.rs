//! Orders live inside their owner's sub-account.
use anchor_lang::prelude::*;

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
    ImmediateOrCancel,
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
}

pub mod order_flags {
    pub const REDUCE_ONLY: u8 = 1;
    pub const POST_ONLY: u8 = 1 << 1;
}

/// One order slot; free when `in_use` is 0. Trigger, trailing, peg and group fields belong to order
/// kinds that follow.
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
    /// Price 1e6: no fill is worse for the owner.
    pub limit_price: u64,
    pub trigger_price: u64,
    pub trailing_distance: u64,
    pub trailing_extreme: u64,
    pub peg_offset: i64,
    /// Unix seconds. Only prices published from `eligible_from` on may fill it.
    pub placed_at: i64,
    pub eligible_from: i64,
    pub expires_at: i64,
    pub group_id: u32,
    pub market_index: u16,
    pub in_use: u8,
    /// `OrderKind`, `Side`, `TimeInForce`, bits of `order_flags`.
    pub kind: u8,
    pub side: u8,
    pub time_in_force: u8,
    pub flags: u8,
    pub trigger_direction: u8,
    pub _reserved: [u8; 12],
}

impl Order {
    pub fn remaining(&self) -> u64 {
        self.size.saturating_sub(self.filled)
    }

    pub fn is_buy(&self) -> bool {
        self.side == Side::Buy as u8
    }

    pub fn is_reduce_only(&self) -> bool {
        self.flags & order_flags::REDUCE_ONLY != 0
    }

    pub fn is_post_only(&self) -> bool {
        self.flags & order_flags::POST_ONLY != 0
    }

    /// Takers are filled with the one price Pyth published across `eligible_from`; a resting order
    /// with the cached price.
    pub fn takes_at_one_price(&self) -> bool {
        self.kind == OrderKind::Market as u8 || self.time_in_force == TimeInForce::ImmediateOrCancel as u8
    }
}

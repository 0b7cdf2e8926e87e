//! What the pool would give for an order: its room and its curve at one price.
use anchor_lang::prelude::*;
use perps_math::orders::is_no_worse;
use perps_math::pool::{self, PoolCurve};

use crate::arithmetic::{signed, OrRefuse};
use crate::state::{Market, OraclePrice};

pub struct PoolOffer {
    is_buy: bool,
    curve: PoolCurve,
    step: u64,
    /// Base the pool takes in one fill, on the step (1e9).
    pub room: u64,
}

impl PoolOffer {
    /// To a taker who buys or sells, inside `cap` of the pool's equity.
    pub fn new(market: &Market, price: &OraclePrice, is_buy: bool, cap: u32) -> Result<Self> {
        let one_fill = pool::one_fill_cap(market.params.depth_k).or_refuse()?;
        // A fill at a price leaves the pool's equity at that price as it is: below zero it would pay with what is not its
        // own. `settle_market` is the way out then.
        let is_gone = market.pool_equity(price.price)? < 0;
        let free = if is_gone { 0 } else { market.pool_room(price.price, is_buy, cap)? };
        let room = market.floor_to_step(free.min(one_fill));
        Ok(PoolOffer { is_buy, curve: market.pool_curve(price)?, step: market.params.step_size, room })
    }

    /// (size, quote) of the largest part of `size` that there is room for within the limit (base 1e9, quote and price
    /// 1e6).
    pub fn part(&self, size: u64, limit_price: u64) -> Result<(u64, u64)> {
        pool::largest_fill(&self.curve, self.is_buy, limit_price, size.min(self.room), self.step).or_refuse()
    }

    /// Quote of `size` (base 1e9).
    pub fn quote(&self, size: u64) -> Result<u64> {
        let base = if self.is_buy { signed(size)? } else { -signed(size)? };
        pool::pool_quote(&self.curve, base).or_refuse()
    }

    /// Whether the pool would give a better price than `quote` for `size`, or for what of it there is room.
    pub fn beats(&self, size: u64, quote: u64) -> Result<bool> {
        let part = size.min(self.room);
        Ok(part > 0 && !is_no_worse(self.is_buy, size, quote, part, self.quote(part)?).or_refuse()?)
    }
}

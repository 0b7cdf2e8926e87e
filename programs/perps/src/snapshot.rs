//! What a fill changes in a sub-account before it is judged, so that a refused one leaves nothing behind.
use perps_math::limits::WarmUp;

use crate::constants::MAX_POSITIONS;
use crate::state::{Order, Position, SubAccount};

/// Not the whole account: a fill may hold five of these, and the heap never frees.
pub struct Snapshot {
    order_at: usize,
    order: Order,
    pub positions: [Position; MAX_POSITIONS],
    pub quote_balance: i64,
    delegate_spent: u64,
    delegate_spent_at: i64,
    warm_up: WarmUp,
    interest_at: i64,
    maker_volume: u64,
}

impl Snapshot {
    pub fn of(sub: &SubAccount, order_at: usize) -> Box<Self> {
        Box::new(Snapshot {
            order_at,
            order: sub.orders[order_at],
            positions: sub.positions,
            quote_balance: sub.quote_balance(),
            delegate_spent: sub.delegate_spent,
            delegate_spent_at: sub.delegate_spent_at,
            warm_up: sub.warm_up(),
            interest_at: sub.interest_at,
            maker_volume: sub.maker_volume,
        })
    }

    pub fn restore(&self, sub: &mut SubAccount) {
        sub.orders[self.order_at] = self.order;
        sub.positions = self.positions;
        sub.collaterals[0].amount = self.quote_balance;
        sub.delegate_spent = self.delegate_spent;
        sub.delegate_spent_at = self.delegate_spent_at;
        sub.set_warm_up(&self.warm_up);
        sub.interest_at = self.interest_at;
        sub.maker_volume = self.maker_volume;
    }
}

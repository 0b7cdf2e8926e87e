//! A margin account: collateral, positions and orders of one trader, margined together.
use anchor_lang::prelude::*;

use perps_math::limits::{budget_spent, WarmUp};

use super::order::{order_flags, Order};
use crate::arithmetic::OrRefuse;
use crate::constants::{MAX_COLLATERALS, MAX_ORDERS, MAX_POSITIONS, QUOTE_VAULT_INDEX};
use crate::errors::PerpsError;

#[zero_copy]
#[derive(Debug, Default, PartialEq)]
pub struct Collateral {
    /// Native units of the mint. Only the quote balance may be negative.
    pub amount: i64,
    pub vault_index: u16,
    pub in_use: u8,
    pub _padding: [u8; 5],
}

/// One position slot, held while it has base, open orders or a part in a debt.
#[zero_copy]
#[derive(Debug, Default, PartialEq)]
pub struct Position {
    /// Signed (base 1e9).
    pub base: i64,
    /// Quote cash of the open base (1e6): negative for a long.
    pub quote_entry: i64,
    /// The same with fees and funding of the open base, for display.
    pub quote_break_even: i64,
    /// The market's index of this side when funding was last settled (1e9).
    pub last_funding_index: i64,
    /// Since the slot was taken (quote 1e6).
    pub realised_pnl: i64,
    pub funding_paid: i64,
    pub fees_paid: u64,
    /// Remaining base of open orders that may add risk (1e9).
    pub open_bids: u64,
    pub open_asks: u64,
    pub opened_at: i64,
    pub market_index: u16,
    pub in_use: u8,
    /// Open orders of any kind in this market.
    pub open_orders: u8,
    pub _padding: [u8; 4],
    /// Cash this market cost the account while it came to owe quote (1e6): the share of the debt this market bears if
    /// the account cannot pay. Forgotten when the account owes nothing.
    pub debt_loss: u64,
}

#[account(zero_copy)]
#[derive(Debug)]
pub struct SubAccount {
    pub version: u8,
    pub bump: u8,
    pub id: u16,
    /// Requests to the pool that may still return quote here.
    pub pool_tickets: u16,
    /// 1 when locked to `isolated_market`: an isolated position is a sub-account of its own.
    pub is_isolated: u8,
    pub _padding: u8,
    pub authority: Pubkey,
    /// May trade until `delegate_expires_at`, never move funds. Default key: none.
    pub delegate: Pubkey,
    pub delegate_expires_at: i64,
    pub sequence: u64,
    pub next_order_id: u64,
    /// Slot 0 is always the quote token.
    pub collaterals: [Collateral; MAX_COLLATERALS],
    pub positions: [Position; MAX_POSITIONS],
    pub orders: [Order; MAX_ORDERS],
    /// What orders of the delegate may lose against the oracle, fees included, in 24 hours (quote 1e6), and what of it
    /// is used, as of `delegate_spent_at`.
    pub delegate_budget: u64,
    pub delegate_spent: u64,
    pub delegate_spent_at: i64,
    /// Realised profit that is margin but cannot leave yet (quote 1e6): `perps_math::limits::WarmUp`.
    pub warm_up_locked: u64,
    pub warm_up_from: i64,
    pub warm_up_until: i64,
    /// Up to when interest on a negative quote balance is charged (unix seconds).
    pub interest_at: i64,
    /// Traded as maker since the owner's `UserAccount` was last told (quote 1e6).
    pub maker_volume: u64,
    pub isolated_market: u16,
    /// Tier of the owner's volume when this account last took, and until when it counts for rebates (unix seconds).
    pub fee_tier: u16,
    pub _fee_tier_padding: [u8; 4],
    pub fee_tier_until: i64,
    pub _reserved: [u8; 48],
}

impl SubAccount {
    pub fn may_trade(&self, key: &Pubkey, now: i64) -> bool {
        *key == self.authority || (*key == self.delegate && now < self.delegate_expires_at)
    }

    pub fn quote_balance(&self) -> i64 {
        self.collaterals[0].amount
    }

    /// What of the delegate's budget is still spent (quote 1e6). A clock that went back counts as standing still.
    pub fn delegate_spent_by(&self, now: i64) -> Result<u64> {
        let elapsed_s = now.saturating_sub(self.delegate_spent_at).max(0).unsigned_abs();
        budget_spent(self.delegate_spent, self.delegate_budget, elapsed_s).or_refuse()
    }

    /// Brings what the delegate has spent up to now.
    pub fn restore_delegate_budget(&mut self, now: i64) -> Result<()> {
        self.delegate_spent = self.delegate_spent_by(now)?;
        self.delegate_spent_at = self.delegate_spent_at.max(now);
        Ok(())
    }

    pub fn warm_up(&self) -> WarmUp {
        WarmUp { locked: self.warm_up_locked, from: self.warm_up_from, until: self.warm_up_until }
    }

    pub fn set_warm_up(&mut self, warm_up: &WarmUp) {
        (self.warm_up_locked, self.warm_up_from, self.warm_up_until) = (warm_up.locked, warm_up.from, warm_up.until);
    }

    /// Balance in the token of a vault, native units.
    pub fn balance(&self, vault_index: u16) -> i64 {
        self.collaterals.iter().find(|c| c.in_use != 0 && c.vault_index == vault_index).map_or(0, |c| c.amount)
    }

    /// The slot of a mint, taken if it is not held yet.
    pub fn collateral_slot(&mut self, vault_index: u16) -> Result<&mut Collateral> {
        let at = self
            .collaterals
            .iter()
            .position(|c| c.in_use != 0 && c.vault_index == vault_index)
            .or_else(|| self.collaterals.iter().position(|c| c.in_use == 0))
            .ok_or(PerpsError::CollateralSlotsFull)?;
        let slot = &mut self.collaterals[at];
        slot.vault_index = vault_index;
        slot.in_use = 1;
        Ok(slot)
    }

    /// Changes the balance of a token; frees the slot of an emptied mint. The quote balance has its own door: `cash`.
    pub fn change_collateral(&mut self, vault_index: u16, change: i64) -> Result<i64> {
        require_neq!(vault_index, QUOTE_VAULT_INDEX, PerpsError::WrongAccount);
        let slot = self.collateral_slot(vault_index)?;
        let amount = slot.amount.checked_add(change).ok_or(PerpsError::MathOverflow)?;
        require!(amount >= 0, PerpsError::InsufficientBalance);
        slot.amount = amount;
        if amount == 0 {
            *slot = Collateral::default();
        }
        Ok(amount)
    }

    pub fn position_slot(&self, market_index: u16) -> Option<usize> {
        self.positions.iter().position(|p| p.in_use != 0 && p.market_index == market_index)
    }

    /// The slot of a market, taken if it is not held yet.
    pub fn take_position_slot(&mut self, market_index: u16) -> Result<usize> {
        if let Some(at) = self.position_slot(market_index) {
            return Ok(at);
        }
        let at = self.positions.iter().position(|p| p.in_use == 0).ok_or(PerpsError::PositionSlotsFull)?;
        self.positions[at] = Position { market_index, in_use: 1, ..Position::default() };
        Ok(at)
    }

    /// Frees a slot that holds neither base nor orders and has no part in a debt.
    pub fn release_position_slot(&mut self, at: usize) {
        let p = &self.positions[at];
        if p.base == 0 && p.open_orders == 0 && p.debt_loss == 0 {
            self.positions[at] = Position::default();
        }
    }

    pub fn order_slot(&self, order_id: u64) -> Result<usize> {
        self.orders
            .iter()
            .position(|o| o.in_use != 0 && o.order_id == order_id)
            .ok_or_else(|| error!(PerpsError::OrderNotFound))
    }

    /// The open order that a bracket's child belongs to.
    pub fn parent_of(&self, child: &Order) -> Option<&Order> {
        let is_child = child.has(order_flags::BRACKET);
        self.orders.iter().find(|o| is_child && o.in_use != 0 && o.order_id == child.parent_id)
    }

    pub fn open_order_count(&self) -> usize {
        self.orders.iter().filter(|o| o.in_use != 0).count()
    }

    /// Takes an order off the book and its remainder out of the worst case.
    pub fn remove_order(&mut self, at: usize) -> Result<Order> {
        let order = self.orders[at];
        self.orders[at] = Order::default();
        let slot = self.position_slot(order.market_index).ok_or(PerpsError::OrderNotFound)?;
        self.change_open_size(slot, &order, order.remaining(), 0)?;
        self.positions[slot].open_orders = self.positions[slot].open_orders.saturating_sub(1);
        self.release_position_slot(slot);
        Ok(order)
    }

    /// Moves an order's share of the worst case from `before` to `after`. Reduce-only orders have none.
    pub fn change_open_size(&mut self, slot: usize, order: &Order, before: u64, after: u64) -> Result<()> {
        if order.is_reduce_only() {
            return Ok(());
        }
        let p = &mut self.positions[slot];
        let total = if order.is_buy() { &mut p.open_bids } else { &mut p.open_asks };
        *total = total.checked_sub(before).and_then(|t| t.checked_add(after)).ok_or(PerpsError::MathOverflow)?;
        Ok(())
    }

    /// Owes quote and has nothing left to pay it with. What faded tokens are good for is `MarginAccounts::is_bankrupt`'s.
    pub fn is_bankrupt(&self) -> bool {
        self.holds_only_debt_and_tokens() && !self.holds_tokens()
    }

    /// Owes quote and holds no position.
    pub fn holds_only_debt_and_tokens(&self) -> bool {
        self.quote_balance() < 0 && self.positions.iter().all(|p| p.base == 0)
    }

    /// Collateral besides the quote.
    pub fn holds_tokens(&self) -> bool {
        self.collaterals.iter().skip(1).any(|c| c.amount != 0)
    }

    /// Without positions, orders and requests to the pool.
    pub fn is_idle(&self) -> bool {
        self.pool_tickets == 0
            && self.positions.iter().all(|p| p.in_use == 0)
            && self.orders.iter().all(|o| o.in_use == 0)
    }

    /// Nothing held, owed, open or under way.
    pub fn is_empty(&self) -> bool {
        self.is_idle() && self.collaterals.iter().all(|c| c.amount == 0)
    }
}

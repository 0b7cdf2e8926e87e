//! One event per instruction, by self-CPI. Sequences are gapless per account: they rise by one with
//! each event that names the account. Sizes base 1e9, quote 1e6, prices 1e6, times in unix seconds.
use anchor_lang::prelude::*;

use crate::state::{
    CancelReason, ExchangeParams, MarketParams, OrderKind, OrderStatus, Side, TimeInForce, TokenVaultParams,
};

#[event]
pub struct ExchangeInitialized {
    pub sequence: u64,
    pub quote_mint: Pubkey,
    pub params: ExchangeParams,
    pub at: i64,
}

#[event]
pub struct PauseChanged {
    pub sequence: u64,
    pub authority: Pubkey,
    pub pause_bits: u16,
    pub at: i64,
}

#[event]
pub struct TokenVaultInitialized {
    pub token_vault: Pubkey,
    pub sequence: u64,
    pub index: u16,
    pub mint: Pubkey,
    pub decimals: u8,
    pub params: TokenVaultParams,
    pub at: i64,
}

#[event]
pub struct MarketInitialized {
    pub market: Pubkey,
    pub sequence: u64,
    pub index: u16,
    pub symbol: [u8; 16],
    pub params: MarketParams,
    pub at: i64,
}

#[event]
pub struct UserAccountCreated {
    pub user_account: Pubkey,
    pub authority: Pubkey,
    pub at: i64,
}

#[event]
pub struct SubAccountCreated {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub authority: Pubkey,
    pub id: u16,
    pub at: i64,
}

#[event]
pub struct SubAccountUpdated {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub delegate: Pubkey,
    pub delegate_expires_at: i64,
    pub at: i64,
}

#[event]
pub struct SubAccountClosed {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub authority: Pubkey,
    pub id: u16,
    pub at: i64,
}

#[event]
pub struct CollateralDeposited {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub token_vault: Pubkey,
    pub token_vault_sequence: u64,
    pub mint: Pubkey,
    pub amount: u64,
    pub balance_after: i64,
    pub vault_total_after: u64,
    pub at: i64,
}

#[event]
pub struct CollateralWithdrawn {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub token_vault: Pubkey,
    pub token_vault_sequence: u64,
    pub mint: Pubkey,
    pub amount: u64,
    pub balance_after: i64,
    pub vault_total_after: u64,
    pub at: i64,
}

#[event]
pub struct OrderPlaced {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub order_id: u64,
    pub client_id: u64,
    pub kind: OrderKind,
    pub side: Side,
    pub time_in_force: TimeInForce,
    /// Bits of `order_flags`.
    pub flags: u8,
    pub size: u64,
    pub limit_price: u64,
    pub oracle_price: u64,
    pub eligible_from: i64,
    pub at: i64,
}

#[derive(Clone, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct CanceledOrder {
    pub order_id: u64,
    pub client_id: u64,
    pub market_index: u16,
    pub filled: u64,
}

#[event]
pub struct OrderCanceled {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub orders: Vec<CanceledOrder>,
    pub reason: CancelReason,
    pub at: i64,
}

#[event]
pub struct OrderFilled {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub market: Pubkey,
    pub market_sequence: u64,
    pub market_index: u16,
    pub order_id: u64,
    pub client_id: u64,
    pub side: Side,
    /// This fill.
    pub size: u64,
    pub quote: u64,
    pub fee: u64,
    pub keeper_reward: u64,
    pub realised_pnl: i64,
    /// Paid (+) or received (−) on the position before the fill.
    pub funding_payment: i64,
    /// The price it was filled from.
    pub oracle_price: u64,
    pub publish_time: i64,
    /// The order after it.
    pub order_filled: u64,
    pub order_status: OrderStatus,
    pub cancel_reason: Option<CancelReason>,
    /// The position and balance after it.
    pub position_base: i64,
    pub position_quote_entry: i64,
    pub position_quote_break_even: i64,
    pub quote_balance: i64,
    /// The market after it.
    pub open_interest_long: u64,
    pub open_interest_short: u64,
    pub pool_base: i64,
    pub pool_quote: i64,
    pub pool_allocation: u64,
    pub funding_index_long: i64,
    pub funding_index_short: i64,
    /// Who was paid for the fill.
    pub keeper_sub_account: Option<Pubkey>,
    pub keeper_sequence: u64,
    pub keeper_quote_balance: i64,
    pub at: i64,
}

#[event]
pub struct FundingAccrued {
    pub market: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub index_long: i64,
    pub index_short: i64,
    /// What longs pay per base unit and day (price 1e6).
    pub rate_daily: i64,
    pub oracle_price: u64,
    pub mark_price: u64,
    /// Seconds this accrual covered, and seconds no accrual will ever cover.
    pub elapsed_s: i64,
    pub forgiven_s: i64,
    pub pot: i64,
    pub at: i64,
}

#[event]
pub struct PositionLiquidated {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub market: Pubkey,
    pub market_sequence: u64,
    pub market_index: u16,
    /// Signed change of the account's base, and the quote it paid (−) or received (+).
    pub base_change: i64,
    pub quote_change: i64,
    pub realised_pnl: i64,
    pub funding_payment: i64,
    pub liquidation_fee: u64,
    pub insurance_fee: u64,
    pub liquidator_reward: u64,
    pub oracle_price: u64,
    pub publish_time: i64,
    /// Orders taken off first.
    pub canceled_orders: Vec<CanceledOrder>,
    pub position_base: i64,
    pub position_quote_entry: i64,
    pub position_quote_break_even: i64,
    pub quote_balance: i64,
    /// Bankruptcy: the loss and who bore it.
    pub loss: u64,
    pub loss_insurance: u64,
    pub loss_pool: u64,
    pub loss_socialised: u64,
    pub loss_deficit: u64,
    /// The market after it.
    pub open_interest_long: u64,
    pub open_interest_short: u64,
    pub pool_base: i64,
    pub pool_quote: i64,
    pub pool_allocation: u64,
    pub funding_index_long: i64,
    pub funding_index_short: i64,
    pub insurance_balance: u64,
    pub insurance_sequence: u64,
    pub liquidator_sub_account: Option<Pubkey>,
    pub liquidator_sequence: u64,
    pub liquidator_quote_balance: i64,
    pub at: i64,
}

#[event]
pub struct PoolDepositRequested {
    pub sequence: u64,
    pub sub_account: Pubkey,
    pub sub_account_sequence: u64,
    pub ticket: Pubkey,
    pub ticket_id: u64,
    pub owner: Pubkey,
    pub amount: u64,
    pub quote_balance: i64,
    pub at: i64,
}

#[event]
pub struct PoolSharesMinted {
    pub sequence: u64,
    pub ticket: Pubkey,
    pub ticket_id: u64,
    pub owner: Pubkey,
    /// What became shares; 0 when the request had expired and was returned.
    pub amount: u64,
    pub shares: u64,
    pub returned: u64,
    pub sub_account: Pubkey,
    /// Sequence and balance of the sub-account when quote was returned, else 0.
    pub sub_account_sequence: u64,
    pub quote_balance: i64,
    pub total_shares: u64,
    pub net_asset_value: u64,
    pub idle: u64,
    pub epoch: u64,
    pub at: i64,
}

#[event]
pub struct PoolAllocated {
    pub sequence: u64,
    pub market: Pubkey,
    pub market_sequence: u64,
    pub market_index: u16,
    /// Into (+) or out of (−) the market.
    pub amount: i64,
    pub allocation_after: u64,
    pub pool_quote_after: i64,
    pub idle_after: u64,
    pub at: i64,
}

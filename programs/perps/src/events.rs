//! One event per instruction, by self-CPI. Sequences are gapless per account: they rise by one with
//! each event that names the account. Sizes base 1e9, quote 1e6, prices 1e6, times in unix seconds.
use anchor_lang::prelude::*;

use crate::state::{
    CancelReason, ChangePayload, ExchangeParams, MarketParams, OrderKind, OrderStage, OrderStatus, Side, TimeInForce,
    TokenVaultParams, TriggerDirection,
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
pub struct ChangeProposed {
    pub sequence: u64,
    pub change: Pubkey,
    pub change_id: u64,
    pub payload_hash: [u8; 32],
    pub proposer: Pubkey,
    /// May be executed from here on.
    pub eta: i64,
    pub at: i64,
}

#[event]
pub struct ChangeExecuted {
    pub sequence: u64,
    pub change: Pubkey,
    pub change_id: u64,
    pub payload: ChangePayload,
    /// The market, token vault or insurance fund it changed and that account's sequence, else the default key and 0.
    pub target: Pubkey,
    pub target_sequence: u64,
    pub at: i64,
}

#[event]
pub struct ChangeCanceled {
    pub sequence: u64,
    pub change: Pubkey,
    pub change_id: u64,
    pub authority: Pubkey,
    pub at: i64,
}

/// The market and the vault after it; `None` where it touched none.
#[event]
pub struct RiskTightened {
    pub sequence: u64,
    pub authority: Pubkey,
    pub market: Option<TightenedMarket>,
    pub token_vault: Option<TightenedVault>,
    pub at: i64,
}

#[derive(Clone, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct TightenedMarket {
    pub market: Pubkey,
    pub index: u16,
    pub sequence: u64,
    pub status: u8,
    pub open_interest_cap: u64,
    pub initial_margin_bps: u16,
    pub spread_ppm: u32,
}

#[derive(Clone, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct TightenedVault {
    pub token_vault: Pubkey,
    pub index: u16,
    pub sequence: u64,
    pub deposit_cap: u64,
    pub initial_weight_bps: u32,
}

/// Fees of a market, and interest in the quote vault, moved to whom they belong.
#[event]
pub struct FeesCollected {
    pub market: Pubkey,
    pub market_sequence: u64,
    pub market_index: u16,
    pub to_insurance: u64,
    pub to_treasury: u64,
    /// Interest of debtors, to the pool's idle quote.
    pub to_pool: u64,
    /// Of the market's deficit repaid first.
    pub deficit_repaid: u64,
    pub deficit: u64,
    pub insurance_sequence: u64,
    pub insurance_balance: u64,
    pub pool_sequence: u64,
    pub pool_idle: u64,
    /// The quote vault.
    pub token_vault: Pubkey,
    pub token_vault_sequence: u64,
    pub treasury_sub_account: Pubkey,
    pub treasury_sequence: u64,
    pub treasury_quote_balance: i64,
    pub at: i64,
}

#[event]
pub struct InsuranceRefilled {
    pub sequence: u64,
    pub sub_account: Pubkey,
    pub sub_account_sequence: u64,
    pub amount: u64,
    /// What of it went to the deficit of a market, and the market after it.
    pub deficit_repaid: u64,
    pub market: Option<MarketRecord>,
    pub balance: u64,
    pub quote_balance: i64,
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
pub struct UserAccountUpdated {
    pub user_account: Pubkey,
    pub authority: Pubkey,
    pub name: [u8; 32],
    pub referrer: Pubkey,
    pub at: i64,
}

#[event]
pub struct ReferralRewardsCollected {
    pub user_account: Pubkey,
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub token_vault: Pubkey,
    pub token_vault_sequence: u64,
    pub amount: u64,
    /// Charged on a negative balance before.
    pub interest: u64,
    pub quote_balance: i64,
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
    /// Quote 1e6 in 24 hours.
    pub delegate_budget: u64,
    pub isolated_market: Option<u16>,
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
    /// Charged on a debt first, to the pool.
    pub interest: u64,
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

/// Collateral moved between two sub-accounts of one owner.
#[event]
pub struct CollateralTransferred {
    pub from: Pubkey,
    pub from_sequence: u64,
    pub to: Pubkey,
    pub to_sequence: u64,
    pub token_vault: Pubkey,
    pub token_vault_sequence: u64,
    pub mint: Pubkey,
    pub amount: u64,
    /// Charged on the receiver's debt first, to the pool.
    pub interest: u64,
    pub from_balance: i64,
    pub to_balance: i64,
    pub at: i64,
}

/// An order as it stands after an instruction wrote it.
#[derive(Clone, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize)]
pub struct OrderRecord {
    pub order_id: u64,
    pub client_id: u64,
    pub kind: OrderKind,
    pub side: Side,
    pub time_in_force: TimeInForce,
    /// Bits of `order_flags`.
    pub flags: u8,
    pub stage: OrderStage,
    pub size: u64,
    pub filled: u64,
    pub limit_price: u64,
    pub trigger_price: u64,
    pub trigger_direction: TriggerDirection,
    pub trailing_distance: u64,
    pub trailing_extreme: u64,
    pub peg_offset: i64,
    pub eligible_from: i64,
    pub expires_at: i64,
    pub group_id: u32,
    pub parent_id: u64,
}

#[event]
pub struct OrderPlaced {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub orders: Vec<OrderRecord>,
    pub oracle_price: u64,
    pub by_delegate: bool,
    pub at: i64,
}

#[event]
pub struct OrderModified {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub order: OrderRecord,
    pub oracle_price: u64,
    pub by_delegate: bool,
    pub at: i64,
}

/// The oracle reached an order's trigger price; it may fill from `order.eligible_from` on.
#[event]
pub struct OrderTriggered {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub order: OrderRecord,
    pub oracle_price: u64,
    pub publish_time: i64,
    pub at: i64,
}

/// A stop that was set off missed its moment: it waits for its trigger price again.
#[event]
pub struct OrderRearmed {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub order: OrderRecord,
    pub reason: CancelReason,
    pub at: i64,
}

#[event]
pub struct TrailingStopMoved {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub order_id: u64,
    pub trailing_extreme: u64,
    pub trigger_price: u64,
    pub publish_time: i64,
    pub at: i64,
}

#[derive(Clone, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct CanceledOrder {
    pub order_id: u64,
    pub client_id: u64,
    pub market_index: u16,
    pub filled: u64,
    pub reason: CancelReason,
}

#[event]
pub struct OrderCanceled {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub orders: Vec<CanceledOrder>,
    pub at: i64,
}

/// One side of a fill after it: order, position, balance.
#[derive(Clone, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct FillParty {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub order_id: u64,
    pub client_id: u64,
    pub realised_pnl: i64,
    /// Paid (+) or received (−) on the position before the fill.
    pub funding_payment: i64,
    /// Charged on a negative balance before the fill.
    pub interest: u64,
    pub order_filled: u64,
    pub order_status: OrderStatus,
    pub cancel_reason: Option<CancelReason>,
    pub position_base: i64,
    pub position_quote_entry: i64,
    pub position_quote_break_even: i64,
    pub quote_balance: i64,
    /// Other orders of the account that the fill took off, and those it woke or resized; its own where that goes on with
    /// a new clock, waits for its trigger again or sleeps.
    pub canceled: Vec<CanceledOrder>,
    pub changed: Vec<OrderRecord>,
}

/// A resting order's part of a fill. Size 0: it could not fill and was taken off.
#[derive(Clone, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct MakerFill {
    pub size: u64,
    pub quote: u64,
    pub rebate: u64,
    pub party: FillParty,
}

#[event]
pub struct OrderFilled {
    pub market: Pubkey,
    pub market_sequence: u64,
    pub market_index: u16,
    /// The taker's.
    pub side: Side,
    pub taker: FillParty,
    /// Of all makers and the pool together.
    pub size: u64,
    pub quote: u64,
    /// Paid by the taker; the makers' rebates and the referrer's share come out of `fee`.
    pub fee: u64,
    pub referrer_fee: u64,
    pub keeper_reward: u64,
    pub makers: Vec<MakerFill>,
    /// The pool's part.
    pub pool_size: u64,
    pub pool_quote_traded: u64,
    /// The price it was filled from.
    pub oracle_price: u64,
    pub publish_time: i64,
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

/// A loss that an account could not pay, and who bore it (quote 1e6).
#[derive(Clone, Copy, Debug, Default, AnchorSerialize, AnchorDeserialize)]
pub struct CoveredLoss {
    pub loss: u64,
    pub insurance: u64,
    pub pool: u64,
    pub socialised: u64,
    pub deficit: u64,
}

/// A market after an instruction moved its ledger.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct MarketRecord {
    pub market: Pubkey,
    pub sequence: u64,
    pub index: u16,
    pub status: u8,
    pub open_interest_long: u64,
    pub open_interest_short: u64,
    pub pool_base: i64,
    pub pool_quote: i64,
    pub pool_allocation: u64,
    pub funding_index_long: i64,
    pub funding_index_short: i64,
    pub deficit: u64,
}

/// An account's position and balance after an instruction closed some of it, or handed it some.
#[derive(Clone, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct ReducedParty {
    pub sub_account: Pubkey,
    pub sequence: u64,
    /// Signed change of base, and the quote paid (−) or received (+).
    pub base_change: i64,
    pub quote_change: i64,
    pub realised_pnl: i64,
    pub funding_payment: i64,
    pub interest: u64,
    pub position_base: i64,
    pub position_quote_entry: i64,
    pub position_quote_break_even: i64,
    pub quote_balance: i64,
    pub canceled: Vec<CanceledOrder>,
    /// Brackets sent back to sleep until their parent fills again.
    pub changed: Vec<OrderRecord>,
}

#[event]
pub struct PositionLiquidated {
    pub party: ReducedParty,
    pub liquidation_fee: u64,
    pub insurance_fee: u64,
    pub liquidator_reward: u64,
    pub oracle_price: u64,
    pub publish_time: i64,
    /// Resting orders that took part of it.
    pub makers: Vec<MakerFill>,
    /// What the liquidator's sub-account took, and the pool.
    pub taken_size: u64,
    pub pool_size: u64,
    pub covered: CoveredLoss,
    pub market: MarketRecord,
    pub insurance_balance: u64,
    pub insurance_sequence: u64,
    pub liquidator_sub_account: Option<Pubkey>,
    pub liquidator_sequence: u64,
    pub liquidator_quote_balance: i64,
    /// The liquidator's side of what it took.
    pub taken: Option<ReducedParty>,
    pub at: i64,
}

/// A bankrupt account's position closed against an opposite one in profit.
#[event]
pub struct PositionDeleveraged {
    pub party: ReducedParty,
    pub counterparty: ReducedParty,
    pub oracle_price: u64,
    pub publish_time: i64,
    pub covered: CoveredLoss,
    pub market: MarketRecord,
    pub insurance_balance: u64,
    pub insurance_sequence: u64,
    pub at: i64,
}

#[event]
pub struct CollateralLiquidated {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub liquidator_sub_account: Pubkey,
    pub liquidator_sequence: u64,
    pub mint: Pubkey,
    pub tokens: u64,
    pub quote: u64,
    /// Charged on the debt first, to the pool.
    pub interest: u64,
    pub oracle_price: u64,
    pub publish_time: i64,
    pub token_balance: i64,
    pub quote_balance: i64,
    pub liquidator_token_balance: i64,
    pub liquidator_quote_balance: i64,
    pub quote_vault: Pubkey,
    pub quote_vault_sequence: u64,
    pub at: i64,
}

#[event]
pub struct BankruptcyResolved {
    pub sub_account: Pubkey,
    pub sequence: u64,
    pub quote_balance: i64,
    pub interest: u64,
    pub canceled: Vec<CanceledOrder>,
    pub covered: CoveredLoss,
    pub market: MarketRecord,
    pub insurance_balance: u64,
    pub insurance_sequence: u64,
    pub at: i64,
}

/// The market's feed has been silent for a day; from `settles_from` on it may be wound down at its last price.
#[event]
pub struct MarketAbandoned {
    pub market: MarketRecord,
    pub publish_time: i64,
    pub settles_from: i64,
    pub at: i64,
}

/// From here on every position of the market closes at one price. Again when a deficit left over is covered later.
#[event]
pub struct MarketSettled {
    pub market: MarketRecord,
    pub settlement_price: u64,
    pub publish_time: i64,
    /// What the pool's allocation could not pay.
    pub covered: CoveredLoss,
    pub insurance_balance: u64,
    pub insurance_sequence: u64,
    pub at: i64,
}

#[event]
pub struct PositionSettled {
    pub party: ReducedParty,
    pub settlement_price: u64,
    pub covered: CoveredLoss,
    pub market: MarketRecord,
    pub insurance_balance: u64,
    pub insurance_sequence: u64,
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
    /// Of the pool at the request: a share will cost no less than it was worth then.
    pub net_asset_value: i64,
    pub total_shares: u64,
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
    /// Charged on the sub-account's debt before, to the pool.
    pub interest: u64,
    pub sub_account: Pubkey,
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

#[event]
pub struct PoolExitRequested {
    pub sequence: u64,
    pub sub_account: Pubkey,
    pub sub_account_sequence: u64,
    pub ticket: Pubkey,
    pub ticket_id: u64,
    pub owner: Pubkey,
    pub shares: u64,
    pub net_asset_value: i64,
    pub total_shares: u64,
    /// May be executed from here on, for one hour.
    pub executable_at: i64,
    pub at: i64,
}

#[event]
pub struct PoolExited {
    pub sequence: u64,
    pub ticket: Pubkey,
    pub ticket_id: u64,
    pub owner: Pubkey,
    /// Redeemed; 0 when the request had expired and the shares were returned.
    pub shares: u64,
    pub amount: u64,
    pub returned_shares: u64,
    /// Charged on the sub-account's debt before, to the pool.
    pub interest: u64,
    pub sub_account: Pubkey,
    pub sub_account_sequence: u64,
    pub quote_balance: i64,
    pub total_shares: u64,
    pub net_asset_value: i64,
    pub idle: u64,
    pub epoch: u64,
    pub at: i64,
}

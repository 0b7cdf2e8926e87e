//! QuantDesk's perpetuals exchange. The program holds no formulas: they are in `perps-math`. Instructions check,
//! calculate through that crate, move accounts and emit one event.
#![allow(clippy::result_large_err)] // Anchor's Error
use anchor_lang::prelude::*;

pub mod admin_guard;
pub mod arithmetic;
pub mod cash;
pub mod constants;
pub mod delegate_budget;
pub mod errors;
pub mod events;
pub mod fee_tiers;
pub mod fill_rules;
pub mod filled_order;
pub mod insolvency;
pub mod instructions;
pub mod makers;
pub mod margin;
pub mod order_groups;
pub mod order_rules;
pub mod parameter_rules;
pub mod pool_offer;
pub mod price_rules;
pub mod price_update;
pub mod settlement;
pub mod snapshot;
pub mod state;

use instructions::*;

declare_id!("HsSzXVuSwiqGQvocT2zMX8zc86KQ9TYfZFZcfmmejzso");

#[program]
pub mod perps {
    use super::*;

    // Exchange

    pub fn initialize_exchange(ctx: Context<InitializeExchange>, params: state::ExchangeParams) -> Result<()> {
        exchange::initialize_exchange(ctx, params)
    }

    pub fn set_pause(ctx: Context<ChangePause>, bits: u16) -> Result<()> {
        exchange::set_pause(ctx, bits)
    }

    pub fn clear_pause(ctx: Context<ChangePause>, bits: u16) -> Result<()> {
        exchange::clear_pause(ctx, bits)
    }

    pub fn propose_change(ctx: Context<ProposeChange>, payload_hash: [u8; 32]) -> Result<()> {
        exchange::propose_change(ctx, payload_hash)
    }

    pub fn execute_change(ctx: Context<ExecuteChange>, payload: state::ChangePayload) -> Result<()> {
        exchange::execute_change(ctx, payload)
    }

    pub fn cancel_change(ctx: Context<CancelChange>) -> Result<()> {
        exchange::cancel_change(ctx)
    }

    pub fn tighten_risk(ctx: Context<TightenRisk>, args: TightenRiskArgs) -> Result<()> {
        exchange::tighten_risk(ctx, args)
    }

    pub fn collect_fees(ctx: Context<CollectFees>) -> Result<()> {
        exchange::collect_fees(ctx)
    }

    // Token vaults

    pub fn initialize_token_vault(
        ctx: Context<InitializeTokenVault>,
        index: u16,
        params: state::TokenVaultParams,
    ) -> Result<()> {
        vaults::initialize_token_vault(ctx, index, params)
    }

    pub fn deposit_tokens(ctx: Context<DepositTokens>, amount: u64) -> Result<()> {
        vaults::deposit_tokens(ctx, amount)
    }

    pub fn withdraw_tokens<'info>(ctx: Context<'info, WithdrawTokens<'info>>, amount: u64) -> Result<()> {
        vaults::withdraw_tokens(ctx, amount)
    }

    pub fn deposit_native_sol(ctx: Context<DepositNativeSol>, lamports: u64) -> Result<()> {
        vaults::deposit_native_sol(ctx, lamports)
    }

    pub fn withdraw_native_sol<'info>(ctx: Context<'info, WithdrawNativeSol<'info>>, lamports: u64) -> Result<()> {
        vaults::withdraw_native_sol(ctx, lamports)
    }

    pub fn transfer_collateral<'info>(ctx: Context<'info, TransferCollateral<'info>>, amount: u64) -> Result<()> {
        vaults::transfer_collateral(ctx, amount)
    }

    // Users

    pub fn create_user_account(ctx: Context<CreateUserAccount>) -> Result<()> {
        users::create_user_account(ctx)
    }

    pub fn create_sub_account(ctx: Context<CreateSubAccount>, id: u16) -> Result<()> {
        users::create_sub_account(ctx, id)
    }

    pub fn update_sub_account(ctx: Context<UpdateSubAccount>, settings: SubAccountSettings) -> Result<()> {
        users::update_sub_account(ctx, settings)
    }

    pub fn close_sub_account(ctx: Context<CloseSubAccount>) -> Result<()> {
        users::close_sub_account(ctx)
    }

    pub fn update_user_account(ctx: Context<UpdateUserAccount>, name: [u8; 32]) -> Result<()> {
        users::update_user_account(ctx, name)
    }

    pub fn collect_referral_rewards<'info>(ctx: Context<'info, CollectReferralRewards<'info>>) -> Result<()> {
        users::collect_referral_rewards(ctx)
    }

    // Markets

    pub fn initialize_market(
        ctx: Context<InitializeMarket>,
        index: u16,
        symbol: [u8; 16],
        params: state::MarketParams,
    ) -> Result<()> {
        markets::initialize_market(ctx, index, symbol, params)
    }

    pub fn update_oracle_price(ctx: Context<UpdateOraclePrice>) -> Result<()> {
        markets::update_oracle_price(ctx)
    }

    pub fn settle_funding(ctx: Context<SettleFunding>) -> Result<()> {
        markets::settle_funding(ctx)
    }

    pub fn settle_market(ctx: Context<SettleMarket>) -> Result<()> {
        markets::settle_market(ctx)
    }

    pub fn settle_position<'info>(ctx: Context<'info, SettlePosition<'info>>) -> Result<()> {
        markets::settle_position(ctx)
    }

    // Orders

    pub fn place_order<'info>(ctx: Context<'info, PlaceOrder<'info>>, orders: Vec<PlaceOrderArgs>) -> Result<()> {
        orders::place_order(ctx, orders)
    }

    pub fn open_position<'info>(ctx: Context<'info, PlaceOrder<'info>>, order: OpenPositionArgs) -> Result<()> {
        orders::open_position(ctx, order)
    }

    pub fn close_position<'info>(ctx: Context<'info, PlaceOrder<'info>>, order: ClosePositionArgs) -> Result<()> {
        orders::close_position(ctx, order)
    }

    pub fn cancel_order(ctx: Context<CancelOrder>, target: CancelTarget) -> Result<()> {
        orders::cancel_order(ctx, target)
    }

    pub fn modify_order<'info>(ctx: Context<'info, PlaceOrder<'info>>, args: ModifyOrderArgs) -> Result<()> {
        orders::modify_order(ctx, args)
    }

    pub fn trigger_order(ctx: Context<TriggerOrder>, order_id: u64) -> Result<()> {
        orders::trigger_order(ctx, order_id)
    }

    pub fn ratchet_trailing_stop(ctx: Context<RatchetTrailingStop>, order_id: u64) -> Result<()> {
        orders::ratchet_trailing_stop(ctx, order_id)
    }

    pub fn expire_orders(ctx: Context<ExpireOrders>) -> Result<()> {
        orders::expire_orders(ctx)
    }

    pub fn force_cancel_orders<'info>(ctx: Context<'info, ForceCancelOrders<'info>>) -> Result<()> {
        orders::force_cancel_orders(ctx)
    }

    pub fn execute_order<'info>(
        ctx: Context<'info, ExecuteOrder<'info>>,
        order_id: u64,
        maker_order_ids: Vec<u64>,
    ) -> Result<()> {
        orders::execute_order(ctx, order_id, maker_order_ids)
    }

    // Risk

    pub fn liquidate_position<'info>(
        ctx: Context<'info, LiquidatePosition<'info>>,
        take_size: u64,
        maker_order_ids: Vec<u64>,
    ) -> Result<()> {
        risk::liquidate_position(ctx, take_size, maker_order_ids)
    }

    pub fn deleverage<'info>(ctx: Context<'info, Deleverage<'info>>) -> Result<()> {
        risk::deleverage(ctx)
    }

    pub fn liquidate_collateral<'info>(ctx: Context<'info, LiquidateCollateral<'info>>, max_tokens: u64) -> Result<()> {
        risk::liquidate_collateral(ctx, max_tokens)
    }

    pub fn resolve_bankruptcy<'info>(ctx: Context<'info, ResolveBankruptcy<'info>>) -> Result<()> {
        risk::resolve_bankruptcy(ctx)
    }

    pub fn refill_insurance<'info>(ctx: Context<'info, RefillInsurance<'info>>, amount: u64) -> Result<()> {
        risk::refill_insurance(ctx, amount)
    }

    // Pool

    pub fn deposit_to_pool<'info>(
        ctx: Context<'info, DepositToPool<'info>>,
        ticket_id: u64,
        amount: u64,
    ) -> Result<()> {
        pool::deposit_to_pool(ctx, ticket_id, amount)
    }

    pub fn mint_pool_shares<'info>(ctx: Context<'info, MintPoolShares<'info>>) -> Result<()> {
        pool::mint_pool_shares(ctx)
    }

    pub fn request_pool_exit<'info>(
        ctx: Context<'info, RequestPoolExit<'info>>,
        ticket_id: u64,
        shares: u64,
    ) -> Result<()> {
        pool::request_pool_exit(ctx, ticket_id, shares)
    }

    pub fn exit_pool<'info>(ctx: Context<'info, ExitPool<'info>>) -> Result<()> {
        pool::exit_pool(ctx)
    }

    pub fn allocate_pool(ctx: Context<AllocatePool>, amount: i64) -> Result<()> {
        pool::allocate_pool(ctx, amount)
    }
}

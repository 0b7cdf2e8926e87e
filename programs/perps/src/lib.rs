//! QuantDesk's perpetuals exchange. The program holds no formulas: they are in `perps-math`. Instructions check,
//! calculate through that crate, move accounts and emit one event.
#![allow(clippy::result_large_err)] // Anchor's Error
use anchor_lang::prelude::*;

pub mod arithmetic;
pub mod constants;
pub mod errors;
pub mod events;
pub mod instructions;
pub mod margin;
pub mod price_rules;
pub mod price_update;
pub mod settlement;
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

    // Users

    pub fn create_user_account(ctx: Context<CreateUserAccount>) -> Result<()> {
        users::create_user_account(ctx)
    }

    pub fn create_sub_account(ctx: Context<CreateSubAccount>, id: u16) -> Result<()> {
        users::create_sub_account(ctx, id)
    }

    pub fn update_sub_account(
        ctx: Context<UpdateSubAccount>,
        delegate: Pubkey,
        delegate_expires_at: i64,
    ) -> Result<()> {
        users::update_sub_account(ctx, delegate, delegate_expires_at)
    }

    pub fn close_sub_account(ctx: Context<CloseSubAccount>) -> Result<()> {
        users::close_sub_account(ctx)
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

    // Orders

    pub fn place_order<'info>(ctx: Context<'info, PlaceOrder<'info>>, order: PlaceOrderArgs) -> Result<()> {
        orders::place_order(ctx, order)
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

    pub fn execute_order<'info>(ctx: Context<'info, ExecuteOrder<'info>>, order_id: u64) -> Result<()> {
        orders::execute_order(ctx, order_id)
    }

    // Risk

    pub fn liquidate_position<'info>(ctx: Context<'info, LiquidatePosition<'info>>) -> Result<()> {
        risk::liquidate_position(ctx)
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

    pub fn allocate_pool(ctx: Context<AllocatePool>, amount: i64) -> Result<()> {
        pool::allocate_pool(ctx, amount)
    }
}

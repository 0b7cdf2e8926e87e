use anchor_lang::prelude::*;

use crate::errors::PerpsError;
use crate::state::{Exchange, Market, SubAccount};

/// Remaining accounts as in `PlaceOrder`.
#[event_cpi]
#[derive(Accounts)]
pub struct ModifyOrder<'info> {
    /// The owner, or the delegate while it lasts.
    pub trader: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub sub_account: AccountLoader<'info, SubAccount>,
}

/// The order as it shall be. The size counts what has filled; zero prices as in `PlaceOrderArgs`.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct ModifyOrderArgs {
    pub order_id: u64,
    pub size: u64,
    pub limit_price: u64,
    pub trigger_price: u64,
    pub trailing_distance: u64,
    pub peg_offset: Option<i64>,
    pub expires_at: i64,
}

pub fn modify_order<'info>(_ctx: Context<'info, ModifyOrder<'info>>, _args: ModifyOrderArgs) -> Result<()> {
    err!(PerpsError::OrderNotFound)
}

use anchor_lang::prelude::*;

/// One per wallet.
#[account(zero_copy)]
#[derive(Debug)]
pub struct UserAccount {
    pub version: u8,
    pub bump: u8,
    /// Id of the next sub-account; never reused.
    pub next_sub_account_id: u16,
    pub open_sub_accounts: u16,
    pub _padding: [u8; 2],
    pub authority: Pubkey,
    /// Pool shares held, valid while `pool_epoch` is the pool's.
    pub pool_shares: u64,
    pub pool_epoch: u64,
    pub _reserved: [u8; 256],
}

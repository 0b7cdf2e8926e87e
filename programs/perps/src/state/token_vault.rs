use anchor_lang::prelude::borsh::{BorshDeserialize, BorshSerialize};
use anchor_lang::prelude::*;

use super::price::OraclePrice;

/// How a token counts as collateral.
#[zero_copy]
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
#[borsh(crate = "anchor_lang::prelude::borsh")]
pub struct TokenVaultParams {
    /// Pyth feed; all zero for the quote token, which is worth 1 by definition.
    pub feed_id: [u8; 32],
    /// Highest ledger total a deposit may reach (native units).
    pub deposit_cap: u64,
    /// Share of the value that counts (ratio 1e4).
    pub initial_weight_bps: u32,
    pub maintenance_weight_bps: u32,
}

/// One collateral mint. Native SOL is the wSOL vault.
#[account(zero_copy)]
#[derive(Debug)]
pub struct TokenVault {
    pub version: u8,
    pub bump: u8,
    pub index: u16,
    pub decimals: u8,
    pub _padding: [u8; 3],
    pub sequence: u64,
    pub mint: Pubkey,
    /// Holds the tokens; its authority is this account.
    pub token_account: Pubkey,
    /// What the ledger owes in this mint (native units); never above the token account's amount.
    pub ledger_total: u64,
    pub params: TokenVaultParams,
    pub price: OraclePrice,
    /// 24 h time-weighted mean of `ledger_total` up to `mean_at`: what withdrawals are measured against.
    pub mean_total: u64,
    pub mean_at: i64,
    /// Small withdrawals let out beside that level since `exempt_at` (native units, unix seconds).
    pub exempt_withdrawn: u64,
    pub exempt_at: i64,
    /// Quote vault: interest paid by debtors, the pool's until collected (1e6).
    pub pool_interest: u64,
    pub _reserved: [u8; 216],
}

use anchor_lang::prelude::borsh::{BorshDeserialize, BorshSerialize};
use anchor_lang::prelude::*;

use perps_math::limits::mean_balance;

use super::price::OraclePrice;
use crate::arithmetic::OrRefuse;
use crate::errors::PerpsError;

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
    /// Small withdrawals let out beside that level, as of `exempt_at` (native units, unix seconds).
    pub exempt_withdrawn: u64,
    pub exempt_at: i64,
    /// Quote vault: interest paid by debtors, the pool's until collected (1e6).
    pub pool_interest: u64,
    pub _reserved: [u8; 216],
}

impl TokenVault {
    /// Native units of one whole token.
    pub fn unit(&self) -> Result<u64> {
        10u64.checked_pow(u32::from(self.decimals)).ok_or_else(|| error!(PerpsError::MathOverflow))
    }

    /// Brings the mean up to now; call before `ledger_total` changes. A clock that went back counts as standing still.
    pub fn update_mean(&mut self, now: i64) -> Result<()> {
        let elapsed_s = now.saturating_sub(self.mean_at).max(0).unsigned_abs();
        self.mean_total = mean_balance(self.mean_total, self.ledger_total, elapsed_s).or_refuse()?;
        self.mean_at = self.mean_at.max(now);
        Ok(())
    }
}

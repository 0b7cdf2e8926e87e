use anchor_lang::prelude::*;
use perps_math::fees::decayed_volume;

use crate::arithmetic::{Checked, OrRefuse};

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
    /// Volume of the last 30 days as of `volume_at` (quote 1e6).
    pub volume: u64,
    pub volume_at: i64,
    /// UserAccount that referred this one; the default key is none.
    pub referrer: Pubkey,
    /// Earned by the referrer and not yet collected (quote 1e6).
    pub referral_owed: u64,
    /// Withdrawals let out beside the withdraw level, as of `exempt_at` (quote 1e6, unix seconds).
    pub exempt_withdrawn: u64,
    pub exempt_at: i64,
    /// UTF-8, zero padded.
    pub name: [u8; 32],
    pub _reserved: [u8; 152],
}

impl UserAccount {
    /// Adds what was traded (quote 1e6) to the volume that is left of the last 30 days.
    pub fn add_volume(&mut self, traded: u64, now: i64) -> Result<()> {
        let elapsed_s = now.saturating_sub(self.volume_at).max(0).unsigned_abs();
        self.volume = decayed_volume(self.volume, elapsed_s).or_refuse()?.plus(traded)?;
        self.volume_at = self.volume_at.max(now);
        Ok(())
    }
}

use anchor_lang::prelude::borsh::{BorshDeserialize, BorshSerialize};
use anchor_lang::prelude::*;
use perps_math::RATIO;

use crate::constants::{CLEAR_PAUSE_DELAY_S, FUNDS_PAUSE_MAX_S};

/// Bits of `Exchange::pause_bits`. Cancelling, closing, liquidating, price updates and deposits have none.
pub mod pause {
    pub const OPENS: u16 = 1;
    pub const POOL_FILLS: u16 = 1 << 1;
    pub const WITHDRAWALS: u16 = 1 << 2;
    pub const POOL_DEPOSITS: u16 = 1 << 3;
    pub const POOL_EXITS: u16 = 1 << 4;
    pub const ALL: u16 = OPENS | POOL_FILLS | WITHDRAWALS | POOL_DEPOSITS | POOL_EXITS;
}

/// What the admin chooses for the whole exchange.
#[zero_copy]
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
#[borsh(crate = "anchor_lang::prelude::borsh")]
pub struct ExchangeParams {
    /// Cold key: everything. Roles are nested: admin ⊇ risk ⊇ pause.
    pub admin: Pubkey,
    pub risk_authority: Pubkey,
    pub pause_authority: Pubkey,
    /// Whose sub-account receives the treasury's share of fees.
    pub treasury: Pubkey,
    /// Keeper reward per fill: flat part (quote 1e6), at most what Initial margin reserves per open order.
    pub keeper_reward_flat: u64,
    /// Keeper reward per fill: part of the notional (1e6).
    pub keeper_reward_ppm: u32,
    pub timelock_s: u32,
    /// Split of the trading fee (ratio 1e4); the rest is insurance's.
    pub pool_fee_share_bps: u32,
    pub treasury_fee_share_bps: u32,
    /// Off the taker fee of a trader somebody referred, and what of the fee the referrer earns (ratio 1e4).
    pub referee_discount_bps: u16,
    pub referrer_share_bps: u16,
    /// From a request to leave the pool until it may be executed.
    pub pool_exit_cooldown_s: u32,
}

pub const MAX_FEE_TIERS: usize = 8;
/// Everybody pays and gets what the market says, until an admin sets tiers.
pub const FIRST_FEE_TIER: FeeTier = FeeTier { volume: 0, taker_share_bps: RATIO, rebate_share_bps: RATIO };

/// What a trader with at least `volume` in 30 days pays and gets. Tiers ascend; the first has volume 0.
#[zero_copy]
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
#[borsh(crate = "anchor_lang::prelude::borsh")]
pub struct FeeTier {
    /// Quote 1e6.
    pub volume: u64,
    /// Share of a market's taker fee, and of its maker rebate (ratio 1e4).
    pub taker_share_bps: u32,
    pub rebate_share_bps: u32,
}

/// Settings of the whole exchange. Written by admins only, so it never serialises trading.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Exchange {
    pub version: u8,
    pub bump: u8,
    pub pause_bits: u16,
    pub market_count: u16,
    pub token_vault_count: u16,
    pub sequence: u64,
    /// Unix seconds of the last added bit, and of the withdrawal bit.
    pub paused_at: i64,
    pub withdrawals_paused_at: i64,
    pub quote_mint: Pubkey,
    pub params: ExchangeParams,
    pub fee_tiers: [FeeTier; MAX_FEE_TIERS],
    pub fee_tier_count: u16,
    pub _padding: [u8; 6],
    /// Id of the next proposed change; never reused.
    pub next_change_id: u64,
    /// Unix seconds of the last added bit of pool exits.
    pub pool_exits_paused_at: i64,
    pub _reserved: [u8; 320],
}

impl Exchange {
    pub fn fee_tiers(&self) -> &[FeeTier] {
        &self.fee_tiers[..usize::from(self.fee_tier_count)]
    }

    /// `tiers`: checked by `parameter_rules`, at most `MAX_FEE_TIERS`.
    pub fn set_fee_tiers(&mut self, tiers: &[FeeTier]) {
        self.fee_tiers = [FeeTier::default(); MAX_FEE_TIERS];
        self.fee_tiers[..tiers.len()].copy_from_slice(tiers);
        self.fee_tier_count = tiers.len() as u16;
    }

    pub fn is_paused(&self, bit: u16, now: i64) -> bool {
        let lapses_from = match bit {
            pause::WITHDRAWALS => self.withdrawals_paused_at,
            pause::POOL_EXITS => self.pool_exits_paused_at,
            _ => i64::MAX,
        };
        self.pause_bits & bit != 0 && now < lapses_from.saturating_add(FUNDS_PAUSE_MAX_S)
    }

    pub fn pause_clearable_at(&self) -> i64 {
        self.paused_at.saturating_add(i64::from(self.params.timelock_s).min(CLEAR_PAUSE_DELAY_S))
    }

    pub fn is_admin(&self, key: &Pubkey) -> bool {
        *key == self.params.admin
    }

    pub fn may_manage_risk(&self, key: &Pubkey) -> bool {
        self.is_admin(key) || *key == self.params.risk_authority
    }

    pub fn may_pause(&self, key: &Pubkey) -> bool {
        self.may_manage_risk(key) || *key == self.params.pause_authority
    }
}

//! An admin change waits in public before it takes effect.
use anchor_lang::prelude::*;

use crate::constants::CHANGE_LIFE_S;
use crate::errors::PerpsError;

use super::{ExchangeParams, FeeTier, MarketParams, TokenVaultParams};

#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize)]
#[repr(u8)]
pub enum ChangeStatus {
    Proposed,
    Executed,
    Canceled,
}

/// A proposed change: the hash of its payload, so that what is executed is what was announced.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Change {
    pub version: u8,
    pub bump: u8,
    /// `ChangeStatus`.
    pub status: u8,
    pub _padding: [u8; 5],
    pub id: u64,
    /// SHA-256 of the borsh bytes of the `ChangePayload`.
    pub payload_hash: [u8; 32],
    pub proposer: Pubkey,
    /// Unix seconds: may be executed from `eta` until `eta` + 72 h.
    pub proposed_at: i64,
    pub eta: i64,
    pub _reserved: [u8; 64],
}

impl Change {
    pub fn is_proposed(&self) -> bool {
        self.status == ChangeStatus::Proposed as u8
    }

    /// Only while it is open, and only as what was announced.
    pub fn require_executable(&self, payload: &ChangePayload, now: i64) -> Result<()> {
        require!(self.is_proposed() && now < self.eta.saturating_add(CHANGE_LIFE_S), PerpsError::ChangeClosed);
        require!(payload.hash()? == self.payload_hash, PerpsError::ChangePayload);
        require!(now >= self.eta, PerpsError::ChangeTooEarly);
        Ok(())
    }
}

/// Everything an admin may change, whole.
#[derive(Clone, Debug, AnchorSerialize, AnchorDeserialize)]
pub enum ChangePayload {
    /// Roles, fees, rewards, timelock (which may only rise).
    Exchange(ExchangeParams),
    FeeTiers(Vec<FeeTier>),
    Market(MarketChange),
    TokenVault(TokenVaultChange),
    /// Quote 1e6 no loss may touch.
    InsuranceFloor(u64),
}

impl ChangePayload {
    pub fn hash(&self) -> Result<[u8; 32]> {
        let mut bytes = Vec::new();
        self.serialize(&mut bytes)?;
        Ok(solana_sha256_hasher::hash(&bytes).to_bytes())
    }
}

#[derive(Clone, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct MarketChange {
    pub index: u16,
    /// `MarketStatus`: a new market waits as reduce-only until a change activates it; settling winds it down.
    pub status: u8,
    pub params: MarketParams,
}

#[derive(Clone, Debug, AnchorSerialize, AnchorDeserialize)]
pub struct TokenVaultChange {
    pub index: u16,
    pub params: TokenVaultParams,
}

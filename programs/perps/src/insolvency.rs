//! Whether an account may be liquidated, and whether it can pay what it owes at all.
use anchor_lang::prelude::*;
use perps_math::limits::withdrawal_value;
use perps_math::margin::{margin_requirement, Health, MarginKind};
use perps_math::RATIO;

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::constants::{
    COLLATERAL_CONF_BPS, DEAD_FEED_AGE_S, FADED_FEED_AGE_S, FADED_TOKENS_IN_DEBT, MARGIN_PRICE_AGE_S,
};
use crate::errors::PerpsError;
use crate::margin::{counts, is_token, MarginAccounts};
use crate::price_rules::{age, quality_when_published, PriceQuality, PriceUse};
use crate::state::{Collateral, OraclePrice, SubAccount, TokenVault};

impl MarginAccounts<'_> {
    /// The health of an account below maintenance, `None` of one that meets it. No price it depends on may be old: anyone
    /// can refresh it. A dead feed cannot be refreshed, so what depends on it does not block: its collateral and its
    /// profits lose weight instead. `reduced`: the market a position is taken from, whose price must be good in any case.
    /// Elsewhere an extreme price protects an account that its average could make healthy, and no other: a grain of a
    /// token must not shield everything else.
    pub fn below_maintenance(&self, sub: &SubAccount, reduced: Option<u16>, now: i64) -> Result<Option<Health>> {
        let doubt = self.doubt(sub, reduced, now)?;
        let health = self.health(sub, MarginKind::Maintenance, now)?;
        if health.is_met() {
            return Ok(None);
        }
        let at_best = Health { collateral: health.collateral.plus(signed(doubt)?)?, ..health };
        require!(!at_best.is_met(), PerpsError::PriceVolatile);
        Ok(Some(health))
    }

    /// What extreme prices may hide of the account's worth (quote 1e6), at most; a refusal for a price that nobody may be
    /// liquidated by.
    fn doubt(&self, sub: &SubAccount, reduced: Option<u16>, now: i64) -> Result<u64> {
        let mut doubt = 0u64;
        for position in sub.positions.iter().filter(|p| counts(p, MarginKind::Maintenance)) {
            let market = self.market(position.market_index)?;
            let (price, conf) = (&market.price, market.max_conf_bps());
            let is_reduced = reduced == Some(market.index);
            let is_dead = age(price, now) >= DEAD_FEED_AGE_S;
            if market.is_settled() || (is_dead && !is_reduced) {
                continue;
            }
            if is_reduced || !is_extreme(price, conf)? {
                PriceUse::Liquidation.require(price, conf, now)?;
                continue;
            }
            require_refreshed(price, now)?;
            // Once for its PnL, and less than once more for its requirement.
            let gap = price.price.abs_diff(price.ema_price);
            let hidden = margin_requirement(position.base.unsigned_abs(), gap, RATIO).or_refuse()?;
            doubt = doubt.plus(hidden)?.plus(hidden)?;
        }
        for collateral in sub.collaterals.iter().filter(|c| is_token(c)) {
            let vault = self.vault(collateral.vault_index)?;
            if age(&vault.price, now) >= DEAD_FEED_AGE_S {
                continue;
            }
            if !is_extreme(&vault.price, COLLATERAL_CONF_BPS)? {
                PriceUse::Liquidation.require(&vault.price, COLLATERAL_CONF_BPS, now)?;
                continue;
            }
            require_refreshed(&vault.price, now)?;
            doubt = doubt.plus(best_value(collateral, vault)?)?;
        }
        Ok(doubt)
    }

    /// Owes quote and has nothing left to pay it with: no position, and no token but such whose price has faded and which
    /// at the last one could pay hardly any of the debt. A token that never had a price may be worth anything.
    pub fn is_bankrupt(&self, sub: &SubAccount, now: i64) -> Result<bool> {
        if !sub.holds_only_debt_and_tokens() {
            return Ok(false);
        }
        let mut tokens = 0u64;
        for collateral in sub.collaterals.iter().filter(|c| is_token(c)) {
            let vault = self.vault(collateral.vault_index)?;
            if vault.price.price == 0 || age(&vault.price, now) < FADED_FEED_AGE_S {
                return Ok(false);
            }
            tokens = tokens.plus(best_value(collateral, vault)?)?;
        }
        Ok(tokens.saturating_mul(FADED_TOKENS_IN_DEBT) <= sub.quote_balance().unsigned_abs())
    }
}

fn is_extreme(price: &OraclePrice, max_conf_bps: u32) -> Result<bool> {
    Ok(quality_when_published(price, max_conf_bps)? == PriceQuality::Extreme)
}

/// Anyone can post a newer price, which may be no longer extreme.
fn require_refreshed(price: &OraclePrice, now: i64) -> Result<()> {
    require!(age(price, now) <= MARGIN_PRICE_AGE_S, PerpsError::PriceStale);
    Ok(())
}

/// A token balance at the better of price and average, without its weight (quote 1e6, rounded up).
fn best_value(collateral: &Collateral, vault: &TokenVault) -> Result<u64> {
    let price = vault.price.price.max(vault.price.ema_price);
    withdrawal_value(collateral.amount.unsigned_abs(), price, vault.unit()?).or_refuse()
}

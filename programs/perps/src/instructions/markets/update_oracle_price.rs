use anchor_lang::prelude::*;

use crate::constants::COLLATERAL_CONF_BPS;
use crate::errors::PerpsError;
use crate::price_rules::quality_when_published;
use crate::price_update::PriceUpdate;
use crate::state::{Market, OraclePrice, TokenVault};

/// A market, a token vault of the same feed, or both. No event: the accounts hold the price, and prices change every
/// second.
#[derive(Accounts)]
pub struct UpdateOraclePrice<'info> {
    /// CHECK: owner, layout, verification, feed and time are checked by `PriceUpdate::read` and below.
    pub price_update: UncheckedAccount<'info>,
    #[account(mut)]
    pub market: Option<AccountLoader<'info, Market>>,
    #[account(mut)]
    pub token_vault: Option<AccountLoader<'info, TokenVault>>,
}

/// Caches a published price; anyone may. An unsure or jumping price is cached with its state, so that an older good
/// one cannot be used instead. Refused when it is newer for none of the accounts.
pub fn update_oracle_price(ctx: Context<UpdateOraclePrice>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let source = ctx.accounts.price_update.to_account_info();
    let mut was_newer = false;
    if let Some(loader) = &ctx.accounts.market {
        let market = &mut loader.load_mut()?;
        let update = PriceUpdate::read(&source, market.params.unit_exponent, now)?;
        require!(update.feed_id == market.params.feed_id, PerpsError::PriceWrongFeed);
        if update.price.publish_time > market.price.publish_time {
            market.accrue_funding(now)?;
            market.cache_price(&update.price)?;
            was_newer = true;
        }
    }
    if let Some(loader) = &ctx.accounts.token_vault {
        let vault = &mut loader.load_mut()?;
        let update = PriceUpdate::read(&source, 0, now)?;
        require!(update.feed_id == vault.params.feed_id, PerpsError::PriceWrongFeed);
        if update.price.publish_time > vault.price.publish_time {
            let quality = quality_when_published(&update.price, COLLATERAL_CONF_BPS)? as u8;
            vault.price = OraclePrice { quality, ..update.price };
            was_newer = true;
        }
    }
    require!(was_newer, PerpsError::PriceNotNewer);
    Ok(())
}

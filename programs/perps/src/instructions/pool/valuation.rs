//! What the pool is worth: idle quote, interest not yet swept into it, and its equity in every market.
use anchor_lang::prelude::*;

use crate::arithmetic::{signed, Checked};
use crate::constants::DUST_SKEW;
use crate::errors::PerpsError;
use crate::fill_rules::notional;
use crate::margin::MarginAccounts;
use crate::price_rules::PriceUse;
use crate::state::{Exchange, Pool, TokenVault};

#[derive(Clone, Copy, Debug, Default)]
pub struct Valuation {
    /// Quote 1e6.
    pub nav: i64,
    /// No price can change the value: every market is flat or wound down.
    pub is_final: bool,
    /// A market has a loss nobody has covered, or one it cannot pay.
    pub has_deficit: bool,
}

/// Values the pool at prices published from `priced_from` on. `remaining`: every market of the exchange.
///
/// Funding counts up to `now`, accrued or not. A market that has lost more than its allocation counts zero, and its hole is
/// a deficit that nobody has booked yet. One that is wound down is worth what its positions will close at and needs no
/// price, nor does one whose skew is dust: an unsure feed and one step of size must not hold everybody up.
pub fn value_pool<'info>(
    pool: &Pool,
    exchange: &Exchange,
    quote_vault: &TokenVault,
    remaining: &'info [AccountInfo<'info>],
    priced_from: i64,
    now: i64,
) -> Result<Valuation> {
    let accounts = MarginAccounts::load(remaining, &Pubkey::default())?;
    let idle = signed(pool.idle.plus(quote_vault.pool_interest)?)?;
    let mut valuation = Valuation { nav: idle, is_final: true, has_deficit: false };
    for index in 0..exchange.market_count {
        let mut market = *accounts.market(index)?;
        market.accrue_funding(now)?;
        let skew = notional(market.user_net_base().unsigned_abs(), market.price.price)?;
        let depends_on_price = skew != 0 && !market.is_settled();
        if depends_on_price && skew >= DUST_SKEW {
            require!(market.price.publish_time >= priced_from, PerpsError::PoolPriceTooOld);
            PriceUse::Pool.require(&market.price, market.max_conf_bps(), now)?;
        }
        let equity = market.pool_equity(market.price.price)?;
        valuation.nav = valuation.nav.plus(equity.max(0))?;
        valuation.is_final &= !depends_on_price;
        valuation.has_deficit |= market.ledger.deficit != 0 || equity < 0;
    }
    Ok(valuation)
}

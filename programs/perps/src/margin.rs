//! Gathers what margin needs: the accounts of every market and token a sub-account holds, read-only.
use std::cell::Ref;
use std::rc::Rc;

use anchor_lang::prelude::*;
use perps_math::funding::funding_payment;
use perps_math::margin::{Health, MarginFold, MarginKind, MarginRatios, OraclePrice, PositionRisk, TokenCollateral};

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::cash::interest_due;
use crate::constants::{MARGIN_PRICE_AGE_S, QUOTE_VAULT_INDEX};
use crate::errors::PerpsError;
use crate::order_rules::cost_of_taking;
use crate::price_rules::{self, PriceUse};
use crate::state::{Collateral, Market, OraclePrice as CachedPrice, Order, Position, SubAccount, TokenVault};

/// Markets and token vaults passed as remaining accounts, in any order, plus those the instruction itself has in hand.
/// An account is believed by its owner program and discriminator: only this program creates them, one per index. A
/// clone shares them: a fill judges several accounts, each time with the market as it then stands.
#[derive(Clone)]
pub struct MarginAccounts<'a> {
    markets: Rc<Vec<Ref<'a, Market>>>,
    vaults: Rc<Vec<Ref<'a, TokenVault>>>,
    market: Option<&'a Market>,
    /// What that market is valued at instead of its cached price.
    price: Option<&'a CachedPrice>,
    vault: Option<&'a TokenVault>,
}

impl<'a> MarginAccounts<'a> {
    /// `own`: the market or vault named by the instruction, which may be listed again and is passed over.
    pub fn load<'info>(remaining: &'a [AccountInfo<'info>], own: &Pubkey) -> Result<Self> {
        let (mut markets, mut vaults) = (Vec::new(), Vec::new());
        for info in remaining.iter().filter(|info| info.key != own) {
            require_keys_eq!(*info.owner, crate::ID, PerpsError::WrongAccount);
            let data = info.try_borrow_data()?;
            let is = |discriminator: &[u8], size: usize| data.len() == 8 + size && data[..8] == *discriminator;
            if is(Market::DISCRIMINATOR, size_of::<Market>()) {
                markets.push(Ref::map(data, |data| bytemuck::from_bytes(&data[8..])));
            } else if is(TokenVault::DISCRIMINATOR, size_of::<TokenVault>()) {
                vaults.push(Ref::map(data, |data| bytemuck::from_bytes(&data[8..])));
            } else {
                return err!(PerpsError::WrongAccount);
            }
        }
        Ok(MarginAccounts {
            markets: Rc::new(markets),
            vaults: Rc::new(vaults),
            market: None,
            price: None,
            vault: None,
        })
    }

    pub fn with_market(mut self, market: &'a Market) -> Self {
        self.market = Some(market);
        self
    }

    /// Judges a fill at its own price: where a newer one is cached already, that must not undo the fill.
    pub fn with_market_at(self, market: &'a Market, price: &'a CachedPrice) -> Self {
        MarginAccounts { price: Some(price), ..self.with_market(market) }
    }

    pub fn with_vault(mut self, vault: &'a TokenVault) -> Self {
        self.vault = Some(vault);
        self
    }

    pub fn market(&self, index: u16) -> Result<&Market> {
        let own = self.market.filter(|market| market.index == index);
        own.or_else(|| self.markets.iter().map(|market| &**market).find(|market| market.index == index))
            .ok_or_else(|| error!(PerpsError::MarginAccountMissing))
    }

    fn price_of<'b>(&'b self, market: &'b Market) -> &'b CachedPrice {
        let own = self.market.is_some_and(|own| own.index == market.index);
        self.price.filter(|_| own).unwrap_or(&market.price)
    }

    pub fn vault(&self, index: u16) -> Result<&TokenVault> {
        let own = self.vault.filter(|vault| vault.index == index);
        own.or_else(|| self.vaults.iter().map(|vault| &**vault).find(|vault| vault.index == index))
            .ok_or_else(|| error!(PerpsError::MarginAccountMissing))
    }

    /// Health of the account. Positions need usable prices; a collateral with an old price only counts less.
    pub fn health(&self, sub: &SubAccount, kind: MarginKind, now: i64) -> Result<Health> {
        self.health_with(sub, kind, None, now)
    }

    /// `crowded`: a market whose initial ratio rises with its open interest.
    fn health_with(&self, sub: &SubAccount, kind: MarginKind, crowded: Option<u16>, now: i64) -> Result<Health> {
        let mut fold = MarginFold::new(kind);
        fold.add_quote(-signed(interest_due(sub, now)?)?).or_refuse()?;
        for collateral in sub.collaterals.iter().filter(|c| c.in_use != 0) {
            if collateral.vault_index == QUOTE_VAULT_INDEX {
                fold.add_quote(collateral.amount).or_refuse()?;
            } else if collateral.amount > 0 {
                fold.add_token(&token_collateral(collateral, self.vault(collateral.vault_index)?, now)?).or_refuse()?;
            }
        }
        for position in sub.positions.iter().filter(|p| counts(p, kind)) {
            let market = self.market(position.market_index)?;
            let mut risk = position_risk(position, market, self.price_of(market), now)?;
            if kind.is_strict() {
                let opens_here = |order: &Order| order.market_index == market.index && !order.is_reduce_only();
                risk.order_cost = self.cost_of_takers(sub, opens_here, now)?;
            }
            if crowded == Some(market.index) {
                risk.ratios.initial = risk.ratios.initial.max(market.crowded_initial_ratio()?);
            }
            fold.add_position(&risk).or_refuse()?;
        }
        fold.add_open_orders(sub.open_order_count() as u32).or_refuse()?;
        fold.finish().or_refuse()
    }

    /// What those of an account's orders that `counts` names, and that nobody can take back or will be able to, may cost
    /// (quote 1e6). A bracket's child also fills what its parent may still make it grow by.
    pub fn cost_of_takers(&self, sub: &SubAccount, counts: impl Fn(&Order) -> bool, now: i64) -> Result<u64> {
        sub.orders.iter().filter(|order| order.takes(now) && counts(order)).try_fold(0u64, |sum, order| {
            let size = order.remaining().plus(sub.parent_of(order).map_or(0, Order::remaining))?;
            sum.plus(cost_of_taking(order, size, self.market(order.market_index)?)?)
        })
    }

    /// Whether a price that is too old for Initial margin keeps a held token from counting, however old: that nobody has
    /// posted a price does not show that the feed is dead.
    pub fn has_old_collateral(&self, sub: &SubAccount, now: i64) -> Result<bool> {
        for collateral in sub.collaterals.iter().filter(|c| is_token(c)) {
            if price_rules::age(&self.vault(collateral.vault_index)?.price, now) > MARGIN_PRICE_AGE_S {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the account may carry its risk.
    pub fn meets(&self, sub: &SubAccount, kind: MarginKind, now: i64) -> Result<bool> {
        self.require_margin_prices(sub, kind, now)?;
        Ok(self.health(sub, kind, now)?.is_met())
    }

    fn require_margin_prices(&self, sub: &SubAccount, kind: MarginKind, now: i64) -> Result<()> {
        for position in sub.positions.iter().filter(|p| counts(p, kind)) {
            let market = self.market(position.market_index)?;
            if !market.is_settled() {
                PriceUse::Margin.require(self.price_of(market), market.max_conf_bps(), now)?;
            }
        }
        Ok(())
    }

    /// A reduction must not leave the account nearer to liquidation. Only one market changed, so its own PnL and
    /// requirement tell, without the accounts of the others; when they say worse, the whole account must be healthy.
    pub fn reduction_is_sound(
        &self,
        sub: &SubAccount,
        slot: usize,
        before: &Position,
        quote_before: i64,
        now: i64,
    ) -> Result<bool> {
        let market = self.market(before.market_index)?;
        let free = |position: &Position, quote: i64| -> Result<i128> {
            let mut fold = MarginFold::new(MarginKind::Maintenance);
            fold.add_quote(quote).or_refuse()?;
            fold.add_position(&position_risk(position, market, self.price_of(market), now)?).or_refuse()?;
            let health = fold.finish().or_refuse()?;
            Ok(i128::from(health.collateral) - i128::from(health.requirement))
        };
        let is_no_worse = free(&sub.positions[slot], sub.quote_balance())? >= free(before, quote_before)?;
        Ok(is_no_worse || self.health(sub, MarginKind::Maintenance, now)?.is_met())
    }

    pub fn require_initial(&self, sub: &SubAccount, now: i64) -> Result<()> {
        require!(self.meets(sub, MarginKind::Initial, now)?, PerpsError::InsufficientMargin);
        Ok(())
    }

    /// Initial margin where an order adds risk in `market_index`: there the ratio rises with the open interest, so that
    /// a crowded market takes new risk only with more behind it, and asks nobody for more who merely holds.
    pub fn require_initial_for_order(&self, sub: &SubAccount, market_index: u16, now: i64) -> Result<()> {
        self.require_margin_prices(sub, MarginKind::Initial, now)?;
        let health = self.health_with(sub, MarginKind::Initial, Some(market_index), now)?;
        require!(health.is_met(), PerpsError::InsufficientMargin);
        Ok(())
    }
}

pub fn is_token(collateral: &Collateral) -> bool {
    collateral.in_use != 0 && collateral.vault_index != QUOTE_VAULT_INDEX && collateral.amount > 0
}

/// Open orders alone add to the margin of new risk, never to maintenance: an order in a market with a dead feed must
/// not shield an account from liquidation. A slot kept for its part in a debt holds nothing.
pub fn counts(position: &Position, kind: MarginKind) -> bool {
    position.in_use != 0 && (position.base != 0 || (kind.is_strict() && position.open_orders > 0))
}

fn oracle_price(price: &CachedPrice) -> OraclePrice {
    OraclePrice { price: price.price, confidence: price.confidence, ema: price.ema_price }
}

fn token_collateral(collateral: &Collateral, vault: &TokenVault, now: i64) -> Result<TokenCollateral> {
    Ok(TokenCollateral {
        amount: collateral.amount.unsigned_abs(),
        unit: vault.unit()?,
        price: oracle_price(&vault.price),
        age: price_rules::age(&vault.price, now),
        initial_weight: vault.params.initial_weight_bps,
        maintenance_weight: vault.params.maintenance_weight_bps,
    })
}

/// A position in a market that is wound down has a known value and no risk: it needs no margin, and its price no age.
fn position_risk(position: &Position, market: &Market, price: &CachedPrice, now: i64) -> Result<PositionRisk> {
    let index = market.funding_index(position.base);
    let (price, age, ratios) = if market.is_settled() {
        let price = market.closing_price();
        (
            OraclePrice { price, confidence: 0, ema: price },
            0,
            MarginRatios { initial: 0, maintenance: 0, liquidation_buffer: 0 },
        )
    } else {
        let ratios = MarginRatios {
            initial: u32::from(market.params.initial_margin_bps),
            maintenance: u32::from(market.params.maintenance_margin_bps),
            liquidation_buffer: u32::from(market.params.liquidation_buffer_bps),
        };
        (oracle_price(price), price_rules::age(price, now), ratios)
    };
    Ok(PositionRisk {
        base: position.base,
        quote_entry: position.quote_entry,
        funding: funding_payment(position.base, index, position.last_funding_index).or_refuse()?,
        open_bids: position.open_bids,
        open_asks: position.open_asks,
        order_cost: 0,
        price,
        age,
        ratios,
    })
}

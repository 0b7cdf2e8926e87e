use anchor_lang::prelude::*;
use perps_math::pool::{is_equity_below, SETTLE_EQUITY};

use crate::arithmetic::{signed, Checked, OrRefuse};
use crate::constants::{ABANDONED_FEED_S, ABANDONED_NOTICE_S};
use crate::errors::PerpsError;
use crate::events::{CoveredLoss, MarketAbandoned, MarketSettled};
use crate::instructions::risk::{collect_insurance_fees, cover_loss};
use crate::price_rules::{age, quality_when_published, PriceQuality, PriceUse};
use crate::state::{Insurance, Market, MarketStatus};

#[event_cpi]
#[derive(Accounts)]
pub struct SettleMarket<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

/// Fixes the one price at which every position of a market closes: when its pool is nearly gone, when an announced
/// change winds it down, or when its feed has been silent for a day. What the pool cannot pay at that price goes down
/// the waterfall at once. Anyone may; also again, once everything is closed, to cover a deficit that was left.
pub fn settle_market(ctx: Context<SettleMarket>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let market = &mut ctx.accounts.market.load_mut()?;
    let insurance = &mut ctx.accounts.insurance.load_mut()?;
    let covered = if market.is_settled() {
        cover_deficit(market, insurance)?
    } else {
        market.accrue_funding(now)?;
        if let Ground::Notice { settles_from } = ground(market, now)? {
            market.abandoned_at = now;
            emit_cpi!(MarketAbandoned {
                market: market.record(ctx.accounts.market.key())?,
                publish_time: market.price.publish_time,
                settles_from,
                at: now,
            });
            return Ok(());
        }
        settle(market, insurance)?
    };
    insurance.next_sequence()?;
    emit_cpi!(MarketSettled {
        market: market.record(ctx.accounts.market.key())?,
        settlement_price: market.settlement_price,
        publish_time: market.price.publish_time,
        covered,
        insurance_balance: insurance.balance,
        insurance_sequence: insurance.sequence,
        at: now,
    });
    Ok(())
}

enum Ground {
    Settle,
    Notice { settles_from: i64 },
}

/// Why the market may be wound down now, or the refusal. A price that nobody has posted looks like a feed that has died:
/// so the silence is announced, and an hour is left to end it.
fn ground(market: &Market, now: i64) -> Result<Ground> {
    let price = &market.price;
    let equity = market.pool_equity(price.price)?;
    // A pool with less than nothing closes no position any more, so whatever price would have closed one is good enough.
    let price_use = if equity < 0 { PriceUse::ReduceFill } else { PriceUse::WindDown };
    let Some(refusal) = price_use.refusal(price, market.max_conf_bps(), now)? else {
        let is_gone = is_equity_below(equity, market.user_net_base(), price.price, SETTLE_EQUITY).or_refuse()?;
        let is_announced = market.status == MarketStatus::Settling as u8;
        require!(is_gone || is_announced, PerpsError::MarketSound);
        return Ok(Ground::Settle);
    };
    if price.price == 0 || age(price, now) < ABANDONED_FEED_S {
        return Err(refusal.into());
    }
    let silent_since = price.publish_time.plus(signed(ABANDONED_FEED_S)?)?;
    if market.abandoned_at < silent_since {
        return Ok(Ground::Notice { settles_from: now.plus(ABANDONED_NOTICE_S)? });
    }
    require!(now >= market.abandoned_at.plus(ABANDONED_NOTICE_S)?, PerpsError::WindDownNotice);
    Ok(Ground::Settle)
}

fn settle(market: &mut Market, insurance: &mut Insurance) -> Result<CoveredLoss> {
    collect_insurance_fees(market, insurance)?;
    market.status = MarketStatus::Settling as u8;
    market.settlement_price = last_price(market)?;
    let shortfall = market.pool_equity(market.settlement_price)?.min(0).unsigned_abs();
    if shortfall == 0 {
        return Ok(CoveredLoss::default());
    }
    let covered = cover_loss(shortfall, market, insurance)?;
    market.ledger.pool_quote = market.ledger.pool_quote.plus(signed(shortfall)?)?;
    Ok(covered)
}

/// The oracle's last word, unless it is unbelievable, which only a feed that fell silent after it can leave behind.
fn last_price(market: &Market) -> Result<u64> {
    let price = &market.price;
    let is_extreme = quality_when_published(price, market.max_conf_bps())? == PriceQuality::Extreme;
    Ok(if is_extreme { price.ema_price } else { price.price })
}

/// Insurance that was refilled, and a cap that was raised, may still cover what nobody could. Not while positions are
/// open: their funding index must not be asked twice.
fn cover_deficit(market: &mut Market, insurance: &mut Insurance) -> Result<CoveredLoss> {
    collect_insurance_fees(market, insurance)?;
    let ledger = &mut market.ledger;
    require!(ledger.open_interest_long == 0 && ledger.open_interest_short == 0, PerpsError::MarketSettling);
    let deficit = std::mem::take(&mut ledger.deficit);
    let covered = cover_loss(deficit, market, insurance)?;
    require!(covered.deficit < deficit, PerpsError::MarketSettling);
    Ok(covered)
}

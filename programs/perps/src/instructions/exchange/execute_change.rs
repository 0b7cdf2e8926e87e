use anchor_lang::prelude::*;
use anchor_lang::ZeroCopy;

use crate::admin_guard::refuse_durable_nonce;
use crate::errors::PerpsError;
use crate::events::ChangeExecuted;
use crate::parameter_rules::{
    require_market_can_change, require_sound_exchange, require_sound_fees, require_sound_market, require_sound_vault,
    require_vault_can_change,
};
use crate::state::{
    Change, ChangePayload, ChangeStatus, Exchange, ExchangeParams, FeeTier, Insurance, Market, MarketChange,
    MarketStatus, OraclePrice, TokenVault, TokenVaultChange,
};

#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteChange<'info> {
    pub admin: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub change: AccountLoader<'info, Change>,
    /// The account the payload changes, besides the exchange.
    #[account(mut)]
    pub market: Option<AccountLoader<'info, Market>>,
    #[account(mut)]
    pub token_vault: Option<AccountLoader<'info, TokenVault>>,
    #[account(mut)]
    pub insurance: Option<AccountLoader<'info, Insurance>>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
}

/// Puts an announced change into effect, between its eta and 72 h later.
pub fn execute_change(ctx: Context<ExecuteChange>, payload: ChangePayload) -> Result<()> {
    let accounts = &ctx.accounts;
    refuse_durable_nonce(&accounts.instructions)?;
    let now = Clock::get()?.unix_timestamp;
    let exchange = &mut accounts.exchange.load_mut()?;
    require!(exchange.is_admin(&accounts.admin.key()), PerpsError::Unauthorized);
    let change = &mut accounts.change.load_mut()?;
    change.require_executable(&payload, now)?;

    let (target, target_sequence) = match &payload {
        ChangePayload::Exchange(params) => {
            set_exchange_params(exchange, params)?;
            (Pubkey::default(), 0)
        }
        ChangePayload::FeeTiers(tiers) => {
            set_fee_tiers(exchange, tiers)?;
            (Pubkey::default(), 0)
        }
        ChangePayload::Market(changed) => {
            let market = named(&accounts.market)?;
            (market.key(), set_market(&mut *market.load_mut()?, changed, now)?)
        }
        ChangePayload::TokenVault(changed) => {
            let vault = named(&accounts.token_vault)?;
            (vault.key(), set_token_vault(&mut *vault.load_mut()?, changed, now)?)
        }
        ChangePayload::InsuranceFloor(floor) => {
            let insurance = named(&accounts.insurance)?;
            (insurance.key(), set_insurance_floor(&mut *insurance.load_mut()?, *floor)?)
        }
    };
    change.status = ChangeStatus::Executed as u8;
    emit_cpi!(ChangeExecuted {
        sequence: exchange.next_sequence()?,
        change: accounts.change.key(),
        change_id: change.id,
        payload,
        target,
        target_sequence,
        at: now,
    });
    Ok(())
}

fn named<'a, 'info, T: ZeroCopy + Owner>(
    account: &'a Option<AccountLoader<'info, T>>,
) -> Result<&'a AccountLoader<'info, T>> {
    account.as_ref().ok_or_else(|| error!(PerpsError::WrongAccount))
}

fn set_exchange_params(exchange: &mut Exchange, params: &ExchangeParams) -> Result<()> {
    require!(params.timelock_s >= exchange.params.timelock_s, PerpsError::TimelockLowered);
    require_sound_exchange(params, exchange.fee_tiers(), &exchange.quote_mint)?;
    exchange.params = *params;
    Ok(())
}

fn set_fee_tiers(exchange: &mut Exchange, tiers: &[FeeTier]) -> Result<()> {
    require_sound_fees(&exchange.params, tiers)?;
    exchange.set_fee_tiers(tiers);
    Ok(())
}

/// The time until now accrues under the old parameters. A market being wound down does not come back, but what insurance
/// may still pay for it can change.
fn set_market(market: &mut Market, changed: &MarketChange, now: i64) -> Result<u64> {
    require!(changed.index == market.index, PerpsError::WrongAccount);
    let returns = market.status == MarketStatus::Settling as u8 && changed.status != market.status;
    require!(!returns, PerpsError::MarketSettling);
    require!(changed.status <= MarketStatus::Settling as u8, PerpsError::InvalidParameter);
    require_sound_market(&changed.params)?;
    market.accrue_funding(now)?;
    require_market_can_change(market, &changed.params)?;

    // A price of the old feed says nothing about the new one, nor at the old scale.
    let old = &market.params;
    let same_price = changed.params.feed_id == old.feed_id && changed.params.unit_exponent == old.unit_exponent;
    let price = if same_price { market.price } else { OraclePrice::default() };
    market.status = changed.status;
    market.params = changed.params;
    market.cache_price(&price)?;
    market.next_sequence()
}

fn set_token_vault(vault: &mut TokenVault, changed: &TokenVaultChange, now: i64) -> Result<u64> {
    require!(changed.index == vault.index, PerpsError::WrongAccount);
    require_sound_vault(vault.index, &changed.params)?;
    require_vault_can_change(vault, &changed.params, now)?;
    if changed.params.feed_id != vault.params.feed_id {
        vault.price = OraclePrice::default();
    }
    vault.params = changed.params;
    vault.next_sequence()
}

fn set_insurance_floor(insurance: &mut Insurance, floor: u64) -> Result<u64> {
    insurance.floor = floor;
    insurance.next_sequence()
}

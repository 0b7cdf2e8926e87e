use anchor_lang::prelude::*;

use crate::admin_guard::refuse_durable_nonce;
use crate::constants::{MAX_TIGHTENED_SPREAD_PPM, QUOTE_VAULT_INDEX};
use crate::errors::PerpsError;
use crate::events::{RiskTightened, TightenedMarket, TightenedVault};
use crate::parameter_rules::require_sound_market;
use crate::state::{Exchange, Market, MarketStatus, TokenVault};

#[event_cpi]
#[derive(Accounts)]
pub struct TightenRisk<'info> {
    /// The risk key, or the cold one.
    pub authority: Signer<'info>,
    #[account(mut)]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(mut)]
    pub market: Option<AccountLoader<'info, Market>>,
    #[account(mut)]
    pub token_vault: Option<AccountLoader<'info, TokenVault>>,
    /// CHECK: the instructions sysvar, by its address: a transaction with a durable nonce is refused.
    #[account(address = crate::constants::INSTRUCTIONS_SYSVAR @ PerpsError::WrongAccount)]
    pub instructions: UncheckedAccount<'info>,
}

/// What shall become stricter; `None` leaves a value alone. Nothing here can make an account liquidatable.
#[derive(Clone, Copy, Debug, Default, AnchorSerialize, AnchorDeserialize)]
pub struct TightenRiskArgs {
    /// Takes no new risk in the market.
    pub reduce_only: bool,
    /// Below the present one (base 1e9).
    pub open_interest_cap: Option<u64>,
    /// Above the present ones (ratio 1e4, ppm).
    pub initial_margin_bps: Option<u16>,
    pub spread_ppm: Option<u32>,
    /// Below the present ones (native units, ratio 1e4).
    pub deposit_cap: Option<u64>,
    pub initial_weight_bps: Option<u32>,
}

/// Takes effect at once, so it goes one way only.
pub fn tighten_risk(ctx: Context<TightenRisk>, args: TightenRiskArgs) -> Result<()> {
    let accounts = &ctx.accounts;
    refuse_durable_nonce(&accounts.instructions)?;
    let authority = accounts.authority.key();
    let exchange = &mut accounts.exchange.load_mut()?;
    require!(exchange.may_manage_risk(&authority), PerpsError::Unauthorized);
    require!(args.names_market() == accounts.market.is_some(), PerpsError::WrongAccount);
    require!(args.names_vault() == accounts.token_vault.is_some(), PerpsError::WrongAccount);
    require!(args.names_market() || args.names_vault(), PerpsError::NotTighter);

    let market = accounts.market.as_ref().map(|market| tighten_market(market, &args)).transpose()?;
    let token_vault = accounts.token_vault.as_ref().map(|vault| tighten_vault(vault, &args)).transpose()?;
    emit_cpi!(RiskTightened {
        sequence: exchange.next_sequence()?,
        authority,
        market,
        token_vault,
        at: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

impl TightenRiskArgs {
    fn names_market(&self) -> bool {
        self.reduce_only
            || self.open_interest_cap.is_some()
            || self.initial_margin_bps.is_some()
            || self.spread_ppm.is_some()
    }

    fn names_vault(&self) -> bool {
        self.deposit_cap.is_some() || self.initial_weight_bps.is_some()
    }
}

fn tighten_market(account: &AccountLoader<Market>, args: &TightenRiskArgs) -> Result<TightenedMarket> {
    let market = &mut account.load_mut()?;
    if args.reduce_only {
        require!(market.status == MarketStatus::Active as u8, PerpsError::NotTighter);
        market.status = MarketStatus::ReduceOnly as u8;
    }
    let params = &mut market.params;
    lower(&mut params.open_interest_cap, args.open_interest_cap)?;
    raise(&mut params.initial_margin_bps, args.initial_margin_bps)?;
    raise(&mut params.spread_ppm, args.spread_ppm)?;
    require!(args.spread_ppm.is_none_or(|spread| spread <= MAX_TIGHTENED_SPREAD_PPM), PerpsError::InvalidParameter);
    require_sound_market(params)?;
    Ok(TightenedMarket {
        market: account.key(),
        index: market.index,
        sequence: market.next_sequence()?,
        status: market.status,
        open_interest_cap: market.params.open_interest_cap,
        initial_margin_bps: market.params.initial_margin_bps,
        spread_ppm: market.params.spread_ppm,
    })
}

/// The quote vault stays open: whoever must add margin adds it there.
fn tighten_vault(account: &AccountLoader<TokenVault>, args: &TightenRiskArgs) -> Result<TightenedVault> {
    let vault = &mut account.load_mut()?;
    require!(vault.index != QUOTE_VAULT_INDEX, PerpsError::InvalidParameter);
    lower(&mut vault.params.deposit_cap, args.deposit_cap)?;
    lower(&mut vault.params.initial_weight_bps, args.initial_weight_bps)?;
    vault.next_sequence()?;
    Ok(TightenedVault {
        token_vault: account.key(),
        index: vault.index,
        sequence: vault.sequence,
        deposit_cap: vault.params.deposit_cap,
        initial_weight_bps: vault.params.initial_weight_bps,
    })
}

fn lower<T: PartialOrd>(value: &mut T, to: Option<T>) -> Result<()> {
    let Some(to) = to else { return Ok(()) };
    require!(to < *value, PerpsError::NotTighter);
    *value = to;
    Ok(())
}

fn raise<T: PartialOrd>(value: &mut T, to: Option<T>) -> Result<()> {
    let Some(to) = to else { return Ok(()) };
    require!(to > *value, PerpsError::NotTighter);
    *value = to;
    Ok(())
}

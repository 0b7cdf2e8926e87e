/** The guards of docs/threat-model.md, and the scene that plays the attack each one stops. */
import { FILL_GUARDS } from './fill-guards.ts'
import { MONEY_GUARDS } from './money-guards.ts'
import { ORDER_GUARDS } from './order-guards.ts'
import { RISK_GUARDS } from './risk-guards.ts'

export type Guard = {
  /** The attack. */
  name: string
  /** Below programs/. */
  file: string
  /** Source text of the guard, exactly once in the file, and what stands there when it is gone. */
  guard: string
  without: string
  /** Test file in programs/tests, and a test's name. */
  scene: readonly [file: string, name: string]
}

export const GUARDS: readonly Guard[] = [
  ...FILL_GUARDS,
  ...MONEY_GUARDS,
  ...ORDER_GUARDS,
  ...RISK_GUARDS,
  {
    name: 'an admin transaction signed weeks before, with a durable nonce',
    file: 'perps/src/admin_guard.rs',
    guard: 'require!(!advances_nonce, PerpsError::DurableNonce);',
    without: 'let _ = advances_nonce;',
    scene: ['durable-nonces.test.ts', 'executeChange is refused in a transaction with a durable nonce'],
  },
  {
    name: 'an announced change executed before anybody could see it coming',
    file: 'perps/src/state/change.rs',
    guard: 'require!(now >= self.eta, PerpsError::ChangeTooEarly);',
    without: '',
    scene: ['changes.test.ts', 'a change waits for the timelock and then does what was announced, once'],
  },
  {
    name: 'another change executed than the one announced',
    file: 'perps/src/state/change.rs',
    guard: 'require!(payload.hash()? == self.payload_hash, PerpsError::ChangePayload);',
    without: '',
    scene: ['changes.test.ts', 'only what was announced is executed'],
  },
  {
    name: 'a risk key that keeps people from adding margin',
    file: 'perps/src/instructions/exchange/tighten_risk.rs',
    guard: 'require!(vault.index != QUOTE_VAULT_INDEX, PerpsError::InvalidParameter);',
    without: 'let _ = QUOTE_VAULT_INDEX;',
    scene: ['tighten-risk.test.ts', 'nobody can be kept from adding margin in the quote token'],
  },
  {
    name: 'a curve made steeper under open positions',
    file: 'perps/src/parameter_rules.rs',
    guard: 'require!(may_have_depth, PerpsError::DepthInUse);',
    without: 'let _ = may_have_depth;',
    scene: [
      'market-changes.test.ts',
      'the depth of the curve rises freely and falls only while hardly anybody would notice',
    ],
  },
  {
    name: 'oneself taken over with a second wallet, at the expense of insurance',
    file: 'perps-math/src/liquidation.rs',
    guard: 'oracle_quote(inputs, size, liquidation_fee.min(equity_share(inputs, size)?))',
    without: 'oracle_quote(inputs, size, liquidation_fee)',
    scene: ['takeover.test.ts', 'taking oneself over with a second wallet gains nothing at anybody else’s expense'],
  },
  {
    name: 'a healthy account liquidated while one of its prices is stale',
    file: 'perps/src/insolvency.rs',
    guard: 'PriceUse::Liquidation.require(price, conf, now)?;',
    without: '',
    scene: ['liquidation.test.ts', 'a healthy account is not liquidated by leaving one of its prices stale'],
  },
  {
    name: 'an account shielded by a position on a dead feed',
    file: 'perps/src/insolvency.rs',
    guard: '(is_dead && !is_reduced)',
    without: '(is_dead && is_reduced && !is_reduced)',
    scene: [
      'liquidation.test.ts',
      'a position on a dead feed shields the others for a quarter of an hour, and its profit until the hour',
    ],
  },
  {
    name: 'a loss shifted to a market that did not make it',
    file: 'perps/src/instructions/risk/bankruptcy.rs',
    guard: 'share_of_debt(sub.quote_balance().unsigned_abs(), here, everywhere).or_refuse()?',
    without: 'share_of_debt(sub.quote_balance().unsigned_abs(), everywhere, everywhere).or_refuse()?',
    scene: ['bankruptcy.test.ts', 'each market bears the part of a debt that it made, whichever closes last'],
  },
  {
    name: 'collateral bought with profit that is still warming up',
    file: 'perps/src/instructions/risk/liquidate_collateral.rs',
    guard: 'debit_quote(buyer, cost, now)?;',
    without: 'debit_quote(buyer, cost, i64::MAX)?;',
    scene: [
      'collateral.test.ts',
      'nobody buys with profit that is warming up, without money, or without margin after it',
    ],
  },
  {
    name: 'a chosen victim deleveraged while the pool has room',
    file: 'perps/src/instructions/risk/deleverage.rs',
    guard: 'require!(pool_room(market, inputs.base, now)?.size == 0, PerpsError::PoolCanTakeOver);',
    without: '',
    scene: ['deleverage.test.ts', 'a chosen victim is safe while the pool has room'],
  },
  {
    name: 'a counterparty deleveraged for what another market lost',
    file: 'perps/src/instructions/risk/deleverage.rs',
    guard: 'deleverage_equity(inputs.equity, own_loss)',
    without: 'deleverage_equity(inputs.equity, own_loss.min(inputs.equity))',
    scene: ['deleverage.test.ts', 'a counterparty answers for what its own market lost, not for another’s'],
  },
  {
    name: 'a sound market wound down',
    file: 'perps/src/instructions/markets/settle_market.rs',
    guard: 'require!(is_gone || is_announced, PerpsError::MarketSound);',
    without: 'let _ = (is_gone, is_announced);',
    scene: ['wind-down.test.ts', 'a sound market is not wound down, nor one whose price is merely old'],
  },
  {
    name: 'a market wound down at an old price because nobody has posted a newer one',
    file: 'perps/src/instructions/markets/settle_market.rs',
    guard: 'if market.abandoned_at < silent_since {',
    without: 'if market.abandoned_at == i64::MAX {',
    scene: [
      'wind-down.test.ts',
      'nobody winds a market down at an old price only because nobody has posted a newer one',
    ],
  },
  {
    name: 'funding farmed by touching the market every second',
    file: 'perps/src/state/market.rs',
    guard: 'self.funding.remainder = accrual.remainder;',
    without: 'self.funding.remainder = 0;',
    scene: ['funding.test.ts', 'touching every second pays what one touch pays, to the unit'],
  },
  {
    name: 'funding farmed by a price spike within one transaction',
    file: 'perps/src/instructions/markets/update_oracle_price.rs',
    guard: 'market.accrue_funding(now)?;',
    without: '',
    scene: [
      'funding.test.ts',
      'a price that comes and goes within a second earns nothing, for the time before or after',
    ],
  },
  {
    name: 'funding charged twice by a clock that goes back',
    file: 'perps/src/state/market.rs',
    guard: 'if elapsed_s <= 0 {',
    without: 'if elapsed_s == 0 {',
    scene: ['funding.test.ts', 'a clock that goes back accrues nothing, and nothing twice'],
  },
]

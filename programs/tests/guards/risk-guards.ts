/** Guards of what a market, its pool and the whole vault may lose, and of who decides about it. */
import type { Guard } from './guards.ts'

export const RISK_GUARDS: readonly Guard[] = [
  {
    name: 'positions of an announced wind-down trapped by an unsure price',
    file: 'perps/src/fill_rules.rs',
    guard: 'if market.is_settled() {',
    without: 'if market.status == MarketStatus::Settling as u8 {',
    scene: ['wind-down.test.ts', 'an announced market lets positions close while its price is too unsure to end it'],
  },
  {
    name: 'winners paid by a pool that has less than nothing',
    file: 'perps/src/pool_offer.rs',
    guard: 'let is_gone = market.pool_equity(price.price)? < 0;',
    without: 'let is_gone = false;',
    scene: ['gone-pool.test.ts', 'it closes nobody and lets nobody out of the pool until it is wound down'],
  },
  {
    name: 'leaving the pool while a market has lost more than its allocation',
    file: 'perps/src/instructions/pool/valuation.rs',
    guard: 'market.ledger.deficit != 0 || equity < 0;',
    without: 'market.ledger.deficit != 0;',
    scene: ['gone-pool.test.ts', 'it closes nobody and lets nobody out of the pool until it is wound down'],
  },
  {
    name: 'closers locked in by a fast price where the pool has nothing left',
    file: 'perps/src/instructions/markets/settle_market.rs',
    guard: 'if equity < 0 { PriceUse::ReduceFill } else { PriceUse::WindDown }',
    without: 'if equity < i64::MIN { PriceUse::ReduceFill } else { PriceUse::WindDown }',
    scene: [
      'gone-pool.test.ts',
      'it may be wound down at any price that would have closed a position, since none is closed any more',
    ],
  },
  {
    name: 'a wiped pool begun anew above a hole',
    file: 'perps/src/instructions/pool/mint_pool_shares.rs',
    guard: 'is_final && !has_deficit {',
    without: 'is_final && (!has_deficit || has_deficit) {',
    scene: [
      'pool-attacks.test.ts',
      'a pool that has lost everything begins anew: old shares and old requests are worth nothing',
    ],
  },
  {
    name: 'idle quote of the pool put into a hole',
    file: 'perps/src/instructions/pool/allocate_pool.rs',
    guard: 'require!(market.pool_equity(market.price.price)? >= 0, PerpsError::PoolAllocation);',
    without: '',
    scene: ['gone-pool.test.ts', 'nobody fills its hole with the pool’s idle quote'],
  },
  {
    name: 'a risk key that locks providers in by allocating what is idle',
    file: 'perps/src/instructions/pool/allocate_pool.rs',
    guard: 'if amount > 0 { exchange.is_admin(&authority) } else',
    without: 'if amount > 0 { exchange.may_manage_risk(&authority) } else',
    scene: ['gone-pool.test.ts', 'the risk key takes idle quote out of a market, and never puts it in'],
  },
  {
    name: 'an old last price that nobody would have believed',
    file: 'perps/src/instructions/markets/settle_market.rs',
    guard: 'Ok(if is_extreme { price.ema_price } else { price.price })',
    without: 'Ok(if is_extreme { price.price } else { price.price })',
    scene: ['wind-down.test.ts', 'a feed that fell silent after an unbelievable price leaves its average behind'],
  },
  {
    name: 'leaving the pool between a settlement’s loss and its booking',
    file: 'perps/src/instructions/markets/settle_position.rs',
    guard: 'let covered = cover_debt(sub, slot, market, insurance, &risk, now)?;',
    without:
      'let covered = if now < 0 { cover_debt(sub, slot, market, insurance, &risk, now)? } else { Default::default() };',
    scene: ['wind-down.test.ts', 'nobody leaves the pool between a settlement’s loss and its booking'],
  },
  {
    name: 'a debt kept from the waterfall by a grain of a token nobody can price',
    file: 'perps/src/insolvency.rs',
    guard: 'age(&vault.price, now) < FADED_FEED_AGE_S {',
    without: 'age(&vault.price, now) < FADED_FEED_AGE_S * 1_000 {',
    scene: [
      'bankruptcy.test.ts',
      'a grain of a token nobody can price does not keep a debt from the waterfall, tokens worth a part of it do',
    ],
  },
  {
    name: 'a debt forgiven while its tokens’ feed is only silent',
    file: 'perps/src/insolvency.rs',
    guard: 'Ok(tokens.saturating_mul(FADED_TOKENS_IN_DEBT) <= sub.quote_balance().unsigned_abs())',
    without: 'Ok(tokens.saturating_mul(FADED_TOKENS_IN_DEBT).min(0) <= sub.quote_balance().unsigned_abs())',
    scene: [
      'bankruptcy.test.ts',
      'a grain of a token nobody can price does not keep a debt from the waterfall, tokens worth a part of it do',
    ],
  },
  {
    name: 'a debt covered at an old price at which the pool bears less',
    file: 'perps/src/instructions/risk/resolve_bankruptcy.rs',
    guard: 'PriceUse::Margin.require(&market.price, market.max_conf_bps(), now)?;',
    without: 'let _ = PriceUse::Margin;',
    scene: ['bankruptcy.test.ts', 'whoever covers a debt does not wait for an old price at which the pool bears less'],
  },
  {
    name: 'an account shielded by a grain at an unbelievable price',
    file: 'perps/src/insolvency.rs',
    guard: 'if is_reduced || !is_extreme(price, conf)? {',
    without: 'if is_reduced || !is_extreme(price, conf)? || !is_reduced {',
    scene: [
      'liquidation.test.ts',
      'a grain far from its average shields no account, unless its average could make the account healthy',
    ],
  },
  {
    name: 'an account liquidated that the average of its other prices would make healthy',
    file: 'perps/src/insolvency.rs',
    guard: 'require!(!at_best.is_met(), PerpsError::PriceVolatile);',
    without: 'let _ = at_best;',
    scene: [
      'liquidation.test.ts',
      'a grain far from its average shields no account, unless its average could make the account healthy',
    ],
  },
  {
    name: 'providers locked in by a stolen pause key',
    file: 'perps/src/state/exchange.rs',
    guard: 'pause::POOL_EXITS => self.pool_exits_paused_at,',
    without: '',
    scene: [
      'exchange.test.ts',
      'a pause of withdrawals or pool exits lapses after 72 hours and cannot be renewed by repeating it',
    ],
  },
  {
    name: 'more markets than one transaction can value',
    file: 'perps/src/instructions/markets/initialize_market.rs',
    guard: 'require!(index < MAX_MARKETS, PerpsError::InvalidParameter);',
    without: 'let _ = MAX_MARKETS;',
    scene: ['exchange.test.ts', 'there are 32 markets at most, and the pool can still be left with all of them'],
  },
  {
    name: 'a vault bound to a dead feed by one grain',
    file: 'perps/src/parameter_rules.rs',
    guard: 'vault.ledger_total == 0 || age(&vault.price, now) >= FADED_FEED_AGE_S;',
    without: 'vault.ledger_total == 0 || age(&vault.price, now) >= FADED_FEED_AGE_S * 1_000;',
    scene: [
      'market-changes.test.ts',
      'the feed of collateral somebody holds stays: without a price it would count nothing',
    ],
  },
  {
    name: 'people kept from adding margin by whoever fills the quote token’s cap',
    file: 'perps/src/parameter_rules.rs',
    guard: ' && p.deposit_cap == u64::MAX',
    without: '',
    scene: ['market-changes.test.ts', 'weights ascend to 100 % at most, and the quote token always counts whole'],
  },
  {
    name: 'open interest that reaches the end of the curve',
    file: 'perps/src/parameter_rules.rs',
    guard: 'p.open_interest_cap < p.depth_k',
    without: 'p.open_interest_cap <= largest',
    scene: ['market-changes.test.ts', 'open interest that may reach the end of the curve is refused'],
  },
  {
    name: 'a deposit used as an option of an hour',
    file: 'perps-math/src/shares.rs',
    guard: 'let had_price = at_request.shares > 0 && at_request.nav > 0;',
    without: 'let had_price = at_request.shares > 0 && at_request.nav > i64::MAX - 1;',
    scene: [
      'pool-attacks.test.ts',
      'a deposit pays no less than a share was worth when it was requested: waiting is no free option',
    ],
  },
  {
    name: 'everybody held up by dust in a market with an unsure feed',
    file: 'perps/src/instructions/pool/valuation.rs',
    guard: 'skew >= DUST_SKEW {',
    without: 'skew >= DUST_SKEW.min(1) {',
    scene: ['pool-attacks.test.ts', 'dust in a market with an unsure feed holds nobody up, a position does'],
  },
]

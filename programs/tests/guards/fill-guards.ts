/** Guards of fills: what a keeper, a maker, a delegate or a taker could do without them. */
import type { Guard } from './guards.ts'

const MAKERS = 'perps/src/makers.rs'
const FILL = 'perps/src/instructions/orders/fill.rs'
const DELEGATE = 'perps/src/delegate_budget.rs'
const MARGIN = 'perps/src/margin.rs'

export const FILL_GUARDS: readonly Guard[] = [
  {
    name: 'a taker that is its own keeper and chooses among ten updates',
    file: 'perps/src/instructions/orders/execute_order.rs',
    guard: 'require!(is_the_one, PerpsError::PriceNotTheOne);',
    without: 'let _ = is_the_one;',
    scene: [
      'fill-attacks.test.ts',
      'a taker that is its own keeper cannot choose among ten updates: one fills, whichever comes when',
    ],
  },
  {
    name: 'a keeper that fills against its own worse ask',
    file: MAKERS,
    guard: '&& !incoming.pool.map_or(Ok(false), |pool| pool.beats(size, quote))?',
    without: '',
    scene: ['bad-makers.test.ts', 'an order dearer than the pool: a keeper cannot fill against its own worse ask'],
  },
  {
    name: 'a maker far from the oracle where the pool has no room',
    file: MAKERS,
    guard: '&& is_near_oracle(size, quote, incoming.price.price, band).or_refuse()?',
    without: '&& band > 0',
    scene: ['fill-attacks.test.ts', 'without the pool an order still meets makers, within two percent of the oracle'],
  },
  {
    name: 'a delegate without a budget that takes positions over',
    file: DELEGATE,
    guard: 'require!(*key == sub.authority || budget_left(sub, now)? > 0, PerpsError::DelegateBudgetUsed);',
    without: '',
    scene: ['delegate-budget.test.ts', 'a delegate with nothing left to lose takes nothing over'],
  },
  {
    name: 'a delegate with a dollar of budget and any number of orders in flight',
    file: DELEGATE,
    guard: 'require!(committed(sub, risk, now)? <= budget_left(sub, now)?, PerpsError::DelegateBudgetUsed);',
    without: 'committed(sub, risk, now)?;',
    scene: [
      'delegate-budget.test.ts',
      'what a delegate’s orders may cost together at their limits is within the budget',
    ],
  },
  {
    name: 'a delegate that bleeds by resting orders what its orders in flight may cost',
    file: DELEGATE,
    guard: 'sub.delegate_spent.plus(committed(sub, risk, now)?)?',
    without: 'sub.delegate_spent.max(committed(sub, risk, now)?.min(0))',
    scene: ['delegate-budget.test.ts', 'what orders in flight may cost is not lost by resting ones meanwhile'],
  },
  {
    name: 'a budget lowered as a free cancel',
    file: DELEGATE,
    guard: 'order.is_in_flight(now) ||',
    without: '',
    scene: ['delegate-budget.test.ts', 'a budget taken away once the price is known cancels nothing'],
  },
  {
    name: 'a taker that moves its collateral away once its price is known',
    file: FILL,
    guard: '{ MarginKind::Take }',
    without: '{ MarginKind::Fill }',
    scene: ['taker-margin.test.ts', 'collateral moved away while the price is below its mean undoes no fill'],
  },
  {
    name: 'a taker with a wide limit that keeps too little for its own fill',
    file: MARGIN,
    guard: 'risk.order_cost = self.cost_of_takers(sub, opens_here, now)?;',
    without: 'risk.order_cost = self.cost_of_takers(sub, opens_here, now)?.min(0);',
    scene: [
      'taker-margin.test.ts',
      'what the fill may cost at its limit stays, beyond what initial margin leaves for it',
    ],
  },
  {
    name: 'a taker that has a newer price cached before its fill',
    file: MARGIN,
    guard: 'MarginAccounts { price: Some(price), ..self.with_market(market) }',
    without: 'MarginAccounts { price: Some(price).filter(|_| false), ..self.with_market(market) }',
    scene: ['taker-margin.test.ts', 'a newer price that is cached first undoes no fill at the one price'],
  },
  {
    name: 'an account under water that sells to its owner’s other wallet',
    file: 'perps/src/fill_rules.rs',
    guard: '!is_sound || overspent',
    without: '!is_sound || (overspent && false)',
    scene: ['fill-attacks.test.ts', 'an account that loses more than it has sells nothing to its owner’s other wallet'],
  },
  {
    name: 'one bad maker that stops a fill',
    file: MAKERS,
    guard: 'AccountLoader::<SubAccount>::try_from(info).ok()?',
    without: 'AccountLoader::<SubAccount>::try_from(info).unwrap()',
    scene: ['bad-makers.test.ts', 'an account that is no sub-account'],
  },
  {
    name: 'a maker passed read-only, to stop a fill',
    file: MAKERS,
    guard: 'maker.load_mut().ok()?',
    without: 'maker.load_mut().unwrap()',
    scene: ['bad-makers.test.ts', 'an account passed read-only'],
  },
  {
    name: 'makers with orders enough to overflow the event',
    file: MAKERS,
    guard: '> MAX_ORDERS_MOVED {',
    without: '> 10 * MAX_ORDERS_MOVED {',
    scene: [
      'fill-attacks.test.ts',
      'makers with many orders that depend on each other cannot overflow a fill: those too many wait',
    ],
  },
  {
    name: 'makers filled by a taker that is refused',
    file: FILL,
    guard: 'legs.makers.undo()?;',
    without: '',
    scene: ['bad-makers.test.ts', 'a refused taker leaves its makers as they were'],
  },
  {
    name: 'volume and rebates from oneself',
    file: MAKERS,
    guard: 'if sub.authority == incoming.authority {',
    without: 'if incoming.now < 0 {',
    scene: [
      'self-trade.test.ts',
      'an order that would trade with its owner’s other account is taken off, and the fill goes on',
    ],
  },
  {
    name: 'dust fills',
    file: FILL,
    guard: 'notional(size, price)? < market.params.min_notional.max(1)',
    without: 'notional(size, price)? < 1',
    scene: ['fees.test.ts', 'a dust fill is none: tiny makers cannot earn a keeper its flat reward over and over'],
  },
  {
    name: 'an order taken off by whoever executes it without makers',
    file: 'perps/src/instructions/orders/execute_order.rs',
    guard: '!others_may_have.contains(&error)',
    without: '!others_may_have.is_empty()',
    scene: ['partial-fills.test.ts', 'whoever executes without makers takes no order off that the book could fill'],
  },
  {
    name: 'a position at the open interest’s cap that no maker can take over',
    file: MAKERS,
    guard: '&with_incoming(incoming, market.ledger, matched_size)?',
    without: '&market.ledger',
    scene: [
      'fill-attacks.test.ts',
      'at the open interest’s cap a position can be handed on to a maker, once, and never grow',
    ],
  },
  {
    name: 'the flat reward earned by filling in parts',
    file: 'perps/src/fee_tiers.rs',
    guard: 'if order.filled == 0 { params.keeper_reward_flat } else { 0 }',
    without: 'params.keeper_reward_flat',
    scene: ['fill-attacks.test.ts', 'a keeper that fills an order in parts earns the flat reward once'],
  },
  {
    name: 'a pegged maker picked off at a price from before',
    file: MAKERS,
    guard: '&& (knows_price || !order.has(order_flags::PEGGED))',
    without: '&& (knows_price || incoming.now > 0)',
    scene: ['makers.test.ts', 'a pegged maker follows the oracle, and only a price newer than both orders moves it'],
  },
  {
    name: 'a pegged taker picked off at a price from before',
    file: FILL,
    guard: 'request.no_pool.filter(|_| order.has(order_flags::PEGGED))',
    without: 'request.no_pool.filter(|_| now < 0)',
    scene: ['fill-attacks.test.ts', 'a pegged order takes only at a price newer than itself'],
  },
  {
    name: 'a maker placed for a taker whose price is known',
    file: MAKERS,
    guard: '&& order.placed_at <= incoming.placed_at',
    without: '',
    scene: ['bad-makers.test.ts', 'an order placed after the taker'],
  },
  {
    name: 'a taker in flight used as maker at another price',
    file: MAKERS,
    guard: '&& !order.is_in_flight(incoming.now)',
    without: '',
    scene: ['bad-makers.test.ts', 'an order that is itself a taker within its window'],
  },
  {
    name: 'rewards for those somebody else referred',
    file: 'perps/src/instructions/users/collect_referral_rewards.rs',
    guard: 'require_keys_eq!(referred.referrer, referrer, PerpsError::WrongAccount);',
    without: '',
    scene: [
      'referral.test.ts',
      'nobody collects what others referred, into others’ accounts, or out of accounts that are none',
    ],
  },
]

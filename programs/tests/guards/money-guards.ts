/** Guards of money on its way in and out: the warm-up, the withdraw level, interest, and the pool's requests. */
import type { Guard } from './guards.ts'

export const MONEY_GUARDS: readonly Guard[] = [
  {
    name: 'new profit taken out by a transfer, the pool, insurance or a debtor’s tokens',
    file: 'perps/src/cash.rs',
    guard: 'require!(left >= not_withdrawable(&sub.warm_up(), now).or_refuse()?, PerpsError::ProfitWarmingUp);',
    without: 'let _ = (left, now, not_withdrawable);',
    scene: ['warm-up.test.ts', 'no way out is open to it: transfer, pool, insurance, nor a debtor’s tokens'],
  },
  {
    name: 'a vault emptied in one go',
    file: 'perps/src/instructions/vaults/withdraw_level.rs',
    guard: 'if vault.ledger_total >= withdraw_floor(vault.mean_total).or_refuse()? {',
    without: 'if vault.ledger_total >= withdraw_floor(0).or_refuse()? {',
    scene: ['withdraw-level.test.ts', 'native SOL and wrapped SOL leave by the same level'],
  },
  {
    name: 'a vault emptied by one owner’s many sub-accounts',
    file: 'perps/src/instructions/vaults/withdraw_level.rs',
    guard: 'by_owner <= SMALL_WITHDRAWALS && from_vault <= most',
    without: 'from_vault <= most',
    scene: ['withdraw-level.test.ts', 'small withdrawals pass'],
  },
  {
    name: 'a vault emptied by many wallets',
    file: 'perps/src/instructions/vaults/withdraw_level.rs',
    guard: 'by_owner <= SMALL_WITHDRAWALS && from_vault <= most',
    without: 'by_owner <= SMALL_WITHDRAWALS',
    scene: ['withdraw-level.test.ts', 'many wallets together'],
  },
  {
    name: 'the interest of a debt evaded by a deposit',
    file: 'perps/src/cash.rs',
    guard: '    let interest = charge_interest(sub, now)?;\n    vault.pool_interest',
    without: '    let interest = 0;\n    vault.pool_interest',
    scene: ['interest.test.ts', 'paying for a moment does not stop the interest of the time before'],
  },
  {
    name: 'an LP who picks the best second of the hour to leave',
    file: 'perps/src/instructions/pool/exit_pool.rs',
    guard: 'redeem_shares(ticket.amount, &at_request, &at_present)',
    without: 'redeem_shares(ticket.amount, if true { &at_present } else { &at_request }, &at_present)',
    scene: [
      'pool-attacks.test.ts',
      'an LP cannot pick the best second of the hour: nothing above the value at the request is paid',
    ],
  },
  {
    name: 'an LP who skews a market before leaving',
    file: 'perps-math/src/pool.rs',
    guard: 'narrow(worth_at(allocation, quote_cash, user_net_base, price)?.minus(narrow(premium)?)?)',
    without: 'narrow(worth_at(allocation, quote_cash, user_net_base, price)?.minus(narrow(premium.min(0))?)?)',
    scene: ['pool-attacks.test.ts', 'an LP who skews the market before leaving redeems no more than the skew cost'],
  },
  {
    name: 'a deposit at a value that is known to be old',
    file: 'perps/src/instructions/pool/valuation.rs',
    guard: 'require!(market.price.publish_time >= priced_from, PerpsError::PoolPriceTooOld);',
    without: 'let _ = priced_from;',
    scene: ['pool-attacks.test.ts', 'a deposit at a value that is known to be old waits for the new one'],
  },
  {
    name: 'the first share inflated until the second depositor gets none',
    file: 'perps-math/src/shares.rs',
    guard: 'pub const LOCKED_SHARES: u64 = 1_000_000;',
    without: 'pub const LOCKED_SHARES: u64 = 0;',
    scene: ['pool-attacks.test.ts', 'the first depositor cannot make the second one’s shares round away'],
  },
  {
    name: 'leaving the pool before an uncovered loss is borne',
    file: 'perps/src/instructions/pool/exit_pool.rs',
    guard: 'require!(!valuation.has_deficit, PerpsError::PoolDeficit);',
    without: '',
    scene: ['pool-attacks.test.ts', 'nobody leaves while a market has a loss that nobody has covered'],
  },
  {
    name: 'a pool bought for nothing while a price could still bring it back',
    file: 'perps/src/instructions/pool/mint_pool_shares.rs',
    guard: 'nav < WORTHLESS_POOL && is_final',
    without: 'nav < WORTHLESS_POOL && (is_final || !is_final)',
    scene: ['pool-attacks.test.ts', 'a pool with cents left, which a price could still bring back, keeps its shares'],
  },
]

import { LATENCY_BUCKETS_S, type Metrics } from '#server/platform/metrics.ts'
import type { Result } from './attempts.ts'
import type { Meaning } from './refusals.ts'
import type { Remedy } from './remedies.ts'
import type { KeeperOutcome } from './transact.ts'

export type KeeperMetrics = ReturnType<typeof createKeeperMetrics>

export function createKeeperMetrics(metrics: Metrics) {
  const transactions = metrics.counter({
    name: 'quantdesk_keeper_transactions_total',
    help: 'Keeper transactions by loop and what became of them',
    labelNames: ['loop', 'outcome'],
  })
  const refusals = metrics.counter({
    name: 'quantdesk_keeper_refusals_total',
    help: 'Refusals of the program by name and what they mean: gone, waits, stale, fatal',
    labelNames: ['loop', 'error', 'meaning'],
  })
  const atRisk = metrics.gauge({
    name: 'quantdesk_keeper_accounts_at_risk',
    help: 'Accounts below maintenance or with a debt open to anyone: all, and those for which nothing can be done now',
    labelNames: ['state'],
  })
  const rescues = metrics.counter({
    name: 'quantdesk_keeper_rescues_total',
    help: 'Liquidations, deleveragings, purchases of collateral and covered bankruptcies by how the attempt ended',
    labelNames: ['remedy', 'result'],
  })
  const spent = metrics.counter({
    name: 'quantdesk_keeper_spent_lamports_total',
    help: 'Fees of landed keeper transactions, priority fees included',
    labelNames: ['loop'],
  })
  const earnings = metrics.counter({
    name: 'quantdesk_keeper_earned_quote_total',
    help: 'Rewards paid to the keeper’s account, in quote units (1e6)',
    labelNames: ['loop'],
  })
  const lostReceipts = metrics.counter({
    name: 'quantdesk_keeper_lost_receipts_total',
    help: 'Landed transactions that no RPC tells anything of, so that nothing was booked',
    labelNames: ['loop'],
  })
  const balance = metrics.gauge({
    name: 'quantdesk_keeper_balance_lamports',
    help: 'What the keeper’s key has left to pay with',
  })
  const failures = metrics.counter({
    name: 'quantdesk_keeper_loop_failures_total',
    help: 'Rounds of a keeper loop that ended with an error',
    labelNames: ['loop'],
  })
  const fillDelay = metrics.histogram({
    name: 'quantdesk_keeper_fill_delay_seconds',
    help: 'From the second a market order became eligible to its execution',
    buckets: LATENCY_BUCKETS_S,
  })
  const priceAge = metrics.histogram({
    name: 'quantdesk_keeper_price_delay_seconds',
    help: 'From the publication of a price to its place on chain',
    buckets: LATENCY_BUCKETS_S,
  })
  return {
    sent: (loop: string, outcome: KeeperOutcome['kind']) => transactions.inc({ loop, outcome }),
    booked: (loop: string, lamports: number, earned: bigint) => {
      spent.inc({ loop }, lamports)
      earnings.inc({ loop }, Number(earned))
    },
    lostReceipt: (loop: string) => lostReceipts.inc({ loop }),
    balance: (lamports: number) => balance.set(lamports),
    refused: (loop: string, error: string, meaning: Meaning) => refusals.inc({ loop, error, meaning }),
    atRisk: (all: number, stuck: number) => {
      atRisk.set({ state: 'all' }, all)
      atRisk.set({ state: 'stuck' }, stuck)
    },
    rescued: (remedy: Remedy['kind'], result: Result) => rescues.inc({ remedy, result }),
    loopFailed: (loop: string) => failures.inc({ loop }),
    filled: (delayMs: number) => fillDelay.observe(Math.max(0, delayMs) / 1000),
    priced: (delayMs: number) => priceAge.observe(Math.max(0, delayMs) / 1000),
  }
}

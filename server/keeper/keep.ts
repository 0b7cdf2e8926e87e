import { type AddressLookupTableAccount, type Connection, PublicKey } from '@solana/web3.js'
import { type Chain, createSender, followProgramAccounts, type ProgramAccounts, wakeable } from '#server/chain/index.ts'
import type { KeeperHeartbeat } from '#server/exchange/index.ts'
import { openPublisher, type PricePublisher } from '#server/oracle/index.ts'
import type { Bus } from '#server/platform/bus.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { RoleContext } from '#server/platform/role.ts'
import { type AttemptOptions, createAttempts } from './attempts.ts'
import { createComputeLimits } from './compute-limits.ts'
import type { KeeperContext } from './context.ts'
import { settleAllFunding } from './funding.ts'
import { collectMarketFees, executePoolRequests } from './housekeeping.ts'
import { rescueAccounts } from './liquidations.ts'
import { openLookupTable } from './lookup-table.ts'
import { createLoops, type Loops } from './loop.ts'
import { createKeeperMetrics } from './metrics.ts'
import { executeOrders } from './orders.ts'
import { bringPrices, freshPrices } from './prices.ts'
import { createPriorityFees } from './priority-fees.ts'
import { createReceipts, type Receipts } from './receipts.ts'
import { windDownMarkets } from './settlements.ts'
import { keeperKey, launchOnLocalnet, openRewardAccount } from './setup.ts'
import { createTransact } from './transact.ts'
import { cancelOrdersOfWeakAccounts } from './weak-accounts.ts'

export type KeeperParts = Pick<RoleContext, 'config' | 'log' | 'metrics' | 'bus' | 'clock'> & { chain: Chain }

const HEARTBEAT_MS = 1_000
const START_AGAIN_MS = 1_000
/** Sources publish every second; a market without a price for this long cannot fill. */
const PRICES_LATE_MS = 5_000
/** A market's fees move at most this often. */
const FEES_EVERY_MS = 60_000
const RECEIPTS_EVERY_MS = 5_000

/** Keeps the exchange running until `signal` aborts; starts over when the chain is away at the start. */
export async function keep(parts: KeeperParts, signal: AbortSignal): Promise<void> {
  const { bus, clock, log } = parts
  let current: (() => KeeperHeartbeat) | undefined
  const sleeper = wakeable(signal)
  const startedAt = clock.now()
  const heartbeat = setInterval(() => {
    const beat: KeeperHeartbeat = current?.() ?? {
      status: clock.now() - startedAt > PRICES_LATE_MS ? 'down' : 'late',
      loops: {},
      isDryRun: parts.config.keeperDryRun,
      economics: null,
      at: clock.now(),
    }
    // Its health says nothing about the exchange's.
    if (beat.isDryRun) return
    bus
      .publish('system.keeper', beat)
      .catch((error: unknown) => log.debug({ err: error }, 'the heartbeat was not published'))
  }, HEARTBEAT_MS)
  try {
    while (!signal.aborted) {
      try {
        await runLoops(parts, signal, (heartbeat) => {
          current = heartbeat
        })
      } catch (error) {
        if (signal.aborted) return
        log.warn({ err: error }, `the keeper cannot start yet: ${errorMessage(error)}`)
        await sleeper.orAfter(START_AGAIN_MS)
      }
    }
  } finally {
    clearInterval(heartbeat)
  }
}

async function runLoops(
  { chain, config, log, metrics, bus, clock }: KeeperParts,
  signal: AbortSignal,
  onStarted: (heartbeat: () => KeeperHeartbeat) => void,
): Promise<void> {
  const { connection } = chain
  await launchOnLocalnet(connection, config, log)
  const sender = createSender({ connection, payer: keeperKey(config) })
  const rewardAccount = await openRewardAccount(connection, sender, config)
  const accounts = await followProgramAccounts({ chain, log, signal })
  const keeperMetrics = createKeeperMetrics(metrics)
  const payer = sender.payer.publicKey
  const limits = createComputeLimits()
  const lookupTables: AddressLookupTableAccount[] = []
  const receipts = createReceipts({ connection, payer, rewardAccount, limits, metrics: keeperMetrics })
  const fees = createPriorityFees({
    clock,
    recent: () => recentFees(connection, accounts),
    percentile: config.keeperFeePercentile,
    cap: config.keeperFeeCap,
  })
  const isDryRun = config.keeperDryRun
  const parts = { sender, limits, fees, receipts, metrics: keeperMetrics, lookupTables, isDryRun, signal }
  const publisher = isDryRun ? null : openPublisher({ config, connection, sender, log, signal })
  const ctx: KeeperContext = {
    accounts,
    payer,
    transact: createTransact(parts),
    publisher,
    posted: new Map(),
    rewardAccount,
    clock,
    log,
    metrics: keeperMetrics,
  }
  const loops = createLoops({ clock, log, metrics: keeperMetrics, signal })
  // Not waited for: only fills against many makers need it, and prices must not be late.
  const tableOpened = isDryRun
    ? undefined
    : openLookupTable(connection, sender, accounts).then(
        (table) => lookupTables.push(table),
        (error: unknown) => log.warn({ err: error }, `the keeper works without a lookup table: ${errorMessage(error)}`),
      )

  const attemptsOf = (loop: string, rests: Omit<AttemptOptions, 'onError'>) =>
    createAttempts(clock, {
      ...rests,
      onError: (error) => {
        keeperMetrics.loopFailed(loop)
        log.warn({ err: error, loop }, `an attempt of the keeper failed: ${errorMessage(error)}`)
      },
    })

  const executions = attemptsOf('orders', { doneMs: 1_000, firstMs: 100, mostMs: 5_000 })
  const orders = loops.start({ name: 'orders', everyMs: 1_000, lateAfterMs: 5_000 }, () =>
    executeOrders(ctx, executions),
  )
  const takeovers = attemptsOf('liquidations', {
    doneMs: 250,
    firstMs: 500,
    mostMs: 10_000,
    parallel: config.keeperParallel,
    onEnd: () => liquidations.wake(),
  })
  const liquidations = loops.start({ name: 'liquidations', everyMs: 2_000, lateAfterMs: 10_000 }, () => {
    rescueAccounts(ctx, takeovers)
    cancelOrdersOfWeakAccounts(ctx, takeovers)
  })
  const requests = attemptsOf('housekeeping', { doneMs: 1_000, firstMs: 1_000, mostMs: 30_000 })
  const collections = attemptsOf('housekeeping', { doneMs: FEES_EVERY_MS, firstMs: 5_000, mostMs: FEES_EVERY_MS })
  loops.start({ name: 'housekeeping', everyMs: 2_000, lateAfterMs: 15_000 }, () => {
    executePoolRequests(ctx, requests)
    windDownMarkets(ctx, requests)
    collectMarketFees(ctx, collections)
  })
  const funding = loops.start({ name: 'funding', everyMs: 60_000, lateAfterMs: 180_000 }, () => settleAllFunding(ctx))

  const stopPrices = publisher === null ? () => undefined : startPrices(ctx, publisher, loops, bus, orders.wake)
  const priced = new Set<string>()
  const unsubscribe = accounts.onChange((name, address) => {
    if (name === 'SubAccount' || name === 'Market') orders.wake()
    if (name === 'SubAccount' || name === 'Market') liquidations.wake()
    if (name !== 'Market') return
    // A market's first rate should not wait for the minute.
    if (priced.has(address) || accounts.all('Market').get(address)?.price.price === 0n) return
    priced.add(address)
    funding.wake()
  })
  loops.start({ name: 'receipts', everyMs: RECEIPTS_EVERY_MS, lateAfterMs: 60_000 }, () => receipts.collect())
  onStarted(() => ({ ...loops.health(), isDryRun, economics: economicsOf(receipts) }))
  log.info(
    { keeper: payer.toBase58(), rewardAccount, accounts: accounts.all('SubAccount').size, isDryRun },
    isDryRun ? 'the keeper works, and sends nothing' : 'the keeper works',
  )
  await Promise.all([loops.ended(), tableOpened])
  await Promise.all([executions, takeovers, requests, collections].map((attempts) => attempts.settled()))
  unsubscribe()
  stopPrices()
  accounts.close()
}

/** What was paid in the last slots for a place beside transactions that write our markets. */
async function recentFees(connection: Connection, accounts: ProgramAccounts): Promise<number[]> {
  const lockedWritableAccounts = [...accounts.all('Market').keys()].map((market) => new PublicKey(market))
  const fees = await connection.getRecentPrioritizationFees({ lockedWritableAccounts })
  return fees.map(({ prioritizationFee }) => prioritizationFee)
}

function economicsOf(receipts: Receipts): KeeperHeartbeat['economics'] {
  const { balanceLamports, loops } = receipts.books()
  const all = Object.values(loops)
  return {
    balanceLamports,
    spentLamports: all.reduce((sum, { lamports }) => sum + lamports, 0),
    earnedQuote: all.reduce((sum, { earned }) => sum + earned, 0n).toString(),
  }
}

/** The price loop. @returns how to stop listening. */
function startPrices(
  ctx: KeeperContext,
  publisher: PricePublisher,
  loops: Loops,
  bus: Bus,
  onPosted: () => void,
): () => void {
  const fresh = freshPrices(
    bus,
    () => loop.wake(),
    (error) => ctx.log.warn({ err: error }, 'what came as a price is none'),
  )
  const loop = loops.start({ name: 'prices', everyMs: 60_000, lateAfterMs: PRICES_LATE_MS }, () =>
    bringPrices(ctx, publisher, fresh.take(), onPosted),
  )
  return fresh.unsubscribe
}

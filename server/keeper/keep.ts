import { type Chain, createSender, followProgramAccounts, wakeable } from '#server/chain/index.ts'
import type { KeeperHeartbeat } from '#server/exchange/index.ts'
import { openPublisher, type PricePublisher } from '#server/oracle/index.ts'
import type { Bus } from '#server/platform/bus.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { RoleContext } from '#server/platform/role.ts'
import { type AttemptOptions, createAttempts } from './attempts.ts'
import type { KeeperContext } from './context.ts'
import { settleAllFunding } from './funding.ts'
import { collectMarketFees, executePoolRequests } from './housekeeping.ts'
import { rescueAccounts } from './liquidations.ts'
import { openLookupTable } from './lookup-table.ts'
import { createLoops, type Loops } from './loop.ts'
import { createKeeperMetrics } from './metrics.ts'
import { executeOrders } from './orders.ts'
import { bringPrices, freshPrices } from './prices.ts'
import { windDownMarkets } from './settlements.ts'
import { keeperKey, launchOnLocalnet, openRewardAccount } from './setup.ts'
import { cancelOrdersOfWeakAccounts } from './weak-accounts.ts'

export type KeeperParts = Pick<RoleContext, 'config' | 'log' | 'metrics' | 'bus' | 'clock'> & { chain: Chain }

const HEARTBEAT_MS = 1_000
const START_AGAIN_MS = 1_000
/** Sources publish every second; a market without a price for this long cannot fill. */
const PRICES_LATE_MS = 5_000
/** A market's fees move at most this often. */
const FEES_EVERY_MS = 60_000
/** Accounts rescued at once: more would only wait for each other at the locks of their markets. */
const PARALLEL_RESCUES = 32

/** Keeps the exchange running until `signal` aborts; starts over when the chain is away at the start. */
export async function keep(parts: KeeperParts, signal: AbortSignal): Promise<void> {
  const { bus, clock, log } = parts
  let current: Loops | undefined
  const sleeper = wakeable(signal)
  const startedAt = clock.now()
  const heartbeat = setInterval(() => {
    const beat: KeeperHeartbeat = current?.heartbeat() ?? {
      status: clock.now() - startedAt > PRICES_LATE_MS ? 'down' : 'late',
      loops: {},
      at: clock.now(),
    }
    bus
      .publish('system.keeper', beat)
      .catch((error: unknown) => log.debug({ err: error }, 'the heartbeat was not published'))
  }, HEARTBEAT_MS)
  try {
    while (!signal.aborted) {
      try {
        await runLoops(parts, signal, (loops) => {
          current = loops
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
  onStarted: (loops: Loops) => void,
): Promise<void> {
  const { connection } = chain
  await launchOnLocalnet(connection, config, log)
  const sender = createSender({ connection, payer: keeperKey(config) })
  const rewardAccount = await openRewardAccount(connection, sender, config)
  const accounts = await followProgramAccounts({ chain, log, signal })
  const keeperMetrics = createKeeperMetrics(metrics)
  const publisher = openPublisher({ config, connection, sender, log, signal })
  const ctx: KeeperContext = {
    accounts,
    sender,
    publisher,
    posted: new Map(),
    rewardAccount,
    lookupTables: [],
    clock,
    log,
    metrics: keeperMetrics,
    signal,
  }
  const loops = createLoops({ clock, log, metrics: keeperMetrics, signal })
  // Not waited for: only fills against many makers need it, and prices must not be late.
  const tableOpened = openLookupTable(connection, sender, accounts).then(
    (table) => ctx.lookupTables.push(table),
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
    parallel: PARALLEL_RESCUES,
    onEnd: () => liquidations.wake(),
  })
  const liquidations = loops.start({ name: 'liquidations', everyMs: 2_000, lateAfterMs: 10_000 }, () => {
    rescueAccounts(ctx, takeovers)
    cancelOrdersOfWeakAccounts(ctx, takeovers)
  })
  const requests = attemptsOf('housekeeping', { doneMs: 1_000, firstMs: 1_000, mostMs: 30_000 })
  const fees = attemptsOf('housekeeping', { doneMs: FEES_EVERY_MS, firstMs: 5_000, mostMs: FEES_EVERY_MS })
  loops.start({ name: 'housekeeping', everyMs: 2_000, lateAfterMs: 15_000 }, () => {
    executePoolRequests(ctx, requests)
    windDownMarkets(ctx, requests)
    collectMarketFees(ctx, fees)
  })
  const funding = loops.start({ name: 'funding', everyMs: 60_000, lateAfterMs: 180_000 }, () => settleAllFunding(ctx))

  const stopPrices = startPrices(ctx, publisher, loops, bus, orders.wake)
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
  onStarted(loops)
  log.info(
    { keeper: sender.payer.publicKey.toBase58(), rewardAccount, accounts: accounts.all('SubAccount').size },
    'the keeper works',
  )
  await Promise.all([loops.ended(), tableOpened])
  await Promise.all([executions, takeovers, requests, fees].map((attempts) => attempts.settled()))
  unsubscribe()
  stopPrices()
  accounts.close()
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

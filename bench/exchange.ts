import { PublicKey } from '@solana/web3.js'
import { decodeMarket, decodeSubAccount } from '#client/accounts.ts'
import { cancelOrder, openPosition, placeOrder } from '#client/instructions/index.ts'
import { marketAddress } from '#client/pda.ts'
import { requireLanded } from '#server/chain/index.ts'
import { startTestChain, type TestChain, type Trader } from '#server/chain/testing.ts'
import type { FillDto, UserMessage } from '#server/exchange/index.ts'
import { createIndexerMetrics, followProgram, programAddresses } from '#server/indexer/index.ts'
import { startFeed, startKeeper } from '#server/keeper/testing.ts'
import { type Bus, memoryBus } from '#server/platform/bus.ts'
import { systemClock } from '#server/platform/clock.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { startDatabase } from './parts/database.ts'

export const name = 'Exchange (chain, keeper, indexer and embedded PostgreSQL in one process)'

const USDC = 1_000_000n
const SOL = 1_000_000_000n
const PLACED = 100
const TRADERS = 8
const ROUNDS = 4
const FILL_TARGET_MS = 1_000 + 1_000 + 250
const PATIENCE = { timeoutMs: 30_000 }

export async function run() {
  const database = await startDatabase()
  const { db } = database
  const chain = await startTestChain()
  const bus = memoryBus()
  const feed = startFeed(bus, { 'SOL-PERP': '150', 'BTC-PERP': '100000', 'ETH-PERP': '2500' })
  const stopKeeper = startKeeper(chain, bus)
  const stop = new AbortController()
  try {
    await pollUntil(() => isPriced(chain), PATIENCE)
    const metrics = createIndexerMetrics(createMetrics({ role: 'bench' }), systemClock.now())
    const ctx = {
      connection: chain.connection,
      db,
      bus,
      clock: systemClock,
      log,
      metrics,
      addresses: programAddresses(),
    }
    const following = followProgram(ctx, stop.signal)
    const traded = [...(await place(chain)), ...(await fill(chain, bus))]
    feed.stop()
    await stopKeeper()
    stop.abort()
    await following
    return traded
  } finally {
    feed.stop()
    stop.abort()
    await chain.stop()
    await database.stop()
  }
}

async function isPriced({ connection }: TestChain): Promise<boolean> {
  const account = await connection.getAccountInfo(marketAddress(0))
  return account !== null && decodeMarket(account.data).price.price > 0n
}

/** Limit orders far from the market, simulated first as wallets do. */
async function place(chain: TestChain) {
  const trader = await chain.trader(1_000n * USDC)
  const who = { trader: trader.keypair.publicKey, subAccount: trader.subAccount }
  const limit = {
    kind: 'limit',
    side: 'buy',
    timeInForce: 'goodTillCancel',
    reduceOnly: false,
    postOnly: false,
  } as const
  const times: number[] = []
  let units = 0
  for (let at = 0; at < PLACED; at += 1) {
    const clientId = BigInt(at + 1)
    const order = { ...limit, size: SOL, limitPrice: 100n * USDC, clientId }
    const signed = await trader.sender.sign([placeOrder({ ...who, marketIndex: 0, marginAccounts: [], order })])
    const startedAt = performance.now()
    requireLanded(await trader.sender.settle(signed, { preflight: true }), 'place')
    times.push(performance.now() - startedAt)
    units = Math.max(units, await computeUnits(chain, signed.signature))
    // By its own id: two equal transactions of one slot are one transaction, and the chain would take only the first.
    const target = { kind: 'clientId', value: clientId } as const
    requireLanded(await trader.sender.send([cancelOrder({ ...who, target })]), 'cancel')
  }
  return [
    latency('place → confirmed', times, { p50: 50, p99: 250 }),
    { what: 'compute units of place', value: `${units}`, target: '≤ 40000', met: units <= 40_000 },
  ]
}

/** Market orders of several traders at once; timed from sending to the fill on chain and to the fill on the bus. */
async function fill(chain: TestChain, bus: Bus) {
  const traders = await Promise.all(Array.from({ length: TRADERS }, () => chain.trader(5_000n * USDC)))
  const onChain: number[] = []
  const onBus: number[] = []
  let units = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(
      traders.map(async (trader) => {
        const startedAt = performance.now()
        const heard = nextFill(bus, trader).then((message) => {
          onBus.push(performance.now() - startedAt)
          return message
        })
        const filled = nextBase(chain, trader).then(() => onChain.push(performance.now() - startedAt))
        const order = { side: 'buy', size: SOL, limitPrice: 200n * USDC, clientId: 0n } as const
        const who = {
          trader: trader.keypair.publicKey,
          subAccount: trader.subAccount,
          marketIndex: 0,
          marginAccounts: [],
        }
        requireLanded(await trader.sender.send([openPosition({ ...who, order })]), 'open')
        await filled
        units = Math.max(units, await computeUnits(chain, (await heard).signature))
      }),
    )
  }
  return [
    latency('market order → filled on chain', onChain, { p99: FILL_TARGET_MS }),
    latency('market order → fill on the bus, projected', onBus, {}),
    { what: 'compute units of a fill from the pool', value: `${units}`, target: '≤ 120000', met: units <= 120_000 },
  ]
}

function nextFill(bus: Bus, { keypair }: Trader): Promise<FillDto> {
  const { promise, resolve } = Promise.withResolvers<FillDto>()
  const unsubscribe = bus.subscribe(`user.${keypair.publicKey.toBase58()}`, (message) => {
    const { type, ...rest } = message as UserMessage
    if (type !== 'fill' || !('fill' in rest)) return
    unsubscribe()
    resolve(rest.fill)
  })
  return promise
}

async function nextBase({ connection }: TestChain, { subAccount }: Trader): Promise<void> {
  const address = new PublicKey(subAccount)
  const base = (data: Uint8Array) => decodeSubAccount(data).positions[0]?.base ?? 0n
  const before = base((await connection.getAccountInfo(address))?.data ?? new Uint8Array())
  const { promise, resolve } = Promise.withResolvers<void>()
  const subscription = connection.onAccountChange(address, ({ data }) => {
    if (base(data) !== before) resolve()
  })
  await promise
  await connection.removeAccountChangeListener(subscription)
}

async function computeUnits({ connection }: TestChain, signature: string): Promise<number> {
  const transaction = await connection.getTransaction(signature, {
    commitment: 'confirmed',
    maxSupportedTransactionVersion: 0,
  })
  return transaction?.meta?.computeUnitsConsumed ?? 0
}

function latency(what: string, times: readonly number[], target: { p50?: number; p99?: number }) {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  const [p50, p99] = [at(0.5), at(0.99)]
  const value = `p50 ${p50} ms, p99 ${p99} ms (${times.length} times)`
  if (target.p50 === undefined && target.p99 === undefined) return { what, value }
  const limits = [
    ...(target.p50 === undefined ? [] : [`p50 ≤ ${target.p50} ms`]),
    ...(target.p99 === undefined ? [] : [`p99 ≤ ${target.p99} ms`]),
  ]
  return { what, value, target: limits.join(', '), met: p50 <= (target.p50 ?? p50) && p99 <= (target.p99 ?? p99) }
}

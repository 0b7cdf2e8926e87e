import type { Keypair } from '@solana/web3.js'
import bs58 from 'bs58'
import { PRICE_DECIMALS, parseUnits } from '#client/units.ts'
import type { TestChain } from '#server/chain/testing.ts'
import { ORACLE_FEEDS, toPriceDto } from '#server/oracle/index.ts'
import type { Bus } from '#server/platform/bus.ts'
import { type Clock, systemClock } from '#server/platform/clock.ts'
import { loadConfig } from '#server/platform/config.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics, type Metrics } from '#server/platform/metrics.ts'
import { keep } from './keep.ts'

export type TestFeed = { set(market: string, price: string): void; stop(): void }

/** Publishes the price of each market on the bus, as ingest does: at the start, when set, and every second. */
export function startFeed(bus: Bus, start: Readonly<Record<string, string>>): TestFeed {
  const prices = new Map(Object.entries(start))
  const publish = () => {
    const publishedAt = Math.floor(systemClock.now() / 1000) * 1000
    for (const { market } of ORACLE_FEEDS) {
      const text = prices.get(market)
      if (text === undefined) continue
      const price = parseUnits(text, PRICE_DECIMALS)
      const quote = {
        market,
        price,
        confidence: price / 10_000n,
        emaPrice: price,
        publishedAt,
        source: 'replay',
        quality: 'valid',
        flags: [],
      } as const
      void bus.publish(`price.${market}`, toPriceDto(quote, systemClock.now()))
    }
  }
  publish()
  const timer = setInterval(publish, 1_000)
  return { set: (market, price) => prices.set(market, price), stop: () => clearInterval(timer) }
}

export type TestKeeperOptions = {
  clock?: Clock
  /** Its own; else the local chain's. */
  keypair?: Keypair
  isDryRun?: boolean
  metrics?: Metrics
}

/** A keeper of its own on a test chain. @returns how to stop it. */
export function startKeeper(
  { chain, rpcUrl, rpcWsUrl }: TestChain,
  bus: Bus,
  {
    clock = systemClock,
    keypair,
    isDryRun = false,
    metrics = createMetrics({ role: 'keeper' }),
  }: TestKeeperOptions = {},
): () => Promise<void> {
  const stop = new AbortController()
  const config = {
    ...loadConfig({}),
    rpcUrl,
    rpcWsUrl,
    keeperKeypair: keypair && bs58.encode(keypair.secretKey),
    keeperDryRun: isDryRun,
  }
  const running = keep({ config, log: silentLog, metrics, bus, clock, chain }, stop.signal)
  return async () => {
    stop.abort()
    await running
  }
}

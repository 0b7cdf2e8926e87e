import { getAccount, listMarkets, listTrades, type MarketDto, restingBook } from '#server/exchange/index.ts'
import { latestPrice } from '#server/ingest/index.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import type { SystemDto } from './schema.ts'
import type { TopicKind, TopicSource } from './topic.ts'

export type TopicContext = { db: Db; clock: Clock; system: () => SystemDto }

const MARKET = { pattern: /^[A-Z0-9]{1,12}-PERP$/, example: 'SOL-PERP' }
const AUTHORITY = { pattern: /^[1-9A-HJ-NP-Za-km-z]{32,44}$/, example: 'the address of a wallet' }
const SNAPSHOT_TRADES = 50

type TopicRow = {
  key: { pattern: RegExp; example: string }
  kind: TopicKind
  snapshotKeptMs: number
  load: (context: TopicContext, key: string) => Promise<unknown>
}

/** Every topic of the realtime hub: `{family}.{key}`, and `system` alone. */
const TOPICS: Readonly<Record<string, TopicRow>> = {
  price: {
    key: MARKET,
    kind: 'state',
    snapshotKeptMs: 2_000,
    load: async ({ db, clock }, market) => {
      const price = await latestPrice(db, market, clock.now())
      if (price !== undefined) return price
      // A market that is not listed ends the subscription; a listed one gets its first price soon.
      await listedMarket(db, market, clock.now())
      throw new AppError('STALE_PRICE', { message: `no price of ${market} yet` })
    },
  },
  market: {
    key: MARKET,
    kind: 'state',
    snapshotKeptMs: 2_000,
    load: async ({ db, clock }, market) => (await listedMarket(db, market, clock.now())).state,
  },
  book: { key: MARKET, kind: 'state', snapshotKeptMs: 2_000, load: ({ db }, market) => restingBook(db, market) },
  trade: {
    key: MARKET,
    kind: 'deltas',
    snapshotKeptMs: 2_000,
    load: ({ db }, market) => listTrades(db, market, SNAPSHOT_TRADES),
  },
  // Never from memory: a wallet's own account is what its owner acts on.
  user: { key: AUTHORITY, kind: 'deltas', snapshotKeptMs: 0, load: ({ db }, authority) => getAccount(db, authority) },
}

/** @throws AppError NOT_FOUND for a market that is not listed, CHAIN_UNAVAILABLE while none is: that passes by itself. */
async function listedMarket(db: Db, market: string, nowMs: number): Promise<MarketDto> {
  const markets = await listMarkets(db, nowMs)
  const listed = markets.find((candidate) => candidate.market === market)
  if (listed !== undefined) return listed
  if (markets.length === 0) throw new AppError('CHAIN_UNAVAILABLE', { message: 'the exchange is still being set up' })
  const names = markets.map((candidate) => candidate.market).join(', ')
  throw new AppError('NOT_FOUND', { message: `there is no market ${market}: choose one of ${names}` })
}

/** Bus patterns that feed the hub. `system` is made in this process. */
export const TOPIC_PATTERNS = Object.keys(TOPICS).map((family) => `${family}.*`)

/** @throws AppError BAD_INPUT for a name that no topic can have, with the names there are. */
export function topicSource(context: TopicContext, name: string): TopicSource {
  if (name === 'system') return { kind: 'state', snapshotKeptMs: 0, load: async () => context.system() }
  const dot = name.indexOf('.')
  const row = Object.hasOwn(TOPICS, name.slice(0, dot)) ? TOPICS[name.slice(0, dot)] : undefined
  if (row === undefined) {
    const families = Object.entries(TOPICS).map(
      ([family, { key }]) => `${family}.{${key === MARKET ? 'market' : 'wallet'}}`,
    )
    throw new AppError('BAD_INPUT', {
      message: `there is no topic "${name}": choose from ${families.join(', ')}, system`,
    })
  }
  const key = name.slice(dot + 1)
  if (!row.key.pattern.test(key)) {
    throw new AppError('BAD_INPUT', { message: `topic "${name}" must end in ${row.key.example}` })
  }
  return { kind: row.kind, snapshotKeptMs: row.snapshotKeptMs, load: () => row.load(context, key) }
}

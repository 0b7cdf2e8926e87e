import type { z } from 'zod'
import {
  authorityInput,
  getAccount,
  listFundingRates,
  listMarketStates,
  listMarkets,
  listTrades,
  type MarketStateDto,
  marketId,
  restingBook,
} from '#server/exchange/index.ts'
import { latestPrice } from '#server/ingest/index.ts'
import { latestNotifications } from '#server/notify/index.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import type { SystemDto } from './schema.ts'
import type { TopicKind, TopicSource } from './topic.ts'

export type TopicContext = { db: Db; clock: Clock; system: () => SystemDto }

const MARKET = { shape: marketId, name: 'market' }
export const WALLET = { shape: authorityInput.shape.authority, name: 'wallet' }
const SNAPSHOT_TRADES = 50
const SNAPSHOT_NOTICES = 50
/** A day, as the rate accrues about once an hour. */
const SNAPSHOT_FUNDING_RATES = 24

export type TopicFamily = {
  key: { shape: z.ZodString; name: string }
  kind: TopicKind
  snapshotKeptMs: number
  /** For the wallet it is named after alone. Without it everybody may read, as chain data is public. */
  private?: true
  load: (context: TopicContext, key: string) => Promise<unknown>
}

export type TopicFamilies = Readonly<Record<string, TopicFamily>>

/** Every topic of the realtime hub: `{family}.{key}`, and `system` alone. */
export const TOPIC_FAMILIES: TopicFamilies = {
  price: {
    key: MARKET,
    kind: 'state',
    snapshotKeptMs: 2_000,
    load: async ({ db, clock }, market) => {
      const price = await latestPrice(db, market, clock.now())
      if (price !== undefined) return price
      // A market that is not listed ends the subscription; a listed one gets its first price soon.
      await marketState(db, market, clock.now())
      throw new AppError('STALE_PRICE', { message: `no price of ${market} yet` })
    },
  },
  market: {
    key: MARKET,
    kind: 'state',
    snapshotKeptMs: 2_000,
    load: ({ db, clock }, market) => marketState(db, market, clock.now()),
  },
  book: {
    key: MARKET,
    kind: 'state',
    snapshotKeptMs: 2_000,
    load: ({ db, clock }, market) => restingBook(db, market, clock.now()),
  },
  trade: {
    key: MARKET,
    kind: 'deltas',
    snapshotKeptMs: 2_000,
    load: ({ db }, market) => listTrades(db, market, SNAPSHOT_TRADES),
  },
  funding: {
    key: MARKET,
    kind: 'deltas',
    snapshotKeptMs: 2_000,
    load: ({ db }, market) => listFundingRates(db, market, SNAPSHOT_FUNDING_RATES),
  },
  // Never from memory: a wallet's own account is what its owner acts on.
  user: { key: WALLET, kind: 'deltas', snapshotKeptMs: 0, load: ({ db }, authority) => getAccount(db, authority) },
  notice: {
    key: WALLET,
    kind: 'deltas',
    snapshotKeptMs: 0,
    private: true,
    load: ({ db }, wallet) => latestNotifications(db, wallet, SNAPSHOT_NOTICES),
  },
}

/** @throws AppError NOT_FOUND for a market that is not listed, CHAIN_UNAVAILABLE while none is: that passes by itself. */
async function marketState(db: Db, market: string, nowMs: number): Promise<MarketStateDto> {
  const [listed] = await listMarketStates(db, [market])
  if (listed !== undefined) return listed.state
  const names = (await listMarkets(db, nowMs)).map((candidate) => candidate.market)
  throw names.length === 0
    ? new AppError('CHAIN_UNAVAILABLE', { message: 'the exchange is still being set up' })
    : new AppError('NOT_FOUND', { message: `there is no market ${market}: choose one of ${names.join(', ')}` })
}

/** Bus patterns that feed the hub. `system` is made in this process. */
export const topicPatterns = (families: TopicFamilies) => Object.keys(families).map((family) => `${family}.*`)

/** @throws AppError BAD_INPUT for a name that no topic can have, with the names there are. */
export function topicSource(context: TopicContext, families: TopicFamilies, name: string): TopicSource {
  if (name === 'system') return { kind: 'state', snapshotKeptMs: 0, load: async () => context.system() }
  const dot = name.indexOf('.')
  const family = Object.hasOwn(families, name.slice(0, dot)) ? families[name.slice(0, dot)] : undefined
  if (family === undefined) {
    const known = Object.entries(families).map(([first, { key }]) => `${first}.{${key.name}}`)
    throw new AppError('BAD_INPUT', { message: `there is no topic "${name}": choose from ${known.join(', ')}, system` })
  }
  const key = name.slice(dot + 1)
  const checked = family.key.shape.safeParse(key)
  if (!checked.success) {
    const why = checked.error.issues.map(({ message }) => message).join('; ')
    throw new AppError('BAD_INPUT', { message: `topic "${name}": the ${family.key.name} ${why}` })
  }
  const { kind, snapshotKeptMs } = family
  return {
    kind,
    snapshotKeptMs,
    ...(family.private ? { owner: key } : {}),
    load: () => family.load(context, key),
  }
}

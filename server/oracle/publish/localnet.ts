import { createHash } from 'node:crypto'
import { type Connection, Keypair, PublicKey } from '@solana/web3.js'
import { decodePriceUpdate, encodePriceUpdate, type PriceUpdate, PYTH_RECEIVERS } from '#client/price-update.ts'
import type { Cheats } from '#server/chain/index.ts'
import { ORACLE_FEEDS } from '../feeds.ts'
import { askingChain, isTheOne, noFeed, type PostedPrice, type PricePublisher } from '../publish.ts'

/** Pyth's exponent for these feeds; our 1e6 integers gain two digits. */
const EXPONENT = -8
const DIGITS = 100n
/** An order lapses 10 s after it became eligible; what is older fills nothing. */
const REMEMBERED = 60
const RECEIVER = PYTH_RECEIVERS[0]
/** Rent exemption of the account's 134 bytes. */
const LAMPORTS = 1_823_520
/** Accounts for single orders are used in turn, so that the next orders do not overwrite them at once. */
const SPARE_ACCOUNTS = 16

type Feed = {
  market: string
  feedId: string
  account: PublicKey
  updates: PriceUpdate[]
  lastPublishTime: number | undefined
}

/** Publishes by writing the accounts directly, which only the local chain allows. */
export function localnetPublisher({
  connection,
  cheats,
}: {
  connection: Pick<Connection, 'getAccountInfo' | 'getSlot'>
  cheats: Pick<Cheats, 'setAccount'>
}): PricePublisher {
  const feeds = new Map<string, Feed>(
    ORACLE_FEEDS.map(({ market, feedId, account }) => [
      market,
      { market, feedId, account: new PublicKey(account), updates: [], lastPublishTime: undefined },
    ]),
  )
  const feedOf = (market: string): Feed => {
    const feed = feeds.get(market)
    if (feed === undefined) throw noFeed(market)
    return feed
  }

  const write = (account: PublicKey, update: PriceUpdate): Promise<void> =>
    cheats.setAccount(account, { owner: new PublicKey(RECEIVER), lamports: LAMPORTS, data: encodePriceUpdate(update) })

  return {
    publish: async ({ market, price, confidence, emaPrice, publishedAt }) => {
      const feed = feedOf(market)
      const publishTime = Math.floor(publishedAt / 1_000)
      feed.lastPublishTime ??= await publishTimeOnChain(connection, feed.account)
      const prevPublishTime = feed.lastPublishTime
      if (publishTime <= prevPublishTime) return undefined
      const update: PriceUpdate = {
        writeAuthority: RECEIVER,
        feedId: feed.feedId,
        price: price * DIGITS,
        confidence: confidence * DIGITS,
        exponent: EXPONENT,
        publishTime: BigInt(publishTime),
        // The first price of a feed follows itself by a second: it fills nothing that was placed before it.
        prevPublishTime: BigInt(prevPublishTime === 0 ? publishTime - 1 : prevPublishTime),
        emaPrice: emaPrice * DIGITS,
        emaConfidence: confidence * DIGITS,
        postedSlot: BigInt(await askingChain('getSlot', () => connection.getSlot('confirmed'))),
      }
      await write(feed.account, update)
      feed.lastPublishTime = publishTime
      feed.updates = [...feed.updates.slice(1 - REMEMBERED), update]
      return posted(feed.market, feed.account, update)
    },

    postTheOne: async (market, eligibleFrom) => {
      const feed = feedOf(market)
      const update = feed.updates.find((each) => isTheOne(each, eligibleFrom))
      if (update === undefined) return undefined
      const account = spareAccount(feed.feedId, Number(update.publishTime) % SPARE_ACCOUNTS)
      await write(account, update)
      return posted(market, account, update)
    },
  }
}

function posted(market: string, account: PublicKey, { publishTime, prevPublishTime }: PriceUpdate): PostedPrice {
  return { market, account, publishTime: Number(publishTime), prevPublishTime: Number(prevPublishTime) }
}

/** What an earlier run posted last, 0 for a feed without an account. */
async function publishTimeOnChain(connection: Pick<Connection, 'getAccountInfo'>, account: PublicKey): Promise<number> {
  const info = await askingChain('getAccountInfo', () => connection.getAccountInfo(account, 'confirmed'))
  return info === null ? 0 : Number(decodePriceUpdate(info.data).publishTime)
}

function spareAccount(feedId: string, index: number): PublicKey {
  return Keypair.fromSeed(createHash('sha256').update(`quantdesk localnet price ${feedId} ${index}`).digest()).publicKey
}

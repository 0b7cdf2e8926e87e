import type { Connection, PublicKey } from '@solana/web3.js'
import type { PriceUpdate } from '#client/price-update.ts'
import { ORACLE_FEEDS } from '../feeds.ts'
import { askingChain, isTheOne, noFeed, type PostedPrice, type PricePublisher } from '../publish.ts'
import { feedAccounts, readPriceAccount } from '../pyth/push-accounts.ts'

type Found = { address: PublicKey; update: PriceUpdate }

/**
 * Posts nothing itself: hands on the feed accounts that Pyth's sponsors write, whichever generation is newer. An order
 * whose one price they have passed over has none here.
 */
export function sponsoredPublisher({
  connection,
}: {
  connection: Pick<Connection, 'getMultipleAccountsInfo'>
}): PricePublisher {
  const handedOn = new Map<string, bigint>()

  const read = async (market: string): Promise<Found[]> => {
    const feed = ORACLE_FEEDS.find((each) => each.market === market)
    if (feed === undefined) throw noFeed(market)
    const accounts = feedAccounts([feed])
    const infos = await askingChain('getMultipleAccounts', () =>
      connection.getMultipleAccountsInfo(
        accounts.map(({ address }) => address),
        'confirmed',
      ),
    )
    return accounts
      .flatMap((account, index) => {
        const info = infos[index]
        if (info === null || info === undefined) return []
        const update = readPriceAccount(info, account)
        return 'refusal' in update ? [] : [{ address: account.address, update }]
      })
      .toSorted((a, b) => Number(b.update.publishTime - a.update.publishTime))
  }

  return {
    publish: async ({ market }) => {
      const [newest] = await read(market)
      if (newest === undefined || newest.update.publishTime <= (handedOn.get(market) ?? 0n)) return undefined
      handedOn.set(market, newest.update.publishTime)
      return posted(market, newest)
    },
    postTheOne: async (market, eligibleFrom) => {
      const found = (await read(market)).find(({ update }) => isTheOne(update, eligibleFrom))
      return found === undefined ? undefined : posted(market, found)
    },
  }
}

function posted(market: string, { address, update }: Found): PostedPrice {
  return {
    market,
    account: address,
    publishTime: Number(update.publishTime),
    prevPublishTime: Number(update.prevPublishTime),
  }
}

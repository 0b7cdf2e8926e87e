import { updateOraclePrice } from '#client/instructions/index.ts'
import { type PostedPrice, type PricePublisher, readPriceMessage } from '#server/oracle/index.ts'
import type { Bus } from '#server/platform/bus.ts'
import { type KeeperContext, vaultAddresses, vaultsByIndex } from './context.ts'
import { crank } from './crank.ts'

type Price = ReturnType<typeof readPriceMessage>

/** The newest price of each market from the bus that nobody has taken yet; `onFresh` is called when one comes. */
export function freshPrices(bus: Bus, onFresh: () => void, onRefused: (error: unknown) => void) {
  const fresh = new Map<string, Price>()
  const unsubscribe = bus.subscribe('price.*', (message) => {
    try {
      const price = readPriceMessage(message)
      fresh.set(price.market, price)
    } catch (error) {
      onRefused(error)
      return
    }
    onFresh()
  })
  return {
    unsubscribe,
    take: (): Price[] => {
      const prices = [...fresh.values()]
      fresh.clear()
      return prices
    },
  }
}

/**
 * Posts the prices given and caches each on its market and on the vaults of the same feed. `onPosted` is called as soon
 * as a price can fill orders, before it is cached. One transaction per feed: a fill may have cached the same price a
 * moment earlier, and then only that feed's transaction has nothing to do.
 */
export async function bringPrices(
  ctx: KeeperContext,
  publisher: PricePublisher,
  prices: readonly Price[],
  onPosted: () => void,
): Promise<void> {
  const results = await Promise.allSettled(
    prices.map(async (price) => {
      const posted = await publisher.publish(price)
      if (posted === undefined) return
      ctx.posted.set(posted.market, posted)
      onPosted()
      await cachePrice(ctx, posted)
      ctx.metrics.priced(ctx.clock.now() - posted.publishTime * 1000)
    }),
  )
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

async function cachePrice(ctx: KeeperContext, posted: PostedPrice): Promise<void> {
  const market = [...ctx.accounts.all('Market').values()].find(({ symbol }) => symbol === posted.market)
  if (market === undefined) return
  const addresses = vaultAddresses(ctx)
  const vaults = [...vaultsByIndex(ctx).values()].filter(({ params }) => params.feedId === market.params.feedId)
  const [first, ...others] = vaults.map(({ index }) => addresses.get(index))
  const priceUpdate = posted.account
  const instructions = [
    updateOraclePrice({ priceUpdate, marketIndex: market.index, tokenVault: first ?? null }),
    ...others.map((tokenVault) => updateOraclePrice({ priceUpdate, tokenVault: tokenVault ?? null })),
  ]
  await crank(ctx, {
    loop: 'prices',
    failure: 'a price was refused',
    subject: { market: posted.market },
    instruction: instructions,
    preflight: false,
  })
}

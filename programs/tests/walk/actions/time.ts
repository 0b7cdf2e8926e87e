/** Time and prices: the clock, what Pyth publishes, and the cranks that bring it on chain. */
import { attempt } from '../attempt.ts'
import { SOL_VAULT } from '../venue.ts'
import { type Action, addresses } from '../walk.ts'

/** Seconds that pass at once, the usual ones most often. */
const STEPS = [0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 5] as const
const GAPS = [10, 10, 60, 90, 600, 1_000, 4_000] as const
const LONG_GAPS = [20_000, 90_000, 300_000] as const
const JUP_MARKET = 3
const JUP_VAULT = 2
const SOL_MARKET = 0

export const tick: Action = (walk) => {
  const { random } = walk
  const before = walk.now
  // The cluster's clock is a median of votes: now and then it goes back.
  const seconds = random.chance(0.01)
    ? -random.int(1, 3)
    : random.chance(0.0008)
      ? random.pick(LONG_GAPS)
      : random.chance(0.01)
        ? random.pick(GAPS)
        : random.pick(STEPS)
  walk.setTime(before + seconds)
  for (const feed of walk.feeds) feed.advance(random, before, walk.now)
  for (let i = 0; i < walk.feeds.length; i++) if (random.chance(0.9)) walk.next.push(updateOraclePrice)
  if (random.chance(0.003)) walk.keepersOutUntil = walk.now + random.pick([30, 120, 600] as const)
  return true
}

export const updateOraclePrice: Action = (walk) => {
  if (walk.keepersAreOut) return null
  const markets = walk.feeds.map((feed, index) => ({ feed, market: walk.mirror.market(index) }))
  const waiting = markets.filter(({ feed, market }) => BigInt(feed.latest.publishTime) > market.price.publishTime)
  const chosen = walk.random.pick(waiting)
  if (!chosen) return null
  const { feed, market } = chosen
  const vault = { [SOL_MARKET]: SOL_VAULT, [JUP_MARKET]: JUP_VAULT }[market.index]
  const withVault = vault !== undefined && walk.random.chance(0.9)
  const accounts = {
    priceUpdate: feed.show(walk.chain),
    market: market.key,
    tokenVault: withVault ? walk.mirror.vault(vault).key : null,
  }
  // A price may be refused for being too far ahead of the clock that went back, never for a pause.
  return attempt('updateOraclePrice', accounts, {}, { mayFailWith: ['PriceFromFuture'] })
}

export const settleFunding: Action = (walk) =>
  attempt(
    'settleFunding',
    { market: addresses.market(walk.random.int(0, walk.feeds.length - 1)) },
    {},
    {
      mayFailWith: [],
    },
  )

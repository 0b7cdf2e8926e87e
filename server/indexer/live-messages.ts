import type { PerpsEvent } from '#client/events.ts'
import {
  listFundingRates,
  listMarketStates,
  listRowsOfEvents,
  listSubAccounts,
  restingBook,
  tradeDto,
  type UserMessage,
} from '#server/exchange/index.ts'
import type { Db } from '#server/platform/db/index.ts'
import type { RawEvent } from './event-instructions.ts'
import { bookIndexesIn, marketIndexesIn, subAccountsIn } from './event-subjects.ts'
import type { LiveMessage } from './outbox.ts'
import type { Directory } from './project/index.ts'

/** Older events change rows, but nobody watching now has waited for them. */
const LIVE_MS = 60_000

export type ProjectedEvent = RawEvent & { event: PerpsEvent }

/**
 * What the hub must hear of a batch: the state after it of everything it touched, and each recent fill, transfer and
 * funding rate.
 */
export async function liveMessages(
  db: Db,
  projected: readonly ProjectedEvent[],
  directory: Directory,
  nowMs: number,
): Promise<LiveMessage[]> {
  if (projected.length === 0) return []
  const events = projected.map(({ event }) => event)
  const recent = projected.filter(({ occurredAt }) => occurredAt > nowMs - LIVE_MS)
  const markets = [...new Set(events.flatMap((event) => marketsIn(event, directory)))]
  const books = [...new Set(events.flatMap(bookIndexesIn))].map((index) => directory.market(index))
  const [states, bookMessages, fundingMessages, subAccounts, rows] = await Promise.all([
    listMarketStates(db, markets),
    Promise.all(
      books.map(async (market) => ({ topic: `book.${market}`, message: await restingBook(db, market, nowMs) })),
    ),
    listFundingMessages(db, recent, directory),
    listSubAccounts(db, { addresses: [...new Set(events.flatMap(subAccountsIn))] }),
    listRowsOfEvents(db, recent),
  ])
  const user = (authority: string, message: UserMessage): LiveMessage => ({ topic: `user.${authority}`, message })
  return [
    ...states.map(({ market, state }) => ({ topic: `market.${market}`, message: state })),
    ...bookMessages,
    ...fundingMessages,
    // The tape is for everybody: one row of each fill, without what is the trader's own.
    ...rows.fills
      .filter(({ taker }) => taker)
      .map((fill) => ({ topic: `trade.${fill.market}`, message: tradeDto.parse(fill) })),
    ...subAccounts.map(({ authority, subAccount }) => user(authority, { type: 'subAccount', subAccount })),
    ...rows.orders.map((order) => user(order.authority, { type: 'order', order })),
    ...rows.fills.map((fill) => user(fill.authority, { type: 'fill', fill })),
    ...rows.transfers.map((transfer) => user(transfer.authority, { type: 'transfer', transfer })),
    ...rows.liquidations.map((liquidation) => user(liquidation.authority, { type: 'liquidation', liquidation })),
  ]
}

/** The rates of a batch are the newest of their markets; oldest first, as they came. */
async function listFundingMessages(
  db: Db,
  recent: readonly ProjectedEvent[],
  directory: Directory,
): Promise<LiveMessage[]> {
  const accrued = recent.flatMap(({ event }) =>
    event.name === 'FundingAccrued' ? [directory.market(event.data.marketIndex)] : [],
  )
  const counts = Map.groupBy(accrued, (market) => market)
  const rates = await Promise.all([...counts].map(([market, { length }]) => listFundingRates(db, market, length)))
  return rates.flatMap((ofMarket) =>
    ofMarket.reverse().map((rate) => ({ topic: `funding.${rate.market}`, message: rate })),
  )
}

/** Orders change a market's book, not its state; a change of its parameters is read with the market itself. */
function marketsIn(event: PerpsEvent, directory: Directory): string[] {
  const { name, data } = event
  if (name === 'MarketInitialized') return [data.symbol]
  const isOfState = name === 'OrderFilled' || !name.startsWith('Order')
  return isOfState ? marketIndexesIn(event).map((index) => directory.market(index)) : []
}

import type { EventOf } from '#client/events.ts'
import type { FillParty, MakerFill, Side } from '#client/generated/types.ts'
import type { Change } from '../changes.ts'
import { quoteBalance } from './accounts.ts'
import { cancel, goesOn } from './orders.ts'
import { fillPrice, projectParty, type Scene } from './parties.ts'
import { chainTime, type Directory, type Place } from './place.ts'

export function projectOrderFilled(event: EventOf<'OrderFilled'>, place: Place, directory: Directory): Change[] {
  const at = chainTime(event.at)
  const market = directory.market(event.marketIndex)
  const { side, size, quote, taker } = event
  const scene: Scene = {
    market,
    marketSequence: event.marketSequence,
    fundingIndexLong: event.fundingIndexLong,
    fundingIndexShort: event.fundingIndexShort,
    cause: 'order',
    oraclePrice: event.oraclePrice,
    publishedAt: chainTime(event.publishTime),
    at,
    place,
    directory,
  }
  const fee = event.fee + event.keeperReward
  const changes: Change[] = [
    ...filledOrder(taker, { marketIndex: event.marketIndex, size, quote }, scene),
    ...projectParty(taker, { side, size, quote, fee, orderId: taker.orderId, taker: true }, scene),
    ...event.makers.flatMap((maker) => projectMaker(maker, { marketIndex: event.marketIndex, takerSide: side }, scene)),
    {
      kind: 'update',
      table: 'markets',
      key: { market },
      set: {
        open_interest_long: event.openInterestLong,
        open_interest_short: event.openInterestShort,
        pool_base: event.poolBase,
        pool_quote: event.poolQuote,
        pool_allocation: event.poolAllocation,
        funding_index_long: event.fundingIndexLong,
        funding_index_short: event.fundingIndexShort,
        sequence: event.marketSequence,
        updated_at: at,
      },
    },
  ]
  if (event.keeperSubAccount !== null && event.keeperSequence !== 0n) {
    changes.push(...quoteBalance(event.keeperSubAccount, event.keeperSequence, event.keeperQuoteBalance, at, directory))
  }
  return changes
}

/** A resting order's part of a fill or of a liquidation. */
export function projectMaker(
  { size, quote, rebate, party }: MakerFill,
  { marketIndex, takerSide }: { marketIndex: number; takerSide: Side },
  scene: Scene,
): Change[] {
  const side = takerSide === 'buy' ? 'sell' : 'buy'
  return [
    ...filledOrder(party, { marketIndex, size, quote }, scene),
    ...projectParty(party, { side, size, quote, fee: -rebate, orderId: party.orderId, taker: false }, scene),
  ]
}

/** The order itself: what filled of it, and what became of the rest. A limit order that took rests from its first fill on. */
function filledOrder(
  { subAccount, orderId, orderFilled, orderStatus, cancelReason, changed }: FillParty,
  { marketIndex, size, quote }: { marketIndex: number; size: bigint; quote: bigint },
  { market, at, place, directory }: Scene,
): Change[] {
  const changes: Change[] = []
  if (size > 0n) {
    const { signature, path } = place
    const who = { signature, path, sub_account: subAccount, authority: directory.authority(subAccount), market }
    changes.push(
      {
        kind: 'update',
        table: 'orders',
        key: { sub_account: subAccount, order_id: orderId },
        set: { filled: orderFilled, status: orderStatus, takes: false, updated_at: at },
        add: { quote_filled: quote },
      },
      {
        kind: 'insert',
        table: 'order_events',
        row: { ...who, order_id: orderId, kind: 'filled', size, price: fillPrice(quote, size), at },
      },
    )
  }
  const rest = changed.find((order) => order.orderId === orderId)
  if (rest !== undefined) changes.push(...goesOn(subAccount, market, rest, at, place, directory))
  if (cancelReason !== null) {
    const canceled = { orderId, marketIndex, filled: orderFilled, reason: cancelReason }
    changes.push(...cancel(subAccount, canceled, at, place, directory))
  }
  return changes
}

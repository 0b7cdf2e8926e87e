import type { FillParty, MarketRecord, ReducedParty, Side } from '#client/generated/types.ts'
import type { TradeCause } from '#server/platform/db/types.ts'
import type { Change } from '../changes.ts'
import { quoteBalance } from './accounts.ts'
import { cancel, resized } from './orders.ts'
import type { Directory, Place } from './place.ts'
import { projectPosition } from './positions.ts'

const BASE_UNIT = 1_000_000_000n

/** Average price of a fill, 1e6 per base unit, to the nearest unit. */
export function fillPrice(quote: bigint, size: bigint): bigint {
  return (quote * BASE_UNIT + size / 2n) / size
}

/** What all sides of one event share. */
export type Scene = {
  market: string
  /** The market after the event. */
  marketSequence: bigint
  fundingIndexLong: bigint
  fundingIndexShort: bigint
  cause: TradeCause
  oraclePrice: bigint
  publishedAt: Date
  at: Date
  place: Place
  directory: Directory
}

/** What one side traded. */
export type Traded = {
  side: Side
  /** 0: it took no part after all, but may have been touched. */
  size: bigint
  quote: bigint
  /** Paid (+) or received as rebate (−), a keeper's reward included. */
  fee: bigint
  orderId: bigint | null
  /** Taker's rows are the public tape. */
  taker: boolean
}

/** What the program tells of any account that traded: `FillParty` and `ReducedParty` have it in common. */
export type Party = Pick<
  FillParty & ReducedParty,
  | 'subAccount'
  | 'sequence'
  | 'realisedPnl'
  | 'fundingPayment'
  | 'interest'
  | 'positionBase'
  | 'positionQuoteEntry'
  | 'positionQuoteBreakEven'
  | 'quoteBalance'
  | 'canceled'
  | 'changed'
>

/** Balance, other orders, and, if it traded, trade and position of one side. Its own order is the caller's. */
export function projectParty(party: Party, traded: Traded, scene: Scene): Change[] {
  const { market, at, place, directory } = scene
  const { subAccount, sequence } = party
  return [
    ...quoteBalance(subAccount, sequence, party.quoteBalance, at, directory),
    ...party.canceled.flatMap((order) => cancel(subAccount, order, at, place, directory)),
    ...party.changed
      .filter((order) => order.orderId !== traded.orderId)
      .flatMap((order) => resized(subAccount, market, order, at, place, directory)),
    ...(traded.size === 0n ? [] : projectTrade(party, traded, scene)),
  ]
}

function projectTrade(party: Party, traded: Traded, scene: Scene): Change[] {
  const { market, at, place, directory } = scene
  const { subAccount, sequence, positionBase } = party
  const { side, size, quote, fee, orderId, taker } = traded
  const authority = directory.authority(subAccount)
  const who = { signature: place.signature, path: place.path, sub_account: subAccount, authority, market }
  const baseChange = side === 'buy' ? size : -size
  const changes: Change[] = [
    projectPosition(
      {
        subAccount,
        market,
        authority,
        baseChange,
        base: positionBase,
        quoteEntry: party.positionQuoteEntry,
        quoteBreakEven: party.positionQuoteBreakEven,
        fundingIndex: positionBase > 0n ? scene.fundingIndexLong : scene.fundingIndexShort,
        realisedPnl: party.realisedPnl,
        fundingPaid: party.fundingPayment,
        // As the program counts them: a rebate is income, not a negative fee.
        fees: fee > 0n ? fee : 0n,
      },
      at,
    ),
    {
      kind: 'insert',
      table: 'trades',
      row: {
        ...who,
        order_id: orderId,
        side,
        taker,
        cause: scene.cause,
        price: fillPrice(quote, size),
        size,
        quote,
        fee,
        realised_pnl: party.realisedPnl,
        funding_payment: -party.fundingPayment,
        interest: party.interest,
        oracle_price: scene.oraclePrice,
        published_at: scene.publishedAt,
        position_base_after: positionBase,
        sequence,
        market_sequence: scene.marketSequence,
        slot: BigInt(place.slot),
        at,
      },
    },
  ]
  if (party.fundingPayment !== 0n) {
    const row = { ...who, amount: -party.fundingPayment, position_base: positionBase - baseChange, sequence, at }
    changes.push({ kind: 'insert', table: 'funding_payments', row })
  }
  return changes
}

/** A side that was reduced: what it traded follows from its changes of base and quote. */
export function reduction(
  { baseChange, quoteChange }: ReducedParty,
  { fee, taker }: { fee: bigint; taker: boolean },
): Traded {
  return {
    side: baseChange > 0n ? 'buy' : 'sell',
    size: magnitude(baseChange),
    quote: magnitude(quoteChange),
    fee,
    orderId: null,
    taker,
  }
}

export const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

const MARKET_STATUSES = ['active', 'reduce_only', 'settling'] as const

/** @throws RangeError for a status this version does not know. */
export function marketStatus(status: number): (typeof MARKET_STATUSES)[number] {
  const name = MARKET_STATUSES[status]
  if (name === undefined) throw new RangeError(`market status ${status} is none of ${MARKET_STATUSES.join(', ')}`)
  return name
}

/** The market after an event moved its ledger. */
export function marketAfter(record: MarketRecord, at: Date, directory: Directory): Change {
  return {
    kind: 'update',
    table: 'markets',
    key: { market: directory.market(record.index) },
    set: {
      status: marketStatus(record.status),
      open_interest_long: record.openInterestLong,
      open_interest_short: record.openInterestShort,
      pool_base: record.poolBase,
      pool_quote: record.poolQuote,
      pool_allocation: record.poolAllocation,
      funding_index_long: record.fundingIndexLong,
      funding_index_short: record.fundingIndexShort,
      sequence: record.sequence,
      updated_at: at,
    },
  }
}

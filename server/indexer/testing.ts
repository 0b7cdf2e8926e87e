import type { BN } from '@coral-xyz/anchor'
import type { PublicKey } from '@solana/web3.js'
import { sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'
import { PROJECTED_TABLES } from './changes.ts'
import type { RawEvent } from './event-instructions.ts'
import { bn, writeHistory } from './history-writer.ts'
import type { Singletons } from './sequences.ts'

export type History = {
  singletons: Singletons
  events: RawEvent[]
  market: PublicKey
  traders: { subAccount: PublicKey; authority: PublicKey }[]
}

/**
 * An exchange with one market, `traders` who deposit, then `rounds` in which each opens, and closes or reduces by
 * turns, in odd rounds partly against the resting order of the trader before; every event with the sequences the program
 * would give it.
 */
export function tradingHistory({ traders: count, rounds }: { traders: number; rounds: number }): History {
  const { addresses, singletons, events, next, emit, open, now } = writeHistory()
  const traders = Array.from({ length: count }, (_, id) => open(id))
  const bases = new Map<string, number>()
  const orderIds = new Map<string, number>()
  const place = (subAccount: PublicKey, isBuy: boolean, size: number, kind: 'Market' | 'Limit') => {
    const id = (orderIds.get(subAccount.toBase58()) ?? 0) + 1
    orderIds.set(subAccount.toBase58(), id)
    const side = isBuy ? { Buy: {} } : { Sell: {} }
    const order = { order_id: bn(id), kind: { [kind]: {} }, side, size: bn(size), limit_price: bn(151_000_000) }
    emit('OrderPlaced', {
      sub_account: subAccount,
      sequence: next(subAccount),
      orders: [{ ...order, eligible_from: bn(now()) }],
    })
    return bn(id)
  }
  /** One side after a fill that changes its base by `change`. */
  const partyOf = (subAccount: PublicKey, orderId: BN, change: number, round: number) => {
    const before = bases.get(subAccount.toBase58()) ?? 0
    const after = before + change
    bases.set(subAccount.toBase58(), after)
    return {
      sub_account: subAccount,
      sequence: next(subAccount),
      order_id: orderId,
      realised_pnl: bn(before !== 0 && before > 0 !== change > 0 ? 5_000 : 0),
      funding_payment: bn(before === 0 ? 0 : 7),
      order_filled: bn(Math.abs(change)),
      order_status: { Filled: {} },
      position_base: bn(after),
      position_quote_entry: bn(-after * 150),
      quote_balance: bn(1_000_000_000 - round),
    }
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [turn, { subAccount }] of traders.entries()) {
      const held = bases.get(subAccount.toBase58()) ?? 0
      const buys = held <= 0 || round % 3 === 0
      const size = buys ? 2_000_000_000 : round % 2 === 0 ? held : 1_000_000_000
      const maker = round % 2 === 1 ? traders[turn - 1]?.subAccount : undefined
      const made = maker === undefined ? 0 : 500_000_000
      const makerOrder = maker === undefined ? bn(0) : place(maker, !buys, made, 'Limit')
      const orderId = place(subAccount, buys, size, 'Market')
      const signed = (base: number) => (buys ? base : -base)
      emit('OrderFilled', {
        side: buys ? { Buy: {} } : { Sell: {} },
        size: bn(size),
        taker: partyOf(subAccount, orderId, signed(size), round),
        makers:
          maker === undefined
            ? []
            : [
                {
                  size: bn(made),
                  quote: bn((made / 1_000) * 150),
                  rebate: bn(20),
                  party: partyOf(maker, makerOrder, signed(-made), round),
                },
              ],
        market: addresses.market,
        market_sequence: next(addresses.market),
        quote: bn((size / 1_000) * 150),
        pool_size: bn(size - made),
        fee: bn(1_000),
        keeper_reward: bn(10),
        oracle_price: bn(150_000_000),
        publish_time: bn(now()),
      })
    }
    emit('FundingAccrued', {
      market: addresses.market,
      sequence: next(addresses.market),
      index_long: bn(round * 1_000),
      rate_daily: bn(30_000),
      oracle_price: bn(150_000_000),
      mark_price: bn(150_010_000),
    })
  }
  return {
    events,
    traders,
    market: addresses.market,
    singletons,
  }
}

/** Every row of the projection, ordered, as text: two projections are equal when these are. */
export async function dumpProjection(db: Db): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {}
  for (const table of [...Object.keys(PROJECTED_TABLES), 'chain.sequences']) {
    const { rows } = await sql<{
      row: string
    }>`select to_jsonb(t)::text as row from ${sql.table(table)} t order by 1`.execute(db)
    dump[table] = rows.map(({ row }) => row)
  }
  return dump
}

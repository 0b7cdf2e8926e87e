import { BN, BorshCoder, type Idl } from '@coral-xyz/anchor'
import { Keypair, PublicKey } from '@solana/web3.js'
import { sql } from 'kysely'
import idl from '#artifacts/perps.json' with { type: 'json' }
import type { Db } from '#server/platform/db/index.ts'
import { PROJECTED_TABLES } from './changes.ts'
import type { RawEvent } from './event-instructions.ts'
import type { Singletons } from './sequences.ts'

/** Builds histories as the program would emit them, without a chain. */

const coder = new BorshCoder(idl as Idl)
const key = () => Keypair.generate().publicKey
const bn = (value: number | bigint) => new BN(value.toString())

function bytes(event: { name: string; data: Given }): Uint8Array {
  const discriminator = idl.events.find(({ name }) => name === event.name)?.discriminator ?? []
  return Uint8Array.from([
    ...discriminator,
    ...coder.types.encode(event.name, filled({ defined: { name: event.name } }, event.data)),
  ])
}

type Given = Readonly<Record<string, unknown>>
type Defined = { kind: string; variants?: { name: string }[]; fields?: { name: string; type: unknown }[] }

const definitionOf = (name: string) => idl.types.find((type) => type.name === name)?.type as Defined | undefined

/** What is given, and zero for everything else, at any depth. */
function filled(type: unknown, given: unknown): unknown {
  if (typeof type === 'string') return given ?? zero(type)
  if (typeof type !== 'object' || type === null) throw new TypeError(`no value for ${JSON.stringify(type)}`)
  if ('option' in type) return given === undefined || given === null ? null : filled(type.option, given)
  if ('vec' in type) return ((given ?? []) as unknown[]).map((item) => filled(type.vec, item))
  if ('array' in type) return given ?? Array.from({ length: (type.array as [string, number])[1] }, () => 0)
  const definition = definitionOf((type as { defined: { name: string } }).defined.name)
  if (definition?.kind === 'enum') return given ?? { [definition.variants?.[0]?.name ?? '']: {} }
  const fields = (given ?? {}) as Given
  return Object.fromEntries(
    (definition?.fields ?? []).map((field) => [field.name, filled(field.type, fields[field.name])]),
  )
}

function zero(type: string): unknown {
  if (type === 'u64' || type === 'i64') return bn(0)
  if (type === 'pubkey') return PublicKey.default
  return type === 'bool' ? false : 0
}

const MARKET_PARAMS = {
  initial_margin_bps: 500,
  maintenance_margin_bps: 300,
  step_size: bn(10_000_000),
  tick_size: bn(10_000),
}

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
  const addresses = { exchange: key(), pool: key(), insurance: key(), market: key(), vault: key(), mint: key() }
  const traders = Array.from({ length: count }, () => ({ subAccount: key(), authority: key() }))
  const sequences = new Map<string, number>()
  const next = (address: PublicKey) => {
    const sequence = (sequences.get(address.toBase58()) ?? 0) + 1
    sequences.set(address.toBase58(), sequence)
    return bn(sequence)
  }
  const events: RawEvent[] = []
  let at = 1_700_000_000
  const emit = (name: string, data: Record<string, unknown>) => {
    at += 1
    events.push({
      signature: `signature${events.length}`,
      path: '0.1',
      slot: 1_000 + events.length,
      occurredAt: at * 1000,
      data: bytes({ name, data: { ...data, at: bn(at) } }),
    })
  }
  const symbol = [...Buffer.from('SOL-PERP'.padEnd(16, '\0'))]
  emit('ExchangeInitialized', { sequence: next(addresses.exchange), quote_mint: addresses.mint })
  emit('TokenVaultInitialized', {
    token_vault: addresses.vault,
    sequence: next(addresses.vault),
    mint: addresses.mint,
    decimals: 6,
  })
  emit('MarketInitialized', {
    market: addresses.market,
    sequence: next(addresses.market),
    symbol,
    params: MARKET_PARAMS,
  })
  for (const [id, { subAccount, authority }] of traders.entries()) {
    emit('SubAccountCreated', { sub_account: subAccount, sequence: next(subAccount), authority, id })
    emit('CollateralDeposited', {
      sub_account: subAccount,
      sequence: next(subAccount),
      token_vault: addresses.vault,
      token_vault_sequence: next(addresses.vault),
      mint: addresses.mint,
      amount: bn(1_000_000_000),
      balance_after: bn(1_000_000_000),
      vault_total_after: bn(1_000_000_000 * (id + 1)),
    })
  }
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
      orders: [{ ...order, eligible_from: bn(at) }],
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
        publish_time: bn(at),
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
    singletons: {
      exchange: addresses.exchange.toBase58(),
      pool: addresses.pool.toBase58(),
      insurance: addresses.insurance.toBase58(),
    },
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

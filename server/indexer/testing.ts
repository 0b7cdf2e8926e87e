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

function bytes(event: { name: string; data: Record<string, unknown> }): Uint8Array {
  const discriminator = idl.events.find(({ name }) => name === event.name)?.discriminator ?? []
  const fields = idl.types.find(({ name }) => name === event.name)?.type.fields ?? []
  const given = Object.fromEntries(fields.map(({ name, type }) => [name, event.data[name] ?? zero(type)]))
  return Uint8Array.from([...discriminator, ...coder.types.encode(event.name, given)])
}

function zero(type: unknown): unknown {
  if (type === 'u64' || type === 'i64') return bn(0)
  if (type === 'pubkey') return PublicKey.default
  if (typeof type === 'string') return 0
  if (typeof type === 'object' && type !== null && 'option' in type) return null
  if (typeof type === 'object' && type !== null && 'vec' in type) return []
  if (typeof type === 'object' && type !== null && 'array' in type)
    return Array.from({ length: (type.array as [string, number])[1] }, () => 0)
  if (typeof type === 'object' && type !== null && 'defined' in type) {
    const { name } = type.defined as { name: string }
    const definition = idl.types.find((candidate) => candidate.name === name)?.type
    if (definition?.kind === 'enum') return { [definition.variants?.[0]?.name ?? '']: {} }
    return Object.fromEntries((definition?.fields ?? []).map((field) => [field.name, zero(field.type)]))
  }
  throw new TypeError(`no zero for ${JSON.stringify(type)}`)
}

const MARKET_PARAMS = {
  ...(zero({ defined: { name: 'MarketParams' } }) as Record<string, unknown>),
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
 * turns; every event with the sequences the program would give it.
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
  for (let round = 0; round < rounds; round += 1) {
    for (const { subAccount } of traders) {
      const held = bases.get(subAccount.toBase58()) ?? 0
      const buys = held === 0 || round % 3 === 0
      const size = buys ? 2_000_000_000 : round % 2 === 0 ? held : 1_000_000_000
      const after = held + (buys ? size : -size)
      bases.set(subAccount.toBase58(), after)
      const side = buys ? { Buy: {} } : { Sell: {} }
      const order = { sub_account: subAccount, order_id: bn(round + 1), side, size: bn(size) }
      emit('OrderPlaced', { ...order, sequence: next(subAccount), limit_price: bn(151_000_000), eligible_from: bn(at) })
      emit('OrderFilled', {
        ...order,
        sequence: next(subAccount),
        market: addresses.market,
        market_sequence: next(addresses.market),
        quote: bn((size / 1_000) * 150),
        fee: bn(1_000),
        keeper_reward: bn(10),
        realised_pnl: bn(buys ? 0 : 5_000),
        funding_payment: bn(held === 0 ? 0 : 7),
        oracle_price: bn(150_000_000),
        publish_time: bn(at),
        order_filled: bn(size),
        order_status: { Filled: {} },
        position_base: bn(after),
        position_quote_entry: bn(-after * 150),
        quote_balance: bn(1_000_000_000 - round),
        pool_base: bn(-after),
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

/** Builds events as the program would emit them, without a chain: what is not given is zero. For tests. */
import { BN, BorshCoder, type Idl } from '@coral-xyz/anchor'
import { Keypair, PublicKey } from '@solana/web3.js'
import idl from '#artifacts/perps.json' with { type: 'json' }
import type { RawEvent } from './event-instructions.ts'
import type { Singletons } from './sequences.ts'

const coder = new BorshCoder(idl as Idl)
export const key = () => Keypair.generate().publicKey
export const bn = (value: number | bigint) => new BN(value.toString())

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

const SYMBOL = [...Buffer.from('SOL-PERP'.padEnd(16, '\0'))]
export const MARKET_PARAMS = {
  initial_margin_bps: 500,
  maintenance_margin_bps: 300,
  step_size: bn(10_000_000),
  tick_size: bn(10_000),
}

/** An exchange's first events, and a pen for more: each with the sequences the program would give it. */
export function writeHistory() {
  const addresses = { exchange: key(), pool: key(), insurance: key(), market: key(), vault: key(), mint: key() }
  const sequences = new Map<string, number>()
  const events: RawEvent[] = []
  let at = 1_700_000_000
  const next = (address: PublicKey) => {
    const sequence = (sequences.get(address.toBase58()) ?? 0) + 1
    sequences.set(address.toBase58(), sequence)
    return bn(sequence)
  }
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
  /** A sub-account of a new wallet with `amount` of the quote token. */
  const open = (id: number, amount = 1_000_000_000) => {
    const trader = { subAccount: key(), authority: key() }
    const { subAccount, authority } = trader
    emit('SubAccountCreated', { sub_account: subAccount, sequence: next(subAccount), authority, id })
    emit('CollateralDeposited', {
      sub_account: subAccount,
      sequence: next(subAccount),
      token_vault: addresses.vault,
      token_vault_sequence: next(addresses.vault),
      mint: addresses.mint,
      amount: bn(amount),
      balance_after: bn(amount),
      vault_total_after: bn(amount * (id + 1)),
    })
    return trader
  }
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
    symbol: SYMBOL,
    params: MARKET_PARAMS,
  })
  const { exchange, pool, insurance } = addresses
  const singletons: Singletons = {
    exchange: exchange.toBase58(),
    pool: pool.toBase58(),
    insurance: insurance.toBase58(),
  }
  return { addresses, singletons, events, next, emit, open, now: () => at }
}

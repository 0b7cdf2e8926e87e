/** The program's accounts as plain values. Amounts are bigint in native units, times unix seconds, addresses base58. */
import { ACCOUNTS } from './generated/accounts.ts'
import type {
  CancelReason,
  Collateral,
  MarketFunding,
  MarketLedger,
  MarketParams,
  OraclePrice,
  OrderKind,
  OrderStage,
  Side,
  TimeInForce,
  TriggerDirection,
} from './generated/types.ts'
import { type Decoded, decode, type Layout, startsWith } from './layout.ts'

const DISCRIMINATOR_LENGTH = 8
/** Layout of every account, in its first byte: the program's `ACCOUNT_VERSION`. */
const ACCOUNT_VERSION = 3
const NOBODY = '11111111111111111111111111111111'

export type AccountName = keyof typeof ACCOUNTS
type Raw<Name extends AccountName> = Decoded<(typeof ACCOUNTS)[Name]['layout']>

export type Exchange = Omit<Raw<'Exchange'>, 'feeTierCount'>
export type TokenVault = Raw<'TokenVault'>
export type Pool = Raw<'Pool'>
export type Insurance = Raw<'Insurance'>
export type UserAccount = Omit<Raw<'UserAccount'>, 'referrer'> & { readonly referrer: string | null }
export type { CancelReason, MarketFunding, MarketLedger, MarketParams, OraclePrice }

export type MarketStatus = (typeof MARKET_STATUSES)[number]
export type Market = Omit<Raw<'Market'>, 'status'> & { readonly status: MarketStatus }

export type PoolTicket = Omit<Raw<'PoolTicket'>, 'kind'> & { readonly kind: (typeof TICKET_KINDS)[number] }
export type Change = Omit<Raw<'Change'>, 'status'> & { readonly status: (typeof CHANGE_STATUSES)[number] }

type RawSubAccount = Raw<'SubAccount'>
type Slot<T> = Omit<T, 'inUse'>
export type CollateralBalance = Slot<Collateral>
export type Position = Slot<RawSubAccount['positions'][number]>
type RawOrder = Slot<RawSubAccount['orders'][number]>
export type Order = Omit<RawOrder, 'kind' | 'side' | 'timeInForce' | 'triggerDirection' | 'stage' | 'flags'> &
  OrderFlags & {
    readonly kind: OrderKind
    readonly side: Side
    readonly timeInForce: TimeInForce
    readonly triggerDirection: TriggerDirection
    readonly stage: OrderStage
  }

/** Only slots in use. `isolatedMarket`: the only one it may trade, null when it trades all. */
export type SubAccount = Omit<
  RawSubAccount,
  'delegate' | 'isIsolated' | 'isolatedMarket' | 'collaterals' | 'positions' | 'orders'
> & {
  readonly delegate: string | null
  readonly isolatedMarket: number | null
  readonly collaterals: readonly CollateralBalance[]
  readonly positions: readonly Position[]
  readonly orders: readonly Order[]
}

/** Bits of an order's flags, as in accounts and events. */
const ORDER_FLAGS = {
  reduceOnly: 1,
  postOnly: 2,
  /** The limit follows the oracle at `pegOffset`. */
  pegged: 4,
  /** Crossed the pool's quote: takes at its one price first, and rests afterwards. */
  takes: 8,
  oneCancelsOther: 16,
  /** Sized by what its parent filled, gone when the position is flat. */
  bracket: 32,
  byDelegate: 64,
  /** Its limit is the market's default distance from the oracle when its clock started. */
  defaultLimit: 128,
} as const

export type OrderFlags = { readonly [Flag in keyof typeof ORDER_FLAGS]: boolean }

/** The flags of an order by name. */
export function orderFlags(bits: number): OrderFlags {
  const named = Object.entries(ORDER_FLAGS).map(([flag, bit]) => [flag, (bits & bit) !== 0])
  return Object.fromEntries(named) as OrderFlags
}

const MARKET_STATUSES = ['active', 'reduceOnly', 'settling'] as const
const TICKET_KINDS = ['deposit', 'exit'] as const
const CHANGE_STATUSES = ['proposed', 'executed', 'canceled'] as const
const ORDER_KINDS = ['market', 'limit'] as const
const SIDES = ['buy', 'sell'] as const
const TIMES_IN_FORCE = ['goodTillCancel', 'immediateOrCancel', 'fillOrKill', 'goodTillTime'] as const
const TRIGGER_DIRECTIONS = ['none', 'above', 'below'] as const
const ORDER_STAGES = ['active', 'awaitingTrigger', 'awaitingParent'] as const

/** Which account the data is of; null when it is none of this program's. */
export function accountName(data: Uint8Array): AccountName | null {
  const names = Object.keys(ACCOUNTS) as AccountName[]
  return names.find((name) => startsWith(data, ACCOUNTS[name].discriminator)) ?? null
}

/** Bytes of an account, discriminator included: for `dataSize` filters and rent. */
export function accountSize(name: AccountName): number {
  const { size } = ACCOUNTS[name].layout
  if (size === null) throw new TypeError(`${name} has no fixed size`)
  return DISCRIMINATOR_LENGTH + size
}

/** Where a field starts in an account's data: for `memcmp` filters. */
export function accountOffset<Name extends AccountName>(
  name: Name,
  field: keyof (typeof ACCOUNTS)[Name]['layout']['offsets'] & string,
): number {
  const offsets: Readonly<Record<string, number>> = ACCOUNTS[name].layout.offsets
  const offset = offsets[field]
  if (offset === undefined) throw new TypeError(`${name} has no field ${field}`)
  return DISCRIMINATOR_LENGTH + offset
}

/** First bytes of an account's data: for `memcmp` filters. */
export function accountDiscriminator(name: AccountName): Uint8Array {
  return Uint8Array.from(ACCOUNTS[name].discriminator)
}

/** @throws TypeError for the data of another account, RangeError for damaged data. */
function decodeAccount<T>(name: AccountName, layout: Layout<T>, data: Uint8Array): T {
  if (!startsWith(data, ACCOUNTS[name].discriminator)) {
    throw new TypeError(`the account is ${accountName(data) ?? 'not of this program'}, not ${name}`)
  }
  const version = data[DISCRIMINATOR_LENGTH]
  if (version !== ACCOUNT_VERSION) {
    throw new TypeError(
      `the account ${name} has layout ${version}, this version reads ${ACCOUNT_VERSION}: another build of the program wrote it (on the local chain, \`./qd reset\` starts anew)`,
    )
  }
  return decode(layout, data.subarray(DISCRIMINATOR_LENGTH))
}

export const decodeTokenVault = (data: Uint8Array): TokenVault =>
  decodeAccount('TokenVault', ACCOUNTS.TokenVault.layout, data)
export const decodePool = (data: Uint8Array): Pool => decodeAccount('Pool', ACCOUNTS.Pool.layout, data)
export const decodeInsurance = (data: Uint8Array): Insurance =>
  decodeAccount('Insurance', ACCOUNTS.Insurance.layout, data)

export function decodeExchange(data: Uint8Array): Exchange {
  const { feeTiers, feeTierCount, ...rest } = decodeAccount('Exchange', ACCOUNTS.Exchange.layout, data)
  return { ...rest, feeTiers: feeTiers.slice(0, feeTierCount) }
}

export function decodeUserAccount(data: Uint8Array): UserAccount {
  const { referrer, ...rest } = decodeAccount('UserAccount', ACCOUNTS.UserAccount.layout, data)
  return { ...rest, referrer: keyOrNull(referrer) }
}

export function decodeChange(data: Uint8Array): Change {
  const change = decodeAccount('Change', ACCOUNTS.Change.layout, data)
  return { ...change, status: named(CHANGE_STATUSES, change.status) }
}

export function decodeMarket(data: Uint8Array): Market {
  const market = decodeAccount('Market', ACCOUNTS.Market.layout, data)
  return { ...market, status: named(MARKET_STATUSES, market.status) }
}

export function decodePoolTicket(data: Uint8Array): PoolTicket {
  const ticket = decodeAccount('PoolTicket', ACCOUNTS.PoolTicket.layout, data)
  return { ...ticket, kind: named(TICKET_KINDS, ticket.kind) }
}

export function decodeSubAccount(data: Uint8Array): SubAccount {
  const { delegate, isIsolated, isolatedMarket, collaterals, positions, orders, ...rest } = decodeAccount(
    'SubAccount',
    ACCOUNTS.SubAccount.layout,
    data,
  )
  return {
    ...rest,
    delegate: keyOrNull(delegate),
    isolatedMarket: isIsolated === 0 ? null : isolatedMarket,
    collaterals: inUse(collaterals),
    positions: inUse(positions),
    orders: inUse(orders).map(({ kind, side, timeInForce, triggerDirection, stage, flags, ...order }) => ({
      ...order,
      ...orderFlags(flags),
      kind: named(ORDER_KINDS, kind),
      side: named(SIDES, side),
      timeInForce: named(TIMES_IN_FORCE, timeInForce),
      triggerDirection: named(TRIGGER_DIRECTIONS, triggerDirection),
      stage: named(ORDER_STAGES, stage),
    })),
  }
}

const keyOrNull = (key: string): string | null => (key === NOBODY ? null : key)

function inUse<T extends { readonly inUse: number }>(slots: readonly T[]): Slot<T>[] {
  return slots.filter((slot) => slot.inUse !== 0).map(({ inUse: _, ...slot }) => slot)
}

function named<const Names extends readonly string[]>(names: Names, index: number): Names[number] {
  const name = names[index]
  if (name === undefined) throw new RangeError(`${index} is none of ${names.join(', ')}`)
  return name
}

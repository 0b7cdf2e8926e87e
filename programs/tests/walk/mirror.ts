/** Every account of the program, decoded; after a transaction only what it could write is read again. */
import { ACCOUNTS } from '#client/generated/accounts.ts'
import { PROGRAM_ADDRESS } from '#client/generated/program.ts'
import type { Order, Position } from '#client/generated/types.ts'
import { type Address, type Decoded, decode, startsWith } from '#client/layout.ts'
import type { Chain } from './chain.ts'

export type AccountName = keyof typeof ACCOUNTS
type Raw<Name extends AccountName> = Decoded<(typeof ACCOUNTS)[Name]['layout']>
type Held<Name extends AccountName> = Raw<Name> & { readonly key: Address }

export type Exchange = Held<'Exchange'>
export type Market = Held<'Market'>
export type Vault = Held<'TokenVault'>
export type Pool = Held<'Pool'>
export type Insurance = Held<'Insurance'>
export type User = Held<'UserAccount'>
export type Ticket = Held<'PoolTicket'>
export type Change = Held<'Change'>
/** Only slots in use. */
export type Sub = Held<'SubAccount'>
export type { Order, Position }

type State = {
  Exchange: Exchange
  Market: Market
  TokenVault: Vault
  Pool: Pool
  Insurance: Insurance
  UserAccount: User
  SubAccount: Sub
  PoolTicket: Ticket
  Change: Change
}

/** One account before and after a transaction; null where it did not exist. */
export type Touch<Name extends AccountName = AccountName> = {
  [N in Name]: {
    readonly name: N
    readonly key: Address
    readonly before: State[N] | null
    readonly after: State[N] | null
  }
}[Name]

const NAMES = Object.keys(ACCOUNTS) as AccountName[]
const DISCRIMINATOR_LENGTH = 8

type States = { readonly [Name in AccountName]: Map<Address, State[Name]> }

export class Mirror {
  readonly #chain: Chain
  readonly #names = new Map<Address, AccountName>()
  readonly #states: States

  constructor(chain: Chain) {
    this.#chain = chain
    this.#states = Object.fromEntries(NAMES.map((name) => [name, new Map()])) as States
    this.refresh(chain.accountsOf(PROGRAM_ADDRESS).map(({ key }) => key))
  }

  /** Reads the accounts again; tells those of the program. */
  refresh(keys: readonly Address[]): Touch[] {
    return keys.flatMap((key) => {
      const data = this.#chain.account(key)
      const name = (data === null ? null : nameOf(data)) ?? this.#names.get(key)
      if (name === undefined) return []
      const states = this.#states[name] as Map<Address, State[AccountName]>
      const before = states.get(key) ?? null
      const after = data === null || data.length === 0 ? null : read(name, key, data)
      if (after === null) states.delete(key)
      else states.set(key, after)
      this.#names.set(key, name)
      return [{ name, key, before, after } as Touch]
    })
  }

  /** Accounts that are not as they were last read: only transactions that could write them may have changed them. */
  drifted(): Address[] {
    return this.#chain.accountsOf(PROGRAM_ADDRESS).flatMap(({ key, data }) => {
      const name = nameOf(data)
      const known = name === null ? undefined : this.#states[name].get(key)
      const isSame = name !== null && known !== undefined && text(read(name, key, data)) === text(known)
      return isSame ? [] : [key]
    })
  }

  all<Name extends AccountName>(name: Name): State[Name][] {
    return [...this.#states[name].values()]
  }

  find<Name extends AccountName>(name: Name, key: Address): State[Name] | null {
    return this.#states[name].get(key) ?? null
  }

  get<Name extends AccountName>(name: Name, key: Address): State[Name] {
    return found(this.#states[name].get(key), `${name} ${key}`)
  }

  get exchange(): Exchange {
    return found(this.all('Exchange')[0], 'exchange')
  }

  get pool(): Pool {
    return found(this.all('Pool')[0], 'pool')
  }

  get insurance(): Insurance {
    return found(this.all('Insurance')[0], 'insurance')
  }

  market(index: number): Market {
    return found(
      this.all('Market').find((market) => market.index === index),
      `market ${index}`,
    )
  }

  vault(index: number): Vault {
    return found(
      this.all('TokenVault').find((vault) => vault.index === index),
      `vault ${index}`,
    )
  }
}

function nameOf(data: Uint8Array): AccountName | null {
  return NAMES.find((name) => startsWith(data, ACCOUNTS[name].discriminator)) ?? null
}

function read(name: AccountName, key: Address, data: Uint8Array): State[AccountName] {
  const state = decode<object>(ACCOUNTS[name].layout, data.subarray(DISCRIMINATOR_LENGTH))
  return { ...inUseOnly(state), key } as State[AccountName]
}

function inUseOnly(state: object): object {
  if (!('orders' in state)) return state
  const { collaterals, positions, orders, ...rest } = state as Raw<'SubAccount'>
  const used = <T extends { readonly inUse: number }>(slots: readonly T[]) => slots.filter((slot) => slot.inUse !== 0)
  return { ...rest, collaterals: used(collaterals), positions: used(positions), orders: used(orders) }
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`no ${what}`)
  return value
}

function text(state: object): string {
  return JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

/** USDC balance; may be negative. */
export function quoteOf(sub: Sub): bigint {
  return sub.collaterals.find(({ vaultIndex }) => vaultIndex === 0)?.amount ?? 0n
}

export function positionIn(sub: Sub, marketIndex: number): Position | undefined {
  return sub.positions.find((position) => position.marketIndex === marketIndex)
}

export const baseIn = (sub: Sub, marketIndex: number): bigint => positionIn(sub, marketIndex)?.base ?? 0n

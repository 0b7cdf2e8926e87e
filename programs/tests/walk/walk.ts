/**
 * A random walk: one action after the other, chosen by a seeded generator among those that the state makes possible, and
 * after each of them every invariant. The same seed walks the same way.
 */
import type { Address } from '#client/layout.ts'
import {
  exchangeAddress,
  insuranceAddress,
  marketAddress,
  poolAddress,
  subAccountAddress,
  tokenVaultAddress,
  userAccountAddress,
  vaultTokensAddress,
} from '#client/pda.ts'
import { type Attempt, callOf, readonly } from './attempt.ts'
import { Chain, type Meta, type Outcome } from './chain.ts'
import type { Feed } from './feeds.ts'
import { Mirror, type Sub, type Touch, type Vault } from './mirror.ts'
import { Random } from './random.ts'
import type { WalkVenue } from './venue.ts'

export type Trader = {
  readonly authority: Address
  readonly user: Address
  /** Wallet's token accounts by vault index; SOL lies in the wallet itself. */
  readonly tokens: ReadonlyMap<number, Address>
}

/** An attempt and everything it changed. */
export type Step = {
  readonly attempt: Attempt
  readonly outcome: Outcome
  readonly touches: readonly Touch[]
  readonly now: number
}

/** What may be done now: an attempt, time passing by itself (true), or nothing. */
export type Action = (walk: Walk) => Attempt | boolean | null

const text = (key: { toBase58(): string }): Address => key.toBase58()
const remember = <Key extends string | number>(find: (key: Key) => Address): ((key: Key) => Address) => {
  const known = new Map<Key, Address>()
  return (key) => {
    const address = known.get(key) ?? find(key)
    known.set(key, address)
    return address
  }
}

export const addresses = {
  exchange: text(exchangeAddress()),
  pool: text(poolAddress()),
  insurance: text(insuranceAddress()),
  market: remember((index: number) => text(marketAddress(index))),
  vault: remember((mint: Address) => text(tokenVaultAddress(mint))),
  vaultTokens: remember((mint: Address) => text(vaultTokensAddress(mint))),
  user: remember((authority: Address) => text(userAccountAddress(authority))),
}

const subAddresses = new Map<string, Address>()

export function subAddress(authority: Address, id: number): Address {
  const name = `${authority}/${id}`
  const address = subAddresses.get(name) ?? text(subAccountAddress(authority, id))
  subAddresses.set(name, address)
  return address
}

export class Walk {
  readonly random: Random
  readonly chain: Chain
  readonly mirror: Mirror
  readonly venue: WalkVenue
  readonly feeds: readonly Feed[]
  readonly traders: Trader[] = []
  /** What keepers do next of themselves. */
  readonly next: Action[] = []
  now: number
  /** Until then no keeper publishes, fills or liquidates. */
  keepersOutUntil = 0
  #tickets = 0n

  constructor(venue: WalkVenue, seed: number) {
    this.venue = venue
    this.random = new Random(seed)
    this.chain = new Chain(venue.snapshot, venue.payer)
    this.mirror = new Mirror(this.chain)
    this.now = this.chain.now
    this.feeds = venue.feeds(this.now)
  }

  get keepersAreOut(): boolean {
    return this.now < this.keepersOutUntil
  }

  setTime(now: number): void {
    this.now = now
    this.chain.setTime(now)
  }

  /** Sends it and reads again what it could write. */
  run(attempt: Attempt): Step {
    const call = callOf(attempt)
    const outcome = this.chain.send(call)
    const written = new Set(call.accounts.filter((meta) => meta.writable).map((meta) => meta.key))
    const touches = outcome.ok ? this.mirror.refresh([...written]) : []
    return { attempt, outcome, touches, now: this.now }
  }

  /** In the order in which they were created, whatever their addresses. */
  subs(of: readonly Trader[] = this.traders): Sub[] {
    return of.flatMap((trader) => {
      const user = this.mirror.find('UserAccount', trader.user)
      const ids = Array.from({ length: user?.nextSubAccountId ?? 0 }, (_, id) => id)
      return ids.flatMap((id) => this.mirror.find('SubAccount', subAddress(trader.authority, id)) ?? [])
    })
  }

  traderOf(sub: Sub): Trader {
    const trader = this.traders.find(({ authority }) => authority === sub.authority)
    if (!trader) throw new Error(`nobody owns ${sub.key}`)
    return trader
  }

  vaults(): Vault[] {
    return this.mirror.all('TokenVault').toSorted((a, b) => a.index - b.index)
  }

  /** What the margin of these accounts needs: their markets and their tokens' vaults, each once. */
  marginAccounts(subs: readonly Sub[], named: readonly Address[] = []): Meta[] {
    const markets = subs.flatMap(({ positions }) => positions.map(({ marketIndex }) => addresses.market(marketIndex)))
    const keys = new Set([...markets, ...this.vaultsOf(subs).map(({ key }) => key)])
    for (const key of named) keys.delete(key)
    return [...keys].map(readonly)
  }

  /** The vaults of the tokens they hold, each once. */
  vaultsOf(subs: readonly Sub[]): Meta[] {
    const held = subs.flatMap(({ collaterals }) => collaterals.filter(({ amount }) => amount !== 0n))
    const vaults = new Set(held.map(({ vaultIndex }) => vaultIndex).filter((index) => index !== 0))
    return [...vaults].map((index) => readonly(this.mirror.vault(index).key))
  }

  /** Never used before: a ticket's address is free again when it has been executed. */
  nextTicketId(): bigint {
    this.#tickets += 1n
    return this.#tickets
  }
}

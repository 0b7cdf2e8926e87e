/** Invariants 1 and 2: what the vaults owe is what everybody has, and base sums to zero; running sums, exact. */
import type { Market, Mirror, Sub, Touch, User, Vault } from '../mirror.ts'
import { tokenAmount } from '../tokens.ts'
import type { Step, Walk } from '../walk.ts'
import { equal, holds, touched } from './broken.ts'

type BaseSums = { all: bigint; long: bigint; short: bigint }

export class Books {
  /** By vault index; 0 is quote. */
  readonly #owed = new Map<number, bigint>()
  /** By market index. */
  readonly #base = new Map<number, BaseSums>()

  constructor(mirror: Mirror) {
    for (const name of ['SubAccount', 'Market', 'Pool', 'Insurance', 'UserAccount', 'TokenVault'] as const) {
      for (const after of mirror.all(name)) this.add({ name, key: after.key, before: null, after } as Touch)
    }
  }

  add({ name, before, after }: Touch): void {
    for (const [state, sign] of [
      [before, -1n],
      [after, 1n],
    ] as const) {
      if (state === null) continue
      if (name === 'SubAccount') this.#addSub(state as Sub, sign)
      else if (name === 'Market') this.#addMarket(state as Market, sign)
      else if (name === 'TokenVault' && (state as Vault).index === 0) this.#owe(0, sign * (state as Vault).poolInterest)
      else if (name === 'UserAccount') this.#owe(0, sign * (state as User).referralOwed)
      else if (name === 'Insurance' && 'balance' in state) this.#owe(0, sign * state.balance)
      else if (name === 'Pool' && 'idle' in state) this.#owe(0, sign * (state.idle + state.pendingDeposits))
    }
  }

  /** What has changed, against the vaults and markets it changed; `step` null: everything. */
  check(walk: Walk, step: Step | null): void {
    for (const vault of walk.vaults()) {
      equal(this.#owed.get(vault.index) ?? 0n, vault.ledgerTotal, `1: vault ${vault.index} owes exactly what all hold`)
      if (step && !touched(step, 'TokenVault').some(({ key }) => key === vault.key)) continue
      holds(
        tokenAmount(walk.chain, vault.tokenAccount) >= vault.ledgerTotal,
        `1: vault ${vault.index} holds what it owes`,
      )
    }
    for (const market of walk.mirror.all('Market')) {
      const base = this.#base.get(market.index) ?? { all: 0n, long: 0n, short: 0n }
      equal(base.all, 0n, `2: base of market ${market.index} sums to zero`)
      equal(base.long, market.ledger.openInterestLong, `2: long interest of market ${market.index}`)
      equal(base.short, market.ledger.openInterestShort, `2: short interest of market ${market.index}`)
    }
    for (const { after } of step ? touched(step, 'SubAccount') : []) {
      for (const { base, marketIndex } of after?.positions ?? []) {
        equal(base % walk.mirror.market(marketIndex).params.stepSize, 0n, '2: base is on the step')
      }
      for (const { amount, vaultIndex } of after?.collaterals ?? []) {
        holds(vaultIndex === 0 || amount > 0n, '1: a token balance is positive or its slot is free')
      }
    }
  }

  /** The sums again from every account. */
  recount(walk: Walk): void {
    const fresh = new Books(walk.mirror)
    for (const [index, owed] of fresh.#owed) equal(this.#owed.get(index) ?? 0n, owed, `running sum of vault ${index}`)
    for (const [index, { all }] of fresh.#base)
      equal(this.#base.get(index)?.all ?? 0n, all, `running base of market ${index}`)
    equal(walk.mirror.drifted().join(), '', 'accounts changed that no transaction could write')
  }

  #owe(vault: number, amount: bigint): void {
    this.#owed.set(vault, (this.#owed.get(vault) ?? 0n) + amount)
  }

  #addSub(sub: Sub, sign: bigint): void {
    for (const { vaultIndex, amount } of sub.collaterals) this.#owe(vaultIndex, sign * amount)
    for (const { marketIndex, base, quoteEntry } of sub.positions) {
      this.#owe(0, sign * quoteEntry)
      const sums = this.#sums(marketIndex)
      sums.all += sign * base
      if (base > 0n) sums.long += sign * base
      else sums.short -= sign * base
    }
  }

  #addMarket({ index, ledger }: Market, sign: bigint): void {
    const { poolQuote, poolAllocation, insuranceFees, treasuryFees, fundingPot, deficit } = ledger
    this.#owe(0, sign * (poolQuote + poolAllocation + insuranceFees + treasuryFees + fundingPot - deficit))
    this.#sums(index).all += sign * ledger.poolBase
  }

  #sums(market: number): BaseSums {
    const sums = this.#base.get(market) ?? { all: 0n, long: 0n, short: 0n }
    this.#base.set(market, sums)
    return sums
  }
}

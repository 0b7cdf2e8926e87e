import type { Account } from './accounts.ts'
import type { Address } from './base58.ts'
import { minContextSlotNotReached } from './errors.ts'
import type { Ledger } from './ledger.ts'

export type Commitment = 'processed' | 'confirmed' | 'finalized'

/** What a validator answers from when the client says nothing. */
export const DEFAULT_COMMITMENT: Commitment = 'finalized'

/** The state of the chain at a commitment. */
export type BankView = {
  slot: number
  account(address: Address): Account | undefined
  ownedBy(owner: Address): Iterable<[Address, Account]>
}

export type ViewOptions = { commitment?: Commitment | undefined; minContextSlot?: number | undefined }

/**
 * `processed` is the state now. `confirmed` is the same once it is on disk, for which this waits: what a client has
 * seen as confirmed survives a kill. `finalized` is the state at the end of the root slot.
 * @throws RpcError −32016 when that state is older than `minContextSlot`.
 */
export async function bankAt(ledger: Ledger, { commitment, minContextSlot }: ViewOptions = {}): Promise<BankView> {
  const level = commitment ?? DEFAULT_COMMITMENT
  if (level === 'confirmed') await ledger.durable()
  const view = level === 'finalized' ? finalizedBank(ledger) : currentBank(ledger)
  if (minContextSlot !== undefined && view.slot < minContextSlot) throw minContextSlotNotReached(view.slot)
  return view
}

/** Newest slot at a commitment. */
export function slotAt(ledger: Ledger, commitment: Commitment = DEFAULT_COMMITMENT): number {
  return commitment === 'finalized' ? ledger.root : ledger.chain.slot
}

export function currentBank({ accounts, chain }: Ledger): BankView {
  return { slot: chain.slot, account: accounts.get, ownedBy: accounts.ownedBy }
}

export function finalizedBank({ accounts, root }: Ledger): BankView {
  const versions = accounts.changedAfter(root)
  return {
    slot: root,
    account: (address) => (versions.has(address) ? versions.get(address) : accounts.get(address)),
    *ownedBy(owner) {
      for (const entry of accounts.ownedBy(owner)) if (!versions.has(entry[0])) yield entry
      for (const [address, account] of versions) if (account?.owner === owner) yield [address, account]
    },
  }
}

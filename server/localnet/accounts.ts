import type { Address } from './base58.ts'
import { isTokenProgram, SYSVARS } from './programs.ts'

/** Accounts are values: a change replaces the object, so holding one is holding a version. */
export type Account = Readonly<{ lamports: bigint; data: Uint8Array; owner: Address; executable: boolean }>

/** `after` undefined: the account is gone. */
export type AccountChange = { address: Address; before: Account | undefined; after: Account | undefined }

/** Where the accounts live that nobody has touched: programs and sysvars that LiteSVM brings along. */
export type BaseAccounts = { account(address: Address): Account | undefined }

export type AccountStore = ReturnType<typeof createAccountStore>

/**
 * The ledger's accounts in memory, with what the finalized view needs to look back: for each slot that is not final
 * yet, the version that each changed account had before it.
 */
export function createAccountStore(base: BaseAccounts) {
  const accounts = new Map<Address, Account>()
  const byOwner = new Map<Address, Set<Address>>()
  const untouched = new Map<Address, Account>()
  const undo = new Map<number, Map<Address, Account | undefined>>()

  function get(address: Address): Account | undefined {
    const own = accounts.get(address) ?? untouched.get(address)
    if (own !== undefined) return own
    const found = base.account(address)
    // Sysvars change with every slot; programs of the base do not until they enter `accounts`.
    if (found?.executable === true && !SYSVARS.has(address)) untouched.set(address, found)
    return found
  }

  function put(address: Address, account: Account | undefined): void {
    const previous = accounts.get(address)
    if (previous !== undefined && previous.owner !== account?.owner) byOwner.get(previous.owner)?.delete(address)
    untouched.delete(address)
    if (account === undefined) {
      accounts.delete(address)
      return
    }
    accounts.set(address, account)
    if (previous?.owner === account.owner) return
    const siblings = byOwner.get(account.owner)
    if (siblings === undefined) byOwner.set(account.owner, new Set([address]))
    else siblings.add(address)
  }

  return {
    get,

    /** Records changes made in `slot`. */
    apply(slot: number, changes: readonly AccountChange[]): void {
      let before = undo.get(slot)
      if (before === undefined) {
        before = new Map()
        undo.set(slot, before)
      }
      for (const change of changes) {
        if (!before.has(change.address)) before.set(change.address, change.before)
        put(change.address, change.after)
      }
    },

    /** The account unless it is still the virtual machine's own. */
    own: (address: Address): Account | undefined => accounts.get(address),

    /** Sets an account without history, when a ledger is read from disk. */
    restore: put,

    /** Accounts of a program at the newest state, in no order. */
    *ownedBy(owner: Address): Generator<[Address, Account]> {
      for (const address of byOwner.get(owner) ?? []) {
        const account = accounts.get(address)
        if (account !== undefined) yield [address, account]
      }
    },

    /** Versions at the end of `slot` of the accounts that changed after it. */
    changedAfter(slot: number): Map<Address, Account | undefined> {
      const versions = new Map<Address, Account | undefined>()
      for (const [changedIn, before] of undo) {
        if (changedIn <= slot) continue
        for (const [address, account] of before) if (!versions.has(address)) versions.set(address, account)
      }
      return versions
    },

    /** Addresses changed in `slot`, while it is not forgotten. */
    changedIn: (slot: number): Iterable<Address> => undo.get(slot)?.keys() ?? [],

    forgetThrough(slot: number): void {
      for (const changedIn of undo.keys()) {
        if (changedIn > slot) break
        undo.delete(changedIn)
      }
    },

    entries: (): IterableIterator<[Address, Account]> => accounts.entries(),
    get size() {
      return accounts.size
    },
  }
}

/** Equal in everything that a client can see. */
export function sameAccount(a: Account | undefined, b: Account | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  return (
    a.lamports === b.lamports &&
    a.owner === b.owner &&
    a.executable === b.executable &&
    Buffer.compare(a.data, b.data) === 0
  )
}

export type TokenAccount = { mint: Uint8Array; owner: Uint8Array; amount: bigint }

const TOKEN_ACCOUNT_SIZE = 165
const MINT_SIZE = 82
/** Token-2022 puts the kind of an extended account behind the longest basic layout. */
const KIND_OFFSET = TOKEN_ACCOUNT_SIZE
const MINT_KIND = 1
const TOKEN_ACCOUNT_KIND = 2

export function tokenAccount({ owner, data }: Account): TokenAccount | undefined {
  if (!isTokenProgram(owner)) return undefined
  const sized =
    data.length === TOKEN_ACCOUNT_SIZE || (data.length > KIND_OFFSET && data[KIND_OFFSET] === TOKEN_ACCOUNT_KIND)
  if (!sized || data[108] === 0) return undefined
  return { mint: data.subarray(0, 32), owner: data.subarray(32, 64), amount: view(data).getBigUint64(64, true) }
}

export function mintDecimals({ owner, data }: Account): number | undefined {
  if (!isTokenProgram(owner)) return undefined
  const sized = data.length === MINT_SIZE || (data.length > KIND_OFFSET && data[KIND_OFFSET] === MINT_KIND)
  return sized && data[45] === 1 ? data[44] : undefined
}

export const mintSupply = ({ data }: Account): bigint => view(data).getBigUint64(36, true)

const view = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength)

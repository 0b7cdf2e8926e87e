import { z } from 'zod'
import { type AccountFormat, accountView } from '../account-view.ts'
import { type Account, tokenAccount } from '../accounts.ts'
import { type BankView, bankAt } from '../bank-view.ts'
import { type Address, decodeBase58 } from '../base58.ts'
import { invalidParams } from '../errors.ts'
import { jsonInteger } from '../json.ts'
import { accountConfig, accountFields, address, optional, viewConfig } from '../params.ts'
import { inContext, type Method, method } from '../rpc.ts'

const MAX_ACCOUNTS = 100
const MAX_FILTERS = 4
const MAX_MEMCMP_BYTES = 128
const LARGEST_ACCOUNTS = 20

const memcmp = z.object({
  offset: z.int().nonnegative(),
  bytes: z.union([z.string(), z.array(z.int().min(0).max(255))]),
  encoding: optional(z.enum(['base58', 'base64', 'bytes'])),
})
export const accountFilter = z.union([
  z.object({ dataSize: z.int().nonnegative() }),
  z.object({ memcmp }),
  z.literal('tokenAccountState'),
])

export type AccountFilter = (account: Account) => boolean

/** @throws RpcError −32602 with a validator's words for a filter that cannot be read. */
export function accountFilters(filters: readonly z.output<typeof accountFilter>[]): AccountFilter[] {
  if (filters.length > MAX_FILTERS) throw invalidParams(`Too many filters provided; max ${MAX_FILTERS}`)
  return filters.map((filter) => {
    if (filter === 'tokenAccountState') return (account) => tokenAccount(account) !== undefined
    return 'dataSize' in filter ? ({ data }) => data.length === filter.dataSize : memcmpFilter(filter.memcmp)
  })
}

function memcmpFilter({ offset, bytes, encoding }: z.output<typeof memcmp>): AccountFilter {
  const wanted =
    typeof bytes !== 'string'
      ? Buffer.from(bytes)
      : encoding === 'base64'
        ? Buffer.from(bytes, 'base64')
        : decodeBase58(bytes)
  if (wanted === undefined) throw invalidParams('Invalid param: failed to decode data')
  if (wanted.length > MAX_MEMCMP_BYTES) {
    throw invalidParams(`Invalid param: decoded data too large: ${wanted.length} > ${MAX_MEMCMP_BYTES}`)
  }
  return ({ data }) =>
    offset + wanted.length <= data.length && Buffer.compare(data.subarray(offset, offset + wanted.length), wanted) === 0
}

const programConfig = z
  .object({
    ...accountFields,
    filters: optional(z.array(accountFilter)),
    withContext: optional(z.boolean()),
    sortResults: optional(z.boolean()),
  })
  .nullish()
  .transform((value) => value ?? undefined)

export const accountMethods: Record<string, Method> = {
  getAccountInfo: method(z.tuple([address, accountConfig.optional()]), async ({ ledger }, [key, config]) => {
    const bank = await bankAt(ledger, config)
    return inContext(bank, one(bank, key, config))
  }),

  getBalance: method(z.tuple([address, viewConfig.optional()]), async ({ ledger }, [key, config]) => {
    const bank = await bankAt(ledger, config)
    return inContext(bank, jsonInteger(bank.account(key)?.lamports ?? 0n))
  }),

  getMultipleAccounts: method(
    z.tuple([z.array(address), accountConfig.optional()]),
    async ({ ledger }, [keys, config]) => {
      if (keys.length > MAX_ACCOUNTS) throw invalidParams(`Too many inputs provided; max ${MAX_ACCOUNTS}`)
      const bank = await bankAt(ledger, config)
      const format = { ...config, encoding: config?.encoding ?? ('base64' as const) }
      return inContext(
        bank,
        keys.map((key) => one(bank, key, format)),
      )
    },
  ),

  getProgramAccounts: method(z.tuple([address, programConfig.optional()]), async ({ ledger }, [program, config]) => {
    const filters = accountFilters(config?.filters ?? [])
    const bank = await bankAt(ledger, config)
    const found = matching(bank, program, filters)
    if (config?.sortResults !== false) found.sort(([a], [b]) => (a < b ? -1 : 1))
    const value = found.map(([pubkey, account]) => ({
      pubkey,
      account: accountView(pubkey, account, config ?? {}, bank.account),
    }))
    return config?.withContext === true ? inContext(bank, value) : value
  }),

  getLargestAccounts: method(z.tuple([viewConfig.optional()]), async ({ ledger }, [config]) => {
    const bank = await bankAt(ledger, config)
    const balances = [...ledger.accounts.entries()].map(([key]) => ({
      address: key,
      lamports: bank.account(key)?.lamports ?? 0n,
    }))
    balances.sort((a, b) => (a.lamports < b.lamports ? 1 : -1))
    return inContext(
      bank,
      balances
        .slice(0, LARGEST_ACCOUNTS)
        .map(({ address, lamports }) => ({ address, lamports: jsonInteger(lamports) })),
    )
  }),

  getMinimumBalanceForRentExemption: method(
    z.tuple([z.int().nonnegative(), viewConfig.optional()]),
    ({ ledger }, [bytes]) => jsonInteger(ledger.rentExemptMinimum(bytes)),
  ),
}

function one(bank: BankView, key: Address, format: AccountFormat = {}) {
  const account = bank.account(key)
  return account === undefined ? null : accountView(key, account, format, bank.account)
}

export function matching(bank: BankView, program: Address, filters: readonly AccountFilter[]): [Address, Account][] {
  const found: [Address, Account][] = []
  for (const entry of bank.ownedBy(program)) {
    if (filters.every((passes) => passes(entry[1]))) found.push(entry)
  }
  return found
}

import { type AccountStore, mintDecimals, tokenAccount } from './accounts.ts'
import { type Address, toAddress } from './base58.ts'
import { MEMO_PROGRAM, MEMO_V1_PROGRAM } from './programs.ts'
import type { TokenBalance } from './records.ts'
import type { Message } from './wire.ts'

type Accounts = Pick<AccountStore, 'get'>

export function lamportBalances(accounts: Accounts, keys: readonly Address[]): bigint[] {
  return keys.map((key) => accounts.get(key)?.lamports ?? 0n)
}

/** Balances of those of `keys` that are token accounts of an existing mint. */
export function tokenBalances(accounts: Accounts, keys: readonly Address[]): TokenBalance[] {
  return keys.flatMap((key, accountIndex) => {
    const account = accounts.get(key)
    const token = account === undefined ? undefined : tokenAccount(account)
    if (account === undefined || token === undefined) return []
    const mint = toAddress(token.mint)
    const mintAccount = accounts.get(mint)
    const decimals = mintAccount === undefined ? undefined : mintDecimals(mintAccount)
    if (decimals === undefined) return []
    return [
      { accountIndex, mint, owner: toAddress(token.owner), program: account.owner, amount: token.amount, decimals },
    ]
  })
}

/** The memos of a message as validators list them: `[length] text`, joined by `; `. */
export function memoText({ instructions, keys }: Message): string | null {
  const memos = instructions.flatMap(({ programIndex, data }) => {
    const program = keys[programIndex]
    if (program !== MEMO_PROGRAM && program !== MEMO_V1_PROGRAM) return []
    return [`[${data.length}] ${Buffer.from(data).toString('utf8')}`]
  })
  return memos.length === 0 ? null : memos.join('; ')
}

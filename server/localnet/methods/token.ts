import { z } from 'zod'
import { accountView } from '../account-view.ts'
import { type Account, mintDecimals, mintSupply, tokenAccount } from '../accounts.ts'
import { type BankView, bankAt } from '../bank-view.ts'
import { type Address, toAddress } from '../base58.ts'
import { invalidParams } from '../errors.ts'
import { accountConfig, address, viewConfig } from '../params.ts'
import { isTokenProgram, TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../programs.ts'
import { inContext, type Method, method } from '../rpc.ts'
import { uiTokenAmount } from '../token-amount.ts'

const LARGEST_ACCOUNTS = 20

const byMintOrProgram = z.union([z.object({ mint: address }), z.object({ programId: address })])

export const tokenMethods: Record<string, Method> = {
  getTokenAccountBalance: method(z.tuple([address, viewConfig.optional()]), async ({ ledger }, [key, config]) => {
    const bank = await bankAt(ledger, config)
    const account = bank.account(key)
    if (account === undefined) throw invalidParams('Invalid param: could not find account')
    const token = tokenAccount(account)
    if (token === undefined) throw invalidParams('Invalid param: not a Token account')
    return inContext(bank, uiTokenAmount(token.amount, mintOf(bank, toAddress(token.mint)).decimals))
  }),

  getTokenSupply: method(z.tuple([address, viewConfig.optional()]), async ({ ledger }, [key, config]) => {
    const bank = await bankAt(ledger, config)
    if (bank.account(key) === undefined) throw invalidParams('Invalid param: could not find account')
    const { account, decimals } = mintOf(bank, key)
    return inContext(bank, uiTokenAmount(mintSupply(account), decimals))
  }),

  getTokenLargestAccounts: method(z.tuple([address, viewConfig.optional()]), async ({ ledger }, [key, config]) => {
    const bank = await bankAt(ledger, config)
    const { account: mint, decimals } = mintOf(bank, key)
    const found = tokenAccountsWhere(bank, [mint.owner], (token) => toAddress(token.mint) === key)
      .flatMap(([pubkey, account]) => {
        const token = tokenAccount(account)
        return token === undefined ? [] : [{ pubkey, amount: token.amount }]
      })
      .sort((a, b) => (a.amount < b.amount ? 1 : -1))
    return inContext(
      bank,
      found.slice(0, LARGEST_ACCOUNTS).map(({ pubkey, amount }) => ({
        address: pubkey,
        ...uiTokenAmount(amount, decimals),
      })),
    )
  }),

  getTokenAccountsByOwner: byAuthority((token) => token.owner),
  getTokenAccountsByDelegate: byAuthority((_, data) => (data[72] === 1 ? data.subarray(76, 108) : undefined)),
}

type Authority = (token: NonNullable<ReturnType<typeof tokenAccount>>, data: Uint8Array) => Uint8Array | undefined

function byAuthority(authority: Authority): Method {
  return method(
    z.tuple([address, byMintOrProgram, accountConfig.optional()]),
    async ({ ledger }, [owner, filter, config]) => {
      const bank = await bankAt(ledger, config)
      const programs = 'mint' in filter ? [mintOf(bank, filter.mint).account.owner] : [tokenProgram(filter.programId)]
      const found = tokenAccountsWhere(bank, programs, (token, data) => {
        const key = authority(token, data)
        if (key === undefined || toAddress(key) !== owner) return false
        return !('mint' in filter) || toAddress(token.mint) === filter.mint
      })
      return inContext(
        bank,
        found.map(([pubkey, account]) => ({
          pubkey,
          account: accountView(pubkey, account, config ?? {}, bank.account),
        })),
      )
    },
  )
}

function tokenProgram(program: Address): Address {
  if (program === TOKEN_PROGRAM || program === TOKEN_2022_PROGRAM) return program
  throw invalidParams('Invalid param: unrecognized Token program id')
}

function tokenAccountsWhere(
  bank: BankView,
  programs: readonly Address[],
  wanted: (token: NonNullable<ReturnType<typeof tokenAccount>>, data: Uint8Array) => boolean,
): [Address, Account][] {
  return programs.flatMap((program) =>
    [...bank.ownedBy(program)].filter(([, account]) => {
      const token = tokenAccount(account)
      return token !== undefined && wanted(token, account.data)
    }),
  )
}

/** @throws RpcError −32602 when there is no such mint. */
export function mintOf(bank: Pick<BankView, 'account'>, mint: Address): { account: Account; decimals: number } {
  const account = bank.account(mint)
  if (account === undefined || !isTokenProgram(account.owner)) {
    throw invalidParams('Invalid param: could not find mint')
  }
  const decimals = mintDecimals(account)
  if (decimals === undefined) throw invalidParams('Invalid param: not a Token mint')
  return { account, decimals }
}

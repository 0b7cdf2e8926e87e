import type { TransactionInstruction } from '@solana/web3.js'
import type { OwnAccount } from '#app/data/own-account.ts'
import { decodeUserAccount } from '#client/accounts.ts'
import * as exchange from '#client/instructions/index.ts'
import { subAccountAddress, userAccountAddress } from '#client/pda.ts'
import { readAccounts, readOwn } from './chain-state.ts'
import { openUserAccount } from './user-account.ts'

/** The id that the wallet's next sub-account gets; ids are never used again. */
export async function nextSubAccountId(authority: string): Promise<number> {
  const [user] = await readAccounts([userAccountAddress(authority)])
  return user == null ? 0 : decodeUserAccount(user.data).nextSubAccountId
}

/** A new, empty sub-account. `isolatedMarket`: the only one it may trade; null trades all. */
export async function openSubAccount(
  { authority, subAccountId: id }: OwnAccount,
  isolatedMarket: number | null,
): Promise<TransactionInstruction[]> {
  return [
    ...(id === 0 ? await openUserAccount(authority) : []),
    exchange.createSubAccount({ authority, id }),
    ...(isolatedMarket === null
      ? []
      : [
          exchange.updateSubAccount({
            authority,
            subAccount: subAccountAddress(authority, id),
            delegate: null,
            isolatedMarket,
          }),
        ]),
  ]
}

/** Changes some of a sub-account's settings; the program takes them whole, so the others go along as they are. */
export async function changeSettings(
  own: OwnAccount,
  change: Partial<Pick<Parameters<typeof exchange.updateSubAccount>[0], 'delegate' | 'isolatedMarket'>>,
): Promise<TransactionInstruction[]> {
  const { authority, address: subAccount, state } = await readOwn(own)
  const { delegate: key, delegateExpiresAt: expiresAt, delegateBudget: budget, isolatedMarket } = state
  // One that has expired already would be refused.
  const stands = key !== null && expiresAt > BigInt(Math.floor(Date.now() / 1000))
  const delegate = stands ? { key, expiresAt, budget } : null
  return [exchange.updateSubAccount({ authority, subAccount, delegate, isolatedMarket, ...change })]
}

/** Gives back the rent of a sub-account that holds nothing. */
export function closeSubAccount({ authority, subAccountId: id }: OwnAccount): TransactionInstruction[] {
  return [exchange.closeSubAccount({ authority, id })]
}

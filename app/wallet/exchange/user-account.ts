import type { TransactionInstruction } from '@solana/web3.js'
import { referrerWallet } from '#app/data/referral.ts'
import * as exchange from '#client/instructions/index.ts'
import { userAccountAddress } from '#client/pda.ts'
import { readAccounts } from './chain-state.ts'

/** A wallet's account on the exchange and, where a link brought its owner here, the one who referred them. */
export async function openUserAccount(authority: string): Promise<TransactionInstruction[]> {
  const create = exchange.createUserAccount({ authority })
  const referrer = await referrerWallet()
  if (referrer === null || referrer === authority) return [create]
  // Who referred without ever having traded has no account that could be paid.
  const [account] = await readAccounts([userAccountAddress(referrer)])
  return account == null ? [create] : [create, exchange.updateUserAccount({ authority, name: '', referrer })]
}

import { type PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js'
import type { OwnAccount } from '#app/data/own-account.ts'
import { decodeUserAccount } from '#client/accounts.ts'
import * as exchange from '#client/instructions/index.ts'
import { marginAccounts } from '#client/margin-accounts.ts'
import {
  ASSOCIATED_TOKEN_PROGRAM_ID,
  associatedTokenAddress,
  NATIVE_MINT,
  publicKey,
  subAccountAddress,
  TOKEN_PROGRAM_ID,
  tokenVaultAddress,
  userAccountAddress,
} from '#client/pda.ts'
import { chainConfig } from '../chain.ts'
import { addressOf, readAccounts, readOwn } from './chain-state.ts'
import { openUserAccount } from './user-account.ts'

export type Asset = 'USDC' | 'SOL'

const mintOf = (asset: Asset): string => (asset === 'SOL' ? NATIVE_MINT.toBase58() : chainConfig().usdcMint)

/** The sub-account's address, and what creates whatever of the account is missing. */
export async function openAccount(
  own: OwnAccount,
): Promise<{ subAccount: PublicKey; isNew: boolean; opening: TransactionInstruction[] }> {
  const { authority } = own
  const [user, sub] = await readAccounts([userAccountAddress(authority), addressOf(own)])
  // Ids are never used again: after its first was closed, a wallet's next account has a higher one.
  const id = sub != null ? own.subAccountId : user == null ? 0 : decodeUserAccount(user.data).nextSubAccountId
  return {
    subAccount: subAccountAddress(authority, id),
    isNew: sub == null,
    opening: [
      ...(user == null ? await openUserAccount(authority) : []),
      ...(sub == null ? [exchange.createSubAccount({ authority, id })] : []),
    ],
  }
}

/** Creates whatever of the account is missing, in the same transaction. */
export async function deposit(own: OwnAccount, asset: Asset, amount: bigint): Promise<TransactionInstruction[]> {
  const { authority } = own
  const { subAccount, opening } = await openAccount(own)
  return [
    ...opening,
    asset === 'SOL'
      ? exchange.depositNativeSol({ authority, subAccount, lamports: amount })
      : exchange.depositTokens({ authority, subAccount, mint: mintOf(asset), amount }),
  ]
}

export async function withdraw(from: OwnAccount, asset: Asset, amount: bigint): Promise<TransactionInstruction[]> {
  const mint = mintOf(asset)
  const own = await readOwn(from)
  const { authority, address: subAccount } = own
  const margin = marginToMove(own, mint)
  if (asset === 'SOL') {
    return [exchange.withdrawNativeSol({ authority, subAccount, lamports: amount, marginAccounts: margin })]
  }
  return [
    createTokenAccount(authority, mint),
    exchange.withdrawTokens({ authority, subAccount, mint, amount, marginAccounts: margin }),
  ]
}

/** Moves collateral from one sub-account of the wallet into another. */
export async function transfer(
  from: OwnAccount,
  toId: number,
  asset: Asset,
  amount: bigint,
): Promise<TransactionInstruction[]> {
  const mint = mintOf(asset)
  const own = await readOwn(from)
  const { authority } = own
  const to = subAccountAddress(authority, toId)
  const margin = marginToMove(own, mint)
  return [exchange.transferCollateral({ authority, from: own.address, to, mint, amount, marginAccounts: margin })]
}

/** What the program asks to judge the margin that is left after a token of `mint` has gone. */
function marginToMove({ state, vaults }: Awaited<ReturnType<typeof readOwn>>, mint: string) {
  const vaultIndex = [...vaults].find(([, vault]) => vault.equals(tokenVaultAddress(mint)))?.[0]
  return marginAccounts(state, vaults, vaultIndex === undefined ? {} : { vaultIndex })
}

const CREATE_IDEMPOTENT = 1

/** The wallet's token account, created when it is missing: a withdrawal needs a place to go. */
function createTokenAccount(owner: string, mint: string): TransactionInstruction {
  const key = (pubkey: string, isSigner: boolean, isWritable: boolean) => ({
    pubkey: publicKey(pubkey),
    isSigner,
    isWritable,
  })
  return new TransactionInstruction({
    programId: ASSOCIATED_TOKEN_PROGRAM_ID,
    keys: [
      key(owner, true, true),
      key(associatedTokenAddress(mint, owner).toBase58(), false, true),
      key(owner, false, false),
      key(mint, false, false),
      key(SystemProgram.programId.toBase58(), false, false),
      key(TOKEN_PROGRAM_ID.toBase58(), false, false),
    ],
    data: Buffer.from([CREATE_IDEMPOTENT]),
  })
}

import { SystemProgram, type TransactionInstruction } from '@solana/web3.js'
import type { OwnAccount } from '#app/data/own-account.ts'
import { budgetSpent } from '#client/math/index.ts'
import { publicKey } from '#client/pda.ts'
import { readOwn } from './chain-state.ts'
import { changeSettings } from './sub-accounts.ts'

/** What the chain knows of the key that may trade for a sub-account. */
export type Delegation = {
  /** What it may lose against the oracle in 24 hours, and what of that is used now (quote 1e6). */
  budget: bigint
  spent: bigint
}

/** `now`: unix seconds. */
export async function delegation(own: OwnAccount, now: bigint): Promise<Delegation> {
  const { delegateBudget: budget, delegateSpent, delegateSpentAt } = (await readOwn(own)).state
  const elapsed = now > delegateSpentAt ? now - delegateSpentAt : 0n
  return { budget, spent: budgetSpent(delegateSpent, budget, elapsed) }
}

type KeyTerms = { key: string; expiresAt: bigint; budget: bigint; lamports: bigint }

/** Lets `key` trade for the account until `expiresAt`, and gives it `lamports` to pay for what it sends. */
export async function allowKey(
  own: OwnAccount,
  { lamports, ...delegate }: KeyTerms,
): Promise<TransactionInstruction[]> {
  return [
    ...(await changeSettings(own, { delegate })),
    ...(lamports === 0n ? [] : [payLamports(own.authority, delegate.key, lamports)]),
  ]
}

/** Takes the right to trade away from whoever has it; what `key` still holds comes back, which it has to sign. */
export async function revokeKey(
  own: OwnAccount,
  key: { address: string; lamports: bigint } | null,
): Promise<TransactionInstruction[]> {
  return [
    ...(await changeSettings(own, { delegate: null })),
    ...(key === null || key.lamports === 0n ? [] : [payLamports(key.address, own.authority, key.lamports)]),
  ]
}

const payLamports = (from: string, to: string, lamports: bigint): TransactionInstruction =>
  SystemProgram.transfer({ fromPubkey: publicKey(from), toPubkey: publicKey(to), lamports })

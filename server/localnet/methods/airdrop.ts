import { ComputeBudgetProgram, PublicKey, SystemProgram, Transaction } from '@solana/web3.js'
import { latestBlockhash } from '../chain.ts'
import { invalidParams, preflightFailure } from '../errors.ts'
import { FAUCET } from '../genesis.ts'
import type { Ledger } from '../ledger.ts'
import { errorText } from '../transaction-error.ts'
import { decodeTransaction } from '../wire.ts'

const MAX_AIRDROP_LAMPORTS = 1_000_000_000_000_000
const LEAST_UNITS = 1_000
const VARIANTS = 1_000_000

/** Two airdrops alike in one block would be the same transaction; the compute limit tells them apart. */
let airdrops = 0

/** Sends `lamports` from the faucet. @returns the signature. */
export function airdrop(ledger: Ledger, to: string, lamports: number): string {
  if (lamports > MAX_AIRDROP_LAMPORTS) {
    throw invalidParams(`Invalid params: one airdrop gives at most ${MAX_AIRDROP_LAMPORTS} lamports (1000000 SOL).`)
  }
  airdrops += 1
  const transaction = new Transaction({
    feePayer: FAUCET.publicKey,
    recentBlockhash: latestBlockhash(ledger.chain),
  }).add(
    ComputeBudgetProgram.setComputeUnitLimit({ units: LEAST_UNITS + (airdrops % VARIANTS) }),
    SystemProgram.transfer({ fromPubkey: FAUCET.publicKey, toPubkey: new PublicKey(to), lamports }),
  )
  transaction.sign(FAUCET)
  const wire = decodeTransaction(transaction.serialize())
  const { error, logs } = ledger.execute(wire)
  if (error !== null) throw preflightFailure(`Airdrop failed: ${errorText(error)}`, { err: error, logs })
  return wire.signature
}

import { PublicKey, SystemProgram, TransactionMessage, VersionedTransaction } from '@solana/web3.js'
import bs58 from 'bs58'
import { settleTransaction } from '#server/chain/index.ts'
import { recordAudit } from '#server/platform/audit.ts'
import { secretPlace, signWithHeld } from './held-key.ts'
import { isBusy } from './intent-repo.ts'
import { destroyKey, type SigningKey, sealedSecret } from './key-repo.ts'
import type { SigningParts } from './sign-intent.ts'

const FEE_LAMPORTS = 5_000
/** A transaction that gives the key SOL may have been signed before it was revoked: it can land for so long. */
const MAY_STILL_COME_MS = 5 * 60_000

/**
 * Sends what a revoked key still holds back to the wallet, and destroys its secret once nothing can come any more. It
 * begins with what the chain says each time, so that a crash in between repeats nothing.
 * @returns true when the key is gone.
 */
export async function endKey(parts: SigningParts, key: SigningKey, signal: AbortSignal): Promise<boolean> {
  const { db, connection, clock } = parts
  if (await isBusy(db, key.id)) return false
  if (key.publicKey !== null) {
    const balance = await connection.getBalance(new PublicKey(key.publicKey), 'confirmed')
    if (balance > FEE_LAMPORTS) {
      await returnSol(parts, key, new PublicKey(key.publicKey), balance - FEE_LAMPORTS, signal)
      return false
    }
    if (clock.now() < (key.revokedAt ?? 0) + MAY_STILL_COME_MS) return false
  }
  await db.transaction().execute(async (trx) => {
    await destroyKey(trx, key.id)
    await recordAudit(trx, { stream: 'signer', actor: key.userId, action: 'key.destroyed', subject: key.id })
  })
  return true
}

async function returnSol(
  { db, connection, seal }: SigningParts,
  { id, userId, wallet }: SigningKey,
  from: PublicKey,
  lamports: number,
  signal: AbortSignal,
): Promise<void> {
  const sealed = await sealedSecret(db, id)
  if (sealed === undefined) throw new TypeError(`key ${id} has no secret`)
  const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash('confirmed')
  const transfer = SystemProgram.transfer({ fromPubkey: from, toPubkey: new PublicKey(wallet), lamports })
  const message = new TransactionMessage({ payerKey: from, recentBlockhash: blockhash, instructions: [transfer] })
  const transaction = new VersionedTransaction(message.compileToV0Message())
  await signWithHeld(transaction, from, seal, sealed, secretPlace(userId, id))
  const signature = bs58.encode(transaction.signatures[0] ?? new Uint8Array())
  const details = { lamports, to: wallet, signature }
  await recordAudit(db, { stream: 'signer', actor: userId, action: 'sol.returned', subject: id, details })
  await settleTransaction(connection, { signature, bytes: transaction.serialize(), lastValidBlockHeight }, { signal })
}

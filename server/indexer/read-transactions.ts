import type { Connection, PublicKey } from '@solana/web3.js'
import { z } from 'zod'
import { AppError } from '#server/platform/errors.ts'
import type { ExecutedTransaction } from './event-instructions.ts'

const PAGE = 1_000
const PARALLEL_READS = 16

/** web3.js keeps `stackHeight` at run time but not in its types. */
const innerInstruction = z.object({
  programIdIndex: z.number().int(),
  accounts: z.number().int().array(),
  data: z.string(),
  stackHeight: z.number().int().min(2),
})
const innerInstructions = z.object({ index: z.number().int(), instructions: innerInstruction.array() }).array()

/**
 * Signatures of successful transactions that touched `address` after `until` (exclusive; all when undefined) and not
 * after `before` (exclusive; to the newest when undefined), oldest first.
 */
export async function signaturesSince(
  connection: Connection,
  address: PublicKey,
  { until, before }: { until?: string; before?: string } = {},
): Promise<{ signature: string; slot: number }[]> {
  const found: { signature: string; slot: number }[] = []
  let cursor = before
  for (;;) {
    const page = await connection.getSignaturesForAddress(
      address,
      { limit: PAGE, ...(until === undefined ? {} : { until }), ...(cursor === undefined ? {} : { before: cursor }) },
      'confirmed',
    )
    for (const { signature, slot, err } of page) if (err === null) found.push({ signature, slot })
    cursor = page.at(-1)?.signature
    if (page.length < PAGE) return found.reverse()
  }
}

/** The transactions of these signatures, in the same order. @throws AppError CHAIN_UNAVAILABLE when one is not served yet. */
export async function readTransactions(
  connection: Connection,
  signatures: readonly string[],
): Promise<ExecutedTransaction[]> {
  const transactions: ExecutedTransaction[] = []
  for (let start = 0; start < signatures.length; start += PARALLEL_READS) {
    const batch = signatures.slice(start, start + PARALLEL_READS)
    transactions.push(...(await Promise.all(batch.map((signature) => readTransaction(connection, signature)))))
  }
  return transactions
}

async function readTransaction(connection: Connection, signature: string): Promise<ExecutedTransaction> {
  const response = await connection.getTransaction(signature, {
    commitment: 'confirmed',
    maxSupportedTransactionVersion: 0,
  })
  if (response?.meta == null || response.blockTime == null) {
    throw new AppError('CHAIN_UNAVAILABLE', {
      message: `the RPC lists transaction ${signature} but does not serve it yet; it is read again`,
    })
  }
  const { message } = response.transaction
  const loaded = response.meta.loadedAddresses
  return {
    signature,
    slot: response.slot,
    blockTime: response.blockTime,
    accountKeys: [...message.staticAccountKeys, ...(loaded?.writable ?? []), ...(loaded?.readonly ?? [])].map((key) =>
      key.toBase58(),
    ),
    programIndexes: message.compiledInstructions.map((instruction) => instruction.programIdIndex),
    innerInstructions: innerInstructions.parse(response.meta.innerInstructions ?? []),
  }
}

import type { Connection, PublicKey } from '@solana/web3.js'
import { z } from 'zod'
import type { ExecutedTransaction } from './event-instructions.ts'

const PAGE = 1_000
const PARALLEL_READS = 16

/** web3.js keeps `stackHeight` at run time but not in its types. */
const innerInstruction = z.object({
  programIdIndex: z.number().int(),
  accounts: z.number().int().array(),
  data: z.string().regex(/^[1-9A-HJ-NP-Za-km-z]*$/),
  stackHeight: z.number().int().min(2),
})
const innerInstructions = z.object({ index: z.number().int(), instructions: innerInstruction.array() }).array()

/**
 * Signatures of successful transactions that touched `address` after `until` (exclusive; all when undefined), oldest
 * first. Where a fork dropped `until`, its slot ends the search: without that the RPC would list the whole history.
 */
export async function signaturesSince(
  connection: Connection,
  address: PublicKey,
  until?: { signature: string; slot?: number },
): Promise<{ signature: string; slot: number }[]> {
  const found: { signature: string; slot: number }[] = []
  const firstSlot = until?.slot ?? 0
  let before: string | undefined
  for (;;) {
    const page = await connection.getSignaturesForAddress(
      address,
      {
        limit: PAGE,
        ...(until === undefined ? {} : { until: until.signature }),
        ...(before === undefined ? {} : { before }),
      },
      'confirmed',
    )
    for (const { signature, slot, err } of page) if (err === null && slot >= firstSlot) found.push({ signature, slot })
    const oldest = page.at(-1)
    if (oldest === undefined || page.length < PAGE || oldest.slot < firstSlot) return found.reverse()
    before = oldest.signature
  }
}

/**
 * Why a transaction cannot be read. `not-served`: the RPC lists it and does not have it, which a moment may mend.
 * `no-inner-instructions`: this RPC keeps none, and events are nothing else. `malformed`: its answer is not one of a
 * transaction. What was missed leaves a gap in its accounts' sequences, and is looked for there again.
 */
export type UnreadReason = 'not-served' | 'no-inner-instructions' | 'malformed'
export type ReadTransaction = ExecutedTransaction | { signature: string; unread: UnreadReason }

/** The transactions of these signatures, in the same order. */
export async function readTransactions(
  connection: Connection,
  signatures: readonly string[],
): Promise<ReadTransaction[]> {
  const transactions: ReadTransaction[] = []
  for (let start = 0; start < signatures.length; start += PARALLEL_READS) {
    const batch = signatures.slice(start, start + PARALLEL_READS)
    transactions.push(...(await Promise.all(batch.map((signature) => readTransaction(connection, signature)))))
  }
  return transactions
}

async function readTransaction(connection: Connection, signature: string): Promise<ReadTransaction> {
  const options = { commitment: 'confirmed', maxSupportedTransactionVersion: 0 } as const
  let response: Awaited<ReturnType<typeof connection.getTransaction>>
  try {
    response = await connection.getTransaction(signature, options)
  } catch (error) {
    // web3.js checks the shape of answers; what is not one is thrown as a struct error.
    if (error instanceof Error && error.name === 'StructError') return { signature, unread: 'malformed' }
    throw error
  }
  if (response?.meta == null || response.blockTime == null) return { signature, unread: 'not-served' }
  if (response.meta.innerInstructions == null) return { signature, unread: 'no-inner-instructions' }
  const inner = innerInstructions.safeParse(response.meta.innerInstructions)
  if (!inner.success) return { signature, unread: 'malformed' }
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
    innerInstructions: inner.data,
  }
}

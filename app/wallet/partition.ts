import type { PublicKey, TransactionInstruction } from '@solana/web3.js'

/** What the network takes in one packet. */
const MAX_BYTES = 1_232
/** Of a compute-unit price, which is added when it is sent. */
const PRIORITY_FEE_BYTES = 12

/**
 * The instructions in as few transactions as they fit into, in their order. Each instruction must fit into one; what
 * depends on being together has to be one instruction.
 */
export async function partition(
  instructions: readonly TransactionInstruction[],
  payer: PublicKey,
): Promise<TransactionInstruction[][]> {
  const { ComputeBudgetProgram, PublicKey, TransactionMessage, VersionedTransaction } = await import('@solana/web3.js')
  const budget = ComputeBudgetProgram.setComputeUnitLimit({ units: 0 })
  const fits = (part: readonly TransactionInstruction[]): boolean => {
    const message = new TransactionMessage({
      payerKey: payer,
      recentBlockhash: PublicKey.default.toBase58(),
      instructions: [budget, ...part],
    })
    try {
      const { length } = new VersionedTransaction(message.compileToV0Message()).serialize()
      return length + PRIORITY_FEE_BYTES <= MAX_BYTES
    } catch {
      // web3.js refuses to write what is larger than its buffer.
      return false
    }
  }
  const parts: TransactionInstruction[][] = []
  for (const instruction of instructions) {
    const last = parts.at(-1)
    if (last !== undefined && fits([...last, instruction])) last.push(instruction)
    else parts.push([instruction])
  }
  return parts
}

import bs58 from 'bs58'

/** One emitted event: where it stands in its transaction and its bytes (event discriminator, then fields). */
export type RawEvent = { signature: string; path: string; slot: number; occurredAt: number; data: Uint8Array }

/** What of a confirmed transaction the indexer reads. Inner instructions carry the height of their invoke stack. */
export type ExecutedTransaction = {
  signature: string
  slot: number
  /** Seconds since 1970, as the chain says. */
  blockTime: number
  /** Static keys, then loaded writable, then loaded read-only. */
  accountKeys: readonly string[]
  /** Program of each top-level instruction, by index into accountKeys. */
  programIndexes: readonly number[]
  innerInstructions: readonly { index: number; instructions: readonly InnerInstruction[] }[]
}
export type InnerInstruction = {
  programIdIndex: number
  accounts: readonly number[]
  data: string
  stackHeight: number
}

/** Anchor's tag of an event self-CPI: sha256("anchor:event")[..8], little-endian. */
const EVENT_TAG = Uint8Array.of(228, 69, 165, 46, 81, 203, 154, 29)

/**
 * The events of one transaction in the order they were emitted. An event is an inner instruction of the program that
 * the program itself invoked (its parent on the invoke stack) and that its event authority signed; a look-alike
 * invoked by anybody else is not an event.
 */
export function eventsOf(transaction: ExecutedTransaction, programId: string, eventAuthority: string): RawEvent[] {
  const { accountKeys } = transaction
  return transaction.innerInstructions.flatMap(({ index, instructions }) => {
    const events: RawEvent[] = []
    // The program running at each height of the invoke stack; the top-level instruction is height 1.
    const stack: (string | undefined)[] = [undefined, accountKeys[transaction.programIndexes[index] ?? -1]]
    for (const [position, instruction] of instructions.entries()) {
      const program = accountKeys[instruction.programIdIndex]
      stack.length = instruction.stackHeight
      const parent = stack.at(-1)
      stack.push(program)
      if (program !== programId || parent !== programId) continue
      if (accountKeys[instruction.accounts[0] ?? -1] !== eventAuthority) continue
      const data = bs58.decode(instruction.data)
      if (!EVENT_TAG.every((byte, at) => data[at] === byte)) continue
      events.push({
        signature: transaction.signature,
        path: `${index}.${position}`,
        slot: transaction.slot,
        occurredAt: transaction.blockTime * 1000,
        data: data.slice(EVENT_TAG.length),
      })
    }
    return events
  })
}

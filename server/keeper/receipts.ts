import type { Connection, PublicKey } from '@solana/web3.js'
import bs58 from 'bs58'
import { decodeEventInstruction } from '#client/events.ts'
import { PROGRAM_ID } from '#client/pda.ts'
import type { ComputeLimits } from './compute-limits.ts'
import type { KeeperMetrics } from './metrics.ts'

/** What a keeper's loop has cost and earned since it started. */
export type LoopBooks = { transactions: number; lamports: number; earned: bigint }

/** Books what landed transactions cost and earned, from what the chain says of them. */
export type Receipts = {
  add(landed: { loop: string; kind: string; signature: string }): void
  /** Reads those that are not booked yet, and the balance that pays. */
  collect(): Promise<void>
  books(): { balanceLamports: number | null; loops: Readonly<Record<string, LoopBooks>> }
}

type Landed = { loop: string; kind: string; signature: string; looks: number }

const BATCH = 50
/** A node may not know yet what another has confirmed; what none knows after so many looks is given up. */
const MOST_LOOKS = 10

export function createReceipts({
  connection,
  payer,
  rewardAccount,
  limits,
  metrics,
}: {
  connection: Pick<Connection, 'getTransactions' | 'getBalance'>
  payer: PublicKey
  rewardAccount: string | null
  limits: ComputeLimits
  metrics: KeeperMetrics
}): Receipts {
  let waiting: Landed[] = []
  let balanceLamports: number | null = null
  const loops = new Map<string, LoopBooks>()

  const book = ({ loop, kind }: Landed, receipt: Receipt) => {
    const { fee, computeUnitsConsumed, err } = receipt.meta
    // What failed stopped on its way and says nothing about the whole of it.
    if (err === null && computeUnitsConsumed !== undefined) limits.used(kind, computeUnitsConsumed)
    const earned = rewardAccount === null ? 0n : rewardOf(receipt, rewardAccount)
    const before = loops.get(loop) ?? { transactions: 0, lamports: 0, earned: 0n }
    loops.set(loop, {
      transactions: before.transactions + 1,
      lamports: before.lamports + fee,
      earned: before.earned + earned,
    })
    metrics.booked(loop, fee, earned)
  }

  return {
    add: (landed) => {
      waiting.push({ ...landed, looks: 0 })
    },
    collect: async () => {
      balanceLamports = await connection.getBalance(payer, 'confirmed')
      metrics.balance(balanceLamports)
      const batch = waiting.slice(0, BATCH)
      if (batch.length === 0) return
      const receipts = await connection.getTransactions(
        batch.map(({ signature }) => signature),
        { commitment: 'confirmed', maxSupportedTransactionVersion: 0 },
      )
      const missing: Landed[] = []
      for (const [at, landed] of batch.entries()) {
        const receipt = receipts[at]
        if (receipt?.meta) book(landed, { ...receipt, meta: receipt.meta })
        else if (landed.looks + 1 < MOST_LOOKS) missing.push({ ...landed, looks: landed.looks + 1 })
        else metrics.lostReceipt(landed.loop)
      }
      waiting = [...waiting.slice(batch.length), ...missing]
    },
    books: () => ({ balanceLamports, loops: Object.fromEntries(loops) }),
  }
}

type Found = NonNullable<Awaited<ReturnType<Connection['getTransactions']>>[number]>
type Receipt = Found & { meta: NonNullable<Found['meta']> }

/** What the keeper's account was paid, by the events of the transaction. Quote 1e6. */
function rewardOf({ transaction, meta }: Receipt, rewardAccount: string): bigint {
  const keys = transaction.message.getAccountKeys({ accountKeysFromLookups: meta.loadedAddresses ?? null })
  let earned = 0n
  for (const { instructions } of meta.innerInstructions ?? []) {
    for (const { programIdIndex, data } of instructions) {
      if (keys.get(programIdIndex)?.equals(PROGRAM_ID) !== true) continue
      const event = decodeEventInstruction(bs58.decode(data))
      if (event?.name === 'OrderFilled' && event.data.keeperSubAccount === rewardAccount) {
        earned += event.data.keeperReward
      }
      if (event?.name === 'PositionLiquidated' && event.data.liquidatorSubAccount === rewardAccount) {
        earned += event.data.liquidatorReward
      }
    }
  }
  return earned
}

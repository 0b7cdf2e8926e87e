import type { AddressLookupTableAccount, TransactionInstruction } from '@solana/web3.js'
import type { SendOutcome, TransactionFailure, TransactionSender } from '#server/chain/index.ts'
import { wakeable } from '#server/chain/index.ts'
import { type ComputeLimits, kindOf } from './compute-limits.ts'
import type { KeeperMetrics } from './metrics.ts'
import type { PriorityFees } from './priority-fees.ts'
import type { Receipts } from './receipts.ts'
import { meaningOf } from './refusals.ts'

export type KeeperOutcome =
  | SendOutcome
  /** It was not taken for so long that the next attempt should offer more; it may still land and is then booked. */
  | { kind: 'late'; signature: string }
  /** Decided and simulated, never sent. */
  | { kind: 'dry-run'; error: TransactionFailure | null }

/** The keeper's one way to the chain: asks for the compute units it needs, offers a price, books what it cost. */
export type Transact = (
  loop: string,
  instructions: readonly TransactionInstruction[],
  options?: {
    /** Simulate before sending (default): a refusal then costs nothing. */
    preflight?: boolean
  },
) => Promise<KeeperOutcome>

export type TransactParts = {
  sender: TransactionSender
  limits: ComputeLimits
  fees: PriorityFees
  receipts: Receipts
  metrics: KeeperMetrics
  /** Filled once the keeper's table can be used. */
  lookupTables: AddressLookupTableAccount[]
  isDryRun: boolean
  signal: AbortSignal
}

/** A keeper's transactions are safe to repeat: the program refuses what is done. So none is waited for until it expires. */
const LATE_AFTER_MS = 12_000

export function createTransact(parts: TransactParts): Transact {
  const { sender, limits, fees, receipts, metrics, lookupTables, isDryRun, signal } = parts

  const finish = (loop: string, kind: string, outcome: SendOutcome) => {
    metrics.sent(loop, outcome.kind)
    if (outcome.kind === 'landed-ok' || outcome.kind === 'landed-failed') {
      fees.landed(loop)
      receipts.add({ loop, kind, signature: outcome.signature })
    }
    if (outcome.kind === 'expired') fees.late(loop)
    if ((outcome.kind === 'landed-failed' || outcome.kind === 'refused') && ranOut(outcome.error)) limits.forget(kind)
    return outcome
  }

  return async (loop, instructions, { preflight = true } = {}) => {
    const kind = kindOf(instructions)
    let isProven = false
    if (isDryRun || limits.limitFor(kind) === undefined) {
      const simulated = await sender.simulate(instructions, { lookupTables })
      if (isDryRun) {
        metrics.sent(loop, 'dry-run')
        return { kind: 'dry-run', error: simulated.error }
      }
      if (simulated.error !== null) {
        const refused = { kind: 'refused', signature: simulated.signature, error: simulated.error } as const
        return finish(loop, kind, refused)
      }
      limits.used(kind, simulated.units)
      isProven = true
    }
    const [computeUnitLimit, computeUnitPrice] = [limits.limitFor(kind), await fees.price(loop)]
    const signed = await sender.sign(instructions, {
      lookupTables,
      ...(computeUnitLimit === undefined ? {} : { computeUnitLimit }),
      ...(computeUnitPrice === 0 ? {} : { computeUnitPrice }),
    })
    const patience = new AbortController()
    const landing = sender
      .settle(signed, { preflight: preflight && !isProven, signal })
      .then((outcome) => finish(loop, kind, outcome))
      .finally(() => patience.abort())
    const late = wakeable(AbortSignal.any([signal, patience.signal]))
      .orAfter(LATE_AFTER_MS)
      .then(() => 'late' as const)
    const first = await Promise.race([landing, late])
    // Landed, or stopping: then the landing says so itself.
    if (first !== 'late' || signal.aborted || patience.signal.aborted) return landing
    landing.catch(() => undefined)
    fees.late(loop)
    metrics.sent(loop, 'late')
    return { kind: 'late', signature: signed.signature }
  }
}

const OUT_OF_UNITS: ReadonlySet<string> = new Set(['ComputationalBudgetExceeded', 'ProgramFailedToComplete'])
const ranOut = ({ code }: TransactionFailure): boolean => OUT_OF_UNITS.has(code) && meaningOf(code) === 'stale'

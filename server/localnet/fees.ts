import {
  BUILTIN_PROGRAMS,
  COMPUTE_BUDGET_PROGRAM,
  ED25519_PROGRAM,
  SECP256K1_PROGRAM,
  SECP256R1_PROGRAM,
} from './programs.ts'
import type { Message } from './wire.ts'

const LAMPORTS_PER_SIGNATURE = 5_000
const MAX_COMPUTE_UNITS = 1_400_000
const INSTRUCTION_UNITS = 200_000
const BUILTIN_INSTRUCTION_UNITS = 3_000
const SET_COMPUTE_UNIT_LIMIT = 2
const SET_COMPUTE_UNIT_PRICE = 3
const PRECOMPILES = new Set([ED25519_PROGRAM, SECP256K1_PROGRAM, SECP256R1_PROGRAM])

/**
 * Lamports that a message pays: 5 000 for each signature (those inside precompile instructions too), plus the compute
 * unit price (micro-lamports) times the requested limit, rounded up.
 */
export function transactionFee({ header, keys, instructions }: Message): number {
  let signatures = header.signatures
  let price = 0n
  let limit: number | undefined
  let defaultLimit = 0
  for (const { programIndex, data } of instructions) {
    const program = keys[programIndex] ?? ''
    if (PRECOMPILES.has(program)) signatures += data[0] ?? 0
    if (program === COMPUTE_BUDGET_PROGRAM) {
      const body = Buffer.from(data)
      if (data[0] === SET_COMPUTE_UNIT_LIMIT && data.length >= 5) limit = body.readUInt32LE(1)
      if (data[0] === SET_COMPUTE_UNIT_PRICE && data.length >= 9) price = body.readBigUInt64LE(1)
    }
    defaultLimit += BUILTIN_PROGRAMS.has(program) ? BUILTIN_INSTRUCTION_UNITS : INSTRUCTION_UNITS
  }
  const units = BigInt(Math.min(limit ?? defaultLimit, MAX_COMPUTE_UNITS))
  const priority = (price * units + 999_999n) / 1_000_000n
  return signatures * LAMPORTS_PER_SIGNATURE + Number(priority)
}

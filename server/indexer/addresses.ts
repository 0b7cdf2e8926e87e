import { eventAuthorityAddress, exchangeAddress, insuranceAddress, PROGRAM_ID, poolAddress } from '#client/pda.ts'
import type { ProgramAddresses } from './follow.ts'

/** The program's own accounts, base58. */
export function programAddresses(): ProgramAddresses {
  return {
    programId: PROGRAM_ID.toBase58(),
    eventAuthority: eventAuthorityAddress().toBase58(),
    exchange: exchangeAddress().toBase58(),
    pool: poolAddress().toBase58(),
    insurance: insuranceAddress().toBase58(),
  }
}

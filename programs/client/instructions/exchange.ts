/** The exchange as a whole: for its operators. */
import type { TransactionInstruction } from '@solana/web3.js'
import type { ExchangeParams } from '../generated/types.ts'
import { buildInstruction } from '../instruction.ts'
import { type AddressLike, exchangeAddress, insuranceAddress, poolAddress, programDataAddress } from '../pda.ts'

/** Bits of the exchange's pause. Cancelling, closing, liquidating, price updates and deposits cannot be paused. */
export const PAUSE = { opens: 1, poolFills: 2, withdrawals: 4, poolDeposits: 8, poolExits: 16 } as const

/** Creates exchange, pool and insurance fund. Only the program's upgrade authority may. */
export function initializeExchange(input: {
  readonly upgradeAuthority: AddressLike
  readonly quoteMint: AddressLike
  readonly params: ExchangeParams
}): TransactionInstruction {
  const accounts = {
    upgradeAuthority: input.upgradeAuthority,
    exchange: exchangeAddress(),
    pool: poolAddress(),
    insurance: insuranceAddress(),
    quoteMint: input.quoteMint,
    programData: programDataAddress(),
  }
  return buildInstruction('initializeExchange', accounts, { params: input.params })
}

/** Adds pause bits at once: pause, risk or admin key. */
export function setPause(input: { readonly authority: AddressLike; readonly bits: number }): TransactionInstruction {
  return buildInstruction('setPause', { authority: input.authority, exchange: exchangeAddress() }, { bits: input.bits })
}

/** Takes pause bits away after the delay: admin key only. */
export function clearPause(input: { readonly authority: AddressLike; readonly bits: number }): TransactionInstruction {
  return buildInstruction(
    'clearPause',
    { authority: input.authority, exchange: exchangeAddress() },
    { bits: input.bits },
  )
}

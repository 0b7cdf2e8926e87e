/** The exchange as a whole: for its operators. A transaction with a durable nonce is refused. */
import type { TransactionInstruction } from '@solana/web3.js'
import { type ChangePayload, changePayload, type ExchangeParams, type TightenRiskArgs } from '../generated/types.ts'
import { buildInstruction } from '../instruction.ts'
import { encode } from '../layout.ts'
import {
  type AddressLike,
  changeAddress,
  exchangeAddress,
  insuranceAddress,
  marketAddress,
  poolAddress,
  programDataAddress,
  tokenVaultAddress,
} from '../pda.ts'

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

/** SHA-256 of a change's bytes, in hex: what is announced, and what the executed payload must have. */
export async function changeHash(payload: ChangePayload): Promise<string> {
  const bytes = Uint8Array.from(encode(changePayload, payload))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Announces a change by its {@link changeHash}: admin key. `changeId`: the exchange's next one. */
export function proposeChange(input: {
  readonly admin: AddressLike
  readonly changeId: bigint
  readonly payloadHash: string
}): TransactionInstruction {
  const { admin, changeId, payloadHash } = input
  const accounts = { admin, exchange: exchangeAddress(), change: changeAddress(changeId) }
  return buildInstruction('proposeChange', accounts, { payloadHash })
}

/**
 * Puts an announced change into effect, from its eta on for 72 hours: admin key.
 * @throws TypeError when the payload changes a token vault and `mint` is not given: vaults are found by mint.
 */
export function executeChange(input: {
  readonly admin: AddressLike
  readonly changeId: bigint
  readonly payload: ChangePayload
  readonly mint?: AddressLike
}): TransactionInstruction {
  const { admin, changeId, payload, mint } = input
  const accounts = { admin, exchange: exchangeAddress(), change: changeAddress(changeId), ...changedBy(payload, mint) }
  return buildInstruction('executeChange', accounts, { payload })
}

function changedBy(payload: ChangePayload, mint: AddressLike | undefined) {
  switch (payload.kind) {
    case 'exchange':
    case 'feeTiers':
      return {}
    case 'market':
      return { market: marketAddress(payload.value.index) }
    case 'tokenVault':
      if (mint === undefined) throw new TypeError(`name the mint of token vault ${payload.value.index}`)
      return { tokenVault: tokenVaultAddress(mint) }
    case 'insuranceFloor':
      return { insurance: insuranceAddress() }
  }
}

/** Takes an announced change back: any role. */
export function cancelChange(input: {
  readonly authority: AddressLike
  readonly changeId: bigint
}): TransactionInstruction {
  const accounts = { authority: input.authority, exchange: exchangeAddress(), change: changeAddress(input.changeId) }
  return buildInstruction('cancelChange', accounts, {})
}

/** Makes limits stricter at once: risk or admin key. Nothing in it can make an account liquidatable. */
export function tightenRisk(input: {
  readonly authority: AddressLike
  readonly marketIndex?: number
  /** Of the token vault to tighten. */
  readonly mint?: AddressLike
  readonly limits: Partial<TightenRiskArgs>
}): TransactionInstruction {
  const { authority, marketIndex, mint, limits } = input
  const accounts = {
    authority,
    exchange: exchangeAddress(),
    market: marketIndex === undefined ? null : marketAddress(marketIndex),
    tokenVault: mint === undefined ? null : tokenVaultAddress(mint),
  }
  const args = {
    reduceOnly: false,
    openInterestCap: null,
    initialMarginBps: null,
    spreadPpm: null,
    depositCap: null,
    initialWeightBps: null,
    ...limits,
  }
  return buildInstruction('tightenRisk', accounts, { args })
}

/** Moves a market's fees, and the interest of debtors, to insurance, treasury and pool. Anyone may. */
export function collectFees(input: {
  readonly marketIndex: number
  readonly quoteMint: AddressLike
  readonly treasurySubAccount: AddressLike
}): TransactionInstruction {
  const { marketIndex, quoteMint, treasurySubAccount } = input
  const accounts = {
    exchange: exchangeAddress(),
    market: marketAddress(marketIndex),
    insurance: insuranceAddress(),
    pool: poolAddress(),
    quoteVault: tokenVaultAddress(quoteMint),
    treasurySubAccount,
  }
  return buildInstruction('collectFees', accounts, {})
}

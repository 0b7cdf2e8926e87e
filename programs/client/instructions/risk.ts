/** Liquidation. Anyone may; the program proves that the account is below maintenance margin. */
import type { TransactionInstruction } from '@solana/web3.js'
import { buildInstruction } from '../instruction.ts'
import { type AddressLike, exchangeAddress, insuranceAddress, marketAddress } from '../pda.ts'

/** Reduces the position in one market, into the pool. `liquidatorSubAccount` earns the caller's share of the fee. */
export function liquidatePosition(input: {
  readonly liquidator: AddressLike
  readonly marketIndex: number
  readonly subAccount: AddressLike
  readonly liquidatorSubAccount?: AddressLike | null
  readonly marginAccounts: readonly AddressLike[]
}): TransactionInstruction {
  const { liquidator, marketIndex, subAccount, liquidatorSubAccount, marginAccounts } = input
  const accounts = {
    liquidator,
    exchange: exchangeAddress(),
    market: marketAddress(marketIndex),
    subAccount,
    insurance: insuranceAddress(),
    liquidatorSubAccount,
  }
  return buildInstruction('liquidatePosition', accounts, {}, marginAccounts)
}

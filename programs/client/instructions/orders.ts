/** Orders. Base 1e9, prices 1e6. `marginAccounts`: see `marginAccounts`; reduce-only orders need none. */
import type { TransactionInstruction } from '@solana/web3.js'
import type { CancelTarget, ClosePositionArgs, OpenPositionArgs, PlaceOrderArgs } from '../generated/types.ts'
import { buildInstruction } from '../instruction.ts'
import { type AddressLike, exchangeAddress, marketAddress } from '../pda.ts'

type Trader = {
  /** The owner, or the sub-account's delegate. */
  readonly trader: AddressLike
  readonly subAccount: AddressLike
  readonly marketIndex: number
  readonly marginAccounts: readonly AddressLike[]
}

export function placeOrder(input: Trader & { readonly order: PlaceOrderArgs }): TransactionInstruction {
  return buildInstruction('placeOrder', accountsOf(input), { order: input.order }, input.marginAccounts)
}

/** A market order in. `limitPrice` is mandatory: no fill is worse. */
export function openPosition(input: Trader & { readonly order: OpenPositionArgs }): TransactionInstruction {
  return buildInstruction('openPosition', accountsOf(input), { order: input.order }, input.marginAccounts)
}

/** A reduce-only market order out: the whole position (`fractionBps` 10 000) or a part. `limitPrice` is mandatory. */
export function closePosition(
  input: Omit<Trader, 'marginAccounts'> & { readonly order: ClosePositionArgs },
): TransactionInstruction {
  return buildInstruction('closePosition', accountsOf(input), { order: input.order })
}

/** One order by id or client id, all of a market, or all. Orders that wait for their price cannot be canceled yet. */
export function cancelOrder(input: {
  readonly trader: AddressLike
  readonly subAccount: AddressLike
  readonly target: CancelTarget
}): TransactionInstruction {
  const { trader, subAccount, target } = input
  return buildInstruction('cancelOrder', { trader, subAccount }, { target })
}

/** Fills an order from the pool. Anyone may; `keeperSubAccount` earns the reward. */
export function executeOrder(input: {
  readonly keeper: AddressLike
  readonly marketIndex: number
  readonly subAccount: AddressLike
  readonly orderId: bigint
  /** The Pyth account whose price fills a market or immediate-or-cancel order. */
  readonly priceUpdate?: AddressLike | null
  readonly keeperSubAccount?: AddressLike | null
  readonly marginAccounts: readonly AddressLike[]
}): TransactionInstruction {
  const { keeper, marketIndex, subAccount, orderId, priceUpdate, keeperSubAccount, marginAccounts } = input
  const market = marketAddress(marketIndex)
  return buildInstruction(
    'executeOrder',
    { keeper, exchange: exchangeAddress(), market, subAccount, keeperSubAccount, priceUpdate },
    { orderId },
    marginAccounts,
  )
}

function accountsOf({ trader, subAccount, marketIndex }: Omit<Trader, 'marginAccounts'>) {
  return { trader, exchange: exchangeAddress(), market: marketAddress(marketIndex), subAccount }
}

/** Orders. Base 1e9, prices 1e6. `marginAccounts`: see `marginAccounts`; the owner's reduce-only orders need none. */
import type { TransactionInstruction } from '@solana/web3.js'
import type {
  CancelTarget,
  ClosePositionArgs,
  ModifyOrderArgs,
  OpenPositionArgs,
  PlaceOrderArgs,
} from '../generated/types.ts'
import { buildInstruction } from '../instruction.ts'
import { type AddressLike, exchangeAddress, marketAddress, userAccountAddress } from '../pda.ts'

type Trader = {
  /** The owner, or the sub-account's delegate. */
  readonly trader: AddressLike
  readonly subAccount: AddressLike
  readonly marketIndex: number
  readonly marginAccounts: readonly AddressLike[]
}

/** What an order must say; everything left out is off. A market order is immediate, a limit order rests. */
export type NewOrder = Pick<PlaceOrderArgs, 'kind' | 'side' | 'size'> & Partial<PlaceOrderArgs>

/** Up to four orders of one market, judged together. A bracket's child names its `parent` by its place in `orders`. */
export function placeOrders(input: Trader & { readonly orders: readonly NewOrder[] }): TransactionInstruction {
  const { orders, marginAccounts } = input
  return buildInstruction(
    'placeOrder',
    accountsOf(input),
    { orders: orders.map(orderArguments) },
    { readOnly: marginAccounts },
  )
}

export function placeOrder({ order, ...input }: Trader & { readonly order: NewOrder }): TransactionInstruction {
  return placeOrders({ ...input, orders: [order] })
}

function orderArguments(order: NewOrder): PlaceOrderArgs {
  return {
    timeInForce: order.kind === 'market' ? 'immediateOrCancel' : 'goodTillCancel',
    reduceOnly: false,
    postOnly: false,
    limitPrice: 0n,
    clientId: 0n,
    triggerDirection: 'none',
    triggerPrice: 0n,
    trailingDistance: 0n,
    pegOffset: null,
    expiresAt: 0n,
    groupId: 0,
    oneCancelsOther: false,
    parent: null,
    ...order,
  }
}

/** A market order in. `limitPrice` is mandatory: no fill is worse. */
export function openPosition(input: Trader & { readonly order: OpenPositionArgs }): TransactionInstruction {
  const { order, marginAccounts } = input
  return buildInstruction('openPosition', accountsOf(input), { order }, { readOnly: marginAccounts })
}

/**
 * A reduce-only market order out: the whole position (`fractionBps` 10 000) or a part. `limitPrice` is mandatory. A
 * delegate's needs `marginAccounts`, for its budget.
 */
export function closePosition(
  input: Omit<Trader, 'marginAccounts'> &
    Partial<Pick<Trader, 'marginAccounts'>> & { readonly order: ClosePositionArgs },
): TransactionInstruction {
  const { order, marginAccounts = [] } = input
  return buildInstruction('closePosition', accountsOf(input), { order }, { readOnly: marginAccounts })
}

/** The order as it shall be: size (with what has filled), prices, expiry. It loses its place in time unless only the size falls. */
export function modifyOrder(input: Trader & { readonly change: ModifyOrderArgs }): TransactionInstruction {
  const { change, marginAccounts } = input
  return buildInstruction('modifyOrder', accountsOf(input), { args: change }, { readOnly: marginAccounts })
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

/** A resting order of another account, offered to a taker or a liquidation. */
export type Maker = { readonly subAccount: AddressLike; readonly orderId: bigint }

/** Fills an order from resting ones and the pool. Anyone may; `keeperSubAccount` earns the reward. */
export function executeOrder(input: {
  readonly keeper: AddressLike
  readonly marketIndex: number
  readonly subAccount: AddressLike
  /** The sub-account's owner, whose volume makes the fee. */
  readonly authority: AddressLike
  readonly orderId: bigint
  /** At most four, best price first. */
  readonly makers?: readonly Maker[]
  /** The Pyth account whose price fills an order that takes. */
  readonly priceUpdate?: AddressLike | null
  readonly keeperSubAccount?: AddressLike | null
  /** Of the taker and of every maker. */
  readonly marginAccounts: readonly AddressLike[]
}): TransactionInstruction {
  const { keeper, marketIndex, subAccount, authority, orderId, makers = [], marginAccounts } = input
  const accounts = {
    keeper,
    exchange: exchangeAddress(),
    market: marketAddress(marketIndex),
    subAccount,
    userAccount: userAccountAddress(authority),
    keeperSubAccount: input.keeperSubAccount,
    priceUpdate: input.priceUpdate,
  }
  return buildInstruction(
    'executeOrder',
    accounts,
    { orderId, makerOrderIds: makers.map((maker) => maker.orderId) },
    { writable: makers.map((maker) => maker.subAccount), readOnly: marginAccounts },
  )
}

type Waiting = { readonly marketIndex: number; readonly subAccount: AddressLike; readonly orderId: bigint }

/** Sets a waiting order off once the market's cached price has reached its trigger. Anyone may. */
export function triggerOrder({ marketIndex, subAccount, orderId }: Waiting): TransactionInstruction {
  return buildInstruction('triggerOrder', { market: marketAddress(marketIndex), subAccount }, { orderId })
}

/** Moves a trailing stop after a better cached price, by 5 bp at least. Anyone may. */
export function ratchetTrailingStop({ marketIndex, subAccount, orderId }: Waiting): TransactionInstruction {
  return buildInstruction('ratchetTrailingStop', { market: marketAddress(marketIndex), subAccount }, { orderId })
}

/** Takes off the orders whose time has passed. Anyone may. */
export function expireOrders({ subAccount }: { readonly subAccount: AddressLike }): TransactionInstruction {
  return buildInstruction('expireOrders', { subAccount }, {})
}

/** Takes the orders that could add risk off an account below initial margin. Anyone may. */
export function forceCancelOrders(input: {
  readonly subAccount: AddressLike
  readonly marginAccounts: readonly AddressLike[]
}): TransactionInstruction {
  const { subAccount, marginAccounts } = input
  return buildInstruction('forceCancelOrders', { subAccount }, {}, { readOnly: marginAccounts })
}

function accountsOf({ trader, subAccount, marketIndex }: Omit<Trader, 'marginAccounts'>) {
  return { trader, exchange: exchangeAddress(), market: marketAddress(marketIndex), subAccount }
}

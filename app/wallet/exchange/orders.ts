import type { TransactionInstruction } from '@solana/web3.js'
import type { OwnAccount } from '#app/data/own-account.ts'
import * as exchange from '#client/instructions/index.ts'
import type { NewOrder } from '#client/instructions/orders.ts'
import { marginAccounts } from '#client/margin-accounts.ts'
import { addressOf, readOwn } from './chain-state.ts'

/** A sub-account, and who signs for it: its owner, or the key that may trade for it. */
export type Acting = OwnAccount & { readonly trader: string }

/** So many orders fit into one instruction. A bracket is never parted: its parent and children come first and are three. */
const ORDERS_AT_ONCE = 4

export async function placeOrders(
  account: Acting,
  marketIndex: number,
  orders: readonly NewOrder[],
): Promise<TransactionInstruction[]> {
  const own = await readOwn(account)
  // The owner's need none; a delegate's are held to its budget, which is judged at all prices.
  const needsNone = account.trader === own.authority && orders.every(({ reduceOnly }) => reduceOnly === true)
  const call = {
    trader: account.trader,
    subAccount: own.address,
    marketIndex,
    marginAccounts: needsNone ? [] : marginAccounts(own.state, own.vaults, { marketIndex }),
  }
  const calls: TransactionInstruction[] = []
  for (let at = 0; at < orders.length; at += ORDERS_AT_ONCE) {
    calls.push(exchange.placeOrders({ ...call, orders: orders.slice(at, at + ORDERS_AT_ONCE) }))
  }
  return calls
}

export async function modifyOrder(
  account: Acting,
  marketIndex: number,
  change: Parameters<typeof exchange.modifyOrder>[0]['change'],
): Promise<TransactionInstruction[]> {
  const { trader } = account
  const { address: subAccount, state, vaults } = await readOwn(account)
  const margin = marginAccounts(state, vaults, { marketIndex })
  return [exchange.modifyOrder({ trader, subAccount, marketIndex, change, marginAccounts: margin })]
}

type CloseArguments = { marketIndex: number; fractionBps: number; limitPrice: bigint; clientId: bigint }

export async function closePosition(
  account: Acting,
  { marketIndex, ...order }: CloseArguments,
): Promise<TransactionInstruction[]> {
  const { trader, authority } = account
  const call = { trader, subAccount: addressOf(account), marketIndex, order }
  if (trader === authority) return [exchange.closePosition(call)]
  const { state, vaults } = await readOwn(account)
  return [exchange.closePosition({ ...call, marginAccounts: marginAccounts(state, vaults, { marketIndex }) })]
}

export async function cancelOrders(account: Acting, orderIds: readonly bigint[]): Promise<TransactionInstruction[]> {
  const { trader } = account
  const subAccount = addressOf(account)
  return orderIds.map((orderId) =>
    exchange.cancelOrder({ trader, subAccount, target: { kind: 'orderId', value: orderId } }),
  )
}

/** Every order of the market, or of all markets, that may be canceled now. */
export async function cancelAll(account: Acting, marketIndex: number | null): Promise<TransactionInstruction[]> {
  const target = marketIndex === null ? ({ kind: 'all' } as const) : ({ kind: 'market', value: marketIndex } as const)
  return [exchange.cancelOrder({ trader: account.trader, subAccount: addressOf(account), target })]
}

import type { TransactionInstruction } from '@solana/web3.js'
import type { OwnAccount } from '#app/data/own-account.ts'
import * as exchange from '#client/instructions/index.ts'
import type { NewOrder } from '#client/instructions/orders.ts'
import { marginAccounts } from '#client/margin-accounts.ts'
import { addressOf, readOwn } from './chain-state.ts'

/** So many orders fit into one instruction. A bracket is never parted: its parent and children come first and are three. */
const ORDERS_AT_ONCE = 4

export async function placeOrders(
  account: OwnAccount,
  marketIndex: number,
  orders: readonly NewOrder[],
): Promise<TransactionInstruction[]> {
  const own = await readOwn(account)
  const reduces = orders.every(({ reduceOnly }) => reduceOnly === true)
  const trader = {
    trader: own.authority,
    subAccount: own.address,
    marketIndex,
    marginAccounts: reduces ? [] : marginAccounts(own.state, own.vaults, { marketIndex }),
  }
  const calls: TransactionInstruction[] = []
  for (let at = 0; at < orders.length; at += ORDERS_AT_ONCE) {
    calls.push(exchange.placeOrders({ ...trader, orders: orders.slice(at, at + ORDERS_AT_ONCE) }))
  }
  return calls
}

export async function modifyOrder(
  account: OwnAccount,
  marketIndex: number,
  change: Parameters<typeof exchange.modifyOrder>[0]['change'],
): Promise<TransactionInstruction[]> {
  const { authority: trader, address: subAccount, state, vaults } = await readOwn(account)
  const margin = marginAccounts(state, vaults, { marketIndex })
  return [exchange.modifyOrder({ trader, subAccount, marketIndex, change, marginAccounts: margin })]
}

type CloseArguments = { marketIndex: number; fractionBps: number; limitPrice: bigint; clientId: bigint }

export async function closePosition(
  account: OwnAccount,
  { marketIndex, ...order }: CloseArguments,
): Promise<TransactionInstruction[]> {
  const subAccount = addressOf(account)
  return [exchange.closePosition({ trader: account.authority, subAccount, marketIndex, order })]
}

export async function cancelOrders(
  account: OwnAccount,
  orderIds: readonly bigint[],
): Promise<TransactionInstruction[]> {
  const trader = account.authority
  const subAccount = addressOf(account)
  return orderIds.map((orderId) =>
    exchange.cancelOrder({ trader, subAccount, target: { kind: 'orderId', value: orderId } }),
  )
}

/** Every order of the market, or of all markets, that may be canceled now. */
export async function cancelAll(account: OwnAccount, marketIndex: number | null): Promise<TransactionInstruction[]> {
  const target = marketIndex === null ? ({ kind: 'all' } as const) : ({ kind: 'market', value: marketIndex } as const)
  return [exchange.cancelOrder({ trader: account.authority, subAccount: addressOf(account), target })]
}

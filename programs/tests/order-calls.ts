/** What traders and cranks do to orders that are placed. */
import type { Keypair, PublicKey } from '@solana/web3.js'
import { addresses, type Receipt, succeeded, type Trader, type World } from './harness.ts'
import type { Fields, Value } from './program.ts'
import type { OrderState } from './state.ts'

export const flags = {
  reduceOnly: 1,
  postOnly: 2,
  pegged: 4,
  takes: 8,
  oneCancelsOther: 16,
  bracket: 32,
  byDelegate: 64,
  defaultLimit: 128,
}
export const stages = { active: 0, awaitingTrigger: 1, awaitingParent: 2 }

export function order(world: World, trader: Trader, orderId: bigint): OrderState {
  const found = world.subAccount(trader).orders.find((o) => o.inUse && o.orderId === orderId)
  if (!found) throw new Error(`no order ${orderId}`)
  return found
}

export function openOrders(world: World, trader: Trader): bigint[] {
  const open = world.subAccount(trader).orders.filter((o) => o.inUse)
  return open.map((o) => o.orderId).sort((a, b) => Number(a - b))
}

export function cancel(world: World, trader: Trader, target: Value, signer: Keypair = trader.keypair): Receipt {
  const accounts = { trader: signer.publicKey, subAccount: trader.subAccount }
  return world.call('cancelOrder', { target }, accounts, { signers: [signer] })
}

/** Changes what `change` names and leaves the rest of the order as it is. */
export function modify(
  world: World,
  trader: Trader,
  orderId: bigint,
  change: Fields,
  signer: Keypair = trader.keypair,
): Receipt {
  const now = order(world, trader, orderId)
  const args = {
    orderId,
    size: now.size,
    limitPrice: now.limitPrice,
    triggerPrice: now.trailingDistance > 0n ? 0n : now.triggerPrice,
    trailingDistance: now.trailingDistance,
    pegOffset: (now.flags & flags.pegged) === 0 ? null : now.pegOffset,
    expiresAt: now.expiresAt,
    ...change,
  }
  const accounts = { ...world.orderAccounts(trader, now.marketIndex), trader: signer.publicKey }
  return world.call('modifyOrder', { args }, accounts, { signers: [signer], remaining: world.marginAccounts(trader) })
}

const crankAccounts = (trader: Trader, market: number) => ({
  market: addresses.market(market),
  subAccount: trader.subAccount,
})

export function trigger(world: World, trader: Trader, orderId: bigint, market = 0): Receipt {
  return world.call('triggerOrder', { orderId }, crankAccounts(trader, market))
}

export function ratchet(world: World, trader: Trader, orderId: bigint, market = 0): Receipt {
  return world.call('ratchetTrailingStop', { orderId }, crankAccounts(trader, market))
}

export function expire(world: World, trader: Trader): Receipt {
  return world.call('expireOrders', {}, { subAccount: trader.subAccount })
}

export function forceCancel(world: World, trader: Trader): Receipt {
  const call = { remaining: world.marginAccounts(trader) }
  return world.call('forceCancelOrders', {}, { subAccount: trader.subAccount }, call)
}

/** Lets `delegate` trade for the trader for an hour, with a loss budget far away. */
export function appoint(world: World, trader: Trader, delegate: PublicKey): void {
  const delegateExpiresAt = BigInt(world.svm.now + 3_600)
  succeeded(world.updateSubAccount(trader, { delegate, delegateExpiresAt, delegateBudget: 1_000_000_000n }))
}

/** A trader who bought `size` of a market at its price. */
export function holder(world: World, usdc: bigint, market: number, size: bigint): Trader {
  const trader = world.trader(usdc)
  world.enter(trader, market, 'buy', size)
  return trader
}

/** (order id, reason) of every order an event of the receipt took off. */
export function canceledIn(receipt: Receipt): [bigint, string][] {
  type Canceled = { orderId: bigint; reason: Fields }
  const lists = receipt.events
    .flatMap(({ data }) => [data, data.taker as Fields | undefined])
    .flatMap((data) => {
      const found = data?.orders ?? data?.canceled
      return Array.isArray(found) ? (found as Canceled[]).filter((o) => o.reason !== undefined) : []
    })
  return lists.map((o) => [o.orderId, Object.keys(o.reason)[0] ?? ''])
}

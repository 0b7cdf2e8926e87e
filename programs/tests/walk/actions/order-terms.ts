/** What every order needs: who signs it, a size the account can carry, a price on the tick. */
import type { PlaceOrderArgs } from '#client/generated/types.ts'
import { min } from '#client/math/fixed.ts'
import { oneFillCap } from '#client/math/pool.ts'
import { type Market, quoteOf, type Sub } from '../mirror.ts'
import { addresses, type Walk } from '../walk.ts'

const USD = 1_000_000

export const PLAIN: Omit<PlaceOrderArgs, 'side' | 'size' | 'limitPrice'> = {
  kind: 'limit',
  timeInForce: 'goodTillCancel',
  reduceOnly: false,
  postOnly: false,
  clientId: 0n,
  triggerDirection: 'none',
  triggerPrice: 0n,
  trailingDistance: 0n,
  pegOffset: null,
  expiresAt: 0n,
  groupId: 0,
  oneCancelsOther: false,
  parent: null,
}

export type Side = PlaceOrderArgs['side']
export const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')

/** Who signs: the owner, or now and then the delegate while it lasts. */
export function signerOf(walk: Walk, sub: Sub): string {
  const lasts = BigInt(walk.now) < sub.delegateExpiresAt
  return lasts && walk.random.chance(0.3) ? sub.delegate : sub.authority
}

export function orderAccounts(walk: Walk, sub: Sub, market: Market) {
  return { trader: signerOf(walk, sub), exchange: addresses.exchange, market: market.key, subAccount: sub.key }
}

/** A price `part` of the oracle's away from it, on the tick. */
export function near(market: Market, part: number): bigint {
  const tick = market.params.tickSize
  const price = BigInt(Math.max(1, Math.round(Number(market.price.price) * (1 + part))))
  const floored = price - (price % tick)
  return floored > 0n ? floored : tick
}

/** From the smallest order to one that the account can hardly carry. */
export function sizeFor(walk: Walk, sub: Sub, market: Market): bigint {
  const { random } = walk
  const tokens = sub.collaterals.some((c) => c.vaultIndex !== 0 && c.amount > 0n) ? 2_000 : 0
  const wealth = Math.max(20, Number(quoteOf(sub)) / USD + tokens)
  const notional = random.chance(0.5) ? wealth * random.int(8, 19) : random.spread(15, wealth * 18)
  const size = BigInt(Math.round((notional * 1e15) / Number(market.price.price)))
  // Now and then more than the pool fills at once.
  const most = random.chance(0.03) ? size : oneFillCap(market.params.depthK)
  return toStep(min(size, most), market)
}

export function toStep(size: bigint, { params }: Market): bigint {
  const floored = size - (size % params.stepSize)
  return floored > 0n ? floored : params.stepSize
}

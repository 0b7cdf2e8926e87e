import type { Market } from '#client/accounts.ts'
import { abs, min, saturatingSub } from '#client/math/fixed.ts'
import { isEquityBelow, LIQUIDATION_CAP, openCapBase, poolEquity } from '#client/math/pool.ts'

/** Of the program's constants: what liquidations may add to the pool's skew in a window, as a share of its equity. */
const TAKEOVER_HOURLY_BPS = 1_000
const TAKEOVER_WINDOW_S = 3_600n
/** Below this share of |d|·P in equity anyone may wind the market down. */
const SETTLE_EQUITY_BPS = 1_500

/** d: users' net base; the pool holds the opposite. */
const userNetBase = ({ ledger }: Market): bigint => -ledger.poolBase

function equityOf({ ledger, params, price }: Market): bigint {
  return poolEquity(ledger.poolAllocation, ledger.poolQuote, -ledger.poolBase, price.price, params.depthK)
}

/** Base the pool can take over now from a position of `base` (signed): what the program will find, as of this state. */
export function takeoverRoom(market: Market, base: bigint, nowS: bigint): bigint {
  const { price } = market.price
  if (price === 0n) return 0n
  const buys = base < 0n
  const d = userNetBase(market)
  const lowers = d < 0n === buys ? abs(d) : 0n
  const isNewWindow = nowS >= market.takeoverWindowAt + TAKEOVER_WINDOW_S
  const equity = equityOf(market)
  const used = isNewWindow ? 0n : market.takeoverBase
  const allowance = saturatingSub(openCapBase(equity, price, TAKEOVER_HOURLY_BPS), used)
  const cap = openCapBase(equity, price, LIQUIDATION_CAP)
  const underCap = buys ? cap - d : cap + d
  const room = min(underCap, lowers + allowance)
  return room <= 0n ? 0n : room - (room % market.params.stepSize)
}

/** The pool is nearly gone: what it has left no longer answers for what users hold. */
export function isPoolGone(market: Market): boolean {
  const { price } = market.price
  return price > 0n && isEquityBelow(equityOf(market), userNetBase(market), price, SETTLE_EQUITY_BPS)
}

import { markPrice, OPEN_CAP, openCapBase, poolEquity } from '#client/math/pool.ts'
import { BASE_DECIMALS, formatUnits, PRICE_DECIMALS, parseUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { MarketDto, MarketStateDto } from '#server/exchange/schema.ts'
import { formatPercent, formatPrice, signColor } from '../../ui/format.ts'

/* Figures of the market header, exact: decimal text in, decimal text out. */

const RATIO_DECIMALS = 8
const RATIO = 10n ** BigInt(RATIO_DECIMALS)

const base = (text: string) => parseUnits(text, BASE_DECIMALS)
const price = (text: string) => parseUnits(text, PRICE_DECIMALS)
const quote = (text: string) => parseUnits(text, QUOTE_DECIMALS)

/** Middle of the pool's curve at oracle price `oracle`. */
export function markOf({ params, state }: Pick<MarketDto, 'params' | 'state'>, oracle: string): string {
  return formatUnits(markPrice(price(oracle), base(state.userNetBase), base(params.depthK)), PRICE_DECIMALS)
}

/** Change since `open`: absolute and as a ratio; null when the day opened at zero. */
export function change24h(open: string, last: string): { absolute: string; ratio: string } | null {
  const [from, to] = [price(open), price(last)]
  if (from === 0n) return null
  return {
    absolute: formatUnits(to - from, PRICE_DECIMALS),
    ratio: formatUnits(((to - from) * RATIO) / from, RATIO_DECIMALS),
  }
}

/** The change as shown, with the sign and colour of what is shown: a change that rounds to nothing has neither. */
export function shownChange(
  { absolute, ratio }: { absolute: string; ratio: string },
  tickSize: string,
): { price: string; percent: string; priceColor: string; percentColor: string } {
  const [shown, percent] = [formatPrice(absolute, tickSize), formatPercent(ratio, 2, { sign: true })]
  const colorOf = (text: string) => (/[1-9]/.test(text) ? signColor(absolute) : '')
  const price = colorOf(shown) === 'text-up' ? `+${shown}` : shown
  return { price, percent, priceColor: colorOf(shown), percentColor: colorOf(percent) }
}

/** Value of both sides' open positions, quote. */
export function openInterestQuote(state: MarketStateDto, oracle: string): string {
  const total = base(state.openInterestLong) + base(state.openInterestShort)
  return formatUnits(total * price(oracle), BASE_DECIMALS + PRICE_DECIMALS)
}

/**
 * How much of what the pool may hold against users it holds: |d|·P against its open cap. At 1 it takes no more on that
 * side. Null when the pool has no equity to measure against.
 */
export function poolSkew({ params, state }: Pick<MarketDto, 'params' | 'state'>, oracle: string): PoolSkew | null {
  const [at, net, depth] = [price(oracle), base(state.userNetBase), base(params.depthK)]
  if (depth === 0n || at === 0n) return null
  const cap = openCapBase(
    poolEquity(quote(state.poolAllocation), quote(state.poolQuoteCash), net, at, depth),
    at,
    OPEN_CAP,
  )
  if (cap === 0n) return null
  const size = net < 0n ? -net : net
  return {
    share: formatUnits((size * RATIO) / cap, RATIO_DECIMALS),
    side: net > 0n ? 'long' : net < 0n ? 'short' : 'flat',
  }
}

export type PoolSkew = { share: string; side: 'long' | 'short' | 'flat' }

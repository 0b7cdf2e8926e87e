import { markPrice } from '#client/math/pool.ts'
import { BASE_DECIMALS, formatUnits, PRICE_DECIMALS, parseUnits } from '#client/units.ts'
import type { MarketDto, MarketStateDto } from '#server/exchange/schema.ts'

/* Figures of the market header, exact: decimal text in, decimal text out. */

const RATIO_DECIMALS = 8
const RATIO = 10n ** BigInt(RATIO_DECIMALS)

const base = (text: string) => parseUnits(text, BASE_DECIMALS)
const price = (text: string) => parseUnits(text, PRICE_DECIMALS)

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

/** Value of both sides' open positions, quote. */
export function openInterestQuote(state: MarketStateDto, oracle: string): string {
  const total = base(state.openInterestLong) + base(state.openInterestShort)
  return formatUnits(total * price(oracle), BASE_DECIMALS + PRICE_DECIMALS)
}

/** Users' net position as a share of open interest. */
export function skewShare(state: MarketStateDto): { share: string; side: 'long' | 'short' | 'flat' } {
  const [long, short] = [base(state.openInterestLong), base(state.openInterestShort)]
  const total = long + short
  const net = long - short
  if (total === 0n || net === 0n) return { share: '0', side: 'flat' }
  const size = net < 0n ? -net : net
  return { share: formatUnits((size * RATIO) / total, RATIO_DECIMALS), side: net > 0n ? 'long' : 'short' }
}

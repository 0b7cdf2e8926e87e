import type { Base, Price, Quote } from '#client/units.ts'
import { BASE_DECIMALS, formatUnits, PRICE_DECIMALS, parseUnits, QUOTE_DECIMALS } from '#client/units.ts'

/** Wire text to native units and back, by kind of quantity. @throws RangeError when the text is no decimal number. */
export const toBase = (text: string): Base => parseUnits(text, BASE_DECIMALS)
export const toQuote = (text: string): Quote => parseUnits(text, QUOTE_DECIMALS)
export const toPrice = (text: string): Price => parseUnits(text, PRICE_DECIMALS)
export const baseText = (value: Base): string => formatUnits(value, BASE_DECIMALS)
export const quoteText = (value: Quote): string => formatUnits(value, QUOTE_DECIMALS)
export const priceText = (value: Price): string => formatUnits(value, PRICE_DECIMALS)

export const abs = (value: bigint): bigint => (value < 0n ? -value : value)

/** Exact sum of base sizes. */
export const addBase = (sizes: readonly string[]): Base => sizes.reduce((sum, size) => sum + toBase(size), 0n)
export const addQuote = (amounts: readonly string[]): Quote =>
  amounts.reduce((sum, amount) => sum + toQuote(amount), 0n)

/** Average price (1e6) of fills by size, rounded down; null when nothing filled. */
export function averagePrice(fills: readonly { size: string; quote: string }[]): Price | null {
  const base = addBase(fills.map((fill) => fill.size))
  return base === 0n ? null : (addQuote(fills.map((fill) => fill.quote)) * 10n ** 9n) / base
}

/** The same exact text with the other sign. */
export const negate = (text: string): string =>
  text.startsWith('-') ? text.slice(1) : /[1-9]/.test(text) ? `-${text}` : text

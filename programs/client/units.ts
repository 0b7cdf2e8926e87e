/**
 * Native units of money and their exact text form. Imported by everything, so it imports nothing.
 *
 * The unit types are flavours: a plain `bigint` (the result of arithmetic) is accepted where a `Base` is wanted, but a
 * `Price` is not. That catches the swapped argument without a wrapper around every sum.
 */
declare const unit: unique symbol
type Flavour<Value, Name extends string> = Value & { readonly [unit]?: Name }

/** Quantity of the traded asset or of a token with 9 decimals: 1 SOL = 1_000_000_000. Signed: negative is short. */
export type Base = Flavour<bigint, 'base'>
/** USDC and every amount in it: 1 USDC = 1_000_000. */
export type Quote = Flavour<bigint, 'quote'>
/** Quote per 1 whole base unit, 6 decimals: $150 = 150_000_000. */
export type Price = Flavour<bigint, 'price'>
/** Ratios and weights, 1e4 = 100 %. Small, so a number, as are all parameters the program keeps in 32 bits or less. */
export type Bps = Flavour<number, 'bps'>
/** Fees and spreads, 1e6 = 100 %. */
export type Ppm = Flavour<number, 'ppm'>

export const BASE_DECIMALS = 9
export const QUOTE_DECIMALS = 6
export const PRICE_DECIMALS = 6

const MAX_DECIMALS = 38
const DECIMAL = /^(-?)(\d*)(?:\.(\d*))?$/

/** Exact decimal text of `value / 10^decimals`: no exponent, no grouping, no trailing zeros ("143.27", "-0.5", "0"). */
export function formatUnits(value: bigint, decimals: number): string {
  checkDecimals(decimals)
  const sign = value < 0n ? '-' : ''
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`
}

/**
 * Native units of a decimal text, exactly: "1.5" with 6 decimals is 1_500_000n. Accepts what people type (".5", "5.").
 * @throws RangeError for anything that is not a plain decimal number, or that has digits below the smallest unit.
 */
export function parseUnits(text: string, decimals: number): bigint {
  checkDecimals(decimals)
  const match = DECIMAL.exec(text.trim())
  const whole = match?.[2] ?? ''
  const fraction = (match?.[3] ?? '').replace(/0+$/, '')
  if (match === null || (whole === '' && (match[3] ?? '') === '')) {
    throw new RangeError(`"${text}" is not a number: write digits and at most one point, like 143.27`)
  }
  if (fraction.length > decimals) {
    throw new RangeError(`"${text}" has ${fraction.length} decimal places: use at most ${decimals}`)
  }
  const value = BigInt(whole + fraction.padEnd(decimals, '0') || '0')
  return match[1] === '-' ? -value : value
}

function checkDecimals(decimals: number): void {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MAX_DECIMALS) {
    throw new RangeError(`decimals must be an integer from 0 to ${MAX_DECIMALS}, got ${decimals}`)
  }
}

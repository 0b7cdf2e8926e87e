import { dateLocale } from '../i18n/language.ts'
import { formatChoice, numberMarks } from './format-choice.ts'

/**
 * The one formatter of every number and time on screen, in the reader's number format and time zone. Money and sizes come
 * in as exact decimal text (the wire format) and stay exact: rounding is done on digits, never on floats. Minus is U+2212.
 */
const NARROW_SPACE = '\u202f'
const MINUS = '\u2212'
export const NO_VALUE = '–'

type Decimal = { negative: boolean; digits: bigint; scale: number }

/** @throws RangeError when `text` is not a plain decimal number. */
function parse(text: string): Decimal {
  const match = /^([-+]?)(\d*)\.?(\d*)$/.exec(text.trim())
  if (match === null || `${match[2]}${match[3]}` === '') throw new RangeError(`"${text}" is not a decimal number`)
  const fraction = match[3] ?? ''
  return { negative: match[1] === '-', digits: BigInt(`${match[2]}${fraction}`), scale: fraction.length }
}

/** Digits of `value` at `scale` decimals, half away from zero. */
function rescale(value: Decimal, scale: number): bigint {
  if (scale >= value.scale) return value.digits * 10n ** BigInt(scale - value.scale)
  const divisor = 10n ** BigInt(value.scale - scale)
  return (value.digits + divisor / 2n) / divisor
}

function text(negative: boolean, digits: bigint, scale: number, minDecimals: number): string {
  const marks = numberMarks()
  const padded = digits.toString().padStart(scale + 1, '0')
  const whole = padded.slice(0, padded.length - scale).replace(/\B(?=(\d{3})+(?!\d))/g, marks.group)
  let fraction = padded.slice(padded.length - scale)
  while (fraction.length > minDecimals && fraction.endsWith('0')) fraction = fraction.slice(0, -1)
  return `${negative && digits !== 0n ? MINUS : ''}${whole}${fraction === '' ? '' : `${marks.point}${fraction}`}`
}

export type NumberStyle = {
  /** Most decimals shown; the rest is rounded half away from zero. */
  max?: number
  /** Fewest decimals shown. */
  min?: number
  /** Show + before a positive number. */
  sign?: boolean
  prefix?: string
  suffix?: string
}

/** `value` is exact decimal text; null and undefined become an en dash. */
export function formatNumber(value: string | null | undefined, style: NumberStyle = {}): string {
  if (value === null || value === undefined) return NO_VALUE
  const number = parse(value)
  const max = style.max ?? Math.max(number.scale, style.min ?? 0)
  const digits = rescale(number, max)
  const body = text(false, digits, max, style.min ?? 0)
  const mark = digits === 0n ? '' : number.negative ? MINUS : style.sign === true ? '+' : ''
  return `${mark}${style.prefix ?? ''}${body}${style.suffix ?? ''}`
}

/** Decimals of an increment: "0.01" → 2, "0.5" → 1, "10" → 0. */
export function decimalsOf(increment: string): number {
  const fraction = increment.split('.')[1]?.replace(/0+$/, '') ?? ''
  return fraction.length
}

/** A price with exactly the decimals of its tick; a price far below one cent shows its zeros as a subscript: 0.0₅1234. */
export function formatPrice(price: string | null | undefined, tickSize: string): string {
  if (price === null || price === undefined) return NO_VALUE
  const decimals = decimalsOf(tickSize)
  const shown = formatNumber(price, { max: decimals, min: decimals })
  const zeros = /^(\u2212?0[.,])(0{4,})(\d+)$/.exec(shown)
  if (zeros === null) return shown
  return `${zeros[1]}0${subscript((zeros[2] ?? '').length)}${zeros[3]}`
}

const subscript = (count: number) =>
  [...String(count)].map((digit) => String.fromCharCode(0x2080 + Number(digit))).join('')

/** A size with exactly the decimals of its step. */
export function formatSize(
  size: string | null | undefined,
  stepSize: string,
  style: Pick<NumberStyle, 'sign' | 'suffix'> = {},
): string {
  const decimals = decimalsOf(stepSize)
  return formatNumber(size, { max: decimals, min: decimals, ...style })
}

/** Dollars and cents: "$1 719.72", "−$0.12". */
export function formatUsd(
  amount: string | null | undefined,
  style: Pick<NumberStyle, 'sign' | 'max' | 'min'> = {},
): string {
  return formatNumber(amount, { max: 2, min: 2, prefix: '$', ...style })
}

/** Dollars and cents, below one dollar up to two decimals more: what is small is not shown as nothing. */
export function formatSmallUsd(amount: string | null | undefined, style: Pick<NumberStyle, 'sign'> = {}): string {
  const isSmall = amount !== null && amount !== undefined && rescale({ ...parse(amount), negative: false }, 4) < 10_000n
  return formatUsd(amount, { ...style, max: isSmall ? 4 : 2 })
}

const COMPACT = [
  [12, 'T'],
  [9, 'B'],
  [6, 'M'],
  [3, 'K'],
] as const

/** Three or four significant digits and a letter: "$18.42M", "431.2K". Below 1 000 two decimals. */
export function formatCompact(
  value: string | null | undefined,
  style: Pick<NumberStyle, 'sign' | 'prefix'> = {},
): string {
  if (value === null || value === undefined) return NO_VALUE
  const number = parse(value)
  const whole = rescale(number, 0)
  for (const [power, letter] of COMPACT) {
    if (whole < 10n ** BigInt(power)) continue
    const lead = whole.toString().length - power
    const scaled: Decimal = { ...number, scale: number.scale + power }
    const decimals = lead > 2 ? 1 : 2
    return formatNumber(exact(scaled), { ...style, max: decimals, min: decimals, suffix: letter })
  }
  return formatNumber(value, { ...style, max: 2, min: 2 })
}

function exact({ negative, digits, scale }: Decimal): string {
  const padded = digits.toString().padStart(scale + 1, '0')
  return `${negative ? '-' : ''}${padded.slice(0, padded.length - scale)}.${padded.slice(padded.length - scale) || '0'}`
}

/** A ratio as percent: "0.0275" → "2.75 %". */
export function formatPercent(
  ratio: string | null | undefined,
  decimals = 2,
  style: Pick<NumberStyle, 'sign'> = {},
): string {
  if (ratio === null || ratio === undefined) return NO_VALUE
  const number = parse(ratio)
  const percent = exact({ ...number, digits: number.digits * 100n })
  return formatNumber(percent, { max: decimals, min: decimals, suffix: `${NARROW_SPACE}%`, ...style })
}

/** A plain count with groups: slots, ids. */
export function formatCount(value: number): string {
  return formatNumber(Math.trunc(value).toString())
}

/** How long ago or how long: "0.4 s", "12 s", "3 m", "2 h", "5 d". */
export function formatAge(ms: number): string {
  if (ms < 10_000) return formatNumber((Math.max(0, ms) / 1000).toFixed(1), { min: 1, suffix: `${NARROW_SPACE}s` })
  if (ms < 60_000) return `${Math.round(ms / 1000)}${NARROW_SPACE}s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)}${NARROW_SPACE}m`
  if (ms < 86_400_000) return `${Math.round(ms / 3_600_000)}${NARROW_SPACE}h`
  return `${Math.round(ms / 86_400_000)}${NARROW_SPACE}d`
}

/** Round-trip and lag figures: "12 ms", "1.4 s". */
export function formatLatency(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}${NARROW_SPACE}ms` : formatAge(ms)
}

/** Time left as m:ss or h:mm:ss. */
export function formatCountdown(ms: number): string {
  const total = Math.max(0, Math.ceil(ms / 1000))
  const pad = (part: number) => String(part).padStart(2, '0')
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${pad(minutes)}:${pad(seconds)}`
}

/** Clock time, "14:07:52". */
export function formatTime(at: number): string {
  return inZone(clocks, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at)
}

/** Day and time, "Jan 14, 14:07". */
export function formatDateTime(at: number): string {
  return inZone(dates, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(at)
}

/** What stands beside a clock: "UTC", "GMT+2", "PST". */
export function zoneName(at: number): string {
  const parts = inZone(names, { timeZoneName: 'short' }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? formatChoice().timeZone
}

/* Making one costs more than a thousand uses, so each zone's is kept. */
const clocks = new Map<string, Intl.DateTimeFormat>()
const dates = new Map<string, Intl.DateTimeFormat>()
const names = new Map<string, Intl.DateTimeFormat>()

function inZone(kept: Map<string, Intl.DateTimeFormat>, style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { timeZone } = formatChoice()
  const locale = dateLocale()
  const key = `${locale} ${timeZone}`
  const format = kept.get(key) ?? new Intl.DateTimeFormat(locale, { ...style, hourCycle: 'h23', timeZone })
  kept.set(key, format)
  return format
}

/** Base58 address or signature shortened: "7xKX…gAsU". */
export function shorten(address: string): string {
  return address.length <= 10 ? address : `${address.slice(0, 4)}…${address.slice(-4)}`
}

/** −1, 0 or 1 of exact decimal text or of a figure as shown: "−$0.12". */
export function signOf(value: string | null | undefined): -1 | 0 | 1 {
  if (value === null || value === undefined || !/[1-9]/.test(value)) return 0
  return /^\s*[-\u2212]/.test(value) ? -1 : 1
}

/**
 * Text colour of a signed amount: green gains, red losses, plain zero. Give it the figure as shown, so that what rounds to
 * $0.00 is plain too.
 */
export function signColor(value: string | null | undefined): string {
  const sign = signOf(value)
  return sign > 0 ? 'text-up' : sign < 0 ? 'text-down' : ''
}

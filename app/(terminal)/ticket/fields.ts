import { parseUnits } from '#client/units.ts'
import type { OrderType, Side } from '#server/exchange/schema.ts'

/** What the trader typed or chose, kept as text: nothing is rounded or refused while typing. */
export type TicketFields = {
  side: Side
  type: OrderType
  /** Limit price, quote per base. */
  price: string
  size: string
  sizeUnit: 'base' | 'quote'
  /** Where the size slider stands, 0–100 % of the largest size at this leverage; null when the size was typed. */
  percent: number | null
  /** Buying power as a multiple of free collateral. */
  leverage: number
  reduceOnly: boolean
  /** Only rests, never takes. */
  postOnly: boolean
  timeInForce: 'gtc' | 'ioc'
  /** How far a market order may fill from the oracle price; remembered between visits. */
  slippageBps: number
}

export type TicketAction =
  | { type: 'side'; side: Side }
  | { type: 'orderType'; orderType: OrderType }
  | { type: 'price'; text: string }
  /** A price taken from the book or the chart: it makes the order a limit order. */
  | { type: 'takePrice'; text: string }
  | { type: 'size'; text: string }
  /** `size`: the present size in the new unit. */
  | { type: 'sizeUnit'; unit: 'base' | 'quote'; size: string }
  /** The slider moved; `size` is what that share of the largest size is now, and stays while prices move on. */
  | { type: 'percent'; percent: number; size: string }
  | { type: 'leverage'; leverage: number }
  | { type: 'reduceOnly'; on: boolean }
  | { type: 'postOnly'; on: boolean }
  | { type: 'timeInForce'; timeInForce: 'gtc' | 'ioc' }
  | { type: 'slippage'; bps: number }
  /** What the browser remembers, once it can be read. */
  | { type: 'recall'; preferences: Partial<Pick<TicketFields, 'slippageBps' | 'leverage' | 'sizeUnit'>> }
  /** The order of this size text went out: the size is used up, unless another has been typed meanwhile. */
  | { type: 'sent'; size: string }

export const DEFAULT_SLIPPAGE_BPS = 50
export const DEFAULT_LEVERAGE = 5

export function initialFields(side: Side = 'buy'): TicketFields {
  return {
    side,
    type: 'market',
    price: '',
    size: '',
    sizeUnit: 'base',
    percent: null,
    leverage: DEFAULT_LEVERAGE,
    reduceOnly: false,
    postOnly: false,
    timeInForce: 'gtc',
    slippageBps: DEFAULT_SLIPPAGE_BPS,
  }
}

/** The next fields; conditions that contradict each other (a post-only order that takes at once) do not arise. */
export function reduceTicket(fields: TicketFields, action: TicketAction): TicketFields {
  switch (action.type) {
    case 'side':
      return { ...fields, side: action.side }
    case 'orderType':
      return action.orderType === 'market'
        ? { ...fields, type: 'market', timeInForce: 'gtc', postOnly: false }
        : { ...fields, type: action.orderType }
    case 'price':
      return { ...fields, price: action.text }
    case 'takePrice':
      return { ...fields, type: 'limit', price: action.text }
    case 'size':
      return { ...fields, size: action.text, percent: null }
    case 'sizeUnit':
      return { ...fields, sizeUnit: action.unit, size: action.size }
    case 'percent':
      return { ...fields, percent: clamp(action.percent, 0, 100), size: action.size }
    case 'leverage':
      return { ...fields, leverage: action.leverage }
    case 'reduceOnly':
      return { ...fields, reduceOnly: action.on }
    case 'timeInForce':
      return { ...fields, timeInForce: action.timeInForce, postOnly: fields.postOnly && action.timeInForce === 'gtc' }
    case 'postOnly':
      return action.on ? { ...fields, postOnly: true, timeInForce: 'gtc' } : { ...fields, postOnly: false }
    case 'slippage':
      return { ...fields, slippageBps: clamp(Math.round(action.bps), 1, 500) }
    case 'recall':
      return { ...fields, ...action.preferences }
    case 'sent':
      return fields.size === action.size ? { ...fields, size: '', percent: null } : fields
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

export type Parsed = { value: bigint } | { empty: true } | { problem: string }

export function parsePositive(text: string, decimals: number): Parsed {
  if (text === '') return { empty: true }
  try {
    const value = parseUnits(text, decimals)
    return value > 0n ? { value } : { problem: 'must be above 0' }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Nearest multiple of `step`, halves up, at least one step. */
export function nearestStep(value: bigint, step: bigint): bigint {
  const rounded = ((value + step / 2n) / step) * step
  return rounded < step ? step : rounded
}

export const floorStep = (value: bigint, step: bigint): bigint => (value / step) * step

import { DEFAULTS } from '#app/data/settings.ts'
import { parseUnits } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import { KINDS, type TicketKind, type TimeInForce } from './kinds.ts'
import type { Misread } from './misread.ts'

/** What the trader typed or chose, kept as text: nothing is rounded or refused while typing. */
export type TicketFields = {
  side: Side
  kind: TicketKind
  /** Whether a stop or take-profit becomes a market or a limit order. */
  execution: 'market' | 'limit'
  /** Quote per base: the limit, or a ladder's first price. */
  price: string
  /** Beyond it a pegged order does not follow; empty for none. */
  bound: string
  /** Price that sets it off. */
  trigger: string
  /** A ladder's other end. */
  lastPrice: string
  /** Orders of a ladder. */
  count: number
  shape: LadderShape
  /** How far a trailing stop stays behind the best price, in `distanceUnit`. */
  distance: string
  /** Signed: where a pegged order stands from the oracle, in `distanceUnit`. */
  offset: string
  distanceUnit: 'price' | 'percent'
  size: string
  sizeUnit: SizeUnit
  /** Where the size slider stands, 0–100 % of the largest size at this leverage; null when the size was typed. */
  percent: number | null
  /** Buying power as a multiple of free collateral. */
  leverage: number
  reduceOnly: boolean
  /** Only rests, never takes. */
  postOnly: boolean
  timeInForce: TimeInForce
  /** How long a TWAP runs, in minutes, and how far apart its slices are. */
  duration: string
  intervalS: number
  /** Its sizes and moments vary. */
  randomise: boolean
  /** How long a good-till-time order stands. */
  lifetimeS: number
  /** How far a market order may fill from the oracle price; the user's setting. */
  slippageBps: number
  /** Whether a take-profit and a stop-loss go with it. */
  protect: boolean
  protectUnit: ProtectUnit
  takeProfit: string
  stopLoss: string
}

/** Percent: of the largest size. */
export type SizeUnit = 'base' | 'quote' | 'percent'
/** A price, a distance from the entry in percent of it, or what the position then earns or loses. */
export type ProtectUnit = 'price' | 'percent' | 'pnl'
/** Which end of a ladder is the heavier one. */
export type LadderShape = 'even' | 'first' | 'last'

/** Fields that stand for themselves: no other follows from them. */
type PlainFields = Omit<
  TicketFields,
  'kind' | 'size' | 'sizeUnit' | 'percent' | 'timeInForce' | 'postOnly' | 'slippageBps'
>

export type Remembered = Pick<TicketFields, 'leverage' | 'sizeUnit' | 'protectUnit' | 'lifetimeS'>

export type TicketAction =
  | { type: 'edit'; change: Partial<PlainFields> }
  /** `reduces`: the side closes a position, which is what a stop, a take-profit or a trailing stop is then for. */
  | { type: 'kind'; kind: TicketKind; reduces: boolean }
  /** An order asked for on the chart. */
  | { type: 'replace'; fields: TicketFields }
  /** A price taken from the book or the chart: it goes where the kind wants one, and makes a market order a limit order. */
  | { type: 'takePrice'; text: string }
  /** A range drawn on the depth curve: a scaled order over it, of the size that stands here already. */
  | { type: 'takeRange'; side: Side; first: string; last: string }
  | { type: 'size'; text: string }
  /** `size`: the present size in the new unit. */
  | { type: 'sizeUnit'; unit: SizeUnit; size: string }
  /** The slider moved; `size` is what that share of the largest size is now, and stays while prices move on. */
  | { type: 'percent'; percent: number; size: string }
  | { type: 'postOnly'; on: boolean }
  | { type: 'timeInForce'; timeInForce: TimeInForce }
  /** What the browser remembers, once it can be read. */
  | { type: 'recall'; preferences: Partial<Remembered> }
  /** The order of this size text went out: what was of this trade only is used up, unless another has been typed meanwhile. */
  | { type: 'sent'; size: string }

export const DEFAULT_LEVERAGE = 5
const DAY_S = 86_400

export function initialFields(side: Side = 'buy'): TicketFields {
  return {
    side,
    kind: 'market',
    execution: 'market',
    price: '',
    bound: '',
    trigger: '',
    lastPrice: '',
    count: 5,
    shape: 'even',
    distance: '',
    offset: '',
    distanceUnit: 'price',
    size: '',
    sizeUnit: 'base',
    percent: null,
    leverage: DEFAULT_LEVERAGE,
    reduceOnly: false,
    postOnly: false,
    timeInForce: 'gtc',
    duration: '30',
    intervalS: 30,
    randomise: true,
    lifetimeS: DAY_S,
    slippageBps: DEFAULTS.slippageBps,
    protect: false,
    protectUnit: 'price',
    takeProfit: '',
    stopLoss: '',
  }
}

/** The next fields; conditions that contradict each other (a post-only order that takes at once) do not arise. */
export function reduceTicket(fields: TicketFields, action: TicketAction): TicketFields {
  switch (action.type) {
    case 'edit':
      return settle({ ...fields, ...action.change })
    case 'kind': {
      const { kind, reduces } = action
      const reduceOnly = KINDS[kind].protects ? reduces : fields.reduceOnly && !KINDS[fields.kind].protects
      return settle({ ...fields, kind, reduceOnly, timeInForce: 'gtc' })
    }
    case 'replace':
      return settle(action.fields)
    case 'takePrice':
      return takePrice(fields, action.text)
    case 'takeRange': {
      const scaled = reduceTicket(fields, { type: 'kind', kind: 'ladder', reduces: false })
      return { ...scaled, side: action.side, price: action.first, lastPrice: action.last }
    }
    case 'size':
      return { ...fields, size: action.text, percent: null }
    case 'sizeUnit':
      return { ...fields, sizeUnit: action.unit, size: action.size }
    case 'percent':
      return { ...fields, percent: clamp(action.percent, 0, 100), size: action.size }
    case 'timeInForce':
      return settle({ ...fields, timeInForce: action.timeInForce })
    case 'postOnly':
      return settle({
        ...fields,
        postOnly: action.on,
        timeInForce: action.on && !rests(fields.timeInForce) ? 'gtc' : fields.timeInForce,
      })
    case 'recall':
      return { ...fields, ...action.preferences }
    case 'sent':
      return fields.size === action.size
        ? { ...fields, size: '', percent: null, protect: false, takeProfit: '', stopLoss: '' }
        : fields
  }
}

const rests = (timeInForce: TimeInForce): boolean => timeInForce === 'gtc' || timeInForce === 'gtt'

/** Drops what the kind does not know. */
function settle(fields: TicketFields): TicketFields {
  const kind = KINDS[fields.kind]
  const timesInForce = kind.timesInForce(fields.execution)
  const timeInForce = timesInForce.includes(fields.timeInForce) ? fields.timeInForce : 'gtc'
  return {
    ...fields,
    timeInForce,
    postOnly: fields.postOnly && kind.mayPostOnly && rests(timeInForce),
    protect: fields.protect && kind.mayProtect && !fields.reduceOnly,
  }
}

function takePrice(fields: TicketFields, text: string): TicketFields {
  switch (fields.kind) {
    case 'market':
    case 'trailing':
      return settle({ ...fields, kind: 'limit', price: text })
    case 'stop':
    case 'takeProfit':
      return fields.execution === 'limit' && fields.trigger !== ''
        ? { ...fields, price: text }
        : { ...fields, trigger: text }
    case 'ladder':
      return fields.price === '' || fields.lastPrice !== ''
        ? { ...fields, price: text, lastPrice: '' }
        : { ...fields, lastPrice: text }
    case 'twap':
      return { ...fields, bound: text }
    case 'limit':
    case 'pegged':
    case 'oco':
      return { ...fields, price: text }
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

export type Parsed = { value: bigint } | { empty: true } | { problem: Misread }

export function parsePositive(text: string, decimals: number): Parsed {
  const parsed = parseSigned(text, decimals)
  return 'value' in parsed && parsed.value <= 0n ? { problem: 'notPositive' } : parsed
}

const DECIMAL = /^-?(?:\d+\.?\d*|\.\d+)$/

export function parseSigned(text: string, decimals: number): Parsed {
  if (text === '' || text === '-') return { empty: true }
  try {
    return { value: parseUnits(text, decimals) }
  } catch {
    return { problem: DECIMAL.test(text) ? 'tooFine' : 'noNumber' }
  }
}

/** Nearest multiple of `step`, halves up, at least one step. */
export function nearestStep(value: bigint, step: bigint): bigint {
  const rounded = ((value + step / 2n) / step) * step
  return rounded < step ? step : rounded
}

export const floorStep = (value: bigint, step: bigint): bigint => (value / step) * step

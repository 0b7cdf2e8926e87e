import { word } from '#app/i18n/t.ts'

/** The kinds of order the ticket offers. The program knows all of them but the TWAP, whose slices the browser sends. */
export type TicketKind = 'market' | 'limit' | 'stop' | 'takeProfit' | 'trailing' | 'pegged' | 'ladder' | 'twap' | 'oco'
export type TimeInForce = 'gtc' | 'gtt' | 'ioc' | 'fok'

type Kind = {
  label: string
  /** What it does, in the menu. */
  hint: string
  /** Becomes an order later, once the oracle reaches its trigger. */
  waits: boolean
  /** Usually there to end a position. */
  protects: boolean
  mayPostOnly: boolean
  /** May bring a take-profit and a stop-loss. */
  mayProtect: boolean
  timesInForce: (execution: 'market' | 'limit') => readonly TimeInForce[]
}

const RESTING = ['gtc', 'gtt'] as const
const ALL = ['gtc', 'gtt', 'ioc', 'fok'] as const
const plain = { waits: false, protects: false, mayPostOnly: false, mayProtect: false }
const waiting = { ...plain, waits: true, protects: true, timesInForce: () => RESTING }

export const KINDS: Readonly<Record<TicketKind, Kind>> = {
  market: {
    ...plain,
    label: word('Market'),
    hint: word('At the next price'),
    mayProtect: true,
    timesInForce: () => ['gtc'],
  },
  limit: {
    ...plain,
    label: word('Limit'),
    hint: word('At your price or better'),
    mayPostOnly: true,
    mayProtect: true,
    timesInForce: () => ALL,
  },
  stop: {
    ...waiting,
    label: word('Stop'),
    hint: word('When the price goes against you'),
    mayProtect: true,
    timesInForce: (execution) => (execution === 'limit' ? ALL : RESTING),
  },
  takeProfit: {
    ...waiting,
    label: word('Take profit'),
    hint: word('When the price goes your way'),
    mayProtect: true,
    timesInForce: (execution) => (execution === 'limit' ? ALL : RESTING),
  },
  trailing: {
    ...waiting,
    label: word('Trailing stop'),
    hint: word('A stop that follows the best price'),
  },
  pegged: {
    ...plain,
    label: word('Pegged'),
    hint: word('A limit that follows the oracle'),
    mayPostOnly: true,
    mayProtect: true,
    timesInForce: () => RESTING,
  },
  ladder: {
    ...plain,
    label: word('Scaled'),
    hint: word('Many limits over a range'),
    mayPostOnly: true,
    timesInForce: () => RESTING,
  },
  twap: {
    ...plain,
    label: word('TWAP'),
    hint: word('Small market orders over time'),
    timesInForce: () => ['gtc'],
  },
  oco: {
    ...waiting,
    label: word('OCO'),
    hint: word('A limit and a stop; one cancels the other'),
  },
}

/** Filled or dropped at the next price, instead of resting or waiting. */
export function takesAtOnce({ kind, timeInForce }: { kind: TicketKind; timeInForce: TimeInForce }): boolean {
  return kind === 'market' || (kind === 'limit' && (timeInForce === 'ioc' || timeInForce === 'fok'))
}

/** Never rests: once it is active, one fill or nothing. */
export function isImmediate(fields: {
  kind: TicketKind
  timeInForce: TimeInForce
  execution: 'market' | 'limit'
}): boolean {
  const { kind, timeInForce, execution } = fields
  if (kind === 'stop' || kind === 'takeProfit') return execution === 'market' || !['gtc', 'gtt'].includes(timeInForce)
  return takesAtOnce(fields) || kind === 'trailing' || kind === 'oco'
}

export const LIFETIMES = [
  { seconds: 600, label: word('10 minutes') },
  { seconds: 3_600, label: word('1 hour') },
  { seconds: 8 * 3_600, label: word('8 hours') },
  { seconds: 86_400, label: word('1 day') },
  { seconds: 7 * 86_400, label: word('7 days') },
  { seconds: 30 * 86_400, label: word('30 days') },
] as const

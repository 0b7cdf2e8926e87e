/** The kinds of order the ticket offers. The program knows all of them but the TWAP, whose slices the browser sends. */
export type TicketKind = 'market' | 'limit' | 'stop' | 'takeProfit' | 'trailing' | 'pegged' | 'ladder' | 'twap' | 'oco'
export type TimeInForce = 'gtc' | 'gtt' | 'ioc' | 'fok'

type Kind = {
  label: string
  /** What it does, in the menu. */
  hint: string
  /** Before the side, on the button and in the toast: "Stop sell". */
  prefix: string
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
const plain = { prefix: '', waits: false, protects: false, mayPostOnly: false, mayProtect: false }
const waiting = { ...plain, waits: true, protects: true, timesInForce: () => RESTING }

export const KINDS: Readonly<Record<TicketKind, Kind>> = {
  market: {
    ...plain,
    label: 'Market',
    hint: 'At the next price',
    mayProtect: true,
    timesInForce: () => ['gtc'],
  },
  limit: {
    ...plain,
    label: 'Limit',
    hint: 'At your price or better',
    mayPostOnly: true,
    mayProtect: true,
    timesInForce: () => ALL,
  },
  stop: {
    ...waiting,
    label: 'Stop',
    hint: 'When the price goes against you',
    prefix: 'Stop',
    mayProtect: true,
    timesInForce: (execution) => (execution === 'limit' ? ALL : RESTING),
  },
  takeProfit: {
    ...waiting,
    label: 'Take profit',
    hint: 'When the price goes your way',
    prefix: 'Take profit',
    mayProtect: true,
    timesInForce: (execution) => (execution === 'limit' ? ALL : RESTING),
  },
  trailing: {
    ...waiting,
    label: 'Trailing stop',
    hint: 'A stop that follows the best price',
    prefix: 'Trailing stop',
  },
  pegged: {
    ...plain,
    label: 'Pegged',
    hint: 'A limit that follows the oracle',
    prefix: 'Pegged',
    mayPostOnly: true,
    mayProtect: true,
    timesInForce: () => RESTING,
  },
  ladder: {
    ...plain,
    label: 'Scaled',
    hint: 'Many limits over a range',
    prefix: 'Scaled',
    mayPostOnly: true,
    timesInForce: () => RESTING,
  },
  twap: {
    ...plain,
    label: 'TWAP',
    hint: 'Small market orders over time',
    prefix: 'TWAP',
    timesInForce: () => ['gtc'],
  },
  oco: {
    ...waiting,
    label: 'OCO',
    hint: 'A limit and a stop; one cancels the other',
    prefix: 'OCO',
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
  { seconds: 600, label: '10 minutes' },
  { seconds: 3_600, label: '1 hour' },
  { seconds: 8 * 3_600, label: '8 hours' },
  { seconds: 86_400, label: '1 day' },
  { seconds: 7 * 86_400, label: '7 days' },
  { seconds: 30 * 86_400, label: '30 days' },
] as const

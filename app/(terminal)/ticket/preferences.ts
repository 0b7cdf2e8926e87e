import type { Remembered, TicketFields } from './fields.ts'
import { LIFETIMES } from './kinds.ts'

const KEY = 'quantdesk.ticket'
const VERSION = 1
const SIZE_UNITS = ['base', 'quote', 'percent'] as const
const PROTECT_UNITS = ['price', 'percent', 'pnl'] as const

/** Anything unreadable or of another version is as if nothing were kept. */
export function parsePreferences(text: string | null): Partial<Remembered> {
  try {
    const kept: unknown = JSON.parse(text ?? '')
    if (typeof kept !== 'object' || kept === null || !('version' in kept) || kept.version !== VERSION) return {}
    const { leverage, ...chosen } = kept as Record<string, unknown>
    const sizeUnit = SIZE_UNITS.find((unit) => unit === chosen.sizeUnit)
    const protectUnit = PROTECT_UNITS.find((unit) => unit === chosen.protectUnit)
    const lifetime = LIFETIMES.find(({ seconds }) => seconds === chosen.lifetimeS)
    return {
      ...(inRange(leverage, 1, 100) ? { leverage } : {}),
      ...(sizeUnit === undefined ? {} : { sizeUnit }),
      ...(protectUnit === undefined ? {} : { protectUnit }),
      ...(lifetime === undefined ? {} : { lifetimeS: lifetime.seconds }),
    }
  } catch {
    return {}
  }
}

const inRange = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most

export function recallPreferences(): Partial<Remembered> {
  return parsePreferences(window.localStorage.getItem(KEY))
}

export function rememberPreferences(fields: TicketFields): void {
  const { leverage, sizeUnit, protectUnit, lifetimeS } = fields
  const kept = { version: VERSION, leverage, sizeUnit, protectUnit, lifetimeS }
  window.localStorage.setItem(KEY, JSON.stringify(kept))
}

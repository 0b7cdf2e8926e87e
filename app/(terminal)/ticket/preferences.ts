import type { TicketFields } from './fields.ts'

/** What the ticket remembers between visits. */
export type TicketPreferences = Pick<TicketFields, 'slippageBps' | 'leverage' | 'sizeUnit'>

const KEY = 'quantdesk.ticket'
const VERSION = 1

/** Anything unreadable or of another version is as if nothing were kept. */
export function parsePreferences(text: string | null): Partial<TicketPreferences> {
  try {
    const kept: unknown = JSON.parse(text ?? '')
    if (typeof kept !== 'object' || kept === null || !('version' in kept) || kept.version !== VERSION) return {}
    const { slippageBps, leverage, sizeUnit } = kept as Record<string, unknown>
    return {
      ...(inRange(slippageBps, 1, 500) ? { slippageBps } : {}),
      ...(inRange(leverage, 1, 100) ? { leverage } : {}),
      ...(sizeUnit === 'base' || sizeUnit === 'quote' ? { sizeUnit } : {}),
    }
  } catch {
    return {}
  }
}

const inRange = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most

export function recallPreferences(): Partial<TicketPreferences> {
  return parsePreferences(window.localStorage.getItem(KEY))
}

export function rememberPreferences({ slippageBps, leverage, sizeUnit }: TicketFields): void {
  window.localStorage.setItem(KEY, JSON.stringify({ version: VERSION, slippageBps, leverage, sizeUnit }))
}

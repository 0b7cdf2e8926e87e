import { createStore } from 'zustand/vanilla'

/** Choices about the look and the panels. Kept in a cookie, so that the server renders the page as it was left. */
export const INTERVALS = ['1s', '1m', '5m', '15m', '1h', '4h', '1d'] as const
export type Interval = (typeof INTERVALS)[number]
export const THEMES = ['dark', 'light', 'system'] as const
export type Theme = (typeof THEMES)[number]
export const COLORS = ['green-red', 'blue-orange'] as const

export type Settings = {
  theme: Theme
  colors: (typeof COLORS)[number]
  interval: Interval
  /** Order book row height in price, by market; absent: the market's tick. */
  bookGrouping: Record<string, string>
}

export const SETTINGS_COOKIE = 'quantdesk-settings'
export const LAST_MARKET_COOKIE = 'quantdesk-market'
const VERSION = 1
const YEAR_S = 31_536_000

export const DEFAULTS: Settings = { theme: 'dark', colors: 'green-red', interval: '15m', bookGrouping: {} }

/** Settings of a cookie's text; anything unknown or of the wrong kind falls back to its default. */
export function parseSettings(text: string | undefined): Settings {
  const kept = readJson(text)
  if (kept.version !== VERSION) return DEFAULTS
  return {
    theme: oneOf(THEMES, kept.theme, DEFAULTS.theme),
    colors: oneOf(COLORS, kept.colors, DEFAULTS.colors),
    interval: oneOf(INTERVALS, kept.interval, DEFAULTS.interval),
    bookGrouping: isRecord(kept.bookGrouping) ? strings(kept.bookGrouping) : {},
  }
}

export function serializeSettings(settings: Settings): string {
  return encodeURIComponent(JSON.stringify({ version: VERSION, ...settings }))
}

export function writeCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: written at once, and in browsers without the Cookie Store API
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`
}

export type SettingsStore = ReturnType<typeof createSettingsStore>
export const createSettingsStore = (initial: Settings) => createStore<Settings>()(() => initial)

function readJson(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(decodeURIComponent(text ?? ''))
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const strings = (record: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
function oneOf<T extends string>(allowed: readonly T[], value: unknown, fallback: T): T {
  return allowed.find((item) => item === value) ?? fallback
}

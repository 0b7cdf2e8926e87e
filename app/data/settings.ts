import { createStore } from 'zustand/vanilla'
import { LANGUAGE_CHOICES, type LanguageChoice } from '../i18n/language.ts'
import { DEFAULT_FORMAT, type FormatChoice, isTimeZone, NUMBER_FORMATS } from '../ui/format-choice.ts'
import { flag, type Kept, oneOf, readRecord, texts, within } from './kept.ts'

/** The user's choices. Kept in a cookie, so that the server renders the page as it was left. */
export const INTERVALS = ['1s', '5s', '1m', '5m', '15m', '1h', '4h', '1d'] as const
export type Interval = (typeof INTERVALS)[number]
export const THEMES = ['dark', 'light', 'system'] as const
export type Theme = (typeof THEMES)[number]
export const COLORS = ['green-red', 'blue-orange'] as const
/** How far the depth curve may reach to each side of the middle, percent. */
export const REACHES = ['0.1', '0.25', '0.5', '1', '2', '5'] as const
export type Reach = (typeof REACHES)[number]
export const FEE_PRESETS = ['none', 'normal', 'fast', 'urgent'] as const
export type FeePreset = (typeof FEE_PRESETS)[number]
export const SOUNDS = ['none', 'tick', 'chime', 'bell', 'alarm'] as const
export type Sound = (typeof SOUNDS)[number]
/** What is asked about before it is sent: the ticket's orders, closing and reversing, hotkeys and the palette. */
export const CONFIRMATIONS = ['ticket', 'close', 'quick'] as const
export type Confirmation = (typeof CONFIRMATIONS)[number]
/** What makes itself heard: an order that filled, an alert that was set, an account that comes near liquidation. */
export const SOUND_EVENTS = ['fill', 'alert', 'danger'] as const
export type SoundEvent = (typeof SOUND_EVENTS)[number]

export type Settings = FormatChoice & {
  language: LanguageChoice
  theme: Theme
  colors: (typeof COLORS)[number]
  interval: Interval
  /** Order book row height in price, by market; absent: the market's tick. */
  bookGrouping: Record<string, string>
  /** Markets that come first in lists. */
  favourites: readonly string[]
  /** No market order, and no close, fills further from the oracle price than this. */
  slippageBps: number
  confirm: Record<Confirmation, boolean>
  priorityFee: FeePreset
  /** Most that one transaction may offer for its place in a block, lamports. */
  feeCap: number
  hotkeysOn: boolean
  /** Keys by command, those that differ from ours; '' for none. */
  hotkeys: Record<string, string>
  /** Sizes of the keys 1 to 4: USDC, or a share of the largest ("25%"). */
  sizes: readonly string[]
  soundsOn: boolean
  /** Percent. */
  volume: number
  sounds: Record<SoundEvent, Sound>
  /** The operating system's notifications while the page is out of sight. */
  browserNotices: boolean
  /** How far the depth curve reaches. */
  depthReach: Reach
  /** How the panels of the terminal are arranged, by breakpoint; absent: the default. See workspace/presets.ts. */
  layouts: Record<string, string>
}

export const SETTINGS_COOKIE = 'quantdesk-settings'
export const LAST_MARKET_COOKIE = 'quantdesk-market'
const VERSION = 2
const YEAR_S = 31_536_000
export const SLIPPAGE_BPS = { least: 1, most: 500 } as const
export const FEE_CAP = { least: 1_000, most: 100_000_000 } as const

export const DEFAULTS: Settings = {
  ...DEFAULT_FORMAT,
  language: 'browser',
  theme: 'dark',
  colors: 'green-red',
  interval: '15m',
  bookGrouping: {},
  depthReach: '1',
  layouts: {},
  favourites: [],
  slippageBps: 50,
  confirm: { ticket: false, close: true, quick: true },
  priorityFee: 'normal',
  feeCap: 1_000_000,
  hotkeysOn: true,
  hotkeys: {},
  sizes: ['100', '500', '2500', '25%'],
  soundsOn: true,
  volume: 60,
  sounds: { fill: 'tick', alert: 'chime', danger: 'alarm' },
  browserNotices: false,
}

/** From each version to the next. Version 1 knew only the look, the interval and the grouping. */
const MIGRATIONS: Readonly<Record<number, (kept: Kept) => Kept>> = { 1: (kept) => kept }

/** Settings of a cookie's text; anything unknown or of the wrong kind falls back to its default. */
export function parseSettings(text: string | undefined): Settings {
  let kept = readRecord(decoded(text))
  let { version } = kept
  while (typeof version === 'number' && version < VERSION) {
    kept = MIGRATIONS[version]?.(kept) ?? {}
    version += 1
  }
  return version === VERSION ? readSettings(kept) : DEFAULTS
}

function readSettings(kept: Kept): Settings {
  const { timeZone } = kept
  const [confirm, sounds] = [kept.confirm as Partial<Kept> | undefined, texts(kept.sounds)]
  const sizes = Array.isArray(kept.sizes) ? kept.sizes : []
  return {
    language: oneOf(LANGUAGE_CHOICES, kept.language, DEFAULTS.language),
    theme: oneOf(THEMES, kept.theme, DEFAULTS.theme),
    colors: oneOf(COLORS, kept.colors, DEFAULTS.colors),
    interval: oneOf(INTERVALS, kept.interval, DEFAULTS.interval),
    bookGrouping: texts(kept.bookGrouping),
    depthReach: oneOf(REACHES, kept.depthReach, DEFAULTS.depthReach),
    layouts: texts(kept.layouts),
    favourites: Array.isArray(kept.favourites) ? kept.favourites.filter((name) => typeof name === 'string') : [],
    numbers: oneOf(NUMBER_FORMATS, kept.numbers, DEFAULTS.numbers),
    timeZone: typeof timeZone === 'string' && isTimeZone(timeZone) ? timeZone : DEFAULTS.timeZone,
    slippageBps: within(kept.slippageBps, SLIPPAGE_BPS.least, SLIPPAGE_BPS.most, DEFAULTS.slippageBps),
    confirm: each(CONFIRMATIONS, (name) => flag(confirm?.[name], DEFAULTS.confirm[name])),
    priorityFee: oneOf(FEE_PRESETS, kept.priorityFee, DEFAULTS.priorityFee),
    feeCap: within(kept.feeCap, FEE_CAP.least, FEE_CAP.most, DEFAULTS.feeCap),
    hotkeysOn: flag(kept.hotkeysOn, DEFAULTS.hotkeysOn),
    hotkeys: texts(kept.hotkeys),
    sizes: DEFAULTS.sizes.map((size, at) => (isSizePreset(sizes[at]) ? sizes[at] : size)),
    soundsOn: flag(kept.soundsOn, DEFAULTS.soundsOn),
    volume: within(kept.volume, 0, 100, DEFAULTS.volume),
    sounds: each(SOUND_EVENTS, (name) => oneOf(SOUNDS, sounds[name], DEFAULTS.sounds[name])),
    browserNotices: flag(kept.browserNotices, DEFAULTS.browserNotices),
  }
}

const each = <Name extends string, T>(names: readonly Name[], read: (name: Name) => T): Record<Name, T> =>
  Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, T>

/** "500" is USDC, "25%" a share of the largest size; neither is nothing, a share at most all. */
export const isSizePreset = (text: unknown): text is string =>
  typeof text === 'string' && /^(?:(?:100|[1-9]\d?)%|[1-9]\d{0,8}(?:\.\d{1,2})?)$/.test(text)

export function serializeSettings(settings: Settings): string {
  return encodeURIComponent(JSON.stringify({ version: VERSION, ...settings }))
}

export function writeCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: written at once, and in browsers without the Cookie Store API
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`
}

export type SettingsStore = ReturnType<typeof createSettingsStore>
export const createSettingsStore = (initial: Settings) => createStore<Settings>()(() => initial)

/** The page's settings, for what is sent and sounded outside React. Only the browser has them. */
let ofThisPage: SettingsStore | undefined

export const shareSettings = (store: SettingsStore): void => {
  ofThisPage = store
}

export const currentSettings = (): Settings => ofThisPage?.getState() ?? DEFAULTS

export const changeSettings = (change: Partial<Settings>): void => ofThisPage?.setState(change)

/** Next hands cookies over decoded already; twice would break at the "%" of a size. */
function decoded(text: string | undefined): string {
  if (text === undefined || text.startsWith('{')) return text ?? ''
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

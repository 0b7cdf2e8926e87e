import { create } from 'zustand'
import { flag, isRecord, type Kept, listOf, oneOf } from '#app/data/kept.ts'
import { keptStore } from '#app/data/kept-store.ts'
import { DEFAULT_LEVELS, type Levels, type Nearness, type Notice, type Rule, SEVERITIES, withNotice } from './model.ts'

/** What is watched for, and what each watch knows: it survives a reload, so that nothing is told twice. */
export type Alerts = {
  rules: readonly Rule[]
  /** Rules that have spoken and may not until their value has come back. */
  disarmed: readonly string[]
  liquidation: boolean
  levels: Levels
  /** By sub-account and market. */
  nearness: Readonly<Record<string, Nearness>>
  fills: boolean
}

const NONE: Alerts = {
  rules: [],
  disarmed: [],
  liquidation: true,
  levels: DEFAULT_LEVELS,
  nearness: {},
  fills: true,
}

export const useAlerts = keptStore<Alerts>('alerts', 1, NONE, (kept) => ({
  rules: listOf(kept.rules, readRule),
  disarmed: listOf(kept.disarmed, text),
  liquidation: flag(kept.liquidation, NONE.liquidation),
  levels: isLevels(kept.levels) ? kept.levels : NONE.levels,
  nearness: readNearness(kept.nearness),
  fills: flag(kept.fills, NONE.fills),
}))

/** What was told, newest first. */
export const useNotices = keptStore<{ notices: readonly Notice[] }>('notices', 1, { notices: [] }, (kept) => ({
  notices: listOf(kept.notices, readNotice),
}))

/** Whether the panel is open, and on which side. */
export type NoticesTab = 'notices' | 'server' | 'alerts'
export const useNoticesPanel = create<{ open: boolean; tab: NoticesTab }>()(() => ({
  open: false,
  tab: 'notices',
}))

export const setNoticesOpen = (open: boolean, tab: NoticesTab = 'notices'): void =>
  useNoticesPanel.setState({ open, tab })

export const addNotice = (notice: Notice): void =>
  useNotices.change(({ notices }) => ({ notices: withNotice(notices, notice) }))

export const readAll = (): void =>
  useNotices.change(({ notices }) => ({ notices: notices.map((notice) => ({ ...notice, read: true })) }))

export const forgetNotices = (): void => useNotices.change(() => ({ notices: [] }))

export const addRule = (rule: Omit<Rule, 'id'>): void =>
  useAlerts.change((alerts) => ({ ...alerts, rules: [...alerts.rules, { ...rule, id: crypto.randomUUID() }] }))

/** Watches for another price instead, as if it had not spoken yet. */
export const moveRule = (id: string, at: string, side: Rule['side']): void =>
  useAlerts.change((alerts) => ({
    ...alerts,
    rules: alerts.rules.map((rule) => (rule.id === id ? { ...rule, at, side } : rule)),
    disarmed: alerts.disarmed.filter((known) => known !== id),
  }))

export const removeRule = (id: string): void =>
  useAlerts.change((alerts) => ({
    ...alerts,
    rules: alerts.rules.filter((rule) => rule.id !== id),
    disarmed: alerts.disarmed.filter((known) => known !== id),
  }))

export const setWatched = (change: Partial<Pick<Alerts, 'liquidation' | 'levels' | 'fills'>>): void =>
  useAlerts.change((alerts) => ({ ...alerts, ...change }))

/** Each nearer than the one before, between a tenth of a percent and half the price. */
export function isLevels(value: unknown): value is Levels {
  if (!Array.isArray(value) || value.length !== SEVERITIES.length) return false
  return value.every(
    (level, at) => Number.isInteger(level) && level >= 10 && level <= 5_000 && (at === 0 || level < value[at - 1]),
  )
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const isDecimal = (value: unknown): value is string => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)

function readRule(value: unknown): Rule | null {
  if (!isRecord(value)) return null
  const { id, market, at } = value
  if (typeof id !== 'string' || typeof market !== 'string' || !isDecimal(at)) return null
  return {
    id,
    market,
    at,
    kind: oneOf(['price', 'funding'], value.kind, 'price'),
    side: oneOf(['above', 'below'], value.side, 'above'),
    repeats: flag(value.repeats, false),
  }
}

function readNotice(value: unknown): Notice | null {
  if (!isRecord(value)) return null
  const { id, at, title, text: body, market } = value
  if (typeof id !== 'string' || typeof at !== 'number' || typeof title !== 'string') return null
  return {
    id,
    at,
    title,
    text: text(body) ?? '',
    market: text(market) ?? '',
    kind: oneOf(['price', 'funding', 'fill', 'liquidation'], value.kind, 'price'),
    severity: oneOf(SEVERITIES, value.severity, 'info'),
    read: flag(value.read, false),
  }
}

function readNearness(value: unknown): Record<string, Nearness> {
  const entries = isRecord(value) ? Object.entries(value) : []
  return Object.fromEntries(
    entries.filter((entry): entry is [string, Nearness] => {
      const known: unknown = entry[1]
      return isRecord(known) && typeof known.level === 'number' && isTimes(known.spokeAt)
    }),
  )
}

const isTimes = (value: unknown): value is Kept =>
  isRecord(value) && Object.values(value).every((at) => typeof at === 'number')

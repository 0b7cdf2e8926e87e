import { flag, isRecord, oneOf, readRecord } from '../../data/kept.ts'
import { INTERVALS, type Interval } from '../../data/settings.ts'
import { t } from '../../i18n/t.ts'
import { STUDIES, STUDY_COLORS, STUDY_KINDS, type Study } from './studies/catalog.ts'

/* A chart's set-up: all that is chosen about it and belongs to no market. Several are kept, each under a name. */

export const SCALES = ['linear', 'log'] as const

export type Setup = {
  /** Null: whichever is shown. */
  interval: Interval | null
  scale: (typeof SCALES)[number]
  studies: readonly Study[]
  volume: boolean
  funding: boolean
  /** Marks where the account's orders filled. */
  fills: boolean
}

export type NamedSetup = Setup & { name: string }
/** At least one; `active` is the name of one of them. */
export type Setups = { active: string; kept: readonly [NamedSetup, ...NamedSetup[]] }

const STANDARD: NamedSetup = {
  name: 'Standard',
  interval: null,
  scale: 'linear',
  studies: [],
  volume: true,
  funding: false,
  fills: true,
}
export const FIRST_SETUPS: Setups = { active: STANDARD.name, kept: [STANDARD] }
export const MOST_STUDIES = 12
const MOST_SETUPS = 20
const VERSION = 1

export const activeSetup = ({ active, kept }: Setups): NamedSetup => kept.find(({ name }) => name === active) ?? kept[0]

/** What is changed is changed in the set-up in force: there is nothing to save. */
export function changeSetup(setups: Setups, change: Partial<Setup>): Setups {
  const { name } = activeSetup(setups)
  return { active: name, kept: mapped(setups.kept, (setup) => (setup.name === name ? { ...setup, ...change } : setup)) }
}

/** The present one under another name, which is then in force. */
export function addSetup(setups: Setups, wanted: string): Setups {
  const name = wanted.trim()
  if (problemOfName(setups, name) !== null) return setups
  return { active: name, kept: [...setups.kept, { ...activeSetup(setups), name }] }
}

export function renameSetup(setups: Setups, wanted: string): Setups {
  const name = wanted.trim()
  const before = activeSetup(setups).name
  if (name === before || problemOfName(setups, name) !== null) return setups
  return { active: name, kept: mapped(setups.kept, (setup) => (setup.name === before ? { ...setup, name } : setup)) }
}

/** The last one stays. */
export function removeSetup({ active, kept }: Setups): Setups {
  const [first, ...others] = kept.filter(({ name }) => name !== active)
  return first === undefined ? { active, kept } : { active: first.name, kept: [first, ...others] }
}

export function chooseSetup(setups: Setups, name: string): Setups {
  return setups.kept.some((setup) => setup.name === name) ? { ...setups, active: name } : setups
}

/** Why a set-up cannot be called so, or null. */
export function problemOfName({ kept }: Setups, wanted: string): string | null {
  const name = wanted.trim()
  if (name === '') return t('A set-up needs a name.')
  if (name.length > 40) return t('At most 40 letters.')
  if (kept.some((setup) => setup.name === name)) return t('There is a set-up of this name.')
  return kept.length >= MOST_SETUPS ? t('At most {count} set-ups: delete one first.', { count: MOST_SETUPS }) : null
}

const mapped = <T>([first, ...others]: readonly [T, ...T[]], change: (item: T) => T): [T, ...T[]] => [
  change(first),
  ...others.map(change),
]

export const serializeSetups = (setups: Setups): string => JSON.stringify({ version: VERSION, ...setups })

/** Set-ups of a kept text; what is unreadable, unknown or out of range is left out. */
export function parseSetups(text: string | null): Setups {
  const read = readRecord(text)
  if (read.version !== VERSION || !Array.isArray(read.kept)) return FIRST_SETUPS
  const [first, ...others] = read.kept.flatMap(parseSetup)
  if (first === undefined) return FIRST_SETUPS
  const kept = [first, ...others] as const
  return { active: kept.find(({ name }) => name === read.active)?.name ?? first.name, kept }
}

function parseSetup(kept: unknown): NamedSetup[] {
  if (!isRecord(kept) || typeof kept.name !== 'string' || kept.name === '') return []
  return [
    {
      name: kept.name,
      interval: INTERVALS.find((known) => known === kept.interval) ?? null,
      scale: oneOf(SCALES, kept.scale, STANDARD.scale),
      studies: Array.isArray(kept.studies) ? kept.studies.flatMap(parseStudy).slice(0, MOST_STUDIES) : [],
      volume: flag(kept.volume, STANDARD.volume),
      funding: flag(kept.funding, STANDARD.funding),
      fills: flag(kept.fills, STANDARD.fills),
    },
  ]
}

function parseStudy(kept: unknown): Study[] {
  if (!isRecord(kept) || typeof kept.id !== 'string') return []
  const kind = STUDY_KINDS.find((known) => known === kept.kind)
  if (kind === undefined) return []
  const written = Array.isArray(kept.inputs) ? kept.inputs : []
  const inputs = STUDIES[kind].inputs.map(({ initial, least, most }, at) => {
    const value: unknown = written[at]
    return typeof value === 'number' && value >= least && value <= most ? value : initial
  })
  const color = oneOf(STUDY_COLORS, kept.color, STUDIES[kind].color)
  return [{ id: kept.id, kind, inputs, color, hidden: kept.hidden === true }]
}
